/** Drives captures through the pipeline for their log rows: each protocol's own, and conn.log's when a conversation ends. */
import { type AnyProtocol, type Cell, firstAnswer, type LogSpec, PROTOCOLS, servicesOf, TUNNEL_LOG, tunnelCells } from '@isthmus/protocols'
import { analyzeCaptures, type CaptureOutcome } from '@isthmus/sensor'
import type { Counts, FlowRecord } from '@isthmus/wire'
import { CONN_LOG, type ConnEnd, connCells, type LogBook, type RowOwner, ZEEK_SERVER_PORTS } from '@isthmus/zeek-logs'
import { memoryCeiling } from '../memory-ceiling.ts'
import type { LogFolder } from './log-folder.ts'

/** What conn.log calls a protocol; '' when it has no word for it. */
const SERVICES: ReadonlyMap<string, AnyProtocol['service']> = new Map(
  PROTOCOLS.map((p) => [p.dissector.name, p.service ?? (p.logs === undefined ? '' : p.dissector.name)]),
)

export async function writeLogs(paths: readonly string[], target: LogFolder): Promise<readonly CaptureOutcome[]> {
  const { book } = target
  const analysis = analyzeCaptures(paths, {
    site: 'logs',
    sensor: 'cli',
    row: (log, spec, flow, atUs, cells) => putRow(book, log, spec, flow, atUs, cells),
    flowEnded: (flow) => {
      if (flow.isTunnel) putTunnel(flow, book)
      if (flow.transport !== 'ethernet' && !isOutsideOnly(flow)) {
        if (turnsForZeek(flow)) flow.flip()
        const end = connEnd(flow)
        const isAnswer = beginsWithAnswer(flow, false)
        const row = connCells(isAnswer ? answered(end, flow) : end)
        if (end.clientPackets + end.serverPackets > 0) book.put('conn', CONN_LOG, ownerOf(flow, isAnswer), row, flow.startedAt)
      }
    },
  })
  const tidy = memoryCeiling()
  for await (const _ of analysis.batches) {
    target.settle()
    tidy()
  }
  target.finish()
  return analysis.outcomes
}

/** The outside of IP in IP and GRE is no connection to Zeek; nor is ESP in IPv6, an extension header there. */
const OUTSIDES: ReadonlySet<number> = new Set([4, 41, 47])
const ESP = 50

function isOutsideOnly({ transport, protocol, client }: FlowRecord): boolean {
  return transport === 'ip' && (OUTSIDES.has(protocol) || (protocol === ESP && client.text.includes(':')))
}

const BROADCAST = '255.255.255.255'

/**
 * We know more servers' ports than Zeek, and ask the content of datagrams: its logs name the originator by the ports it knows, else by
 * who spoke first. Where a handshake or the content of a stream told, both agree.
 */
function turnsForZeek({ transport, toldBy, isReversed, clientKey, serverKey, client, server }: FlowRecord): boolean {
  if (transport !== 'udp' && (transport !== 'tcp' || toldBy !== 'port')) return false
  const ports = ZEEK_SERVER_PORTS[transport]
  const [from, to] = isReversed ? [serverKey, clientKey] : [clientKey, serverKey]
  const target = isReversed ? client : server
  const turns = ports.has(from) && target.text !== BROADCAST && (!ports.has(to) || (transport === 'tcp' && from < to))
  return turns !== isReversed
}

const MANY = /^(?:22[4-9]|23\d)\.|^ff/

/** Its first message is the originator's, and an answer: the sides change places, unless it went to many. */
function beginsWithAnswer(flow: FlowRecord, isTurned: boolean): boolean {
  const [origin, target] = isTurned ? [flow.server, flow.client] : [flow.client, flow.server]
  return firstAnswer(flow)?.host === origin && !MANY.test(target.text)
}

/** IP and UDP headers, without options. */
const HEADERS = 28
const HEADERS_V6 = 48

/** The first packet was counted before the sides changed places, all others behind. */
function answered(end: ConnEnd, flow: FlowRecord): ConnEnd {
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

/** A row of a protocol's own log, as long as its flow is not over: ends and origin change places, the flow stays as it is. */
function putRow(book: LogBook, log: string, spec: LogSpec, flow: FlowRecord, atUs: number, cells: readonly Cell[]): void {
  const isTurnedByPort = flow.toldBy === 'content' && turnsForZeek(flow)
  const isTurned = isTurnedByPort !== beginsWithAnswer(flow, isTurnedByPort)
  const own = isTurned && spec.columns[0]?.[0] === 'is_orig' ? [cells[0] !== true, ...cells.slice(1)] : cells
  book.put(log, spec, ownerOf(flow, isTurned), own, atUs)
}

function putTunnel(flow: FlowRecord, book: LogBook): void {
  const kind = flow.services[0] ?? ''
  const put = (action: 'DISCOVER' | 'CLOSE' | 'EXPIRE', at: number): void =>
    book.put('tunnel', TUNNEL_LOG, undefined, tunnelCells(kind, flow, action), at)
  put('DISCOVER', flow.startedAt)
  if (flow.transport === 'udp') put('CLOSE', flow.lastAt)
  else if (flow.hasExpired) put('EXPIRE', flow.lastAt)
}

/**
 * What an ICMP message says lies behind its 8 bytes of header, and a datagram in its own; of transports it does not know Zeek counts
 * nothing.
 */
function payload(flow: FlowRecord, counts: Pick<Counts, 'packets' | 'payload' | 'overstated'>): number {
  if (flow.transport === 'ip') return 0
  return flow.transport === 'icmp' ? Math.max(0, counts.payload - 8 * counts.packets) : counts.payload + counts.overstated
}

function ownerOf({ uid, client, clientKey, server, serverKey }: FlowRecord, isTurned: boolean): RowOwner {
  return isTurned
    ? { uid, clientHost: server.text, clientPort: serverKey, serverHost: client.text, serverPort: clientKey }
    : { uid, clientHost: client.text, clientPort: clientKey, serverHost: server.text, serverPort: serverKey }
}

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

function connEnd(flow: FlowRecord): ConnEnd {
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
