/** What numbers mean, where they mean anything. */
import { OBJECTS, PROPERTIES } from './names.table.ts'

export function objectName(type: number): string {
  return OBJECTS[type] ?? `Vendor Specific (${type})`
}

export function propertyName(id: number): string {
  return PROPERTIES[id] ?? `Vendor Specific (${id})`
}
