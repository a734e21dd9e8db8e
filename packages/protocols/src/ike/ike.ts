/**
 * IKE, versions 1 and 2: two peers agree on keys for IPsec. What is agreed comes in the clear; who they are mostly does not.
 * On port 4500 four zero bytes stand before it, and ESP shares the port.
 *
 *   | initiator SPI 8 | responder SPI 8 | next payload u8 | version u8 | exchange u8 | flags u8 | message id u32 | length u32 |
 *   payload: | next u8 | flags u8 | length u16 | body … |   big-endian
 *
 * Spec: RFC 7296 §3 (version 2); RFC 2408 §3, RFC 2409 appendix A (version 1); RFC 3948 §2 (UDP encapsulation).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { isAtPort } from '../own-port.ts'
import { EXCHANGES, PAYLOAD } from './ike.table.ts'
import { readSa, type Sa } from './sa.ts'

export type Ike = {
  kind: 'ike' | 'esp' | 'keepalive'
  /** Hex. */
  initiator: string
  responder: string
  major: number
  minor: number
  exchange: number
  flags: number
  messageId: number
  length: number
  sa: Sa | undefined
  groups: number[]
  notifications: number[]
  /** Hex. */
  vendors: string[]
  certificates: Uint8Array[]
  /** Version 1 in aggressive mode tells who asks. */
  identity: { kind: number; bytes: Uint8Array } | undefined
  isEncrypted: boolean
  /** Of ESP in UDP. */
  spi: number
  sequence: number
  anomalies: ('truncated' | 'bad-length' | 'too-many-payloads')[]
}

export type IkeState = { recognised: boolean; spis: Set<number>; isOpen: boolean; log: unknown }

const HEAD = 28
const MARKER = 4
const MAX_PAYLOADS = 64
const ENCRYPTED_V1 = 1

export const dissector: Dissector<Ike, IkeState> = {
  name: 'ike',
  ports: ['udp/500', 'udp/4500', 'udp/848'],
  maxFrame: 65_535,
  start: () => ({ recognised: false, spis: new Set(), isOpen: false, log: undefined }),
  frame(head, { flow, state }) {
    const all = head.left
    if (all < 1) return NEED_MORE
    const isNat = isAtPort(flow, 4500)
    if (isNat && all === 1 && head.peek() === 0xff) return 1
    const marked = head.peek() === 0 && head.peek(1) === 0 && head.peek(2) === 0 && head.peek(3) === 0 && head.peek(4) + head.peek(5) !== 0
    if (isIke(head, marked ? MARKER : 0)) return all
    // ESP in UDP has nothing fixed but an SPI that is not zero: only on its own port, or where IKE has spoken.
    return (isNat || state.recognised) && !marked && all >= 16 ? all : NOT_MINE
  },
  key(head) {
    const marked = head.peek() === 0 && head.peek(1) === 0 && head.peek(2) === 0 && head.peek(3) === 0
    if (marked) head.skip(MARKER)
    if (head.left < HEAD) return undefined
    return head.peek(17) >> 4 === 2 ? head.peek(20) * 0x1000000 + ((head.peek(21) << 16) | (head.peek(22) << 8) | head.peek(23)) : undefined
  },
  parse(r, { state }) {
    const m = empty()
    if (r.left === 1) {
      m.kind = 'keepalive'
      r.u8('keepalive')
      return m
    }
    const marked = r.peek() === 0 && r.peek(1) === 0 && r.peek(2) === 0 && r.peek(3) === 0 && !isIke(r, 0)
    if (!marked && !isIke(r, 0)) {
      m.kind = 'esp'
      m.spi = r.u32('SPI')
      m.sequence = r.u32('sequence')
      r.view(r.left, 'encrypted')
      return m
    }
    if (marked) r.skip(MARKER, 'no ESP')
    state.recognised = true
    message(r, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    if (head.peek() === 0 && head.peek(3) === 0) head.skip(MARKER)
    if (head.peek(17) >> 4 === 2) return head.peek(19) & 0x20 ? 'server' : 'client'
    for (let i = 8; i < 16; i++) if (head.peek(i) !== 0) return undefined
    return 'client'
  },
}

function empty(): Ike {
  return {
    kind: 'ike',
    initiator: '',
    responder: '',
    major: 0,
    minor: 0,
    exchange: 0,
    flags: 0,
    messageId: 0,
    length: 0,
    sa: undefined,
    groups: [],
    notifications: [],
    vendors: [],
    certificates: [],
    identity: undefined,
    isEncrypted: false,
    spi: 0,
    sequence: 0,
    anomalies: [],
  }
}

/** A head whose version, exchange and length fit the datagram. */
function isIke(head: Reader, at: number): boolean {
  if (head.left < at + HEAD) return false
  const version = head.peek(at + 17)
  const exchange = head.peek(at + 18)
  const length = head.peek(at + 24) * 0x1000000 + ((head.peek(at + 25) << 16) | (head.peek(at + 26) << 8) | head.peek(at + 27))
  const fits = (version >> 4 === 1 && exchange < 34) || (version >> 4 === 2 && exchange >= 34 && exchange <= 44)
  if (!fits || EXCHANGES[exchange] === undefined || (version & 15) > 1) return false
  return length >= HEAD && length <= head.left - at + 8192 && (length === head.left - at || head.left > 1200)
}

function message(r: Reader, m: Ike): void {
  m.initiator = hexText(r.view(8, 'initiator SPI'))
  m.responder = hexText(r.view(8, 'responder SPI'))
  let next = r.u8('next payload')
  const version = r.u8('version')
  m.major = version >> 4
  m.minor = version & 15
  m.exchange = r.u8('exchange')
  r.note(EXCHANGES[m.exchange] ?? 'unknown')
  m.flags = r.u8('flags')
  m.messageId = r.u32('message id')
  m.length = r.u32('length')
  if (m.major === 1 && m.flags & ENCRYPTED_V1) {
    m.isEncrypted = true
    r.view(r.left, 'encrypted')
    return
  }
  const body = r.sub(Math.min(m.length - HEAD, r.left), 'payloads')
  if (m.length - HEAD > body.left) r.short = true
  for (let n = 0; next !== 0 && body.left >= 4; n++) {
    if (n >= MAX_PAYLOADS) {
      m.anomalies.push('too-many-payloads')
      return
    }
    const type = next
    next = body.u8('next payload')
    body.u8('flags')
    const length = body.u16('length')
    if (length < 4) {
      m.anomalies.push('bad-length')
      return
    }
    if (type === PAYLOAD.encrypted || type === PAYLOAD.fragment) {
      m.isEncrypted = true
      body.view(length - 4, 'encrypted')
      return
    }
    payload(type, body.sub(length - 4, `payload ${type}`), m)
    if (body.short) r.short = true
  }
}

function payload(type: number, r: Reader, m: Ike): void {
  switch (type) {
    case PAYLOAD.sa1:
    case PAYLOAD.sa:
      m.sa = readSa(r, m.major)
      break
    case PAYLOAD.keys:
      m.groups.push(r.u16('group'))
      break
    case PAYLOAD.notify1:
      r.u32('domain of interpretation')
      r.u8('protocol')
      r.u8('SPI size')
      m.notifications.push(r.u16('notification'))
      break
    case PAYLOAD.notify:
      r.u8('protocol')
      r.u8('SPI size')
      m.notifications.push(r.u16('notification'))
      break
    case PAYLOAD.vendor1:
    case PAYLOAD.vendor:
      m.vendors.push(hexText(r.view(Math.min(r.left, 128), 'vendor id')))
      break
    case PAYLOAD.certificate1:
    case PAYLOAD.certificate:
      r.u8('encoding')
      m.certificates.push(r.view(r.left, 'certificate'))
      break
    case PAYLOAD.id1: {
      const kind = r.u8('kind of identity')
      r.u8('protocol')
      r.u16('port')
      m.identity = { kind, bytes: r.view(r.left, 'identity') }
      break
    }
    default:
      r.view(r.left, 'body')
  }
}
