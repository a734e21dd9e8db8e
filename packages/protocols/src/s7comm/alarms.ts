/**
 * What a controller's program reports by itself: ALARM_8 and NOTIFY.
 *
 *   | time 8, BCD | function u8 | objects u8 | object … |
 *   object: | 12 | length u8 | syntax u8 = 16 | values u8 | event u32 | signals u8 | state u8 | acknowledged u8 u8 | value … |
 *   value:  | FF when it could be read | transport size u8 | length u16, bits or bytes | data | a fill byte where it is odd |   big-endian
 *
 * Not published by its maker: as S7 dissectors read it.
 */
import { Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { S7comm } from './s7comm.ts'

/** Sub-functions of the CPU functions. */
const ALARMS: Readonly<Record<number, string>> = { 5: 'alarm', 6: 'notification' }
const SYNTAX = 0x16
const SIGNALS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8]
/** Transport sizes that count in bits; the others count in bytes. */
const IN_BITS: ReadonlySet<number> = new Set([3, 4, 5])
const MAX_OBJECTS = 16
/** ALARM_8P takes ten; what states more is none. */
const MAX_VALUES = 10
const SHOWN_BYTES = 64

/** Each object of a message; which of its eight signals stand, and the values the program sent along. */
export function alarmed({ sub, data }: S7comm, sink: Sink): void {
  const name = ALARMS[sub]
  if (name === undefined) return
  const r = new Reader(data)
  r.skip(9)
  const objects = Math.min(r.u8(), MAX_OBJECTS)
  for (let i = 0; i < objects && r.left > 0; i++) if (!object(name, r, sink)) return
}

/** False where no further object can be found. */
function object(name: string, r: Reader, sink: Sink): boolean {
  r.skip(2)
  const syntax = r.u8()
  const values = r.u8()
  const event = `${name} 0x${r.u32().toString(16).padStart(8, '0')}`
  const signals = r.u8()
  r.skip(3)
  if (r.short || syntax !== SYNTAX) return false
  const standing = SIGNALS.filter((n) => (signals >> (n - 1)) & 1)
  const what = `${event}: ${standing.length === 0 ? 'no signal' : `signal ${standing.join(', ')}`}`
  sink.sayFrom('server', { kind: 'device.diagnosed', what, fault: false })
  if (values > MAX_VALUES) return false
  for (let n = 1; n <= values; n++) if (!value(`${event} value ${n}`, r, sink)) return false
  return true
}

/** The type is the program's own: words of up to four bytes are told as numbers without a sign, others as bytes. */
function value(tag: string, r: Reader, sink: Sink): boolean {
  const isRead = r.u8() === 0xff
  const size = r.u8()
  const length = r.u16()
  const bytes = IN_BITS.has(size) ? (length + 7) >> 3 : length
  const data = r.view(bytes)
  if (r.short) return false
  if (bytes % 2 === 1 && r.left > 0) r.skip(1)
  if (!isRead) return true
  if (bytes === 1 || bytes === 2 || bytes === 4) sink.read(tag, numberOf(data), `uint${bytes * 8}`)
  else if (bytes > 0) sink.read(tag, hexText(data, SHOWN_BYTES), 'bytes')
  return true
}

function numberOf(data: Uint8Array): number {
  let n = 0
  for (const byte of data) n = n * 256 + byte
  return n
}
