/**
 * OpenVPN: control packets with a small reliability layer carry TLS, data packets are encrypted.
 *
 *   over TCP first | length u16 |; | opcode 5 bits, key 3 bits | session 8 |
 *   with tls-auth | HMAC 16, 20, 32 or 64 | replay u32 | time u32 |; with tls-crypt all that follows is encrypted
 *   | acknowledged n u8 | ids u32 n | other session 8 if n | packet id u32 (not in acknowledgements) | TLS … |   big-endian
 *
 * Spec: OpenVPN, "Network protocol" (doxygen), openvpn-rfc draft-openvpn-wire-protocol §4, §5.
 */

import { type Carried, type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'

export type OpenVpn = {
  opcode: number
  key: number
  /** Hex; '' in data packets. */
  session: string
  packet: number | undefined
  acknowledged: number
  isEncrypted: boolean
  /** TLS bytes in order, ready to be read. */
  ready: Uint8Array[]
  anomalies: ('truncated' | 'unknown-opcode')[]
}

/** One side's TLS bytes: what comes too early waits, what comes again is dropped. */
class InOrder {
  next = 0
  readonly #early = new Map<number, Uint8Array>()

  take(id: number, bytes: Uint8Array): Uint8Array[] {
    if (id < this.next || id > this.next + MAX_EARLY) return []
    this.#early.set(id, bytes.slice())
    const ready: Uint8Array[] = []
    for (let piece = this.#early.get(this.next); piece !== undefined; piece = this.#early.get(++this.next)) {
      this.#early.delete(this.next)
      if (piece.length > 0) ready.push(piece)
    }
    return ready
  }
}

export type Protection = 'none' | 'tls-auth' | 'tls-crypt'
export type OpenVpnState = {
  recognised: boolean
  protection: Protection
  /** Bytes of HMAC, replay id and time before the acknowledgements. */
  extra: number
  readonly order: Record<Side, InOrder>
  resets: number
  answered: boolean
  data: number
}

export const OPCODES: Readonly<Record<number, string>> = {
  1: 'hard reset client v1',
  2: 'hard reset server v1',
  3: 'soft reset',
  4: 'control',
  5: 'acknowledgement',
  6: 'data v1',
  7: 'hard reset client v2',
  8: 'hard reset server v2',
  9: 'data v2',
  10: 'hard reset client v3',
  11: 'control with client key',
}
const ACK = 5
const MAX_EARLY = 32
/** Of the client's first packet: opcode, session, no acknowledgement, packet id 0. */
const PLAIN_RESET = 14
/** HMAC (MD5, SHA-1, SHA-256, SHA-512), replay id, time. */
const EXTRAS = [24, 28, 40, 72]
const CRYPT_EXTRA = 40
/** Before a wrapped key: a reset under tls-crypt. The key: HMAC, keys, length; metadata may be within. */
const WRAPPED_RESET = PLAIN_RESET + CRYPT_EXTRA
const MIN_WRAPPED = 290
const MAX_WRAPPED = 1024

export const dissector: Dissector<OpenVpn, OpenVpnState> = {
  name: 'openvpn',
  ports: ['udp/1194', 'tcp/1194'],
  maxFrame: 65_537,
  start: () => ({
    recognised: false,
    protection: 'none',
    extra: 0,
    order: { client: new InOrder(), server: new InOrder() },
    resets: 0,
    answered: false,
    data: 0,
  }),
  frame(head, ctx) {
    const all = head.left
    const isStream = ctx.flow.transport === 'tcp'
    if (!isStream) return ctx.state.recognised ? (isKnown(head.peek()) ? all : NOT_MINE) : isFirst(head, 0, all) ? all : NOT_MINE
    if (all < 3) return all > 0 && head.peek() === 0 ? NEED_MORE : NOT_MINE
    const length = (head.peek() << 8) | head.peek(1)
    if (ctx.state.recognised) return isKnown(head.peek(2)) && length > 0 ? 2 + length : NOT_MINE
    return all >= 2 + length && isFirst(head, 2, length) ? 2 + length : NOT_MINE
  },
  parse(r, ctx) {
    if (ctx.flow.transport === 'tcp') r.u16('length')
    const first = r.u8('opcode and key')
    const m: OpenVpn = {
      opcode: first >> 3,
      key: first & 7,
      session: '',
      packet: undefined,
      acknowledged: 0,
      isEncrypted: false,
      ready: [],
      anomalies: [],
    }
    r.note(OPCODES[m.opcode] ?? 'unknown')
    if (!ctx.state.recognised) learn(r, ctx.state)
    ctx.state.recognised = true
    if (m.opcode === 6 || m.opcode === 9) {
      m.isEncrypted = true
      r.view(r.left, 'encrypted')
    } else control(r, ctx, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    const opcode = (head.left > 2 && head.peek() === 0 ? head.peek(2) : head.peek()) >> 3
    return opcode === 1 || opcode === 7 || opcode === 10 ? 'client' : opcode === 2 || opcode === 8 ? 'server' : undefined
  },
  carries: (m): Carried[] | undefined =>
    m.ready.length === 0 ? undefined : m.ready.map((bytes) => ({ over: 'tcp', bytes, stream: true })),
}

function isKnown(first: number): boolean {
  return OPCODES[first >> 3] !== undefined
}

/** A client's or server's reset: of a length that resets have, and what is in the clear is what they say. */
function isFirst(head: Reader, at: number, length: number): boolean {
  const opcode = head.peek(at) >> 3
  if ((head.peek(at) & 7) !== 0) return false
  if (opcode === 10) return endsInKey(head, at, length)
  if (opcode !== 7 && opcode !== 8) return false
  // The server acknowledges the client's packet 0: four bytes of id and the client's session more.
  const extra = length - PLAIN_RESET - (opcode === 8 ? 12 : 0)
  if (extra !== 0 && !EXTRAS.includes(extra)) return false
  if (isClear(head, at + 9 + extra, opcode === 8)) return true
  // tls-crypt encrypts it: the replay id, which counts from 1, comes before.
  return extra === CRYPT_EXTRA && head.peek(at + 9) === 0 && head.peek(at + 10) === 0
}

/** Acknowledgements from here on, then packet id 0. */
function isClear(head: Reader, at: number, isServer: boolean): boolean {
  if (head.peek(at) !== (isServer ? 1 : 0)) return false
  const id = isServer ? at + 13 : at + 1
  for (let i = 0; i < 4; i++) if (head.peek(at + 1 + i) !== 0 || head.peek(id + i) !== 0) return false
  return true
}

/** tls-crypt-v2: the client's own key, wrapped, is the rest of its reset; its last two bytes are its length. */
function endsInKey(head: Reader, at: number, length: number): boolean {
  if (length < WRAPPED_RESET + MIN_WRAPPED) return false
  const key = (head.peek(at + length - 2) << 8) | head.peek(at + length - 1)
  return key >= MIN_WRAPPED && key <= MAX_WRAPPED && length === WRAPPED_RESET + key
}

/** What the first packet's length and end tell about the protection of all that follow. */
function learn(r: Reader, state: OpenVpnState): void {
  const opcode = r.bytes[r.at - 1]! >> 3
  const length = 1 + r.left
  const extra = length - PLAIN_RESET - (opcode === 8 ? 12 : 0)
  if (extra === 0) return
  const zeros = opcode !== 8 && r.bytes.subarray(r.end - 5, r.end).every((b) => b === 0)
  state.protection = EXTRAS.includes(extra) && (zeros || (opcode === 8 && extra !== 40)) ? 'tls-auth' : 'tls-crypt'
  state.extra = extra
}

function control(r: Reader, ctx: Context<OpenVpn, OpenVpnState>, m: OpenVpn): void {
  const { state, from } = ctx
  if (OPCODES[m.opcode] === undefined) m.anomalies.push('unknown-opcode')
  m.session += hexText(r.view(8, 'session'))
  if (state.protection === 'tls-crypt') {
    m.isEncrypted = true
    r.view(r.left, 'encrypted')
    return
  }
  if (state.protection === 'tls-auth') r.view(state.extra, 'HMAC, replay id, time')
  m.acknowledged = r.u8('acknowledged')
  for (let i = 0; i < m.acknowledged && r.left >= 4; i++) r.u32('packet id')
  if (m.acknowledged > 0) r.view(8, 'other session')
  if (m.opcode === ACK) return
  m.packet = r.u32('packet id')
  const bytes = r.view(r.left, 'TLS')
  if (r.short) return
  const order = state.order[from]
  // A reset starts the counting anew, in this direction.
  if (m.opcode !== 4 && m.opcode !== 3) order.next = m.packet
  m.ready = order.take(m.packet, bytes)
}
