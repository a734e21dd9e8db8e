/** Drives captures through the pipeline for their log rows: each protocol's own, and conn.log's when a conversation ends. */
import { type Cell, type LogSpec, TUNNEL_LOG, tunnelCells } from '@isthmus/protocols'
import { analyzeCaptures, type CaptureOutcome } from '@isthmus/sensor'
import type { FlowRecord } from '@isthmus/wire'
import { CONN_LOG, connCells, type LogBook, type RowOwner } from '@isthmus/zeek-logs'
import { memoryCeiling } from '../memory-ceiling.ts'
import { answered, connEnd } from './conn-end.ts'
import type { LogFolder } from './log-folder.ts'
import { beginsWithAnswer, turnsForZeek } from './originator.ts'

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

function ownerOf({ uid, client, clientKey, server, serverKey }: FlowRecord, isTurned: boolean): RowOwner {
  return isTurned
    ? { uid, clientHost: server.text, clientPort: serverKey, serverHost: client.text, serverPort: clientKey }
    : { uid, clientHost: client.text, clientPort: clientKey, serverHost: server.text, serverPort: serverKey }
}
