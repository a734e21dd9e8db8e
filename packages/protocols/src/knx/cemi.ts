/** KNX telegrams in the common external message interface. Spec: KNX 03.06.03 §4; application services KNX 03.03.07 §3. */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { hexText, SHOWN_BYTES } from '../byte-text.ts'
import { group, individual } from './address.ts'
import { APCI, CODE } from './knx.table.ts'

export type Telegram = {
  readonly code: number
  source: string
  destination: string
  isGroup: boolean
  /** A confirmation that says no. */
  isRefused: boolean
  /** -1 for a telegram of the transport layer alone. */
  apci: number
  tpci: number
  /** Group values: small numbers, or octets in hexadecimal (their type is the installation's). */
  value: TagValue | undefined
  valueType: string
  /** What follows the application code; of a property what it holds. */
  data: Uint8Array
  /** Properties: object type and instance, property, elements (0 in an answer: refused). */
  object: string
  property: number
  elements: number
  isBad: boolean
}

const EMPTY = new Uint8Array(0)

export function readTelegram(r: Reader): Telegram {
  const code = r.u8('message code')
  const t: Telegram = {
    code,
    source: '',
    destination: '',
    isGroup: false,
    isRefused: false,
    apci: -1,
    tpci: -1,
    value: undefined,
    valueType: '',
    data: EMPTY,
    object: '',
    property: -1,
    elements: -1,
    isBad: false,
  }
  if (code === CODE.dataRequest || code === CODE.dataIndication || code === CODE.dataConfirm) readData(r, t)
  else if (code >= 0xf5 && code <= 0xfc && code !== 0xf8 && code !== 0xf9 && code !== 0xfa) readProperty(r, t)
  else if (r.left > 0) t.data = r.view(r.left, 'message')
  t.isBad = r.short
  return t
}

function readData(r: Reader, t: Telegram): void {
  r.skip(r.u8('additional size'), 'additional')
  const control = r.u8('control 1')
  t.isRefused = t.code === CODE.dataConfirm && (control & 1) !== 0
  t.isGroup = (r.u8('control 2') & 0x80) !== 0
  t.source = individual(r.u16('source'))
  const destination = r.u16('destination')
  t.destination = t.isGroup ? group(destination) : individual(destination)
  const size = r.u8('size')
  t.tpci = r.peek(0) >> 2
  if (size === 0) {
    r.u8('transport control')
    return
  }
  const word = r.u16('transport and application control') & 0x3ff
  t.apci = apciOf(word)
  r.note(APCI[t.apci]?.[0] ?? '')
  t.data = r.view(size - 1, 'data')
  if (t.apci === 0x040 || t.apci === 0x080) {
    // Up to six bits stand in the application code itself.
    const isSmall = size === 1
    t.value = isSmall ? word & 0x3f : t.data.length === 1 ? t.data[0]! : hexText(t.data, SHOWN_BYTES)
    t.valueType = isSmall ? 'uint6' : t.data.length === 1 ? 'uint8' : `octets ${t.data.length}`
  }
}

/** Codes of ten bits where they are listed, else of the four high bits. */
function apciOf(word: number): number {
  return word >= 0x1c8 && APCI[word] !== undefined ? word : word & 0x3c0
}

function readProperty(r: Reader, t: Telegram): void {
  const type = r.u16('object type')
  const instance = r.u8('instance')
  t.object = `object ${type}.${instance}`
  t.property = r.u8('property')
  t.elements = r.u16('elements') >> 12
  t.data = r.view(r.left, 'data')
}
