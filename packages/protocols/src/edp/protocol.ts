/**
 * EDP: Extreme switches tell their neighbours who they are.
 *
 *   | version u8 = 1 | 0 | length u16 | checksum u16 | sequence u16 | kind u16 | MAC 6 | 0x99 | type u8 | length u16 (with these four) | value … |
 *   information: | slot u16 | port u16 | virtual chassis u16 | 0 6 | version 4 | connections 16 |   big-endian
 *
 * Spec: as publicly analysed (tshark's dissector); SNAP 00-e0-2b, type 0x00bb.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showMac } from '../show-address.ts'

export type Edp = {
  device: string
  name: string
  slot: number | undefined
  port: number
  version: string
  vlans: string[]
  anomalies: ('truncated' | 'bad-length')[]
}

const MARK = 0x99
const MAX_ELEMENTS = 64

const dissector: Dissector<Edp> = {
  name: 'edp',
  ports: ['snap/0x00e02b00bb'],
  maxFrame: 65_535,
  sessionless: true,
  frame: (head) => (head.left < 16 ? NEED_MORE : head.peek() === 1 && head.peek(1) === 0 ? head.left : NOT_MINE),
  parse(r) {
    r.u8('version')
    r.u8('reserved')
    r.u16('length')
    r.u16('checksum')
    r.u16('sequence')
    r.u16('kind of id')
    const m: Edp = { device: showMac(r.view(6, 'device')), name: '', slot: undefined, port: 0, version: '', vlans: [], anomalies: [] }
    for (let n = 0; n < MAX_ELEMENTS && r.left >= 4 && r.peek() === MARK; n++) {
      r.u8('mark')
      const type = r.u8('element')
      const length = r.u16('length')
      if (length < 4) {
        m.anomalies.push('bad-length')
        break
      }
      if (type === 0) break
      element(type, r.sub(length - 4, `element ${type}`), m)
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function element(type: number, r: Reader, m: Edp): void {
  const text = (label: string): string => readable(withoutPadding(byteText(r.view(r.left, label))))
  if (type === 1) m.name = text('name')
  else if (type === 2) {
    m.slot = r.u16('slot') + 1
    m.port = r.u16('port') + 1
    r.skip(8, 'virtual chassis')
    m.version = [...r.view(4, 'version')].join('.')
    r.view(r.left, 'connections')
  } else if (type === 5) {
    r.u8('flags')
    r.u8('reserved')
    const id = r.u16('VLAN')
    r.skip(8, 'address')
    m.vlans.push(`${id} ${text('name')}`)
  } else r.view(r.left, 'value')
}

function observe({ message: m, from }: SeenMessage<Edp>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`edp.${name}`)
  sink.hint(from, 'type', 'switch', 0.8)
  sink.hint(from, 'vendor', 'Extreme Networks', 0.9)
  sink.hint(from, 'name', m.name, 0.95)
  sink.hint(from, 'firmware', m.version, 0.95)
  if (m.slot !== undefined) sink.hint(from, 'interface', `slot ${m.slot} port ${m.port}`, 0.9)
}

export const edp: Protocol<Edp> = { dissector, observe }
