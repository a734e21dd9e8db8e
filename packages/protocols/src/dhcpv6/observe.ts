import type { AssetAttribute, Endpoint } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { VENDOR_CLASSES } from '../dhcp/dhcp.table.ts'
import type { Sink } from '../protocol.ts'
import { ANSWERS, MESSAGES, REPLY, STATUS } from './dhcpv6.table.ts'
import { cardOf, type Dhcpv6 } from './dhcpv6.ts'

export function observe(seen: SeenMessage<Dhcpv6>, sink: Sink): void {
  const { message: m } = seen
  for (const name of m.anomalies) sink.anomaly(`dhcpv6.${name}`)
  if (ANSWERS.has(m.type)) answers(seen, sink)
  else asks(seen, sink)
}

/** The host that a relay speaks for; undefined where the packet's own addresses are the client's. */
function relayed(m: Dhcpv6): Endpoint | undefined {
  return m.peer === undefined ? undefined : { ip: m.peer, mac: m.linkLayer, port: undefined }
}

function asks({ message: m, from }: SeenMessage<Dhcpv6>, sink: Sink): void {
  const host = relayed(m)
  if (host !== undefined) sink.hint(from, 'role', 'dhcp relay', 0.8)
  const hint = (attribute: AssetAttribute, value: string | undefined, confidence: number): void =>
    sink.hint(from, attribute, value, confidence, undefined, host)
  hint('name', readable(m.fqdn ?? ''), 0.95)
  hint('software', readable(m.vendorClass ?? ''), 0.6)
  hint('os', VENDOR_CLASSES.find(([prefix]) => m.vendorClass?.startsWith(prefix))?.[1], 0.5)
  hint('fingerprint', m.wanted === undefined ? undefined : `dhcpv6 ${m.wanted}`, 0.9)
  hint('fingerprint', m.clientId === undefined ? undefined : `duid ${m.clientId}`, 0.9)
}

function answers(seen: SeenMessage<Dhcpv6>, sink: Sink): void {
  const { message: m, from, flow } = seen
  sink.hint(from, 'role', 'dhcp server', 0.9)
  const other: Side = from === 'client' ? 'server' : 'client'
  if (m.type === REPLY) {
    const host = relayed(m)
    const mac = host === undefined ? (other === 'client' ? flow.clientMac : flow.serverMac) : (host.mac ?? cardOf(m.clientId))
    if (mac !== undefined && mac !== '') {
      for (const { ip, seconds } of m.addresses) {
        if (seconds > 0) sink.sayFrom(from, { kind: 'address.claimed', ip, mac, by: 'dhcp', gratuitous: false })
      }
    }
    sink.hint(other, 'domain', readable(m.domain ?? ''), 0.8, undefined, host)
  }
  const type = MESSAGES[m.type] ?? ''
  if (sink.again(`${type} ${m.status?.code ?? 0}`)) return
  sink.operation(`${type} ${m.status?.code ?? 0}`, {
    operation: type.toLowerCase(),
    object: m.prefixes.join(' '),
    access: 'session',
    ok: m.status === undefined,
    error: m.status === undefined ? '' : readable(m.status.text || STATUS[m.status.code] || `status ${m.status.code}`),
    part: undefined,
  })
}
