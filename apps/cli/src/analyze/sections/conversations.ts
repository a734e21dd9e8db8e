/** Conversations: who talks to whom, with what, how much; sessions of the same ends and protocol in one row. */
import type { Session } from '@isthmus/model'
import { type TableColumn, table } from '../../terminal/table.ts'
import { grouped, sizeText } from '../../text.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

type Row = {
  client: string
  server: string
  protocol: string
  sessions: number
  packets: number
  up: number
  down: number
  lost: number
  states: Map<string, number>
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { title: 'Client', text: (r) => r.client, least: 12 },
  { title: 'Server', text: (r) => r.server, least: 14 },
  { title: 'Protocol', text: (r) => r.protocol, tones: () => ['cyan'] },
  { minor: true, title: 'Sessions', text: (r) => grouped(r.sessions), toRight: true, least: 8 },
  { minor: true, title: 'State', text: (r) => stateText(r) },
  { title: 'Packets', text: (r) => grouped(r.packets), toRight: true, least: 7 },
  { title: 'Sent', text: (r) => sizeText(r.up), toRight: true },
  { title: 'Received', text: (r) => sizeText(r.down), toRight: true, least: 8 },
  {
    minor: true,
    title: 'Lost',
    text: (r) => (r.lost === 0 ? undefined : sizeText(r.lost)),
    toRight: true,
    tones: () => ['yellow'],
    least: 4,
  },
]

export function conversationSection({ sessions }: Picture, { rows, style }: ReportOptions): Section | undefined {
  if (sessions.length === 0) return undefined
  const grouped = new Map<string, Row>()
  for (const s of sessions) add(grouped, s)
  const ordered = [...grouped.values()].sort(
    (a, b) => b.up + b.down - (a.up + a.down) || b.packets - a.packets || (a.client < b.client ? -1 : 1),
  )
  return {
    title: 'Conversations',
    count: sessions.length,
    lines: table(ordered.slice(0, rows), COLUMNS, style),
    hidden: Math.max(0, ordered.length - rows),
  }
}

function add(rows: Map<string, Row>, s: Session): void {
  const client = s.client.ip ?? s.client.mac ?? '?'
  const host = s.server.ip ?? s.server.mac ?? '?'
  const server =
    s.server.port === undefined ? host : `${host.includes(':') && s.server.ip !== undefined ? `[${host}]` : host}:${s.server.port}`
  const key = `${client}>${server}>${s.protocol}`
  let row = rows.get(key)
  if (row === undefined) {
    row = { client, server, protocol: s.protocol, sessions: 0, packets: 0, up: 0, down: 0, lost: 0, states: new Map() }
    rows.set(key, row)
  }
  row.sessions++
  row.packets += s.clientPackets + s.serverPackets
  row.up += s.clientWireBytes
  row.down += s.serverWireBytes
  row.lost += s.gapBytes
  row.states.set(s.state, (row.states.get(s.state) ?? 0) + 1)
}

function stateText(row: Row): string {
  const states = [...row.states].sort(([, a], [, b]) => b - a)
  return states.length === 1 ? states[0]![0] : states.map(([state, n]) => `${n} ${state}`).join(', ')
}
