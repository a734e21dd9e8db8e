/** dns.log: one row a question and its answer; what stays unpaired is written when the conversation ends. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import { answeredFirst, sure, unsure } from '../zeek-service.ts'
import { className, NETBIOS_OPCODES, NETBIOS_PORT, OPCODES, typeName } from './dns.table.ts'
import { codeName, type Dns, type DnsState } from './dns.ts'
import { lowerCase, netbiosName } from './name.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  dns: {
    columns: [
      ['proto', 'enum'],
      ['trans_id', 'count'],
      ['rtt', 'interval'],
      ['query', 'string'],
      ['qclass', 'count'],
      ['qclass_name', 'string'],
      ['qtype', 'count'],
      ['qtype_name', 'string'],
      ['rcode', 'count'],
      ['rcode_name', 'string'],
      ['AA', 'bool'],
      ['TC', 'bool'],
      ['RD', 'bool'],
      ['RA', 'bool'],
      ['Z', 'count'],
      ['answers', 'vector[string]'],
      ['TTLs', 'vector[interval]'],
      ['rejected', 'bool'],
      ['opcode', 'count'],
      ['opcode_name', 'string'],
    ],
  },
}

type Row = {
  at: Micros
  proto: string
  id: number
  rtt: number | undefined
  query: string | undefined
  qclass: number | undefined
  qtype: number | undefined
  qtypeName: string | undefined
  code: number | undefined
  codeName: string | undefined
  aa: boolean
  tc: boolean
  rd: boolean
  ra: boolean
  z: number
  answers: string[]
  ttls: number[]
  rejected: boolean
  opcode: number
  opcodeName: string
  sawQuery: boolean
  sawReply: boolean
}

/** As Zeek's script: one fast slot, then queues by transaction; both capped (max_pending_msgs, max_pending_query_ids). */
type Waiting = { first: Row | undefined; queries: Map<number, Row[]>; replies: Map<number, Row[]> }
const MAX_QUEUE = 50
/** Queries, notifications, and updates or registrations: what Zeek keeps rows of. */
const LOGGED_OPCODES: readonly number[] = [0, 4, 5]

export function zeek(seen: SeenMessage<Dns, DnsState>, put: PutRow): void {
  const { message: m, state, flow } = seen
  if (m.isResponse && state.log === undefined && flow.transport === 'udp') answeredFirst(flow, seen.from, seen.length)
  const isRead = m.questions.length >= m.counts[0] && m.answers.length >= m.counts[1] && !m.anomalies.includes('too-many-questions')
  if (isRead) sure(seen.flow, 'dns')
  else unsure(seen.flow, 'dns')
  if (!LOGGED_OPCODES.includes(m.opcode)) return
  const waiting = (state.log ??= { first: undefined, queries: new Map(), replies: new Map() }) as Waiting
  const row = m.isResponse ? forReply(waiting, seen, put) : forQuery(waiting, seen, put)
  if (m.isResponse) {
    row.code = m.code
    row.codeName = codeName(m)
    if (m.code !== 0 && m.counts[0] === 0) row.rejected = true
    if (m.counts[1] + m.counts[2] + m.counts[3] === 0 && m.questions.length > 0) row.rejected = true
    // Zeek reads no NetBIOS answers.
    if (m.variant !== 'nbns') for (const a of m.answers) if (a.value !== undefined) addAnswer(row, seen, a.name, a.value, a.ttl)
    row.sawReply = true
  } else {
    for (const question of m.questions) setQuestion(row, m, question.name, question.type, question.class, seen.flow.serverPort)
    row.sawQuery = true
  }
  if (row.sawQuery && row.sawReply) put('dns', cells(row), row.at)
}

export function zeekEnded(seen: SeenMessage<Dns | undefined, DnsState>, put: PutRow): void {
  const waiting = seen.state.log as Waiting | undefined
  if (waiting === undefined) return
  if (waiting.first !== undefined) put('dns', cells(waiting.first), waiting.first.at)
  flush(waiting.queries, put)
  flush(waiting.replies, put)
}

function forQuery(waiting: Waiting, seen: SeenMessage<Dns, DnsState>, put: PutRow): Row {
  const paired = pop(waiting.replies, seen.message.id)
  if (paired !== undefined) return paired
  const row = newRow(seen)
  if (waiting.first === undefined) waiting.first = row
  else enqueue(waiting.queries, row, put)
  return row
}

function forReply(waiting: Waiting, seen: SeenMessage<Dns, DnsState>, put: PutRow): Row {
  const { id } = seen.message
  if (waiting.first?.id === id) {
    const row = waiting.first
    waiting.first = pop(waiting.queries, id) ?? pop(waiting.queries, waiting.queries.keys().next().value)
    return row
  }
  const paired = pop(waiting.queries, id)
  if (paired !== undefined) return paired
  const row = newRow(seen)
  enqueue(waiting.replies, row, put)
  return row
}

function pop(rows: Map<number, Row[]>, id: number | undefined): Row | undefined {
  const queue = id === undefined ? undefined : rows.get(id)
  const row = queue?.shift()
  if (queue?.length === 0) rows.delete(id!)
  return row
}

function enqueue(rows: Map<number, Row[]>, row: Row, put: PutRow): void {
  const queue = rows.get(row.id)
  if (queue === undefined) {
    if (rows.size > MAX_QUEUE) flush(rows, put)
    rows.set(row.id, [row])
  } else {
    if (queue.length > MAX_QUEUE) for (const old of queue.splice(0)) put('dns', cells(old), old.at)
    queue.push(row)
  }
}

function flush(rows: Map<number, Row[]>, put: PutRow): void {
  for (const queue of rows.values()) for (const row of queue) put('dns', cells(row), row.at)
  rows.clear()
}

function newRow(seen: SeenMessage<Dns, DnsState>): Row {
  const { message: m, flow, at } = seen
  const names = m.variant === 'nbns' ? NETBIOS_OPCODES : OPCODES
  return {
    at,
    proto: flow.transport,
    id: m.id,
    rtt: undefined,
    query: undefined,
    qclass: undefined,
    qtype: undefined,
    qtypeName: undefined,
    code: undefined,
    codeName: undefined,
    aa: false,
    tc: false,
    rd: false,
    ra: false,
    z: 0,
    answers: [],
    ttls: [],
    rejected: false,
    opcode: m.opcode,
    opcodeName: names[m.opcode] ?? `${m.variant === 'nbns' ? 'netbios-' : ''}opcode-${m.opcode}`,
    sawQuery: false,
    sawReply: false,
  }
}

function setQuestion(row: Row, m: Dns, name: string, type: number, klass: number, serverPort: number | undefined): void {
  row.rd = m.recursionDesired
  row.tc = m.truncated
  row.z = m.z
  row.qclass = klass
  row.qtype = type
  row.qtypeName = typeName(type)
  row.query = lowerCase(name)
  if (serverPort !== NETBIOS_PORT) return
  row.query = netbiosName(name)?.name || row.query
  // NetBIOS had the number 33 before SRV records did.
  if (row.qtypeName === 'SRV') row.qtypeName = 'NBSTAT'
}

function addAnswer(row: Row, seen: SeenMessage<Dns, DnsState>, name: string, value: string, ttl: number): void {
  row.query ??= lowerCase(name)
  row.aa = seen.message.authoritative
  row.ra = seen.message.recursionAvailable
  if (row.rtt === undefined && seen.at !== row.at) row.rtt = (seen.at - row.at) / 1e6
  if (value === '') return
  row.answers.push(value)
  row.ttls.push(ttl)
}

function cells(row: Row): Cell[] {
  return [
    row.proto,
    row.id,
    row.rtt,
    row.query,
    row.qclass,
    row.qclass === undefined ? undefined : className(row.qclass),
    row.qtype,
    row.qtypeName,
    row.code,
    row.codeName,
    row.aa,
    row.tc,
    row.rd,
    row.ra,
    row.z,
    row.answers.length > 0 ? row.answers : undefined,
    row.answers.length > 0 ? row.ttls : undefined,
    row.rejected,
    row.opcode,
    row.opcodeName,
  ]
}
