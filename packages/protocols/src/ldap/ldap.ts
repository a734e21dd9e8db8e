/**
 * LDAP: a client binds to a directory, searches and changes it; over UDP (CLDAP) hosts look for their domain controller.
 *
 *   SEQUENCE { message id INTEGER, operation [APPLICATION n], controls [0] OPTIONAL }
 *   after a login that protects what follows: | length u32 big-endian | token | sealed, or the message in clear |
 *
 * Spec: RFC 4511 §4.1.1 (envelope), §5; RFC 4513 §5.2 and RFC 4752 §3.1 (security layers), RFC 4121 §4.2.6.2 (wrap tokens).
 */
import { type Carried, type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { berSize, TAG } from '../asn1/ber.ts'
import { OP, OPS, RESULT } from './ldap.table.ts'
import { emptyMessage, type Ldap, readMessage } from './message.ts'

export type LdapState = {
  mechanism: string
  /** A SASL login has succeeded: messages may come wrapped. */
  isProtected: boolean
  /** Content of the wrapped message at hand, when it is not sealed. */
  clear: Uint8Array | undefined
  seen: unknown
  log: unknown
}

const MAX_MESSAGE = 1 << 20
/** Wrap tokens of Kerberos and signatures of NTLM are 16 bytes long. */
const TOKEN = 16
const WRAP = 0x0504
const SEALED = 2

const base: Dissector<Ldap, LdapState> = {
  name: 'ldap',
  ports: ['tcp/389', 'tcp/3268', 'ldap/clear'],
  maxFrame: MAX_MESSAGE,
  start: () => ({ mechanism: '', isProtected: false, clear: undefined, seen: undefined, log: undefined }),
  frame(head, ctx) {
    if (head.left < 1) return NEED_MORE
    if (head.peek() !== TAG.sequence) return ctx.state.isProtected ? wrappedSize(head) : NOT_MINE
    const size = berSize(head)
    if (size <= 0) return size === 0 ? NEED_MORE : NOT_MINE
    return startsLike(head, size) ? size : NOT_MINE
  },
  key(head) {
    if (head.peek() !== TAG.sequence) return undefined
    head.skip(headSize(head))
    return idOf(head)
  },
  parse(r, ctx) {
    ctx.state.clear = undefined
    if (r.peek() !== TAG.sequence) return wrapped(r, ctx)
    const m = readMessage(r)
    if (m.op === OP.bindRequest && m.mechanism !== '') ctx.state.mechanism = m.mechanism
    if (m.op === OP.bindResponse && m.result === RESULT.success && ctx.state.mechanism !== '') ctx.state.isProtected = true
    return m
  },
  side(head) {
    if (head.peek() !== TAG.sequence) return undefined
    head.skip(headSize(head))
    idOf(head)
    const op = OPS[head.peek() & 0x1f]
    return op === undefined ? undefined : op.isRequest ? 'client' : 'server'
  },
  staysOpen: (m) => m.op === OP.searchEntry || m.op === OP.searchReference || m.op === OP.intermediateResponse,
  carries(_m, ctx): Carried | undefined {
    const { clear } = ctx.state
    return clear === undefined ? undefined : { over: 'ldap/clear', bytes: clear }
  },
}

export const dissector = base
/** Without a connection: the same messages, one or two a datagram. */
export const cldap: Dissector<Ldap, LdapState> = { ...base, name: 'cldap', ports: ['udp/389'], maxFrame: 65_535 }

function headSize(r: Reader): number {
  return r.peek(1) < 0x80 ? 2 : 2 + (r.peek(1) & 0x7f)
}

/** A message id of at most four octets, then an operation's tag that may stand there. */
function startsLike(r: Reader, size: number): boolean {
  const at = headSize(r)
  if (r.left < at + 2) return true
  const length = r.peek(at + 1)
  if (r.peek(at) !== TAG.integer || length < 1 || length > 4) return false
  const op = at + 2 + length
  if (r.left <= op) return true
  const tag = r.peek(op)
  if ((tag & 0xc0) !== 0x40 || OPS[tag & 0x1f] === undefined || size <= op) return false
  // All but unbind, delete and abandon are constructed.
  const isPrimitive = (tag & 0x20) === 0
  const number = tag & 0x1f
  return isPrimitive === (number === OP.unbindRequest || number === OP.deleteRequest || number === OP.abandonRequest)
}

function idOf(r: Reader): number {
  const length = r.skip(1).u8()
  let id = 0
  for (let i = 0; i < length && i < 4; i++) id = id * 256 + r.u8()
  return id
}

function wrappedSize(r: Reader): number {
  if (r.left < 4) return r.peek() === 0 ? NEED_MORE : NOT_MINE
  const length = r.u32()
  return length > 0 && length < MAX_MESSAGE - 4 ? length + 4 : NOT_MINE
}

function wrapped(r: Reader, ctx: Context<Ldap, LdapState>): Ldap {
  const m = emptyMessage()
  const length = r.u32('length')
  const sealed = r.sub(length, 'wrapped message')
  const isKerberos = sealed.peek() === WRAP >> 8 && sealed.peek(1) === (WRAP & 0xff)
  const isSealed = isKerberos && (sealed.peek(2) & SEALED) !== 0
  const extra = isKerberos ? (sealed.peek(4) << 8) | sealed.peek(5) : 0
  const rotated = isKerberos ? (sealed.peek(6) << 8) | sealed.peek(7) : 0
  sealed.view(TOKEN, 'token')
  // What is rotated stands before the content instead of behind it.
  if (rotated > 0) sealed.view(extra, 'checksum')
  const content = sealed.view(Math.max(0, sealed.left - (rotated > 0 ? 0 : extra)), 'content')
  if (!isSealed && content[0] === TAG.sequence) ctx.state.clear = content
  else m.anomalies.push('encrypted')
  m.name = 'wrapped'
  if (r.short || sealed.short) m.anomalies.push('truncated')
  return m
}
