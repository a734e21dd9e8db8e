/**
 * L2TP version 2, control messages: two ends build a tunnel for PPP and say who they are. Data messages are stepped into by the engine.
 *
 *   | flags, version u16 | length u16 | tunnel u16 | session u16 | sent u16 | expected u16 | pairs: flags, length u16, vendor u16, type u16, value … |   big-endian
 *
 * Spec: RFC 2661 §3.1, §4.1, §4.4.
 */
import { type Carried, type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'

export type L2tp = {
  type: number
  tunnel: number
  session: number
  host: string
  vendor: string
  firmware: string
  /** Called and calling number, proxied name. */
  user: string
  result: number | undefined
  error: string
  hasHidden: boolean
  /** PPP of a data message that is no packet. */
  inside: Uint8Array | undefined
  anomalies: ('truncated' | 'bad-length')[]
}

const TYPES: Readonly<Record<number, string>> = {
  0: 'acknowledgement',
  1: 'start tunnel request',
  2: 'start tunnel reply',
  3: 'tunnel connected',
  4: 'stop tunnel',
  6: 'hello',
  7: 'outgoing call request',
  8: 'outgoing call reply',
  9: 'outgoing call connected',
  10: 'incoming call request',
  11: 'incoming call reply',
  12: 'incoming call connected',
  14: 'disconnect call',
  15: 'line error',
  16: 'set link info',
}
const PAIR = { type: 0, result: 1, firmware: 6, host: 7, vendor: 8, proxyName: 30 } as const
const CONTROL = 0xc802
const HEAD = 12
/** Of no control message. */
const DATA = -1
const MAX_PAIRS = 64

const dissector: Dissector<L2tp> = {
  name: 'l2tp',
  ports: ['udp/1701'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all < HEAD) return NEED_MORE
    // Type, length and sequence bits are set, offset is not, version 2 (RFC 2661 §3.1).
    const flags = (head.peek() << 8) | head.peek(1)
    if ((flags & 0x800f) === 2) return isPpp(head, flags) ? all : NOT_MINE
    if ((flags & 0xcb0f) !== CONTROL) return NOT_MINE
    const length = (head.peek(2) << 8) | head.peek(3)
    return length >= HEAD && length <= all ? all : NOT_MINE
  },
  parse(r) {
    const m: L2tp = {
      type: 0,
      tunnel: 0,
      session: 0,
      host: '',
      vendor: '',
      firmware: '',
      user: '',
      result: undefined,
      error: '',
      hasHidden: false,
      inside: undefined,
      anomalies: [],
    }
    const flags = r.u16('flags and version')
    if ((flags & 0x8000) === 0) {
      data(r, flags, m)
      return m
    }
    const length = r.u16('length')
    m.tunnel = r.u16('tunnel')
    m.session = r.u16('session')
    r.u16('sent')
    r.u16('expected')
    const body = r.sub(Math.min(Math.max(length - HEAD, 0), r.left), 'pairs')
    if (length - HEAD > body.left) r.short = true
    for (let n = 0; n < MAX_PAIRS && body.left >= 6; n++) {
      const flags = body.u16('flags and length')
      const size = flags & 0x3ff
      if (size < 6) {
        m.anomalies.push('bad-length')
        break
      }
      const vendor = body.u16('vendor')
      const type = body.u16('type')
      const value = body.sub(size - 6, `value ${type}`)
      if (flags & 0x4000) m.hasHidden = true
      else if (vendor === 0) pair(type, value, m)
      if (value.short) r.short = true
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  carries: (m): Carried | undefined => (m.inside === undefined || m.inside.length === 0 ? undefined : { over: 'ppp', bytes: m.inside }),
}

/** Where PPP begins behind the fields that the flags announce (RFC 2661 §3.1). */
function dataHead(flags: number): number {
  return 2 + (flags & 0x4000 ? 2 : 0) + 4 + (flags & 0x0800 ? 4 : 0)
}

/** A data message without offset that brings PPP's own protocols (from 0x8000, RFC 1661 §2): the engine reads the packets. */
function isPpp(head: Reader, flags: number): boolean {
  const at = dataHead(flags)
  return (flags & 0x0200) === 0 && head.left >= at + 6 && head.peek(at) === 0xff && head.peek(at + 1) === 3 && head.peek(at + 2) >= 0x80
}

function data(r: Reader, flags: number, m: L2tp): void {
  m.type = DATA
  r.view(dataHead(flags) - 2, 'tunnel and session')
  r.skip(2, 'address and control')
  m.inside = r.view(r.left, 'PPP')
  if (r.short) m.anomalies.push('truncated')
}

function pair(type: number, r: Reader, m: L2tp): void {
  const text = (label: string): string => readable(withoutPadding(byteText(r.view(Math.min(r.left, 256), label))))
  if (type === PAIR.type) m.type = r.u16('message')
  else if (type === PAIR.result) {
    m.result = r.u16('result')
    if (r.left >= 2) r.u16('error')
    m.error = text('reason')
  } else if (type === PAIR.firmware) m.firmware = `0x${r.u16('firmware').toString(16).padStart(4, '0')}`
  else if (type === PAIR.host) m.host = text('host name')
  else if (type === PAIR.vendor) m.vendor = text('vendor')
  else if (type === PAIR.proxyName) m.user = text('name')
  else r.view(r.left, 'value')
}

function observe({ message: m, from }: SeenMessage<L2tp>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`l2tp.${name}`)
  sink.hint(from, 'name', m.host, 0.8)
  sink.hint(from, 'vendor', m.vendor, 0.8)
  sink.hint(from, 'firmware', m.firmware, 0.5)
  if (m.user !== '') sink.hint(from, 'user', m.user, 0.6)
  const name = TYPES[m.type]
  if (name === undefined) return
  if (m.type === 2) sink.hint(from, 'role', 'tunnel server', 0.8)
  // RFC 2661 §4.4.2: 1 is a general request to clear.
  const ok = m.result === undefined || m.result <= 1
  once(sink, name, '', 'session', ok ? undefined : { ok, error: m.error || `result ${m.result}` })
}

/** Zeek itself has no word for it in conn.log. */
export const l2tp: Protocol<L2tp> = { dissector, service: '', observe }
