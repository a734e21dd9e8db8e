/** What an agent's variables say of the agent: system group, entity table, common private objects. */
import type { Side } from '@isthmus/wire'
import { oidOf, TAG } from '../asn1/ber.ts'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { DESCRIPTIONS, ENTERPRISES, ENTITY_COLUMNS, IDENTITY, OID } from './snmp.table.ts'
import type { Binding } from './snmp.ts'

/** A description's first characters tell what there is to tell. */
const MAX_TEXT = 512

export function identify(about: Side, bindings: readonly Binding[], sink: Sink): void {
  for (const b of bindings) {
    if (b.oid === OID.objectId && b.type === TAG.oid) sink.hint(about, 'vendor', vendorOf(oidOf(b.value)), 0.8)
    else if (b.type === TAG.octets && b.value.length > 0) {
      const known = IDENTITY[b.oid]
      if (known !== undefined) {
        const text = textOf(b.value)
        sink.hint(about, known[0], text, known[1])
        if (b.oid === OID.description) describes(about, text, sink)
      } else if (b.oid.startsWith(OID.entity)) entity(about, b, sink)
    }
  }
}

/** Maker by the number it has with IANA: of an object identifier under `enterprises`. */
export function vendorOf(oid: string): string | undefined {
  if (!oid.startsWith(OID.enterprises)) return undefined
  return ENTERPRISES[Number.parseInt(oid.slice(OID.enterprises.length), 10)]
}

/** snmpEngineID (RFC 3411 §5): the maker's number with the top bit set, then a form and, for form 3, a MAC. */
export function identifyEngine(about: Side, engine: string, sink: Sink): void {
  if (engine.length < 10) return
  const first = Number.parseInt(engine.slice(0, 8), 16)
  if (first < 0x8000_0000) return
  sink.hint(about, 'vendor', ENTERPRISES[first - 0x8000_0000], 0.6)
  if (engine.slice(8, 10) === '04') {
    const bytes = Uint8Array.from({ length: (engine.length - 10) / 2 }, (_, i) => Number.parseInt(engine.slice(10 + 2 * i, 12 + 2 * i), 16))
    sink.hint(about, 'name', textOf(bytes), 0.5)
  }
}

function describes(about: Side, text: string, sink: Sink): void {
  for (const [pattern, attribute] of DESCRIPTIONS) {
    const found = pattern.exec(text)
    if (found !== null) sink.hint(about, attribute, found.slice(1).join(' '), 0.9)
  }
}

/** A row for every part: the one that the device is comes first, by convention index 1 or 1001. */
function entity(about: Side, b: Binding, sink: Sink): void {
  const [column, index] = b.oid.slice(OID.entity.length).split('.')
  const attribute = ENTITY_COLUMNS[Number(column)]
  if (attribute === undefined || index === undefined) return
  const text = textOf(b.value)
  const isDevice = index === '1' || index === '1001'
  if (isDevice && attribute !== 'name') sink.hint(about, attribute, text, 0.9)
  sink.hint(about, attribute, text, 0.9, `entity ${index}`)
}

export function textOf(bytes: Uint8Array): string {
  const text = readable(withoutPadding(byteText(bytes.length > MAX_TEXT ? bytes.subarray(0, MAX_TEXT) : bytes)))
  // Strings of bytes (MAC addresses, bit masks) are no names.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what marks them
  return /[\x00-\x08\x0e-\x1f\x7f]/.test(text) ? '' : text.replace(/\s+/g, ' ').trim()
}
