import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { BY_WEIGHT } from './lldp.table.ts'
import type { Lldp } from './lldp.ts'

/** A device's own announcement: every statement is about the sender. */
export function observe(seen: SeenMessage<Lldp>, sink: Sink): void {
  const { message: m, from, flow } = seen
  const mac = from === 'client' ? flow.clientMac : flow.serverMac
  for (const name of m.anomalies) sink.anomaly(`lldp.${name}`)
  sink.hint(from, 'name', m.name, 1)
  sink.hint(from, 'description', m.description, 1)
  sink.hint(from, 'interface', m.portDescription || m.port, 0.9)
  for (const { attribute, value } of m.inventory) sink.hint(from, attribute, value, 1)
  for (const ip of m.addresses) {
    sink.hint(from, 'interface', `management ${ip}`, 0.8)
    sink.sayFrom(from, { kind: 'address.claimed', ip, mac, by: 'self', gratuitous: true })
  }
  const type = BY_WEIGHT.find(([capability]) => m.capabilities.includes(capability))?.[1]
  // A station that also bridges is a PC with a virtual switch, not a switch.
  if (type !== undefined && !m.capabilities.includes('station')) sink.hint(from, 'type', type, 0.8)
}
