/**
 * SSDP: devices of a local network say which services they offer. HTTP's heads in datagrams, without bodies.
 *
 *   M-SEARCH * HTTP/1.1, NOTIFY * HTTP/1.1 or HTTP/1.1 200 OK, fields, empty line
 *
 * Spec: UPnP Device Architecture 1.1 §1.2 and §1.3.
 */
import type { AssetType } from '@isthmus/model'
import { type Dissector, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import { field, type Head, readHead } from '../http/head.ts'
import type { Protocol, Sink } from '../protocol.ts'

export type Ssdp = {
  kind: 'search' | 'notify' | 'response'
  head: Head
  server: string
  /** What is searched for or offered. */
  target: string
  location: string
  anomalies: 'truncated'[]
}

const STARTS = ['M-SEARCH * HTTP/1.', 'NOTIFY * HTTP/1.', 'HTTP/1.1 200', 'HTTP/1.0 200']
const TYPES: readonly (readonly [part: RegExp, type: AssetType])[] = [
  [/device:InternetGatewayDevice/, 'router'],
  [/device:WLANAccessPointDevice/, 'access-point'],
  [/device:Printer/, 'printer'],
  [/device:DigitalSecurityCamera/, 'camera'],
  [/device:SensorManagement/, 'sensor'],
]

const dissector: Dissector<Ssdp> = {
  name: 'ssdp',
  ports: ['udp/1900'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    const start = byteText(head.view(Math.min(all, 20)))
    return STARTS.some((s) => start.startsWith(s.slice(0, start.length)) && start.length > 0) && all > 4 ? all : NOT_MINE
  },
  parse(r) {
    const isRequest = r.peek() !== 0x48
    const whole = endsHead(r)
    const head = readHead(r, isRequest)
    r.view(r.left, 'rest')
    const text = (name: string): string => readable(field(head, name) ?? '')
    const m: Ssdp = {
      kind: head.method === 'M-SEARCH' ? 'search' : isRequest ? 'notify' : 'response',
      head,
      server: text('server') || text('user-agent'),
      target: text('nt') || text('st'),
      location: text('location'),
      anomalies: [],
    }
    if (!whole) {
      r.short = true
      m.anomalies.push('truncated')
    }
    return m
  },
}

function endsHead(r: Reader): boolean {
  const { bytes, end } = r
  return r.left >= 4 && bytes[end - 1] === 10 && (bytes[end - 2] === 10 || bytes[end - 3] === 10)
}

function observe(seen: SeenMessage<Ssdp>, sink: Sink): void {
  const { message: m, from } = seen
  for (const name of m.anomalies) sink.anomaly(`ssdp.${name}`)
  sink.hint(from, 'software', m.server, m.kind === 'search' ? 0.5 : 0.9)
  if (m.kind === 'search') return
  sink.hint(from, 'type', TYPES.find(([part]) => part.test(m.target))?.[1], 0.6)
  sink.hint(from, 'interface', m.location === '' ? undefined : `upnp ${m.location}`, 0.6)
}

export const ssdp: Protocol<Ssdp> = { dissector, observe }
