/**
 * LonTalk over IP: nodes of a building's control network publish network variables, managers configure nodes.
 *
 *   CN/IP: | length u16 | version u8 = 1 | type u8 | extension u8 | flags u8 | vendor u16 | session u32 | sequence u32 | time u32 |
 *   LON:   | priority, path, backlog u8 | version u2 format u2 addressing u2 domain u2 | addresses | domain | PDU |   big-endian
 *
 * Spec: ISO/IEC 14908-4 (CN/IP, UDP 1628 and 1629), ISO/IEC 14908-1 §6 to §13 (CNP).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { isAtOneOf } from '../own-port.ts'
import { CNIP_DATA, CNIP_TYPES, FORMAT, MANAGEMENT } from './lontalk.table.ts'

const HEADER = 20
const PORTS: readonly number[] = [1628, 1629]
const CLEAN: readonly string[] = []
const EMPTY = new Uint8Array(0)
const DOMAINS = [0, 1, 3, 6] as const
const ADDRESSES = [3, 3, 4, 9] as const
const NV = 0x80
const SELECTOR = 0x3fff

export type Lontalk = {
  readonly type: number
  readonly session: number
  readonly sequence: number
  /** The telegram; -1 and '' where the packet carries none. */
  format: number
  /** Kind of a transport or session PDU. */
  kind: number
  transaction: number
  isAuthenticated: boolean
  isPriority: boolean
  source: string
  destination: string
  domain: string
  /** Message code; -1 for a network variable and for what has no application data. */
  code: number
  selector: number
  isPoll: boolean
  data: Uint8Array
  anomalies: readonly string[]
}

export type LontalkState = {
  /** Requests without a response: by transaction and who asked. */
  readonly open: Map<string, Lontalk>
}

export const dissector: Dissector<Lontalk, LontalkState> = {
  name: 'lontalk',
  ports: ['udp/1628', 'udp/1629'],
  maxFrame: 2048,
  start: () => ({ open: new Map() }),
  frame(head, { flow }) {
    if (head.left < HEADER) return head.left > 2 && head.peek(2) !== 1 ? NOT_MINE : NEED_MORE
    const length = (head.peek(0) << 8) | head.peek(1)
    const type = head.peek(3)
    if (head.peek(2) !== 1 || CNIP_TYPES[type] === undefined || length < HEADER + head.peek(4) * 4) return NOT_MINE
    const isOurs = isAtOneOf(flow, PORTS)
    if (!isOurs && (length !== head.left || head.peek(4) !== 0 || (type === CNIP_DATA && !isTelegram(head)))) return NOT_MINE
    return length
  },
  parse,
}

/** Version 0 and room for its addresses. */
function isTelegram(head: Reader): boolean {
  const npdu = head.peek(HEADER + 1)
  return npdu >> 6 === 0 && head.left >= HEADER + 2 + ADDRESSES[(npdu >> 2) & 3]! + DOMAINS[npdu & 3]! + 1
}

function parse(r: Reader, _ctx: Context<Lontalk, LontalkState>): Lontalk {
  const whole = r.left
  const length = r.u16('length')
  r.u8('version')
  const type = r.u8('type')
  r.note(CNIP_TYPES[type]?.[0] ?? '')
  const extension = r.u8('extension')
  r.u8('flags')
  r.u16('vendor')
  const m: Lontalk = {
    type,
    session: r.u32('session'),
    sequence: r.u32('sequence'),
    format: -1,
    kind: -1,
    transaction: -1,
    isAuthenticated: false,
    isPriority: false,
    source: '',
    destination: '',
    domain: '',
    code: -1,
    selector: -1,
    isPoll: false,
    data: EMPTY,
    anomalies: CLEAN,
  }
  r.u32('time')
  if (extension > 0) r.skip(extension * 4, 'extension')
  const body = r.sub(Math.max(0, Math.min(r.left, length - HEADER - extension * 4)), 'telegram')
  if (type === CNIP_DATA) telegram(body, m)
  else if (body.left > 0) body.view(body.left, 'body')
  if (r.short || whole < length) m.anomalies = ['truncated']
  else if (body.short) m.anomalies = ['bad-telegram']
  else if (whole > length) m.anomalies = ['trailing-bytes']
  return m
}

function telegram(r: Reader, m: Lontalk): void {
  m.isPriority = (r.u8('priority and backlog') & 0x80) !== 0
  const npdu = r.u8('format and addressing')
  m.format = (npdu >> 4) & 3
  addresses(r, (npdu >> 2) & 3, m)
  m.domain = hexText(r.view(DOMAINS[npdu & 3]!, 'domain'))
  if (m.format === FORMAT.application) return application(r, m)
  const pdu = r.u8('PDU')
  m.isAuthenticated = (pdu & 0x80) !== 0 && m.format !== FORMAT.authentication
  m.kind = (pdu >> 4) & 7
  m.transaction = pdu & 15
  if (m.format === FORMAT.authentication) return
  if (m.kind === 4 || m.kind === 5) r.skip(r.u8('members'), 'member list')
  // Acknowledgements and plain reminders carry nothing.
  const isEmpty = m.kind === 4 || (m.format === FORMAT.transport && m.kind === 2)
  if (!isEmpty) application(r, m)
}

function addresses(r: Reader, format: number, m: Lontalk): void {
  const subnet = r.u8('source subnet')
  const node = r.u8('source node')
  m.source = `${subnet}/${node & 0x7f}`
  if (format === 0) m.destination = `subnet ${r.u8('destination subnet')}`
  else if (format === 1) m.destination = `group ${r.u8('destination group')}`
  else if (format === 2) {
    m.destination = `${r.u8('destination subnet')}/${r.u8('destination node') & 0x7f}`
    // Without the high bit: an acknowledgement of a group's member.
    if ((node & 0x80) === 0) r.skip(2, 'group and member')
  } else {
    r.u8('destination subnet')
    m.destination = `neuron ${hexText(r.view(6, 'neuron id'))}`
  }
}

function application(r: Reader, m: Lontalk): void {
  const first = r.peek(0)
  if ((first & NV) !== 0) {
    const word = r.u16('network variable')
    m.selector = word & SELECTOR
    m.isPoll = (word & 0x4000) !== 0
  } else {
    m.code = r.u8('message code')
    r.note(MANAGEMENT[m.code]?.[0] ?? '')
  }
  m.data = r.view(r.left, 'data')
}
