/**
 * ICMP: echo, errors about other packets, and (ICMPv6) which MAC holds an IPv6 address.
 *
 *   | type u8 | code u8 | checksum u16 | rest by type … |   big-endian
 *
 * Spec: RFC 792; RFC 4443 (ICMPv6); RFC 4861 §4.1 to §4.6 (neighbour discovery).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { showIpv4, showIpv6, showMac } from '../show-address.ts'
import { type EchoState, patternOf, sumOf, wordsOf } from './echo.ts'
import { ND, REDIRECT, V4_ANSWERS, V4_TYPES, V6_ANSWERS, V6_TYPES } from './icmp.table.ts'

export type Icmp = {
  type: number
  code: number
  name: string
  /** Of questions and answers that carry them; the pair names one question. */
  identifier: number | undefined
  sequence: number | undefined
  /** Of neighbour discovery: the address in question and the sender's claim to a MAC for it. */
  target: string
  sourceMac: string
  targetMac: string
  isSolicited: boolean
  /** Of a redirect: whom the receiver is told to send to from here on; '' elsewhere. */
  gateway: string
  /** Of an echo and its answer: sums over the data that comes back and over its pattern, and words where the data begins with some. */
  echo: { readonly sum: number; readonly pattern: number | undefined; readonly words: string } | undefined
  /** A router asks to be preferred to the others of its network (RFC 4191 §2.1). */
  isPreferred: boolean
  anomalies: ('truncated' | 'unknown-type' | 'bad-option-length')[]
}

/** Of the flags of a router: the two bits of its preference, of which 01 is high. */
const PREFERENCE = 0x18
const HIGH = 0x08
/** Protects against options of length 1 filling a jumbo frame. */
const MAX_OPTIONS = 64

export const icmpDissector: Dissector<Icmp, EchoState> = dissector('icmp', 'ip/1', V4_TYPES, V4_ANSWERS)
export const icmpv6Dissector: Dissector<Icmp, EchoState> = dissector('icmpv6', 'ip/58', V6_TYPES, V6_ANSWERS)

function dissector(
  name: string,
  port: string,
  types: Readonly<Record<number, string>>,
  answers: Readonly<Record<number, number>>,
): Dissector<Icmp, EchoState> {
  const questionOf = new Map(Object.entries(answers).map(([question, answer]) => [answer, Number(question)]))
  return {
    name,
    ports: [port],
    maxFrame: 65_535,
    portOnly: true,
    start: () => ({ runs: new Map() }),
    frame(head) {
      const all = head.left
      if (all < 4) return NEED_MORE
      return types[head.u8()] === undefined ? NOT_MINE : all
    },
    key(head) {
      const type = head.u8()
      const question = answers[type] === undefined ? questionOf.get(type) : type
      return question === undefined ? undefined : question * 0x1_0000_0000 + head.skip(3).u32()
    },
    parse: (r, ctx) => parse(r, ctx, types, answers, questionOf),
    side(head) {
      const type = head.u8()
      return answers[type] !== undefined ? 'client' : questionOf.has(type) ? 'server' : undefined
    },
  }
}

function parse(
  r: Reader,
  _ctx: Context<Icmp, EchoState>,
  types: Readonly<Record<number, string>>,
  answers: Readonly<Record<number, number>>,
  questionOf: ReadonlyMap<number, number>,
): Icmp {
  const type = r.u8('type')
  const name = types[type] ?? 'unknown'
  r.note(name)
  const m: Icmp = {
    type,
    code: r.u8('code'),
    name,
    identifier: undefined,
    sequence: undefined,
    target: '',
    sourceMac: '',
    targetMac: '',
    isSolicited: false,
    gateway: '',
    echo: undefined,
    isPreferred: false,
    anomalies: [],
  }
  r.u16('checksum')
  if (answers[type] !== undefined || questionOf.has(type)) {
    m.identifier = r.u16('identifier')
    m.sequence = r.u16('sequence')
  } else if (types === V6_TYPES && (type === ND.solicitation || type === ND.advertisement)) {
    m.isSolicited = (r.u32('flags') & 0x4000_0000) !== 0
    m.target = showIpv6(r.view(16, 'target address'))
    options(r, m)
  } else if (types === V4_TYPES && type === REDIRECT) {
    m.gateway = showIpv4(r.view(4, 'gateway'))
  } else if (types === V6_TYPES && type === ND.routerAdvertisement) {
    r.u8('hop limit')
    const preference = r.u8('flags') & PREFERENCE
    // Who gives no lifetime is no default router, whatever it prefers.
    m.isPreferred = r.u16('lifetime') > 0 && preference === HIGH
    r.skip(8, 'reachable and retransmission time')
    options(r, m)
  }
  if (name === 'unknown') m.anomalies.push('unknown-type')
  if (r.short) m.anomalies.push('truncated')
  const data = r.view(r.left, 'data')
  if (name.startsWith('echo') && m.anomalies.length === 0) m.echo = { sum: sumOf(data), pattern: patternOf(data), words: wordsOf(data) }
  return m
}

/** RFC 4861 §4.6: options count their length in units of eight bytes; zero would never end. */
function options(r: Reader, m: Icmp): void {
  for (let n = 0; n < MAX_OPTIONS && r.left >= 2; n++) {
    const kind = r.u8('option')
    const units = r.u8('option length in 8 bytes')
    if (units === 0) return
    // RFC 8106 §5.1: eight bytes and sixteen for each server, so never an even number of units.
    if (m.type === ND.routerAdvertisement && kind === ND.nameServers && (units < 3 || units % 2 === 0))
      m.anomalies.push('bad-option-length')
    const value = r.view(units * 8 - 2, 'option value')
    if (kind === ND.sourceMac && units === 1) m.sourceMac = showMac(value)
    if (kind === ND.targetMac && units === 1) m.targetMac = showMac(value)
  }
}
