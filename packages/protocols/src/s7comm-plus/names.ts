/** Objects and variables as people call them. */
import type { Address } from './objects.ts'
import { ACTUAL_VALUES, AREAS, BLOCK_KINDS, OBJECTS } from './s7comm-plus.table.ts'

/** `DB3`, `execution unit`, `object 0x70000e51`. */
export function objectName(id: number): string {
  const kind = BLOCK_KINDS[id >>> 16]
  if (kind !== undefined) return `${kind}${id & 0xffff}`
  return OBJECTS[id] ?? `object 0x${id.toString(16)}`
}

/** Ids given out at run time differ from one session to the next: their owner is named instead. */
export function objectOf(id: number, session: number, attribute: string): string {
  const isOwn = id === session || (id >= 0x0300 && id < 0x1000)
  const name = isOwn ? 'session' : id >= 0x1000_0000 && id < 0x8000_0000 ? 'subscription' : objectName(id)
  return attribute === '' ? name : `${name} ${attribute}`
}

/** `DB3.LID10`, `M.LID9`, `DB3.LID14.0`, `object root.1037.1000`. */
export function tagOf({ area, path }: Address): string {
  const letter = AREAS[area]
  const isBlock = BLOCK_KINDS[area >>> 16] !== undefined
  if ((letter === undefined && !isBlock) || path.length < 2 || !ACTUAL_VALUES.has(path[0]!)) return [objectName(area), ...path].join('.')
  return `${letter ?? objectName(area)}.LID${path.slice(1).join('.')}`
}
