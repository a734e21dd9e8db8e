/**
 * ONC RPC: calls of numbered procedures of numbered programs; NFS, its mounts and the port mapper speak it.
 *
 *   over TCP: | last fragment 1 bit, length 31 bits |, then
 *   | xid u32 | 0 call: version 2, program, version, procedure, credentials, verifier, arguments
 *             | 1 reply: 0 accepted: verifier, status, results; 1 denied: reason |   big-endian
 *
 * Spec: RFC 5531 §9, §11 (record marking); RFC 1833 (port mapper), RFC 1813 (NFS 3, MOUNT 3), RFC 7530 (NFS 4).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { Unanswered } from '../unanswered.ts'
import { readArguments, readResults } from './programs.ts'

export type Rpc = {
  isCall: boolean
  xid: number
  program: number
  version: number
  procedure: number
  /** Authentication flavour of the caller: 0 none, 1 UNIX, 6 Kerberos. */
  flavor: number
  /** The caller's host and user as it states them. */
  machine: string
  uid: number
  gid: number
  /** Of a reply: 0 done; 1 to 5 not accepted (RFC 5531 §9); 16 and 17 denied. -1 in a call. */
  status: number
  /** The program's own outcome; -1 where it has none. */
  result: number
  /** File, path or program, as far as the call or its answer tells. */
  object: string
  handle: string
  bytes: number
  /** Ports mapped, paths exported. */
  entries: string[]
  anomalies: string[]
}

export type RpcState = {
  isOpen: boolean
  client: { rest: number }
  server: { rest: number }
  /** Names of file handles, from lookups. */
  readonly names: Map<string, string>
  readonly open: Unanswered<Rpc>
}

const MAX_RECORD = 2 << 20
/** A record above this passes in pieces: its beginning is read. */
const MAX_WHOLE = 65_536
const MARK = 4

export const dissector: Dissector<Rpc, RpcState> = {
  name: 'rpc',
  ports: ['tcp/111', 'udp/111', 'tcp/2049'],
  maxFrame: MAX_WHOLE,
  start: () => ({ isOpen: false, client: { rest: 0 }, server: { rest: 0 }, names: new Map(), open: new Unanswered<Rpc>() }),
  frame(head, ctx) {
    const { rest } = ctx.state[ctx.from]
    if (rest > 0) return Math.min(head.left, rest, MAX_WHOLE)
    if (ctx.flow.transport !== 'tcp') return isMessage(head, 0, head.left, ctx) > 0 ? head.left : NOT_MINE
    if (head.left < MARK) return NEED_MORE
    const length = be32(head, 0) & 0x7fffffff
    if (length > MAX_RECORD || length < 4) return NOT_MINE
    if (length < 24) return ctx.state.isOpen ? MARK + length : NOT_MINE
    const own = isMessage(head, MARK, length, ctx)
    if (own <= 0) return own
    return Math.min(MARK + length, MAX_WHOLE)
  },
  key(head, ctx) {
    const at = ctx.flow.transport === 'tcp' ? MARK : 0
    return ctx.state[ctx.from].rest > 0 ? undefined : be32(head, at)
  },
  parse(r, ctx) {
    const m = empty()
    const way = ctx.state[ctx.from]
    if (way.rest > 0) {
      way.rest = Math.max(0, way.rest - r.left)
      r.view(r.left, 'continued')
      m.status = -2
      return m
    }
    ctx.state.isOpen = true
    if (ctx.flow.transport === 'tcp') {
      const length = r.u32('record mark') & 0x7fffffff
      if (length > r.left && MARK + length > MAX_WHOLE) way.rest = length - r.left
      else if (length > r.left) r.short = true
    }
    m.xid = r.u32('xid')
    m.isCall = r.u32('type') === 0
    if (m.isCall) readCall(r, m, ctx)
    else readReply(r, m, ctx)
    if (r.short && way.rest === 0) m.anomalies.push('truncated')
    if (r.left > 0) r.view(r.left, 'more')
    return m
  },
  side(head) {
    for (const at of [0, MARK]) if (be32(head, at + 4) === 0 && be32(head, at + 8) === 2) return 'client'
    return undefined
  },
  gap(ctx, length) {
    const way = ctx.state[ctx.from]
    if (way.rest < length) return false
    way.rest -= length
    return true
  },
}

function be32(r: Reader, ahead: number): number {
  return ((r.peek(ahead) << 24) | (r.peek(ahead + 1) << 16) | (r.peek(ahead + 2) << 8) | r.peek(ahead + 3)) >>> 0
}

/** 1, `NEED_MORE` or `NOT_MINE`. A call states the version of RPC and a program; a reply is believed where a call was. */
function isMessage(head: Reader, at: number, length: number, ctx: Context<Rpc, RpcState>): number {
  if (head.left < at + 24) return ctx.flow.transport === 'tcp' && (head.left < at + 8 || be32(head, at + 4) <= 1) ? NEED_MORE : NOT_MINE
  const type = be32(head, at + 4)
  if (type === 0) {
    if (length < 40 || ctx.from === 'server') return NOT_MINE
    const program = be32(head, at + 12)
    const isSane = be32(head, at + 8) === 2 && program >= 100_000 && program < 0x60000000 && be32(head, at + 16) <= 64
    return isSane && be32(head, at + 20) <= 1024 ? 1 : NOT_MINE
  }
  if (type !== 1 || ctx.from === 'client') return NOT_MINE
  const isPort = ctx.flow.serverPort === 111 || ctx.flow.serverPort === 2049
  if (!ctx.state.isOpen && !isPort) return NOT_MINE
  const denied = be32(head, at + 8)
  if (denied === 1) return be32(head, at + 12) <= 1 ? 1 : NOT_MINE
  return denied === 0 && be32(head, at + 12) <= 6 && be32(head, at + 16) <= 400 ? 1 : NOT_MINE
}

function readCall(r: Reader, m: Rpc, ctx: Context<Rpc, RpcState>): void {
  r.u32('rpc version')
  m.program = r.u32('program')
  m.version = r.u32('version')
  m.procedure = r.u32('procedure')
  m.flavor = r.u32('credentials')
  const credentials = r.sub(Math.min(r.u32('credentials length'), 400), 'credentials body')
  if (m.flavor === 1) {
    credentials.u32('stamp')
    m.machine = opaque(credentials, 'machine')
    m.uid = credentials.u32('uid')
    m.gid = credentials.u32('gid')
    if (credentials.left > 0) credentials.view(credentials.left, 'groups')
  } else if (credentials.left > 0) credentials.view(credentials.left, 'data')
  r.u32('verifier')
  r.view(Math.min(r.u32('verifier length'), 400), 'verifier body')
  // RFC 2203 wraps arguments of protected calls.
  if (m.flavor !== 6) readArguments(r, m, ctx.state)
}

function readReply(r: Reader, m: Rpc, ctx: Context<Rpc, RpcState>): void {
  const { asked } = ctx
  if (asked !== undefined) {
    m.program = asked.program
    m.version = asked.version
    m.procedure = asked.procedure
    m.object = asked.object
  }
  if (r.u32('denied') !== 0) {
    m.status = 16 + r.u32('why')
    return
  }
  r.u32('verifier')
  r.view(Math.min(r.u32('verifier length'), 400), 'verifier body')
  m.status = r.u32('status')
  if (m.status === 0 && asked !== undefined && asked.flavor !== 6) readResults(r, m, asked, ctx.state)
}

/** A counted text or opaque, padded to four bytes (RFC 4506 §4.10). */
export function opaque(r: Reader, label: string, most = 1024): string {
  const length = r.u32(`${label} length`)
  const text = r.text(Math.min(length, most), label)
  if (length <= most) r.skip(Math.min((4 - (length & 3)) & 3, r.left))
  else r.short = true
  return text
}

function empty(): Rpc {
  return {
    isCall: false,
    xid: 0,
    program: 0,
    version: 0,
    procedure: 0,
    flavor: 0,
    machine: '',
    uid: -1,
    gid: -1,
    status: -1,
    result: -1,
    object: '',
    handle: '',
    bytes: 0,
    entries: [],
    anomalies: [],
  }
}
