/** What conn.log says of a conversation that is over. */
import { type AnyProtocol, firstAnswer, PROTOCOLS, servicesOf } from '@isthmus/protocols'
import type { Counts, FlowRecord } from '@isthmus/wire'
import type { ConnEnd } from '@isthmus/zeek-logs'

/** What conn.log calls a protocol; '' when it has no word for it. */
const SERVICES: ReadonlyMap<string, AnyProtocol['service']> = new Map(
  PROTOCOLS.map((p) => [p.dissector.name, p.service ?? (p.logs === undefined ? '' : p.dissector.name)]),
)

function serviceOf(name: string, transport: FlowRecord['transport']): string {
  const service = SERVICES.get(name) ?? name
  if (typeof service === 'string') return service
  return transport === 'tcp' || transport === 'udp' ? service[transport] : ''
}

function namedServices(flow: FlowRecord): readonly string[] {
  return servicesOf(
    flow,
    flow.services.map((name) => serviceOf(name, flow.transport)).filter((name) => name !== ''),
  )
}

/** A side of which nothing was read has said nothing. */
function heard({ heard }: FlowRecord, up: number, down: number): string {
  const shown = up > 0 ? heard : heard.replace('D', '')
  return down > 0 ? shown : shown.replace('d', '')
}

/** Zeek passes over packets that are longer than their frame; what TCP's own counting took of them stays. */
function read(flow: FlowRecord, counts: Counts): Pick<Counts, 'packets' | 'payload' | 'overstated' | 'ip'> {
  const { cut, packets, payload, overstated, ip } = counts
  if (cut === undefined || flow.transport === 'tcp') return counts
  return { packets: packets - cut.packets, payload: payload - cut.payload, overstated, ip: ip - cut.ip }
}

export function connEnd(flow: FlowRecord): ConnEnd {
  const { tcp } = flow
  const [up, down] = [read(flow, flow.up), read(flow, flow.down)]
  return {
    transport: flow.transport,
    ipProtocol: flow.protocol,
    services: namedServices(flow),
    durationUs: (tcp?.lastAt ?? flow.lastAt) - flow.startedAt,
    clientBytes: tcp?.clientBytes ?? payload(flow, up),
    serverBytes: tcp?.serverBytes ?? payload(flow, down),
    connState: tcp?.connState ?? (flow.transport === 'udp' ? (up.packets === 0 ? 'SHR' : down.packets === 0 ? 'S0' : 'SF') : 'OTH'),
    clientIsLocal: flow.client.isLocal,
    serverIsLocal: flow.server.isLocal,
    missedBytes: tcp?.missedBytes ?? 0,
    history: tcp?.history ?? heard(flow, up.packets, down.packets),
    clientPackets: up.packets,
    clientIpBytes: up.ip,
    serverPackets: down.packets,
    serverIpBytes: down.ip,
    tunnelParents: flow.parent === undefined ? [] : [flow.parent.uid],
  }
}

/** IP and UDP headers, without options. */
const HEADERS = 28
const HEADERS_V6 = 48

/** The first packet was counted before the sides changed places, all others behind. */
export function answered(end: ConnEnd, flow: FlowRecord): ConnEnd {
  const bytes = firstAnswer(flow)?.bytes ?? 0
  const whole = bytes + (flow.client.version === 6 ? HEADERS_V6 : HEADERS)
  const more = end.clientPackets - 1
  return {
    ...end,
    clientIsLocal: end.serverIsLocal,
    serverIsLocal: end.clientIsLocal,
    history: more > 0 ? 'D^d' : 'D^',
    connState: more > 0 ? 'SF' : 'S0',
    clientPackets: end.serverPackets + 1,
    clientBytes: end.serverBytes + bytes,
    clientIpBytes: end.serverIpBytes + whole,
    serverPackets: more,
    serverBytes: end.clientBytes - bytes,
    serverIpBytes: end.clientIpBytes - whole,
  }
}

/**
 * What an ICMP message says lies behind its 8 bytes of header, and a datagram in its own; of transports it does not know Zeek counts
 * nothing.
 */
function payload(flow: FlowRecord, counts: Pick<Counts, 'packets' | 'payload' | 'overstated'>): number {
  if (flow.transport === 'ip') return 0
  return flow.transport === 'icmp' ? Math.max(0, counts.payload - 8 * counts.packets) : counts.payload + counts.overstated
}
