/** Names of MMS objects, lists of variables, and types of variables. Spec: ISO 9506-2 §7.2 (ObjectName), §14 (variable access). */
import type { Reader } from '@isthmus/wire'
import { integerOf } from '../asn1/ber.ts'
import { tlvBytes, tlvOpen, tlvSkip, tlvTag } from '../asn1/tlv.ts'
import { byteText, hexText } from '../byte-text.ts'

/** Variables of one request, names of one answer, components of one type. */
export const MAX_NAMES = 4096
const MAX_DEPTH = 16

/** `domain/item`, `item` of the device as a whole, `@item` of this association. */
export function readName(r: Reader): string {
  const tag = tlvTag(r)
  if (tag === 0xa1) {
    const pair = tlvOpen(r, 'domain specific')
    return `${byteText(tlvBytes(pair, 'domain'))}/${byteText(tlvBytes(pair, 'item'))}`
  }
  if (tag === 0x80) return byteText(tlvBytes(r, 'device specific'))
  if (tag === 0x82) return `@${byteText(tlvBytes(r, 'association specific'))}`
  tlvSkip(r, 'name')
  return ''
}

/** Texts of a list, whatever their string type. */
export function readTexts(r: Reader, label: string): string[] {
  const texts: string[] = []
  while (r.left > 0 && !r.short && texts.length < MAX_NAMES) texts.push(byteText(tlvBytes(r, label)))
  return texts
}

/** A sequence of variables, each by name or otherwise, with the part of it that is asked for. */
export function readVariables(r: Reader): string[] {
  const names: string[] = []
  while (r.left > 0 && !r.short && names.length < MAX_NAMES) {
    const item = tlvOpen(r, 'variable')
    let name = readSpecification(item)
    if (tlvTag(item) === 0xa5) name += readAlternate(tlvOpen(item, 'alternate access'), 0)
    names.push(name)
  }
  return names
}

/** VariableSpecification: by name, by address, by description. */
export function readSpecification(r: Reader): string {
  const tag = tlvTag(r)
  if (tag === 0xa0) return readName(tlvOpen(r, 'name'))
  if (tag === 0xa1) return readAddress(tlvOpen(r, 'address'))
  if (tag === 0xa2) {
    const description = tlvOpen(r, 'description')
    return readAddress(description)
  }
  tlvSkip(r, 'variable')
  return ''
}

function readAddress(r: Reader): string {
  const tag = tlvTag(r)
  if (tag === 0x80) return `address ${integerOf(tlvBytes(r, 'numeric address'))}`
  if (tag === 0x81) return `address ${byteText(tlvBytes(r, 'symbolic address'))}`
  const text = hexText(tlvBytes(r, 'address'), 32)
  return `address 0x${text}`
}

/** Components as `$name`, elements as `[n]`: several are joined. */
function readAlternate(r: Reader, depth: number): string {
  let text = ''
  for (let n = 0; n < 16 && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    const isNumber = tag === 0x82
    if (tag === 0x81 || (tag === 0x80 && depth > 0)) text += `$${byteText(tlvBytes(r, 'component'))}`
    else if (isNumber) text += `[${integerOf(tlvBytes(r, 'index'))}]`
    else if (tag === 0xa3) {
      const range = tlvOpen(r, 'index range')
      const low = integerOf(tlvBytes(range, 'low'))
      text += `[${low}..${low + integerOf(tlvBytes(range, 'count')) - 1}]`
    } else if ((tag & 0x20) !== 0 && depth < MAX_DEPTH) text += readAlternate(tlvOpen(r, 'selection'), depth + 1)
    else tlvSkip(r, 'selection')
  }
  return text
}

/** The names inside a type; a leaf has none. */
export type TypeNode = { readonly names: readonly string[]; readonly parts: readonly TypeNode[]; readonly isArray: boolean }

const LEAF: TypeNode = { names: [], parts: [], isArray: false }

/** TypeSpecification (§14.4.1). */
export function readType(r: Reader, budget: { left: number }, depth = 0): TypeNode {
  const tag = tlvTag(r)
  if ((tag !== 0xa1 && tag !== 0xa2) || depth >= MAX_DEPTH || budget.left-- <= 0) {
    tlvSkip(r, 'type')
    return LEAF
  }
  const body = tlvOpen(r, tag === 0xa1 ? 'array type' : 'structure type')
  if (tlvTag(body) === 0x80) tlvSkip(body, 'packed')
  if (tag === 0xa1) {
    tlvSkip(body, 'elements')
    return { names: [], parts: [readType(tlvOpen(body, 'element type'), budget, depth + 1)], isArray: true }
  }
  const names: string[] = []
  const parts: TypeNode[] = []
  const components = tlvOpen(body, 'components')
  while (components.left > 0 && !components.short && budget.left > 0) {
    const component = tlvOpen(components, 'component')
    names.push(tlvTag(component) === 0x80 ? byteText(tlvBytes(component, 'name')) : '')
    parts.push(tlvTag(component) === 0xa1 ? readType(tlvOpen(component, 'type'), budget, depth + 1) : LEAF)
    budget.left--
  }
  return { names, parts, isArray: false }
}
