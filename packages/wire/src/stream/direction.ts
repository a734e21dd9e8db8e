/** What a flow's first packet tells of who is its client. */
import { type Packet, SYN } from '../packet/packet.ts'
import type { Registry } from './registry.ts'

const ACK = 16
/** Services alone have ports below; above, clients of old may take one that only administrators can (rresvport(3)). */
const SYSTEM_PORTS = 512
/** First octet of addresses of many, by version. */
const MANY_V4 = 224
const MANY_V6 = 0xff

/** It is an answer: a SYN-ACK, or one that comes from a server's port. */
export function isReversed(p: Packet, transport: 'tcp' | 'udp', registry: Registry): boolean {
  if (transport === 'tcp' && (p.flags & SYN) !== 0) return (p.flags & ACK) !== 0
  if (!registry.isServerPort(transport, p.srcPort)) return false
  // Where both could be the server, TCP's is more likely at the lower port; UDP peers often share one.
  return !registry.isServerPort(transport, p.dstPort) || (transport === 'tcp' && p.srcPort < p.dstPort)
}

/**
 * A datagram from no server's port to one, or to many, where its sender counts as the client. Any other may be the answer to one that
 * nobody captured: who is heard first is then a guess.
 */
export function isForServer(p: Packet, registry: Registry): boolean {
  const isForPort = registry.isServerPort('udp', p.dstPort) || p.dstPort < SYSTEM_PORTS
  if (isForPort && !registry.isServerPort('udp', p.srcPort) && p.srcPort >= SYSTEM_PORTS) return true
  const first = p.bytes[p.dstAt]!
  if (p.ipVersion === 6) return first === MANY_V6
  // Broadcasts within a subnet; its mask is unknown.
  return first >= MANY_V4 || (p.bytes[p.dstAt + 3] === 255 && p.macAt >= 0 && (p.macs[p.macAt]! & 1) !== 0)
}
