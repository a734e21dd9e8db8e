/**
 * Media redundancy: one manager of a ring of switches sends test frames round it, and opens the ring's spare port when they
 * do not come back. Clients tell it of links that went down.
 *
 *   | version u16 | parts: | type u8 | length u8 | … | end: 00 00 |      every frame holds one statement and a common part
 *
 * Spec: IEC 62439-2 §8.1.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { showMac } from '../show-address.ts'
import { PART, PARTS } from './mrp.table.ts'

/** Fields that a part does not have are -1 or empty. */
export type Mrp = {
  readonly version: number
  /** Of the first part that is a statement. */
  readonly kind: number
  readonly priority: number
  readonly mac: string
  readonly portRole: number
  /** 0 open, 1 closed; of test frames. */
  readonly ringState: number
  /** How often the ring has changed state since the manager started. */
  readonly transitions: number
  /** Milliseconds until clients forget their addresses, or between repetitions. */
  readonly interval: number
  readonly sequence: number
  /** Sixteen bytes in hex. */
  readonly domain: string
  readonly interconnection: number
  readonly isTruncated: boolean
}

/** A frame has two to four; protects against one of empty parts. */
const MAX_PARTS = 16

export const dissector: Dissector<Mrp> = {
  name: 'mrp',
  ports: ['eth/0x88e3'],
  maxFrame: 65_535,
  sessionless: true,
  frame(head) {
    if (head.left < 6) return NEED_MORE
    const version = (head.peek(0) << 8) | head.peek(1)
    return (version === 1 || version === 2) && PARTS[head.peek(2)] !== undefined ? head.left : NOT_MINE
  },
  parse(r) {
    const m = { ...EMPTY, version: r.u16('version') }
    for (let n = 0; n < MAX_PARTS && r.left >= 2; n++) {
      const kind = r.u8('part')
      r.note(PARTS[kind] ?? 'unknown')
      const length = r.u8('length')
      if (kind === PART.end) break
      readPart(kind, r.sub(length, PARTS[kind] ?? 'part'), m)
    }
    m.isTruncated = r.short
    r.view(r.left, 'padding')
    return m
  },
}

type Draft = { -readonly [K in keyof Mrp]: Mrp[K] }

const EMPTY: Mrp = {
  version: 0,
  kind: 0,
  priority: -1,
  mac: '',
  portRole: -1,
  ringState: -1,
  transitions: -1,
  interval: -1,
  sequence: -1,
  domain: '',
  interconnection: -1,
  isTruncated: false,
}

function readPart(kind: number, r: Reader, m: Draft): void {
  if (kind === PART.common) {
    m.sequence = r.u16('sequence')
    m.domain = hexText(r.view(16, 'domain'))
  } else if (kind !== PART.option && m.kind === 0) {
    m.kind = kind
    readStatement(kind, r, m)
  }
  if (r.short) m.isTruncated = true
  r.view(r.left, 'more')
}

function readStatement(kind: number, r: Reader, m: Draft): void {
  if (kind === PART.test || kind === PART.topologyChange) m.priority = r.u16('priority')
  // The interconnection's number stands before the address here, behind it elsewhere.
  if (kind === PART.inTest) m.interconnection = r.u16('interconnection')
  m.mac = showMac(r.view(6, 'MAC address'))
  switch (kind) {
    case PART.test:
    case PART.inTest:
      m.portRole = r.u16('port role')
      m.ringState = r.u16('state')
      m.transitions = r.u16('transitions')
      r.u32('time stamp, ms')
      break
    case PART.topologyChange:
      m.interval = r.u16('interval, ms')
      break
    case PART.inTopologyChange:
      m.interconnection = r.u16('interconnection')
      m.interval = r.u16('interval, ms')
      break
    case PART.linkDown:
    case PART.linkUp:
      m.portRole = r.u16('port role')
      m.interval = r.u16('interval, ms')
      r.u16('blocked')
      break
    case PART.inLinkDown:
    case PART.inLinkUp:
    case PART.inLinkStatusPoll:
      m.portRole = r.u16('port role')
      m.interconnection = r.u16('interconnection')
      if (kind !== PART.inLinkStatusPoll) m.interval = r.u16('interval, ms')
  }
}
