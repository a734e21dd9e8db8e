/**
 * TLS 1.0 to 1.3 and SSL 3: records around handshakes, alerts and what is encrypted. Encrypted records pass in pieces.
 *
 *   | type u8 | version u16 = 0x03xx | length u16 | fragment … |   big-endian; handshake: | type u8 | length u24 | body … |
 *
 * Spec: RFC 8446 §4, §5; RFC 5246 §6, §7; RFC 6101 (SSL 3). A first hello in SSL 2's format: RFC 5246 appendix E.2.
 */
import { type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { type Handshake, readHandshake } from './handshake.ts'
import { ALERTS, HANDSHAKE, RECORD } from './tls.table.ts'

export type Tls = {
  kind: 'handshake' | 'alert' | 'change-cipher' | 'heartbeat' | 'data' | 'piece'
  version: number
  /** Sent by the TLS client: the one who says hello first. */
  fromClient: boolean
  /** The record was sent after its side switched to encryption. */
  isEncrypted: boolean
  handshakes: Handshake[]
  alert: string
  anomalies: ('truncated' | 'empty-record' | 'handshake-too-long')[]
}

export class Half {
  encrypted = false
  /** Bytes of an encrypted record still to come. */
  left = 0
  /** A handshake message that goes on in the next record. */
  kept: Uint8Array | undefined = undefined
}

export type TlsState = {
  readonly client: Half
  readonly server: Half
  recognised: boolean
  isFlipped: boolean
  seen: unknown
  log: unknown
}

/** RFC 8446 §5.2: 2^14 and what encryption adds. */
const MAX_RECORD = 16_384 + 2048
const HEAD = 5
/** Protects memory against endless handshakes; chains of certificates stay far below. */
const MAX_HANDSHAKE = 1 << 18

export const dissector: Dissector<Tls, TlsState> = {
  name: 'tls',
  ports: [
    'tcp/443',
    'tcp/465',
    'tcp/563',
    'tcp/585',
    'tcp/614',
    'tcp/636',
    'tcp/853',
    'tcp/989',
    'tcp/990',
    'tcp/992',
    'tcp/993',
    'tcp/995',
    'tcp/5223',
    'tcp/5986',
    'tcp/8443',
    'tcp/8883',
  ],
  maxFrame: HEAD + MAX_RECORD,
  opensLate: true,
  start: () => ({ client: new Half(), server: new Half(), recognised: false, isFlipped: false, seen: undefined, log: undefined }),
  frame(head, ctx) {
    const half = ctx.state[ctx.from]
    if (half.left > 0) return Math.min(head.left, half.left)
    if (isV2Hello(head)) return ctx.state.recognised ? NOT_MINE : v2Length(head)
    if (head.left < HEAD) return couldStart(head) ? NEED_MORE : NOT_MINE
    const type = head.u8()
    const version = head.u16()
    const length = head.u16()
    if (type < RECORD.changeCipher || type > RECORD.heartbeat || !isVersion(version) || length > MAX_RECORD) return NOT_MINE
    if (!ctx.state.recognised) return firstRecord(head, type, length)
    // What is encrypted is not worth holding back until its record is whole.
    if (type === RECORD.data || half.encrypted) return HEAD + Math.min(head.left, length)
    return HEAD + length
  },
  parse(r, ctx) {
    const half = ctx.state[ctx.from]
    const m: Tls = {
      kind: 'piece',
      version: 0,
      fromClient: ctx.from === 'client',
      isEncrypted: half.encrypted,
      handshakes: [],
      alert: '',
      anomalies: [],
    }
    if (half.left > 0) {
      half.left = Math.max(0, half.left - r.left)
      r.view(r.left, 'encrypted')
      return m
    }
    ctx.state.recognised = true
    if (isV2Hello(r)) v2Hello(r, m)
    else record(r, half, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    if (isV2Hello(head)) return 'client'
    const type = head.u8()
    const hello = head.skip(4).u8()
    if (type !== RECORD.handshake || head.short) return undefined
    return hello === HANDSHAKE.clientHello ? 'client' : hello === HANDSHAKE.serverHello ? 'server' : undefined
  },
  gap(ctx, length) {
    const half = ctx.state[ctx.from]
    if (length > half.left || half.left === 0) return false
    half.left -= length
    return true
  },
  resync(bytes) {
    for (let at = 1; at + HEAD <= bytes.length; at++) {
      const type = bytes[at]!
      if (type < RECORD.changeCipher || type > RECORD.data || bytes[at + 1] !== 3 || bytes[at + 2]! > 4) continue
      if (((bytes[at + 3]! << 8) | bytes[at + 4]!) <= MAX_RECORD) return at
    }
    return -1
  },
}

function isVersion(version: number): boolean {
  return version >> 8 === 3 && (version & 0xff) <= 4
}

function couldStart(head: Reader): boolean {
  const type = head.peek()
  return head.left > 0 && type >= RECORD.changeCipher && type <= RECORD.heartbeat && (head.left < 2 || head.peek(1) === 3)
}

/** A conversation is recognised by a hello only: other records have too few fixed bits. */
function firstRecord(head: Reader, type: number, length: number): number {
  if (type !== RECORD.handshake && type !== RECORD.alert) return NOT_MINE
  if (type === RECORD.alert)
    return length === 2 && (head.left < 2 || (head.peek() >= 1 && head.peek() <= 2 && ALERTS[head.peek(1)] !== undefined))
      ? HEAD + 2
      : NOT_MINE
  if (length < 4) return NOT_MINE
  if (head.left < 4) return NEED_MORE
  const kind = head.peek()
  const size = (head.peek(1) << 16) | (head.peek(2) << 8) | head.peek(3)
  const isHello = (kind === HANDSHAKE.clientHello || kind === HANDSHAKE.serverHello) && size >= 38
  const isCertificate = kind === HANDSHAKE.certificate && size > 3
  return (isHello || isCertificate) && size <= MAX_HANDSHAKE ? HEAD + length : NOT_MINE
}

function record(r: Reader, half: Half, m: Tls): void {
  const type = r.u8('record type')
  m.version = r.u16('version')
  const length = r.u16('length')
  if (length === 0) m.anomalies.push('empty-record')
  if (type === RECORD.data || half.encrypted) {
    m.kind = 'data'
    half.left = Math.max(0, length - r.left)
    r.view(Math.min(r.left, length), 'encrypted')
    return
  }
  const body = r.sub(length, 'fragment')
  if (type === RECORD.changeCipher) {
    m.kind = 'change-cipher'
    body.u8('change')
    half.encrypted = true
    half.kept = undefined
  } else if (type === RECORD.alert) {
    m.kind = 'alert'
    body.u8('level')
    const code = body.u8('description')
    m.alert = ALERTS[code] ?? `unknown-${code}`
    body.note(m.alert)
  } else if (type === RECORD.heartbeat) m.kind = 'heartbeat'
  else {
    m.kind = 'handshake'
    handshakes(body, half, m)
  }
  if (body.short) r.short = true
}

/** Several messages may share a record, and one message may need several. */
function handshakes(body: Reader, half: Half, m: Tls): void {
  let r = body
  if (half.kept !== undefined) {
    r = new Reader(join(half.kept, body.view(body.left, 'continued')))
    half.kept = undefined
  }
  while (r.left > 0) {
    const size = (r.peek(1) << 16) | (r.peek(2) << 8) | r.peek(3)
    if (r.left < 4 || r.left < 4 + size) {
      if (4 + size > MAX_HANDSHAKE) {
        m.anomalies.push('handshake-too-long')
        r.view(r.left, 'refused')
      } else half.kept = r.view(r.left, 'goes on').slice()
      return
    }
    const type = r.u8('handshake type')
    r.u24('length')
    const inner = r.sub(size, `handshake ${type}`)
    m.handshakes.push(readHandshake(inner, type, size, false))
    if (inner.short) body.short = true
  }
}

/** RFC 5246 appendix E.2: high bit and length, message type 1, version 3.x. */
function isV2Hello(head: Reader): boolean {
  return (head.peek() & 0x80) !== 0 && head.peek(2) === 1 && head.peek(3) === 3 && head.left >= 11
}

function v2Length(head: Reader): number {
  const length = (head.u16() & 0x7fff) + 2
  const ciphers = head.skip(3).u16()
  return length >= 11 && ciphers > 0 && ciphers % 3 === 0 && ciphers + 11 <= length ? length : NOT_MINE
}

function v2Hello(r: Reader, m: Tls): void {
  r.u16('length')
  r.u8('message type')
  m.kind = 'handshake'
  m.version = r.u16('version')
  const ciphers = r.u16('ciphers length')
  r.u16('session id length')
  r.u16('challenge length')
  const list = r.sub(ciphers, 'ciphers')
  const codes: number[] = []
  while (list.left >= 3) codes.push(list.u24('cipher'))
  r.view(r.left, 'session id and challenge')
  m.handshakes.push({
    type: HANDSHAKE.clientHello,
    length: r.at,
    hello: {
      isClient: true,
      version: m.version,
      legacyVersion: m.version,
      sessionId: '',
      ciphers: codes.filter((c) => c <= 0xffff),
      extensions: [],
      serverName: undefined,
      protocols: [],
      signatures: [],
      group: undefined,
      hasTicket: false,
      isRetry: false,
    },
    status: undefined,
    certificates: [],
    group: undefined,
  })
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
