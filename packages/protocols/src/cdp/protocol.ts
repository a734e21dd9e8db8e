/**
 * CDP: Cisco devices tell their neighbours who they are. A list of type-length-value elements.
 *
 *   | version u8 | time to live u8 | checksum u16 | type u16, length u16 (with these four), value … |   big-endian
 *
 * Spec: Cisco, "Cisco Discovery Protocol" (frame format, as publicly documented); SNAP 00-00-0c, type 0x2000.
 */
import type { AssetType } from '@isthmus/model'
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showIpv4 } from '../show-address.ts'

export type Cdp = {
  version: number
  device: string
  port: string
  platform: string
  software: string
  capabilities: number
  addresses: string[]
  nativeVlan: number | undefined
  anomalies: ('truncated' | 'bad-length')[]
}

const MAX_ELEMENTS = 128
const ELEMENT = { device: 1, addresses: 2, port: 3, capabilities: 4, software: 5, platform: 6, vlan: 10, management: 0x16 }
/** By bit of the capabilities; the first that is set names the type. */
const TYPES: readonly (readonly [bit: number, type: AssetType])[] = [
  [0x80, 'phone'],
  [0x01, 'router'],
  [0x08, 'switch'],
  [0x02, 'switch'],
]

const dissector: Dissector<Cdp> = {
  name: 'cdp',
  ports: ['snap/0x00000c2000'],
  maxFrame: 65_535,
  sessionless: true,
  frame(head) {
    const all = head.left
    if (all < 4) return NEED_MORE
    const version = head.u8()
    return version === 1 || version === 2 ? all : NOT_MINE
  },
  parse(r) {
    const m: Cdp = {
      version: r.u8('version'),
      device: '',
      port: '',
      platform: '',
      software: '',
      capabilities: 0,
      addresses: [],
      nativeVlan: undefined,
      anomalies: [],
    }
    r.u8('time to live')
    r.u16('checksum')
    for (let n = 0; n < MAX_ELEMENTS && r.left >= 4; n++) {
      const type = r.u16('element')
      const length = r.u16('length')
      if (length < 4) {
        m.anomalies.push('bad-length')
        break
      }
      readElement(type, r.sub(length - 4, `element ${type}`), m)
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function readElement(type: number, r: Reader, m: Cdp): void {
  const text = (label: string): string => readable(withoutPadding(byteText(r.view(r.left, label))))
  if (type === ELEMENT.device) m.device = text('device id')
  else if (type === ELEMENT.port) m.port = text('port id')
  else if (type === ELEMENT.software) m.software = text('software version')
  else if (type === ELEMENT.platform) m.platform = text('platform')
  else if (type === ELEMENT.capabilities) m.capabilities = r.u32('capabilities')
  else if (type === ELEMENT.vlan) m.nativeVlan = r.u16('native vlan')
  else if (type === ELEMENT.addresses || type === ELEMENT.management) addresses(r, m)
}

function addresses(r: Reader, m: Cdp): void {
  for (let n = r.u32('addresses'); n > 0 && r.left > 4 && m.addresses.length < 16; n--) {
    r.u8('protocol type')
    const protocol = r.view(r.u8('protocol length'), 'protocol')
    const value = r.view(r.u16('address length'), 'address')
    // 0xcc is IPv4 (NLPID).
    if (protocol.length === 1 && protocol[0] === 0xcc) m.addresses.push(showIpv4(value))
  }
}

function observe(seen: SeenMessage<Cdp>, sink: Sink): void {
  const { message: m, from, flow } = seen
  const mac = from === 'client' ? flow.clientMac : flow.serverMac
  for (const name of m.anomalies) sink.anomaly(`cdp.${name}`)
  sink.hint(from, 'name', m.device, 1)
  sink.hint(from, 'model', m.platform, 1)
  sink.hint(from, 'software', m.software, 1)
  // The text may be longer than a value is kept: when it was built stands last.
  sink.hint(from, 'description', /^Compiled .+$/m.exec(m.software)?.[0], 0.9)
  sink.hint(from, 'firmware', /\bVersion ([^\s,]+)/.exec(m.software)?.[1], 0.95)
  sink.hint(from, 'vendor', /cisco/i.test(m.platform + m.software) ? 'Cisco' : undefined, 0.9)
  sink.hint(from, 'interface', m.port, 0.9)
  for (const ip of m.addresses) {
    sink.hint(from, 'interface', `management ${ip}`, 0.8)
    sink.sayFrom(from, { kind: 'address.claimed', ip, mac, by: 'self', gratuitous: true })
  }
  sink.hint(from, 'type', TYPES.find(([bit]) => (m.capabilities & bit) !== 0)?.[1], 0.8)
}

export const cdp: Protocol<Cdp> = { dissector, observe }
