/**
 * DTLS 1.0 to 1.3: TLS over datagrams. Records carry an epoch and a number, handshake messages their own fragments.
 *
 *   | type u8 | version u16 = 0xfeff, 0xfefd | epoch u16 | number u48 | length u16 | fragment … |
 *   handshake: | type u8 | length u24 | message u16 | offset u24 | fragment length u24 | body … |
 *
 * Spec: RFC 6347 §4.1, §4.2; RFC 9147 §4 (1.3, whose encrypted records have a head of their own).
 */
import { type Dissector, NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { readHandshake } from './handshake.ts'
import { ALERTS, HANDSHAKE, RECORD } from './tls.table.ts'
import { Half, type Tls, type TlsState } from './tls.ts'

/** Joins the fragments of one handshake message at a time, as its sender sends them. */
type Fragments = { message: number; body: Uint8Array; have: number }
export type DtlsState = TlsState & { readonly fragments: Record<Side, Fragments | undefined> }

const HEAD = 13
const HANDSHAKE_HEAD = 12
const MAX_RECORD = 16_384 + 2048
const MAX_HANDSHAKE = 1 << 16

export const dtlsDissector: Dissector<Tls, DtlsState> = {
  name: 'dtls',
  ports: ['udp/443', 'udp/4433', 'udp/5684'],
  maxFrame: 65_535,
  start: () => ({
    client: new Half(),
    server: new Half(),
    recognised: false,
    isFlipped: false,
    seen: undefined,
    log: undefined,
    fragments: { client: undefined, server: undefined },
  }),
  frame(head, ctx) {
    const all = head.left
    const type = head.u8()
    if (ctx.state.recognised && (type & 0xe0) === 0x20) return all
    const version = head.u16()
    if (type < RECORD.changeCipher || type > RECORD.heartbeat + 2) return NOT_MINE
    if (version !== 0xfeff && version !== 0xfefd && version !== 0xfefc) return NOT_MINE
    if (all < HEAD) return NEED_MORE
    const epoch = head.u16()
    const length = head.skip(6).u16()
    if (length > MAX_RECORD) return NOT_MINE
    if (!ctx.state.recognised) return epoch === 0 && type === RECORD.handshake && isHello(head, length) ? HEAD + length : NOT_MINE
    return HEAD + length
  },
  parse(r, ctx) {
    const { state, from } = ctx
    const half = state[from]
    const m: Tls = {
      kind: 'data',
      version: 0,
      fromClient: (from === 'client') !== state.isFlipped,
      isEncrypted: half.encrypted,
      handshakes: [],
      alert: '',
      anomalies: [],
    }
    const isFirst = !state.recognised
    state.recognised = true
    if ((r.peek() & 0xe0) === 0x20) {
      half.encrypted = true
      m.isEncrypted = true
      r.view(r.left, 'encrypted')
      return m
    }
    const type = r.u8('record type')
    m.version = r.u16('version')
    const epoch = r.u16('epoch')
    r.u48('record number')
    const body = r.sub(r.u16('length'), 'fragment')
    if (epoch > 0 || half.encrypted || type === RECORD.data) {
      m.isEncrypted = true
      body.view(body.left, 'encrypted')
    } else if (type === RECORD.changeCipher) {
      m.kind = 'change-cipher'
      half.encrypted = true
      body.u8('change')
    } else if (type === RECORD.alert) {
      m.kind = 'alert'
      body.u8('level')
      const code = body.u8('description')
      m.alert = ALERTS[code] ?? `unknown-${code}`
    } else if (type === RECORD.handshake) {
      m.kind = 'handshake'
      handshakes(body, state, from, m)
    }
    if (body.short || r.short) {
      r.short = true
      m.anomalies.push('truncated')
    }
    if (isFirst) orient(m, state, from)
    return m
  },
  side(head) {
    const kind = head.skip(HEAD).u8()
    return kind === HANDSHAKE.clientHello ? 'client' : kind === HANDSHAKE.serverHello ? 'server' : undefined
  },
}

/** Where calls are set up by another protocol, the one who opened the flow may be the one who is called. */
function orient(m: Tls, state: DtlsState, from: Side): void {
  const hello = m.handshakes.find((h) => h.hello !== undefined)?.hello
  if (hello === undefined || hello.isClient === (from === 'client')) return
  state.isFlipped = true
  m.fromClient = !m.fromClient
}

function isHello(head: Reader, length: number): boolean {
  if (length < HANDSHAKE_HEAD) return false
  if (head.left < HANDSHAKE_HEAD) return true
  const kind = head.u8()
  const size = head.u24()
  const offset = head.skip(2).u24()
  const here = head.u24()
  return kind >= 1 && kind <= HANDSHAKE.certificate && size <= MAX_HANDSHAKE && offset + here <= size && here <= length
}

function handshakes(r: Reader, state: DtlsState, from: Side, m: Tls): void {
  while (r.left > 0) {
    const type = r.u8('handshake type')
    const length = r.u24('length')
    const message = r.u16('message number')
    const offset = r.u24('fragment offset')
    const part = r.sub(r.u24('fragment length'), `handshake ${type}`)
    if (length > MAX_HANDSHAKE || offset + part.left > length) {
      m.anomalies.push('handshake-too-long')
      return
    }
    if (part.left === length) m.handshakes.push(readHandshake(part, type, length, true))
    else joined(part, type, length, message, offset, state, from, m)
    if (part.short) r.short = true
  }
}

function joined(part: Reader, type: number, length: number, message: number, offset: number, state: DtlsState, from: Side, m: Tls): void {
  let f = state.fragments[from]
  if (f === undefined || f.message !== message || f.body.length !== length) f = { message, body: new Uint8Array(length), have: 0 }
  state.fragments[from] = f
  // Fragments come in order or again; one that leaves a hole is not waited for.
  if (offset > f.have) return
  const bytes = part.view(part.left, 'goes on')
  f.body.set(bytes, offset)
  f.have = Math.max(f.have, offset + bytes.length)
  if (f.have < length) return
  state.fragments[from] = undefined
  m.handshakes.push(readHandshake(new Reader(f.body), type, length, true))
}
