/**
 * What a multicast answer says of the device that sends it, beside its names: keys of service texts (RFC 6763 §6; printers: Bonjour
 * Printing Specification 1.2.1 §9; casts and accessories: their makers' keys) and the system of HINFO (RFC 1035 §3.3.2).
 */
import type { AssetAttribute } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Record_ } from './record.ts'

type Field = { readonly keys: readonly string[]; readonly attribute: AssetAttribute; readonly confidence: number; readonly of?: RegExp }

const FIELDS: readonly Field[] = [
  { keys: ['model', 'usb_mdl', 'ty', 'am'], attribute: 'model', confidence: 0.9 },
  // Elsewhere the key means something else (audio: which metadata are sent).
  { keys: ['md'], attribute: 'model', confidence: 0.9, of: /\._(?:googlecast|hap)\._tcp\./ },
  { keys: ['manufacturer', 'usb_mfg', 'mfg', 'vendor'], attribute: 'vendor', confidence: 0.8 },
  { keys: ['serialnumber'], attribute: 'serial', confidence: 0.9 },
  { keys: ['note'], attribute: 'location', confidence: 0.6, of: /\._(?:ipps?|printer|pdl-datastream|uscans?)\._tcp\./ },
]
const MAX_TEXT = 200

export function hintDevice(record: Record_, from: Side, sink: Sink): void {
  if (record.type === HINFO) sink.hint(from, 'os', record.system, 0.6)
  if (record.type !== TXT || record.value === undefined) return
  const texts = textsOf(record.value)
  if (texts.size === 0) return
  const name = `${record.name.toLowerCase()}.`
  for (const { keys, attribute, confidence, of } of FIELDS) {
    const key = of === undefined || of.test(name) ? keys.find((k) => texts.has(k)) : undefined
    if (key !== undefined) sink.hint(from, attribute, texts.get(key), confidence)
  }
}

const HINFO = 13
const TXT = 16

/** `TXT 8 ty=Press TXT 4 rp=p`: values by key in lower case; keys without a value, or with an empty one, say nothing. */
function textsOf(value: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (let at = 0; at < value.length; ) {
    const head = /^ ?TXT (\d{1,3}) /.exec(value.slice(at, at + 9))
    if (head === null) break
    at += head[0].length
    const text = value.slice(at, at + Number(head[1]))
    at += text.length
    const equals = text.indexOf('=')
    const key = text.slice(0, Math.max(0, equals)).toLowerCase()
    if (key !== '' && text.length > equals + 1 && !texts.has(key)) texts.set(key, text.slice(equals + 1, equals + 1 + MAX_TEXT).trim())
  }
  return texts
}
