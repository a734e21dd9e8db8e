import type { AssetAttribute, Endpoint } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Sink } from '../protocol.ts'
import { VENDOR_CLASSES } from './dhcp.table.ts'
import { type Dhcp, leaseOf } from './dhcp.ts'

const NOWHERE = '0.0.0.0'

export function observe(seen: SeenMessage<Dhcp>, sink: Sink): void {
  const { message: m } = seen
  for (const name of m.anomalies) sink.anomaly(`dhcp.${name}`)
  if (m.isRequest) asks(seen, sink)
  else answers(seen, sink)
}

/** The host that asks: its hardware address is in the message, whoever's frame it comes in. */
function clientOf(m: Dhcp, sender?: string): Endpoint {
  // What it sends from is its address, unless a relay sends for it.
  const own = sender !== undefined && sender !== NOWHERE && m.relayIp === NOWHERE ? sender : undefined
  return { ip: own ?? leaseOf(m), mac: m.hardware === '' ? undefined : m.hardware, port: undefined }
}

function asks(seen: SeenMessage<Dhcp>, sink: Sink): void {
  const { message: m, from } = seen
  const ip = from === 'client' ? seen.flow.clientIp : seen.flow.serverIp
  const host = clientOf(m, ip)
  if (m.relayIp !== NOWHERE) sink.hint(from, 'role', 'dhcp relay', 0.8)
  const hint = (attribute: AssetAttribute, value: string | undefined, confidence: number): void =>
    sink.hint(from, attribute, value, confidence, undefined, host)
  hint('name', readable(m.hostName ?? m.fqdn?.replace(/\.$/, '') ?? ''), 0.95)
  hint('software', readable(m.vendorClass ?? ''), 0.6)
  hint('os', VENDOR_CLASSES.find(([prefix]) => m.vendorClass?.startsWith(prefix))?.[1], 0.5)
  hint('fingerprint', m.wanted === undefined ? undefined : `dhcp ${m.wanted}`, 0.9)
}

function answers(seen: SeenMessage<Dhcp>, sink: Sink): void {
  const { message: m, from } = seen
  sink.hint(from, 'role', 'dhcp server', 0.9)
  if (m.type === 'ACK') {
    const host = clientOf(m)
    if (host.ip !== undefined && host.mac !== undefined) {
      sink.sayFrom(from, { kind: 'address.claimed', ip: host.ip, mac: host.mac, by: 'dhcp', gratuitous: false })
      const other = from === 'client' ? 'server' : 'client'
      sink.hint(other, 'gateway', m.router, 0.9, undefined, host)
      sink.hint(other, 'domain', m.domain, 0.8, undefined, host)
    }
  }
  wayOut(m, sink)
  if (m.type === '' || sink.again(m.type)) return
  const ok = m.type !== 'NAK'
  sink.operation(m.type, {
    operation: m.type.toLowerCase(),
    object: '',
    access: 'session',
    ok,
    error: ok ? '' : (m.message ?? 'NAK'),
    part: undefined,
  })
}

/** Where the hosts of a network are told to send and whom to ask for names. What a relay passes on is of another network. */
function wayOut(m: Dhcp, sink: Sink): void {
  if (m.mask === undefined || m.yourIp === NOWHERE || m.relayIp !== NOWHERE) return
  if (m.router === undefined && m.names.length === 0) return
  const names = m.names.length === 0 ? '' : `, names by ${m.names.join(' ')}`
  once(sink, `way out of ${networkOf(m.yourIp, m.mask)}`, `${m.router ?? 'none'}${names}`, 'session')
}

const networkOf = (ip: string, mask: string): string => {
  const bits = mask.split('.').map(Number)
  return `${ip
    .split('.')
    .map((part, i) => Number(part) & bits[i]!)
    .join('.')} mask ${mask}`
}
