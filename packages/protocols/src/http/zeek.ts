/** http.log: a row for each request with its response; files.log: a row for each body. Pairing as Zeek's script does it. */
import { derivedId, type Micros } from '@isthmus/model'
import type { Flow, FlowRecord, SeenMessage, Side } from '@isthmus/wire'
import type { Part } from '../mime/mail.ts'
import { isLeftOpen, logPart } from '../mime/part-log.ts'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import { listed, WEBSOCKET_LOG } from '../websocket/zeek.ts'
import { FILE_LOGS, putFile } from '../zeek-files.ts'
import { refuted } from '../zeek-service.ts'
import { proxyCells, TUNNEL_LOG } from '../zeek-tunnel.ts'
import { basicPair } from './credentials.ts'
import { field, type Head } from './head.ts'
import { PROXY_HEADERS } from './http.table.ts'
import { type Http, type HttpState, NO_HEAD } from './http.ts'
import { fileName } from './observe.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ...FILE_LOGS,
  tunnel: TUNNEL_LOG,
  websocket: WEBSOCKET_LOG,
  http: {
    columns: [
      ['trans_depth', 'count'],
      ['method', 'string'],
      ['host', 'string'],
      ['uri', 'string'],
      ['referrer', 'string'],
      ['version', 'string'],
      ['user_agent', 'string'],
      ['origin', 'string'],
      ['request_body_len', 'count'],
      ['response_body_len', 'count'],
      ['status_code', 'count'],
      ['status_msg', 'string'],
      ['info_code', 'count'],
      ['info_msg', 'string'],
      ['tags', 'set[enum]'],
      ['username', 'string'],
      ['password', 'string'],
      ['proxied', 'set[string]'],
      ['orig_fuids', 'vector[string]'],
      ['orig_filenames', 'vector[string]'],
      ['orig_mime_types', 'vector[string]'],
      ['resp_fuids', 'vector[string]'],
      ['resp_filenames', 'vector[string]'],
      ['resp_mime_types', 'vector[string]'],
    ],
  },
}

class Files {
  ids: string[] = []
  names: string[] = []
  types: string[] = []
}

class Row {
  readonly at: Micros
  readonly depth: number
  readonly text: Record<string, string | undefined> = {}
  status: number | undefined = undefined
  infoCode: number | undefined = undefined
  readonly proxied: string[] = []
  requestBytes = 0
  responseBytes = 0
  readonly files: Record<Side, Files> = { client: new Files(), server: new Files() }

  constructor(at: Micros, depth: number) {
    this.at = at
    this.depth = depth
  }
}

type Log = {
  readonly rows: Map<number, Row>
  request: number
  response: number
  depth: number
  bodies: number
  begun: Record<Side, Micros | undefined>
}
/** What asked for a tunnel: requests inside are counted on. */
const CARRIER = new WeakMap<Flow, Log>()
/** Requests waiting for responses before all are written (Zeek's max_pending_requests). */
const MAX_PENDING = 100

export function zeek(seen: SeenMessage<Http, HttpState>, put: PutRow): void {
  const { message: m, from, state, at } = seen
  if (from === 'client' && isUnreadable(seen)) return refuted(seen.flow, 'http')
  const log = (state.log ??= CARRIER.get(seen.flow) ?? {
    rows: new Map(),
    request: 0,
    response: 0,
    depth: 0,
    bodies: 0,
    begun: { client: undefined, server: undefined },
  }) as Log
  if (m.head?.kind === 'request') requested(m.head, log, at, put)
  else if (m.head?.kind === 'response') {
    responded(m.head, log, at)
    const row = log.rows.get(log.response)
    if (m.head.status === 200 && row?.text.method?.toUpperCase() === 'CONNECT') put('tunnel', proxyCells('http', seen.flow))
    if (m.head.status === 101 && state.upgrade === 'websocket') put('websocket', upgraded(row, m.head))
  }
  if (m.late !== undefined) lateFieldOf(m.late, log)
  if ((m.kind === 'body' || m.head === NO_HEAD) && log.begun[from] === undefined) log.begun[from] = at
  for (const part of state[from].touched) {
    part.at ??= at
    part.lastAt = at
  }
  state[from].touched = []
  if (m.isLast) closeMessage(from, m, log, seen, put)
  if (state[from].mode === 'tunnel') CARRIER.set(seen.flow, log)
}

/** Zeek gives a client up whose first line is no request. */
function isUnreadable({ state, flow }: SeenMessage<Http, HttpState>): boolean {
  return state.ahead > 0 && (flow as Partial<FlowRecord>).services?.[0] === 'http' && !CARRIER.has(flow)
}

function lateFieldOf([name, value]: readonly [string, string], log: Log): void {
  const row = log.rows.get(log.request)
  if (row !== undefined) fieldOf(row, name, value)
}

function upgraded(row: Row | undefined, answer: Head): Cell[] {
  const { host, uri, agent, subprotocols, extensions } = row?.text ?? {}
  const chosen = field(answer, 'sec-websocket-protocol')
  return [host, uri, agent, chosen, listed(subprotocols), listed(field(answer, 'sec-websocket-extensions')), listed(extensions)]
}

export function zeekEnded(seen: SeenMessage<Http | undefined, HttpState>, put: PutRow): void {
  const { state } = seen
  const log = state.log as Log | undefined
  if (log === undefined) return
  for (const from of sidesByEnd(seen.flow)) {
    const way = state[from]
    if (way.mode === 'head' || way.mode === 'tunnel' || way.file === undefined) continue
    const m: Http = {
      kind: 'body',
      head: undefined,
      isLast: true,
      file: way.file,
      announced: way.announced,
      late: undefined,
      anomalies: [],
    }
    way.closes()
    closeMessage(from, m, log, seen as SeenMessage<Http, HttpState>, put, isLeftOpen(seen.flow))
  }
  for (const row of log.rows.values()) put('http', cells(row), row.at)
  log.rows.clear()
}

/** What a side leaves unfinished is over when it closes. */
function sidesByEnd(flow: Flow): readonly Side[] {
  const first = /[fF]/.exec((flow as FlowRecord).tcp?.history ?? '')?.[0]
  return first === 'f' ? ['server', 'client'] : ['client', 'server']
}

function requested(head: Head, log: Log, at: Micros, put: PutRow): void {
  if (log.request < log.response) log.request = log.response
  if (log.rows.size > MAX_PENDING) {
    if (log.response === 0) log.response++
    for (; log.response < log.request; log.response++) {
      const old = log.rows.get(log.response)
      if (old !== undefined) put('http', cells(old), old.at)
      log.rows.delete(log.response)
    }
  }
  log.request++
  const row = rowOf(log, log.request, at)
  row.text.method = head.method
  row.text.uri = unescapeUri(head.version === '0.9' ? withoutLast(head.uri) : head.uri)
  for (const [name, value] of head.fields) fieldOf(row, name, value)
}

function fieldOf(row: Row, name: string, value: string): void {
  if (name === 'referer') row.text.referrer = value
  else if (name === 'host') row.text.host = value
  else if (name === 'origin') row.text.origin = value
  else if (name === 'user-agent') row.text.agent = value
  else if (name === 'sec-websocket-protocol') row.text.subprotocols = value
  else if (name === 'sec-websocket-extensions') row.text.extensions = value
  else if (PROXY_HEADERS.includes(name)) row.proxied.push(`${name.toUpperCase()} -> ${value}`)
  else if (/^(?:proxy-)?authorization$/.test(name) && /^basic /i.test(value)) {
    const pair = basicPair(value)
    row.text.user = pair?.includes(':') ? pair.slice(0, pair.indexOf(':')) : `<problem-decoding> (${value})`
  }
}

function responded(head: Head, log: Log, at: Micros): void {
  const waiting = log.rows.get(log.response)
  if (waiting === undefined || (waiting.status !== undefined && !isInterim(waiting.status))) log.response++
  const row = rowOf(log, log.response, at)
  row.status = head.status
  row.text.reason = head.reason
  row.text.version = head.version
  if (isInterim(head.status)) {
    row.infoCode = head.status
    row.text.infoReason = head.reason
  }
}

function closeMessage(from: Side, m: Http, log: Log, seen: SeenMessage<Http, HttpState>, put: PutRow, timedOut = false): void {
  const number = from === 'client' ? log.request : log.response
  const isWritten = !log.rows.has(number)
  const row = rowOf(log, number, seen.at)
  const way = seen.state[from]
  const bytes = m.file === undefined ? 0 : (way.cut?.length ?? way.bodyLength)
  if (from === 'client') row.requestBytes = bytes
  else row.responseBytes = bytes
  if (way.parts !== undefined && m.file !== undefined) addParts(from, way.parts, row, seen, put, timedOut)
  else if (m.file !== undefined && bytes > 0) addFile(from, m, row, log, seen, put, timedOut)
  // The file belongs to the row that its body began in.
  if (isWritten) row.files[from] = new Files()
  log.begun[from] = undefined
  if (from === 'client' || (row.status !== undefined && isInterim(row.status))) return
  put('http', cells(row), row.at)
  log.rows.delete(number)
}

function addFile(from: Side, m: Http, row: Row, log: Log, seen: SeenMessage<Http, HttpState>, put: PutRow, timedOut: boolean): void {
  const { flow, state } = seen
  const { type, start } = m.file!
  const { bytes, missing } = state[from].cut ?? m.file!
  const file = { bytes, missing, type, start }
  const id = derivedId('F', flow.uid, log.bodies++).replace('-', '')
  const head = state[from].head
  const name = head === undefined ? undefined : fileName(head)
  const files = row.files[from]
  files.ids.push(id)
  if (name !== undefined) files.names.push(name)
  // What starts in the middle of a file does not tell its type.
  if (type !== undefined && !isMiddle(head)) files.types.push(type)
  const begun = log.begun[from] ?? seen.at
  const logged = { id, flow, source: 'HTTP', file, name, from, at: begun, lastAt: seen.at, total: m.announced, timedOut }
  const range = rangeOf(head)
  // More of the same file may come in another connection, so Zeek waits for it.
  if (range !== undefined) putFile({ ...logged, skipped: range.first, total: range.total, timedOut: range.last + 1 < range.total }, put)
  else putFile(logged, put)
}

function addParts(from: Side, parts: readonly Part[], row: Row, seen: SeenMessage<Http, HttpState>, put: PutRow, timedOut: boolean): void {
  const files = row.files[from]
  for (const part of parts) {
    const id = logPart(part, 'HTTP', from, 0, seen.flow, timedOut, put)
    if (id === undefined) continue
    files.ids.push(id)
    if (part.name !== undefined) files.names.push(part.name)
    if (part.file.type !== undefined) files.types.push(part.file.type)
  }
}

function rowOf(log: Log, number: number, at: Micros): Row {
  let row = log.rows.get(number)
  if (row === undefined) {
    row = new Row(at, ++log.depth)
    log.rows.set(number, row)
  }
  return row
}

function isInterim(status: number): boolean {
  return status >= 100 && status <= 199
}

type Range = { readonly first: number; readonly last: number; readonly total: number }

/** RFC 9110 §14.4. */
function rangeOf(head: Head | undefined): Range | undefined {
  const m = head?.status === 206 ? /^bytes (\d+)-(\d+)\/(\d+)$/.exec(field(head, 'content-range') ?? '') : null
  return m === null ? undefined : { first: Number(m[1]), last: Number(m[2]), total: Number(m[3]) }
}

/** A part of the file that does not begin at its first byte. */
function isMiddle(head: Head | undefined): boolean {
  if (head?.status !== 206) return false
  const range = field(head, 'content-range')
  return range === undefined ? /^multipart\//i.test(field(head, 'content-type') ?? '') : !/^bytes 0-/.test(range)
}

/** Looking for a version behind a blank, Zeek passes over the last character of what names none. */
function withoutLast(uri: string): string {
  return /[^\w:/?#[\]@!$&'()*+,;=.~%-]/.test(uri) ? uri.replace(/[ \t]*[^ \t]$/, '') : uri
}

/** Percent signs resolved, as Zeek shows targets: `%41`, and `%u0041` as some clients write it, without a NUL ahead. */
function unescapeUri(uri: string): string {
  // A percent sign before another is dropped.
  const text = uri.replace(/%(?=%)/g, '')
  return text.replace(/%(?:([\da-f]{2})|u([\da-f]{2})([\da-f]{2}))/gi, (_, code: string | undefined, high: string, low: string) =>
    code !== undefined ? byte(code) : (high === '00' ? '' : byte(high)) + byte(low),
  )
}

const byte = (digits: string): string => String.fromCharCode(Number.parseInt(digits, 16))

function cells(row: Row): Cell[] {
  const { text, files } = row
  const some = (list: string[]): string[] | undefined => (list.length > 0 ? list : undefined)
  return [
    row.depth,
    text.method,
    text.host,
    text.uri,
    text.referrer,
    text.version,
    text.agent,
    text.origin,
    row.requestBytes,
    row.responseBytes,
    row.status,
    text.reason,
    row.infoCode,
    text.infoReason,
    [],
    text.user,
    undefined,
    some(row.proxied),
    some(files.client.ids),
    some(files.client.names),
    some(files.client.types),
    some(files.server.ids),
    some(files.server.names),
    some(files.server.types),
  ]
}
