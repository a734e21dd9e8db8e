/**
 * HTTP/1.x: requests and responses as text heads with a body of any size, which is passed in pieces and never held.
 *
 *   request:  METHOD SP target SP HTTP/1.1 CRLF, fields, CRLF, body
 *   response: HTTP/1.1 SP status SP reason CRLF, fields, CRLF, body
 *
 * Spec: RFC 9112 §2 to §7 (framing, chunks), RFC 9110 (meaning), RFC 1945 §5 (version 0.9 requests).
 */
import {
  type Context,
  type Dissector,
  type Flow,
  type FlowRecord,
  HANDED_OVER,
  NEED_MORE,
  NOT_MINE,
  type Reader,
  type Side,
} from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { PassingFile } from '../mime/passing-file.ts'
import { Way } from './framing.ts'
import { field, type Head, readFields, readHead } from './head.ts'
import { METHODS } from './http.table.ts'

/** `body` pieces follow where segments were cut; all other messages do not depend on it. */
export type Http = {
  kind: 'request' | 'response' | 'body' | 'framing'
  head: Head | undefined
  /** This message ends the request or response whose head came before it (or is in it). */
  isLast: boolean
  file: PassingFile | undefined
  announced: number | undefined
  /** A field that follows a request of version 0.9, which has none by its specification. */
  late: readonly [name: string, value: string] | undefined
  anomalies: ('truncated' | 'bad-start-line' | 'unasked-response')[]
}

export type HttpState = {
  readonly client: Way
  readonly server: Way
  /** Methods of requests that wait for their response: what it may carry depends on them. */
  readonly methods: string[]
  /** What both sides agreed to speak from now on: `websocket`; '' for a plain tunnel. */
  upgrade: string
  /** The last request names no version: its answer may come without a head (RFC 1945 §6). */
  isOld: boolean
  /** Bytes of the client that came before what was taken for its first request. */
  ahead: number
  seen: unknown
  log: unknown
}

const MAX_HEAD = 65_536
const MAX_PIECE = 65_536
/** Pipelined requests remembered (Zeek's max_pending_requests). */
const MAX_PENDING = 100
/** Characters of a field's name. */
const MAX_NAME = 64
const LF = 10
const CR = 13
const COLON = 0x3a
/** What a response without a head is taken for. */
export const NO_HEAD: Head = { kind: 'response', method: '', uri: '', status: 0, reason: '<empty>', version: '0.9', fields: [] }

export const dissector: Dissector<Http, HttpState> = {
  name: 'http',
  ports: ['tcp/80', 'tcp/81', 'tcp/631', 'tcp/1080', 'tcp/3128', 'tcp/5985', 'tcp/8000', 'tcp/8080', 'tcp/8888'],
  maxFrame: MAX_HEAD,
  opensLate: true,
  start: () => ({
    client: new Way(),
    server: new Way(),
    methods: [],
    upgrade: '',
    isOld: false,
    ahead: 0,
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const way = ctx.state[ctx.from]
    switch (way.mode) {
      case 'head':
        return headLength(head, ctx)
      case 'body':
      case 'chunk':
        return Math.min(head.left, way.left, MAX_PIECE)
      case 'chunk-size':
      case 'chunk-end':
        return lineLength(head, head.at, 256)
      case 'trailer':
        return trailerLength(head)
      case 'late-fields':
        return isField(head) ? lineLength(head, head.at, MAX_HEAD) : headLength(head, ctx)
      case 'to-close':
        return Math.min(head.left, MAX_PIECE)
      default:
        return HANDED_OVER
    }
  },
  parse(r, ctx) {
    const way = ctx.state[ctx.from]
    const { file, announced } = way
    const m: Http = { kind: 'framing', head: undefined, isLast: false, file, announced, late: undefined, anomalies: [] }
    if (way.mode === 'late-fields' && isField(r)) m.late = lateField(r, way)
    else if (way.mode === 'head' || way.mode === 'late-fields') start(r, ctx, m)
    else if (way.mode === 'chunk-size') way.chunkSize(byteText(r.view(r.left, 'chunk size')))
    else if (way.mode === 'chunk-end') {
      r.view(r.left, 'chunk end')
      way.mode = 'chunk-size'
    } else if (way.mode === 'trailer') {
      readFields(r, [])
      way.mode = 'head'
      m.isLast = true
      way.closes()
    } else {
      m.kind = 'body'
      m.isLast = way.takes(r.view(r.left, 'body'))
      if (m.isLast) way.closes()
    }
    return m
  },
  side(head) {
    return startsWith(head, 'HTTP/') ? 'server' : 'client'
  },
  tellsEarly(head) {
    const text = byteText(head.bytes.subarray(head.at, Math.min(head.end, head.at + 256)))
    return METHODS.some((method) => text.startsWith(`${method} `) && text.length > method.length + 1)
  },
  next: ({ state }) => (state.upgrade === '' ? undefined : `http/${state.upgrade}`),
  gap: (ctx, length) => ctx.state[ctx.from].lost(length, taken(ctx, length)),
  resync(bytes, from) {
    return findStart(bytes, from)
  },
}

function start(r: Reader, ctx: Context<Http, HttpState>, m: Http): void {
  while (r.left > 0 && (r.peek() === CR || r.peek() === LF)) r.skip(1, 'empty line')
  const isRequest = !startsWith(r, 'HTTP/')
  const whole = endsHead(r)
  if (isRequest && ctx.from === 'server' && ctx.state.isOld) return answersOld(r, ctx.state.server, m)
  if (isRequest && ctx.from === 'server' && !METHODS.some((method) => startsWith(r, method))) return noHead(r, m)
  const head = readHead(r, isRequest)
  m.kind = head.kind
  m.head = head
  const { state } = ctx
  const way = state[ctx.from]
  if (!whole) {
    m.anomalies.push('truncated')
    r.short = true
  }
  if (head.version === '') m.anomalies.push('bad-start-line')
  if (isRequest) {
    if (state.methods.length < MAX_PENDING) state.methods.push(head.method)
    way.opens(head, false)
    state.isOld = whole && head.version === '0.9'
    if (state.isOld) way.mode = 'late-fields'
  } else responds(head, state, way, m)
  m.file = way.file
  m.announced = way.announced
  m.isLast = way.mode === 'head' || way.mode === 'late-fields' || way.mode === 'tunnel'
}

/** What is left of a server that did not say what is a response. */
function noHead(r: Reader, m: Http): void {
  r.view(r.left, 'no response')
  m.anomalies.push('bad-start-line')
}

/** RFC 1945 §6: all that comes until the connection is closed is the body. */
function answersOld(r: Reader, way: Way, m: Http): void {
  m.kind = 'response'
  m.head = NO_HEAD
  way.opens(m.head, false)
  way.takes(r.view(r.left, 'body'))
  m.file = way.file
}

/** A line that may be a field, or the empty one that ends them. */
function isField(head: Reader): boolean {
  const { bytes, at, end } = head
  const c = bytes[at]
  if (c === CR || c === LF) return true
  for (let i = at; i < end && i - at < MAX_NAME; i++) {
    if (bytes[i] === COLON) return i > at
    if (!isNamed(bytes[i]!)) return false
  }
  return true
}

function lateField(r: Reader, way: Way): Http['late'] {
  const line = byteText(r.view(r.left, 'field'))
  const text = line.trimEnd()
  if (text === '') way.mode = 'head'
  const colon = text.indexOf(':')
  return colon > 0 && line.endsWith('\n') ? [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()] : undefined
}

function responds(head: Head, state: HttpState, way: Way, m: Http): void {
  const interim = head.status >= 100 && head.status < 200 && head.status !== 101
  const method = interim ? state.methods[0] : state.methods.shift()
  if (method === undefined) m.anomalies.push('unasked-response')
  const tunnels = head.status === 101 || (method === 'CONNECT' && head.status >= 200 && head.status < 300)
  // RFC 9112 §6.3: these have no body whatever their fields say.
  way.opens(head, interim || tunnels || method === 'HEAD' || head.status === 204 || head.status === 304)
  if (tunnels) {
    way.mode = 'tunnel'
    state.client.mode = 'tunnel'
    if (head.status === 101) state.upgrade = (field(head, 'upgrade') ?? '').trim().toLowerCase()
  }
}

function delivered(flow: Flow): number {
  return (flow as Partial<FlowRecord>).upHalf?.delivered ?? 0
}

/** How many of the bytes just lost were acknowledged: the receiver had them. */
function taken({ flow, from }: Context<Http, HttpState>, length: number): number {
  const { tcp, upHalf, downHalf } = flow as Partial<FlowRecord>
  const half = from === 'client' ? upHalf : downHalf
  if (half === undefined || tcp === undefined) return length
  // Sequence numbers count from 1, the first byte's.
  const beyond = half.delivered + half.gapBytes - (tcp[from].delivered - 1)
  return Math.min(length, Math.max(0, length - beyond))
}

/** Length of the head with its empty line; refuses what does not start like one. */
function headLength(head: Reader, ctx: Context<Http, HttpState>): number {
  const from = head.at
  if (ctx.from === 'client' && ctx.state.client.head === undefined) ctx.state.ahead = delivered(ctx.flow) - head.left
  while (head.left > 0 && (head.peek() === CR || head.peek() === LF)) head.at++
  if (head.left === 0) return head.at - from > 8 ? NOT_MINE : NEED_MORE
  const start = startOf(head, ctx.from)
  if (start < 0 && ctx.from === 'server' && ctx.state.isOld) return Math.min(head.left, MAX_PIECE) + head.at - from
  if (start !== 1) return start === 0 ? NEED_MORE : NOT_MINE
  const { bytes, end } = head
  for (let at = head.at; ; ) {
    const line = bytes.indexOf(LF, at)
    // A head without an end is told as far as it is looked at: a field that never ends is somebody's purpose.
    if (line < 0 || line >= end) return end - from >= MAX_HEAD ? MAX_HEAD : NEED_MORE
    if (line === at || (line === at + 1 && bytes[at] === CR)) return line + 1 - from
    if (at === head.at && isVersion09(bytes, at, line)) return line + 1 - from
    at = line + 1
  }
}

/** 1: starts like a message of this side, -1: does not, 0: too early to say. */
function startOf(head: Reader, from: Side): number {
  if (startsWith(head, 'HTTP/')) return 1
  const { bytes, at, end } = head
  if (end - at < 5 && 'HTTP/'.startsWith(byteText(bytes.subarray(at, end)))) return 0
  if (from === 'server' && !METHODS.some((m) => startsWith(head, m))) return -1
  let i = at
  while (i < end && i - at < 32 && isNamed(bytes[i]!)) i++
  if (i === end) return i - at < 12 ? 0 : -1
  if (i - at < 2 || bytes[i] !== 0x20 || i - at > 20) return -1
  const line = bytes.indexOf(LF, i)
  if (line < 0 || line >= end) return METHODS.includes(byteText(bytes.subarray(at, i))) && isText(bytes, i, Math.min(end, i + 256)) ? 0 : -1
  const text = byteText(bytes.subarray(at, Math.min(line, at + MAX_HEAD)))
  // The version closes the line; without one only an old request for a path is believed.
  return /[ \t]HTTP\/\d+\.\d+[ \t]*\r?$/i.test(text) || /^(?:GET|HEAD|POST) \/\S*[ \t]*\r?$/.test(text) ? 1 : -1
}

function isVersion09(bytes: Uint8Array, at: number, line: number): boolean {
  return bytes[at] === 0x47 && !/[ \t]HTTP\/\d/.test(byteText(bytes.subarray(Math.max(at, line - 16), line)))
}

function trailerLength(head: Reader): number {
  const from = head.at
  for (let at = from; ; ) {
    const length = lineLength(head, at, MAX_HEAD)
    if (length <= 0) return length
    const empty = length === 1 || (length === 2 && head.bytes[at] === CR)
    at += length
    if (empty) return at - from
  }
}

function lineLength(head: Reader, at: number, most: number): number {
  const line = head.bytes.indexOf(LF, at)
  if (line >= 0 && line < head.end) return line + 1 - at
  return head.end - at >= most ? NOT_MINE : NEED_MORE
}

function endsHead(r: Reader): boolean {
  const { bytes, end } = r
  return end - r.at > 0 && bytes[end - 1] === LF
}

function startsWith(r: Reader, text: string): boolean {
  if (r.left < text.length) return false
  for (let i = 0; i < text.length; i++) if (r.bytes[r.at + i] !== text.charCodeAt(i)) return false
  return true
}

function isLetter(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f
}

function isNamed(c: number): boolean {
  return isLetter(c) || c === 0x2d || (c >= 0x30 && c <= 0x39)
}

function isText(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i < end; i++) if (bytes[i]! < 0x20 || bytes[i] === 0x7f) return false
  return true
}

function findStart(bytes: Uint8Array, from: Side): number {
  const text = byteText(bytes.subarray(0, MAX_PIECE))
  const at = text.search(from === 'server' ? /HTTP\/1\.[01] \d{3}/ : /(?:GET|POST|HEAD|PUT|DELETE|OPTIONS) \S+ HTTP\/1\.[01]\r?\n/)
  return at
}
