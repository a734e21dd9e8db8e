/**
 * PROFINET IO context manager: controllers open application relations with devices, set their parameters and read their
 * records. Connectionless remote procedure calls over UDP; an answer may come from another port than was asked.
 *
 *   | 4 | type | flags u16 | data representation u24 | serial | object, interface, activity: 16 bytes each | boot time u32 |
 *   | interface version u32 | sequence u32 | operation u16 | hints u16 u16 | length u16 | fragment u16 | auth | serial |
 *   request: | maximum u32 | length u32 | maximum, offset, actual count u32 | blocks … |   answer: status in place of the maximum
 *
 * Spec: IEC 61158-6-10 §4.10, §5; C706 §12.5.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { type Block, readBlocks } from './blocks.ts'
import { type Endpoint, readAnnotation } from './endpoints.ts'
import { Fragments } from './fragments.ts'
import { type Fack, HEADER, type Header, interfaceOf, readFack, readHeader, u32 } from './header.ts'
import { FLAG, INTERFACES, type Interface, statusText, TYPE } from './profinet-io-cm.table.ts'

export type Cm = {
  readonly header: Header
  readonly from: Side
  readonly to: Interface
  readonly isAnswer: boolean
  readonly fack: Fack | undefined
  /** Error code, decode, code 1, code 2, most significant first; undefined where no answer's body was read. */
  status: number | undefined
  blocks: readonly Block[]
  /** What the endpoint mapper says of the device. */
  endpoint: Endpoint | undefined
  /** The call this one answers, where both used the same ports. */
  asked: Cm | undefined
  /** Its body, whole or in its last fragment, was read. */
  isWhole: boolean
  anomalies: readonly string[]
}

export type CmState = { readonly open: Map<string, Cm>; readonly fragments: Fragments }

/** Calls without an answer that are kept; the oldest go first. */
const MAX_OPEN = 64
const CLEAN: readonly string[] = []
const NONE: readonly Block[] = []

/** The last eight bytes of interface UUIDs stand alike in either order of integers. */
const TAILS = Object.keys(INTERFACES).map((uuid) =>
  Uint8Array.from((uuid.slice(19).replace('-', '').match(/../g) ?? []).map((h) => Number.parseInt(h, 16))),
)

/** C706 §12.1: request and ping; working, no call, response, fault, reject. */
const ASKS: ReadonlySet<number> = new Set([0, 1])
const ANSWERS: ReadonlySet<number> = new Set([2, 3, 4, 5, 6])

export const dissector: Dissector<Cm, CmState> = {
  name: 'profinet-io-cm',
  ports: ['udp/34964'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all > 0 && head.peek(0) !== 4) return NOT_MINE
    if (all < HEADER) return NEED_MORE
    const order = head.peek(4)
    if ((head.peek(1) & 31) > 10 || (order & 0xee) !== 0 || head.peek(5) > 3 || head.peek(6) !== 0 || !isKnown(head)) return NOT_MINE
    const length = HEADER + (order >= 16 ? (head.peek(75) << 8) | head.peek(74) : (head.peek(74) << 8) | head.peek(75))
    return length > all || length > HEADER ? Math.max(length, all) : HEADER
  },
  start: () => ({ open: new Map(), fragments: new Fragments() }),
  parse,
  side(head) {
    const type = head.peek(1) & 31
    return ASKS.has(type) ? 'client' : ANSWERS.has(type) ? 'server' : undefined
  },
}

function isKnown(head: Reader): boolean {
  for (const tail of TAILS) {
    let same = 0
    while (same < tail.length && head.peek(32 + same) === tail[same]) same++
    if (same === tail.length) return true
  }
  return false
}

function parse(r: Reader, ctx: Context<Cm, CmState>): Cm {
  const header = readHeader(r)
  const { type, flags1, isLittle } = header
  const m: Cm = {
    header,
    from: ctx.from,
    to: interfaceOf(header.iface, isLittle) ?? 'device',
    isAnswer: type === TYPE.response || type === TYPE.fault || type === TYPE.reject || type === 5 || type === 4,
    fack: undefined,
    status: undefined,
    blocks: NONE,
    endpoint: undefined,
    asked: undefined,
    isWhole: false,
    anomalies: CLEAN,
  }
  const body = r.sub(header.bodyLength, 'body')
  if (type === TYPE.fack) return Object.assign(m, { fack: readFack(body, header) })
  if (r.short || body.short) m.anomalies = ['truncated']
  if (type === TYPE.fault || type === TYPE.reject) m.status = u32(body, isLittle, 'status')
  else if (type === TYPE.request || type === TYPE.response) {
    if ((flags1 & FLAG.fragment) === 0) readBody(body, m)
    else {
      const whole = ctx.state.fragments.take(header, body.view(body.left, 'fragment'))
      if (whole !== undefined) readBody(new Reader(whole), m)
    }
  }
  pair(m, ctx.state)
  return m
}

function readBody(r: Reader, m: Cm): void {
  const { isLittle } = m.header
  m.isWhole = true
  if (m.to === 'endpoint mapper') {
    if (m.isAnswer) m.endpoint = readAnnotation(r, m.header)
    return
  }
  const first = u32(r, isLittle, m.isAnswer ? 'status' : 'arguments maximum')
  if (m.isAnswer) {
    // §4.10.3.3: one integer, whose most significant byte is the error code.
    m.status = first
    r.note(statusText(first))
  }
  const length = u32(r, isLittle, 'arguments length')
  u32(r, isLittle, 'maximum count')
  u32(r, isLittle, 'offset')
  u32(r, isLittle, 'actual count')
  const args = r.sub(length, 'arguments')
  m.blocks = readBlocks(args)
  if (args.short && m.anomalies === CLEAN) m.anomalies = ['length-mismatch']
}

/** Own pairing: activity and sequence name a call, whichever side of the ports it came from. */
function pair(m: Cm, state: CmState): void {
  const { type, activity, sequence } = m.header
  const key = `${activity}/${sequence}`
  if (type === TYPE.request) {
    if (!m.isWhole) return
    if (state.open.size >= MAX_OPEN) state.open.delete(state.open.keys().next().value!)
    state.open.set(key, m)
  } else if ((type === TYPE.response && m.isWhole) || type === TYPE.fault || type === TYPE.reject) {
    m.asked = state.open.get(key)
    state.open.delete(key)
  }
}
