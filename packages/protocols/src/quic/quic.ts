/**
 * QUIC: datagrams of one or more packets. Long heads open a connection; what they carry first, the TLS hellos, is protected with keys
 * that anybody can derive, and is read. Everything later is encrypted.
 *
 *   long:  | form 1, fixed 1, type 2 bits … | version u32 | length u8, destination id | length u8, source id | rest by type … |
 *   initial rest: | token length, token | length | packet number 1..4 | protected … |; short: | form 0, fixed 1 … | destination id | protected … |
 *
 * Spec: RFC 9000 §17 (heads), §19 (frames); RFC 9001 §5 (protection); RFC 9369 (version 2); RFC 8999 (what never changes).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { type Handshake, readHandshake } from '../tls/handshake.ts'
import { Crypto, readFrames, varint } from './frames.ts'
import { type GoogleHello, readGoogleHello } from './google.ts'
import { InitialKeys } from './initial.ts'
import { isReserved, LONG_TYPES, LONG_TYPES_V2, VERSIONS } from './quic.table.ts'

export type Quic = {
  kind: 'initial' | '0rtt' | 'handshake' | 'retry' | 'negotiation' | 'unknown-version' | 'short' | 'not-fixed'
  version: number
  /** Connection ids in hex; of short heads the target's, whose length long heads have told. */
  destination: string
  source: string
  /** Versions offered instead. */
  versions: number[]
  /** An Initial packet was opened; undefined where that was not tried. */
  isOpen: boolean | undefined
  hello: Handshake | undefined
  google: GoogleHello | undefined
  closed: { code: number; reason: string } | undefined
  anomalies: ('truncated' | 'not-opened' | 'bad-frames')[]
}

export type QuicState = {
  version: number
  /** The client's first destination id, from which the keys follow; '' before it is seen and after a retry. */
  first: string
  keys: Record<Side, InitialKeys> | undefined
  crypto: Record<Side, Crypto>
  opened: number
  /** Bytes of the id that each side chose for itself. */
  readonly idBytes: Record<Side, number>
  recognised: boolean
  seen: unknown
  log: unknown
}

const MAX_ID = 20
/** RFC 9000 §14.1: a client's first datagram is at least so long. */
const MIN_FIRST = 1200
const NUMBER_AND_TAG = 20

export const dissector: Dissector<Quic, QuicState> = {
  name: 'quic',
  ports: ['udp/443', 'udp/853', 'udp/784', 'udp/8443'],
  maxFrame: 65_535,
  start: () => ({
    version: 0,
    first: '',
    keys: undefined,
    crypto: { client: new Crypto(), server: new Crypto() },
    opened: 0,
    idBytes: { client: 0, server: 0 },
    recognised: false,
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const all = head.left
    if (all < 1) return NEED_MORE
    const first = head.peek()
    if (first < 0x80) return ctx.state.recognised ? all : NOT_MINE
    if (all < 7) return ctx.state.recognised ? all : NOT_MINE
    return longLength(head, ctx, all)
  },
  parse(r, ctx) {
    const m = empty()
    const isFirst = !ctx.state.recognised
    ctx.state.recognised = true
    if (r.peek() >= 0x80) long(r, ctx, m, isFirst)
    else {
      m.kind = (r.u8('flags') & 0x40) !== 0 ? 'short' : 'not-fixed'
      if (m.kind === 'short')
        m.destination = hexText(r.view(ctx.state.idBytes[ctx.from === 'client' ? 'server' : 'client'], 'destination id'))
      r.view(r.left, 'protected')
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function empty(): Quic {
  return {
    kind: 'short',
    version: 0,
    destination: '',
    source: '',
    versions: [],
    isOpen: undefined,
    hello: undefined,
    google: undefined,
    closed: undefined,
    anomalies: [],
  }
}

/** A first packet must be a client's or server's opening in a version we know, or fill a datagram as openings do. */
function longLength(head: Reader, ctx: Context<Quic, QuicState>, all: number): number {
  const from = head.at
  const first = head.u8()
  const version = head.u32()
  const known = VERSIONS.get(version)
  const destination = head.u8()
  head.skip(destination)
  const source = head.u8()
  head.skip(source)
  const { recognised } = ctx.state
  if (head.short) return recognised ? all : NOT_MINE
  if (!recognised) {
    if (destination > MAX_ID || source > MAX_ID || (first & 0x40) === 0) return NOT_MINE
    if (known === undefined) return isReserved(version) && all >= MIN_FIRST && destination >= 8 ? all : NOT_MINE
  }
  if (known === undefined || (first & 0x40) === 0) return all
  const kind = kindOf(first, version)
  if (kind === 'retry') return recognised || head.left >= 16 ? all : NOT_MINE
  if (kind === 'initial') head.skip(varint(head, 'token length'))
  const length = varint(head, 'length')
  if (head.short || (kind === 'initial' && length < NUMBER_AND_TAG)) return recognised ? all : NOT_MINE
  if (!recognised && (length > head.left || (kind === 'initial' && ctx.from === 'client' && all < MIN_FIRST))) return NOT_MINE
  return Math.min(head.at - from + length, all)
}

function kindOf(first: number, version: number): Quic['kind'] {
  return (VERSIONS.get(version)?.label === 'quicv2' ? LONG_TYPES_V2 : LONG_TYPES)[(first >> 4) & 3]!
}

function long(r: Reader, ctx: Context<Quic, QuicState>, m: Quic, isFirst: boolean): void {
  const from = r.at
  const first = r.u8('flags')
  m.version = r.u32('version')
  const version = VERSIONS.get(m.version)
  m.kind =
    m.version === 0
      ? 'negotiation'
      : version === undefined
        ? 'unknown-version'
        : (first & 0x40) === 0
          ? 'not-fixed'
          : kindOf(first, m.version)
  r.note(m.kind)
  const destination = r.view(r.u8('destination id length'), 'destination id')
  m.destination = hexText(destination)
  m.source = hexText(r.view(r.u8('source id length'), 'source id'))
  const { state } = ctx
  if (m.version !== 0 && (first & 0x40) !== 0) state.idBytes[ctx.from] = m.source.length / 2
  if (m.kind === 'negotiation') {
    while (r.left >= 4 && m.versions.length < 64) m.versions.push(r.u32('version offered'))
    return
  }
  if (isFirst || m.kind === 'initial') state.version = m.version
  if (m.kind === 'retry') {
    r.view(Math.max(0, r.left - 16), 'token')
    r.view(16, 'integrity tag')
    // RFC 9001 §5.2: the keys follow from the id that the client takes next.
    state.first = ''
    state.keys = undefined
    state.crypto = { client: new Crypto(), server: new Crypto() }
    return
  }
  if (m.kind === 'initial') {
    r.view(varint(r, 'token length'), 'token')
    varint(r, 'length')
    const numberAt = r.at - from
    const packet = r.bytes.subarray(from, r.end)
    r.view(r.left, 'protected')
    if (!r.short) initial(packet, numberAt, destination, ctx, m)
    if (m.isOpen !== undefined) r.note(m.isOpen ? `opened: ${opened(m)}` : 'does not open')
  } else r.view(r.left, 'protected')
}

function initial(packet: Uint8Array, numberAt: number, destination: Uint8Array, ctx: Context<Quic, QuicState>, m: Quic): void {
  const { state, from } = ctx
  const version = VERSIONS.get(m.version)!
  if (state.keys === undefined && from === 'client' && destination.length > 0) {
    state.first = m.destination
    state.keys = { client: new InitialKeys(version, destination, true), server: new InitialKeys(version, destination, false) }
  }
  const crypto = state.crypto[from]
  // Once a hello is whole nothing more is looked for: what opens later is acknowledgements.
  if (state.keys === undefined || crypto.isDone) return
  const plain = state.keys[from].open(packet, numberAt)
  m.isOpen = plain !== undefined
  if (plain === undefined) {
    m.anomalies.push('not-opened')
    return
  }
  state.opened++
  const frames = readFrames(new Reader(plain), version.isGoogle)
  if (frames.isBad) m.anomalies.push('bad-frames')
  m.closed = frames.closed
  for (const piece of frames.pieces) hello(crypto.add(piece.at, piece.bytes), crypto, m, version.isGoogle)
}

/** For the decoded tree: what the packet held lies in no frame. */
function opened(m: Quic): string {
  const hello = m.hello?.hello
  if (hello === undefined) return m.google === undefined ? 'acknowledgements or a part of a hello' : `hello for ${m.google.serverName}`
  return hello.isClient
    ? `client hello for ${hello.serverName ?? 'nobody by name'}`
    : `server hello, cipher 0x${hello.ciphers[0]?.toString(16)}`
}

function hello(bytes: Uint8Array, crypto: Crypto, m: Quic, isGoogle: boolean): void {
  if (crypto.isDone || bytes.length < 4) return
  if (isGoogle) {
    m.google = readGoogleHello(bytes)
    crypto.isDone = m.google !== undefined
    return
  }
  const r = new Reader(bytes)
  const type = r.u8('handshake type')
  const length = r.u24('length')
  if (r.left < length) return
  crypto.isDone = true
  m.hello = readHandshake(r.sub(length), type, length, false)
}
