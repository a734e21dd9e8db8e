/**
 * SRTP: GE's controllers (Series 90, PACSystems) and their tools, mailbox messages of SNP over TCP 18245.
 *
 *   | type u8 | 00 | sequence u8 | 00 | text length u16 | … 20 bytes | seconds, minutes, hours u8 | 00 | sequence u8 | message type u8 |
 *   | from u32 | to u32 | packet u8 | packets u8 | asks: service u8, selector u8, offset u16, length u16, data 8 |
 *   | answers: status u8, minor u8, data 6, program u8, privilege u8, sweep time u16, status word u16 | text |   little-endian
 *
 * Spec: GE GFK-0529 §3 (mailbox messages); the envelope as publicly analysed (Denton et al., "Leveraging the SRTP protocol", 2017).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { isAtPort } from '../own-port.ts'
import type { Section } from '../program-section.ts'
import { MESSAGE_TYPES, SERVICES } from './ge-srtp.table.ts'

export type GeSrtp = {
  /** 0 opens, 1 opened, 2 asks, 3 answers. */
  readonly type: number
  readonly sequence: number
  readonly textLength: number
  /** Seconds, minutes, hours. */
  readonly time: readonly [number, number, number]
  readonly mailboxSequence: number
  readonly messageType: number
  readonly source: Uint8Array
  readonly destination: Uint8Array
  readonly packet: number
  readonly packets: number
  /** -1 but in questions. */
  readonly service: number
  readonly selector: number
  readonly offset: number
  readonly length: number
  /** -1 but in answers. */
  readonly status: number
  readonly minor: number
  readonly program: number
  readonly privilege: number
  readonly sweep: number
  readonly word: number
  /** What stands in the message itself: 8 bytes of a question, 6 of an answer. */
  readonly inline: Uint8Array
  readonly text: Uint8Array
  readonly anomalies: readonly string[]
}

export type GeSrtpState = { section: Section | undefined; state: number; faults: number }

const HEAD = 56
const MAX_FRAME = HEAD + 65_535
const CLEAN: readonly string[] = []
const EMPTY = new Uint8Array(0)
const PORT = 18_245

export const dissector: Dissector<GeSrtp, GeSrtpState> = {
  name: 'ge-srtp',
  ports: ['tcp/18245'],
  maxFrame: MAX_FRAME,
  start: () => ({ section: undefined, state: -1, faults: 0 }),
  frame(head, { flow }) {
    const type = head.peek()
    if (type > 3 || (type > 1 && head.left > 1 && head.peek(1) !== 0)) return NOT_MINE
    // An opening is 56 bytes of almost nothing: only where SRTP is at home.
    if (type < 2 && !isAtPort(flow, PORT)) return NOT_MINE
    if (head.left < HEAD) return NEED_MORE
    const textLength = head.peek(4) | (head.peek(5) << 8)
    if (type < 2) return isOpening(head) ? HEAD : NOT_MINE
    if (MESSAGE_TYPES[head.peek(31)] === undefined || head.peek(26) > 59 || head.peek(27) > 59 || head.peek(28) > 23) return NOT_MINE
    if (head.peek(40) === 0 || head.peek(41) === 0) return NOT_MINE
    if (type === 2 && SERVICES[head.peek(42)] === undefined) return NOT_MINE
    return HEAD + textLength
  },
  key: (head) => (head.peek() < 2 ? 256 : head.peek(2)),
  parse,
  side: (head) => ((head.peek() & 1) === 0 ? 'client' : 'server'),
}

function isOpening(head: Reader): boolean {
  for (let i = 16; i < HEAD; i++) if (head.peek(i) !== 0) return false
  return true
}

function parse(r: Reader, ctx: Context<GeSrtp, GeSrtpState>): GeSrtp {
  const type = r.u8('type')
  r.note(['open', 'opened', 'question', 'answer'][type] ?? 'unknown')
  r.u8('reserved')
  const sequence = r.u8('sequence')
  r.u8('reserved')
  const textLength = r.u16le('text length')
  r.view(20, 'reserved')
  const time = [r.u8('seconds'), r.u8('minutes'), r.u8('hours')] as const
  r.u8('reserved')
  const mailboxSequence = r.u8('mailbox sequence')
  const messageType = r.u8('message type')
  r.note(MESSAGE_TYPES[messageType] ?? '')
  const source = r.view(4, 'from').slice()
  const destination = r.view(4, 'to').slice()
  const packet = r.u8('packet')
  const packets = r.u8('packets')
  const common = { type, sequence, textLength, time, mailboxSequence, messageType, source, destination, packet, packets, ...NOTHING }
  if (type < 2) {
    r.view(r.left, 'reserved')
    return { ...common, anomalies: r.short ? ['truncated'] : CLEAN }
  }
  if (type === 2) {
    const service = r.u8('service')
    r.note(SERVICES[service]?.[0] ?? 'unknown')
    const selector = r.u8('selector')
    const offset = r.u16le('offset')
    const length = r.u16le('length')
    const inline = r.view(8, 'data').slice()
    const text = r.view(Math.min(textLength, r.left), 'text').slice()
    return {
      ...common,
      service,
      selector,
      offset,
      length,
      inline,
      text,
      anomalies: r.short || text.length < textLength ? ['truncated'] : CLEAN,
    }
  }
  const status = r.u8('status')
  const minor = r.u8('minor status')
  const inline = r.view(6, 'data')
  const program = r.u8('control program')
  const privilege = r.u8('privilege level')
  const sweep = r.u16le('sweep time')
  const word = r.u16le('status word')
  const text = r.view(Math.min(textLength, r.left), 'text')
  const anomalies = r.short || text.length < textLength ? ['truncated'] : ctx.asked === undefined ? ['unsolicited'] : CLEAN
  return { ...common, status, minor, program, privilege, sweep, word, inline, text, anomalies }
}

const NOTHING = {
  service: -1,
  selector: -1,
  offset: -1,
  length: -1,
  status: -1,
  minor: -1,
  program: -1,
  privilege: -1,
  sweep: -1,
  word: -1,
  inline: EMPTY,
  text: EMPTY,
} as const
