/**
 * DNS: names to addresses and back. Multicast DNS, LLMNR and NetBIOS name service share its layout.
 *
 *   | id u16 | flags u16: QR opcode4 AA TC RD RA Z3 rcode4 | questions u16 | answers u16 | authority u16 | additional u16 |
 *   | questions | records … |   big-endian; over TCP a length u16 comes before
 *
 * Spec: RFC 1035 §4; RFC 6762 (multicast), RFC 4795 (LLMNR), RFC 1002 §4.2 (NetBIOS names).
 */
import type { Micros } from '@isthmus/model'
import { type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { CODES, NETBIOS_OPCODES, OPCODES } from './dns.table.ts'
import { readName } from './name.ts'
import { type Record_, readRecord } from './record.ts'
import { type Variant, variantByContent, variantByPort } from './variant.ts'

export type Question = { name: string; type: number; class: number }
export type Dns = {
  variant: Variant
  id: number
  isResponse: boolean
  opcode: number
  authoritative: boolean
  truncated: boolean
  recursionDesired: boolean
  recursionAvailable: boolean
  z: number
  code: number
  counts: readonly [questions: number, answers: number, authority: number, additional: number]
  questions: Question[]
  answers: Record_[]
  /** Authority and additional sections. */
  others: Record_[]
  anomalies: ('truncated' | 'broken-name' | 'trailing-bytes' | 'too-many-questions' | 'overlong-name' | 'question-with-answers')[]
}

/** A question by its number. One that is repeated may be answered twice, and differently. */
export type Asked = { readonly question: string; questions: number; answers: number; told: string; toldAt: Micros }

/** What a conversation remembers: questions nobody has answered yet, the latest questions with what was answered, and the rows of dns.log that wait. */
export type DnsState = {
  readonly open: Map<number, Question>
  readonly asked: Map<number, Asked>
  log: unknown
}

/** More questions than this is not DNS, whatever port it uses (Zeek's dns_max_queries). */
const MAX_QUESTIONS = 25
const HEAD = 12

export const dissector: Dissector<Dns, DnsState> = {
  name: 'dns',
  ports: ['udp/53', 'tcp/53', 'udp/5353', 'udp/5355', 'udp/137'],
  maxFrame: 65_537,
  // A resolver that has waited this long asks again: the next question is another conversation.
  idleUs: 10_000_000,
  start: () => ({ open: new Map(), asked: new Map(), log: undefined }),
  frame(head, ctx) {
    const isStream = ctx.flow.transport === 'tcp'
    const all = head.left
    if (isStream && all < 2 + HEAD) return NEED_MORE
    const length = isStream ? head.u16() + 2 : all
    if (length < HEAD + (isStream ? 2 : 0)) return isStream ? NOT_MINE : all > 0 && variantByPort(ctx.flow) !== undefined ? all : NOT_MINE
    return looksRight(head, variantByPort(ctx.flow) !== undefined, length) ? length : NOT_MINE
  },
  key(head, ctx) {
    if (ctx.flow.transport === 'tcp') head.skip(2)
    const id = head.u16()
    return id === 0 ? undefined : id
  },
  parse(r, ctx) {
    if (ctx.flow.transport === 'tcp') r.u16('length')
    return readMessage(r, variantByPort(ctx.flow) ?? variantByContent(new Reader(r.bytes, r.at, r.end), r.left) ?? 'dns')
  },
  side(head) {
    // Over TCP the length comes first: then the flags stand where a datagram counts its questions.
    const isStream = ((head.peek(0) << 8) | head.peek(1)) === head.left - 2 || head.peek(4) > 0 || head.peek(5) > MAX_QUESTIONS
    const at = isStream ? 2 : 0
    if (head.peek(at + 2) >> 7 === 1) return 'server'
    // What answers and says that it asks is of either.
    return head.peek(at + 6) + head.peek(at + 7) > 0 ? undefined : 'client'
  },
}

/** On its own ports a sane head is enough; elsewhere its first name must be one that somebody asks for. */
function looksRight(head: Reader, atHome: boolean, length: number): boolean {
  const opcode = (head.peek(2) >> 3) & 15
  if (OPCODES[opcode] === undefined && NETBIOS_OPCODES[opcode] === undefined) return false
  return atHome || variantByContent(head, length) !== undefined
}

function readMessage(r: Reader, variant: Variant): Dns {
  const base = r.at
  const id = r.u16('transaction')
  const flags = r.u16('flags')
  const counts = [r.u16('questions'), r.u16('answers'), r.u16('authority records'), r.u16('additional records')] as const
  const m: Dns = {
    variant,
    id,
    isResponse: flags >> 15 === 1,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x400) !== 0,
    truncated: (flags & 0x200) !== 0,
    recursionDesired: (flags & 0x100) !== 0,
    recursionAvailable: (flags & 0x80) !== 0,
    z: (flags >> 4) & 7,
    code: flags & 15,
    counts,
    questions: [],
    answers: [],
    others: [],
    anomalies: [],
  }
  if (counts[0] > MAX_QUESTIONS) m.anomalies.push('too-many-questions')
  else readSections(r, base, m)
  if (m.answers.some(({ isOverlong }) => isOverlong)) m.anomalies.push('overlong-name')
  // On a segment, a question may hold what its asker knows already (RFC 6762 §7.1), and a NetBIOS registration its name.
  if (!m.isResponse && variant === 'dns' && m.opcode === 0 && counts[1] > 0) m.anomalies.push('question-with-answers')
  if (r.short) m.anomalies.push('truncated')
  else if (r.left > 0 && m.anomalies.length === 0) m.anomalies.push('trailing-bytes')
  return m
}

function readSections(r: Reader, base: number, m: Dns): void {
  const isNetbios = m.variant === 'nbns'
  for (let n = m.counts[0]; n > 0; n--) {
    const name = readName(r, base, 'question', isNetbios)
    const question = { name: name.text, type: r.u16('type'), class: r.u16('class') }
    if (r.short) return
    m.questions.push(question)
    if (!name.isWhole) m.anomalies.push('broken-name')
  }
  for (let n = m.counts[1]; n > 0; n--) if (!addRecord(r, base, isNetbios, m.answers)) return
  for (let n = m.counts[2] + m.counts[3]; n > 0; n--) if (!addRecord(r, base, isNetbios, m.others)) return
}

function addRecord(r: Reader, base: number, isNetbios: boolean, to: Record_[]): boolean {
  const record = r.left > 0 ? readRecord(r, base, isNetbios) : undefined
  if (record === undefined) r.short = true
  else to.push(record)
  return record !== undefined && !r.short
}

export const codeName = (m: Dns): string => CODES[m.code] ?? `rcode-${m.code}`
