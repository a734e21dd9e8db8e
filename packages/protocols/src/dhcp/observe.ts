import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { VENDOR_CLASSES } from './dhcp.table.ts'
import { type Dhcp, leaseOf } from './dhcp.ts'

const NO_RELAY = '0.0.0.0'
const BROADCAST = '255.255.255.255'

export function observe(seen: SeenMessage<Dhcp>, sink: Sink): void {
  const { message: m } = seen
  for (const name of m.anomalies) sink.anomaly(`dhcp.${name}`)
  if (m.isRequest) asks(seen, sink)
  else answers(seen, sink)
}

function asks(seen: SeenMessage<Dhcp>, sink: Sink): void {
  const { message: m, from } = seen
  // Behind a relay the frame is the relay's: what the client says would be said of the wrong host.
  if (m.relayIp !== NO_RELAY && m.relayIp !== '') return
  sink.hint(from, 'name', m.hostName ?? m.fqdn?.replace(/\.$/, ''), 0.95)
  sink.hint(from, 'software', m.vendorClass, 0.6)
  sink.hint(from, 'os', VENDOR_CLASSES.find(([prefix]) => m.vendorClass?.startsWith(prefix))?.[1], 0.5)
  sink.hint(from, 'fingerprint', m.wanted === undefined ? undefined : `dhcp ${m.wanted}`, 0.9)
}

function answers(seen: SeenMessage<Dhcp>, sink: Sink): void {
  const { message: m, from, flow } = seen
  sink.hint(from, 'role', 'dhcp server', 0.9)
  const other = from === 'client' ? 'server' : 'client'
  const otherIp = from === 'client' ? flow.serverIp : flow.clientIp
  if (m.type === 'ACK') {
    const ip = leaseOf(m)
    if (ip !== undefined && m.hardware !== '')
      sink.sayFrom(from, { kind: 'address.claimed', ip, mac: m.hardware, by: 'dhcp', gratuitous: false })
    if (otherIp !== BROADCAST && (m.relayIp === NO_RELAY || otherIp === ip)) {
      sink.hint(other, 'gateway', m.router, 0.9)
      sink.hint(other, 'domain', m.domain, 0.8)
    }
  }
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
