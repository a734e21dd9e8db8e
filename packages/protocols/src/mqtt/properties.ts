/** Strings (MQTT 5.0 §1.5.4) and the property lists of 5.0 (§2.2.2). */
import type { Reader } from '@isthmus/wire'
import { PROPERTIES } from './mqtt.table.ts'

const MAX_PROPERTIES = 128
const MAX_DETAIL = 256

export type Properties = {
  /** Topic alias; 0 when none. */
  alias: number
  authMethod: string
  /** What a person should read: reasons, assigned names, references, user properties. */
  detail: string
}

export function text(r: Reader, label: string): string {
  const length = r.u16(`${label} length`)
  return r.utf8(length, label)
}

export function variable(r: Reader, label: string): number {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const b = r.u8(label)
    value += (b & 0x7f) * 2 ** (7 * i)
    if (b < 0x80) break
  }
  return value
}

export function readProperties(r: Reader): Properties {
  const found: Properties = { alias: 0, authMethod: '', detail: '' }
  const list = r.sub(variable(r, 'properties length'), 'properties')
  for (let n = 0; list.left > 0 && n < MAX_PROPERTIES && !list.short; n++) {
    const id = list.u8('property')
    const row = PROPERTIES[id]
    if (row === undefined) {
      list.view(list.left, 'unknown property')
      break
    }
    const [name, shape] = row
    list.note(name)
    let said = ''
    if (shape === 'byte') list.u8(name)
    else if (shape === 'two') {
      const value = list.u16(name)
      if (id === 35) found.alias = value
    } else if (shape === 'four') list.u32(name)
    else if (shape === 'variable') variable(list, name)
    else if (shape === 'binary') list.view(list.u16(`${name} length`), name)
    else if (shape === 'pair') said = `${text(list, 'name')}=${text(list, 'value')}`
    else said = text(list, name)
    if (id === 21) found.authMethod = said
    if (said !== '' && found.detail.length < MAX_DETAIL) found.detail += `${found.detail === '' ? '' : ', '}${name} ${said}`
  }
  if (list.short) r.short = true
  return found
}
