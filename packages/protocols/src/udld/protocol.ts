/**
 * UDLD: a switch tells its neighbour who it is, to find cables that carry one way only.
 *
 *   | version 3 bits, opcode 5 | flags u8 | checksum u16 | type u16, length u16 (with these four), value … |   big-endian
 *
 * Spec: RFC 5171 §4; SNAP 00-00-0c, type 0x0111.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'

export type Udld = { opcode: number; device: string; port: string; name: string; anomalies: ('truncated' | 'bad-length')[] }

const OPCODES: Readonly<Record<number, string>> = { 1: 'probe', 2: 'echo', 3: 'flush' }
const MAX_ELEMENTS = 32
/** Cisco's serial numbers: place, year and week, number. */
const SERIAL = /^[A-Z]{3}\d{4}[0-9A-Z]{4}$/

const dissector: Dissector<Udld> = {
  name: 'udld',
  ports: ['snap/0x00000c0111'],
  maxFrame: 1500,
  sessionless: true,
  frame: (head) => (head.left < 4 ? NEED_MORE : head.peek() >> 5 === 1 && OPCODES[head.peek() & 31] !== undefined ? head.left : NOT_MINE),
  parse(r) {
    const m: Udld = { opcode: r.u8('version and opcode') & 31, device: '', port: '', name: '', anomalies: [] }
    r.note(OPCODES[m.opcode] ?? 'unknown')
    r.u8('flags')
    r.u16('checksum')
    for (let n = 0; n < MAX_ELEMENTS && r.left >= 4; n++) {
      const type = r.u16('element')
      const length = r.u16('length')
      if (type === 0 && length === 0) break
      if (length < 4) {
        m.anomalies.push('bad-length')
        break
      }
      element(type, r.sub(length - 4, `element ${type}`), m)
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function element(type: number, r: Reader, m: Udld): void {
  const text = readable(withoutPadding(byteText(r.view(r.left, 'value'))))
  if (type === 1) m.device = text
  else if (type === 2) m.port = text
  else if (type === 6) m.name = text
}

function observe({ message: m, from }: SeenMessage<Udld>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`udld.${name}`)
  if (m.anomalies.length > 0) return
  sink.hint(from, 'type', 'switch', 0.6)
  sink.hint(from, 'serial', SERIAL.test(m.device) ? m.device : undefined, 0.8)
  sink.hint(from, 'name', m.name, 0.9)
  sink.hint(from, 'interface', m.port, 0.8)
  once(sink, OPCODES[m.opcode]!, '', 'session')
}

export const udld: Protocol<Udld> = { dissector, observe }
