/** When a flow is over, in event time. */
import { type Packet, SYN } from '../packet/packet.ts'
import type { FlowRecord, Transport } from './flow.ts'

/** Idle time after which a flow is over, µs: Zeek's defaults, so that conn.log rows split alike. */
const IDLE_US: Readonly<Record<Transport, number>> = {
  tcp: 300_000_000,
  udp: 60_000_000,
  icmp: 60_000_000,
  ip: 60_000_000,
  ethernet: 300_000_000,
}
/** A tunnel of IP in IP has no end of its own: Zeek forgets it after an hour without a new connection inside. */
const TUNNEL_IDLE_US = 3_600_000_000

/** µs since 1970 from which a packet between the same ends starts another flow. */
export function overAt(flow: FlowRecord): number {
  if (flow.isTunnel && flow.transport === 'ip') return flow.lastAt + TUNNEL_IDLE_US
  return flow.tcp !== undefined ? flow.tcp.overAt : flow.lastAt + (flow.conversation?.protocol?.idleUs ?? IDLE_US[flow.transport])
}

export function isOver(flow: FlowRecord, p: Packet): boolean {
  return p.atUs > overAt(flow) || ((p.flags & SYN) !== 0 && flow.tcp?.reopens(p) === true)
}
