/**
 * Syslog: a host reports what happens on it, one line a message.
 *
 *   "<" facility * 8 + severity ">" header and text; over TCP either a line each, or "length SP" before each
 *
 * Spec: RFC 3164 §4.1, RFC 5424 §6, RFC 5426 (UDP), RFC 6587 §3.4 (TCP framings).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { isAtPort } from '../own-port.ts'
import { isTextUpTo, lineLength } from '../text-line.ts'

export type Syslog = {
  /** 0 to 23; -1 without a priority. */
  facility: number
  severity: number
  /** Everything after the priority, one character a byte. */
  message: string
  host: string
  application: string
  /** The part after host and application. */
  text: string
  anomalies: string[]
}

const MAX_MESSAGE = 65_536
const PORT = 514
const LT = 0x3c
const GT = 0x3e

export const dissector: Dissector<Syslog> = {
  name: 'syslog',
  ports: ['udp/514', 'tcp/514'],
  maxFrame: MAX_MESSAGE,
  frame(head, ctx) {
    if (ctx.flow.transport === 'tcp') return streamed(head, ctx)
    if (isOwnPort(ctx)) return head.left
    const priority = priorityLength(head, 0)
    return priority > 0 && isTextUpTo(head, 64) ? head.left : NOT_MINE
  },
  parse(r, ctx) {
    const m: Syslog = { facility: -1, severity: -1, message: '', host: '', application: '', text: '', anomalies: [] }
    if (ctx.flow.transport === 'tcp' && r.peek() !== LT) {
      let digits = 0
      while (r.peek(digits) >= 0x30 && r.peek(digits) <= 0x39 && digits < 6) digits++
      r.text(digits + 1, 'length')
    }
    const length = priorityLength(r, 0)
    if (length > 0) {
      const priority = Number(byteText(r.view(length, 'priority').subarray(1, -1)))
      m.facility = priority >> 3
      m.severity = priority & 7
      if (m.facility > 23) m.anomalies.push('unknown-facility')
    }
    let end = r.end
    if (ctx.flow.transport === 'tcp') while (end > r.at && (r.bytes[end - 1] === 10 || r.bytes[end - 1] === 13)) end--
    m.message = byteText(r.view(end - r.at, 'message'))
    r.at = r.end
    if (length > 0) readHeader(m)
    return m
  },
  side: (head) => (head.peek() === LT ? 'client' : undefined),
  resync(bytes) {
    // Where a line begins with a priority.
    for (let at = bytes.indexOf(10); at >= 0 && at + 2 < bytes.length; at = bytes.indexOf(10, at + 1)) {
      if (bytes[at + 1] === LT && bytes[at + 2]! >= 0x30 && bytes[at + 2]! <= 0x39) return at + 1
    }
    return -1
  },
}

function isOwnPort(ctx: Context<Syslog, undefined>): boolean {
  return isAtPort(ctx.flow, PORT)
}

/** Length of `<n>` with n up to 191 (or up to 999: somebody else's numbering); 0 when there is none, -1 when it may follow. */
function priorityLength(r: Reader, ahead: number): number {
  if (r.left <= ahead) return -1
  if (r.peek(ahead) !== LT) return 0
  let i = 1
  for (; i < 4; i++) {
    if (r.left <= ahead + i) return -1
    const c = r.peek(ahead + i)
    if (c < 0x30 || c > 0x39) break
  }
  if (i === 1) return 0
  if (r.left <= ahead + i) return -1
  return r.peek(ahead + i) === GT ? i + 1 : 0
}

function streamed(head: Reader, ctx: Context<Syslog, undefined>): number {
  if (ctx.from === 'server') return NOT_MINE
  const first = priorityLength(head, 0)
  if (first < 0) return NEED_MORE
  if (first > 0) return isTextUpTo(head, 64) ? lineLength(head, MAX_MESSAGE) : NOT_MINE
  // RFC 6587 §3.4.1: octet counting.
  let digits = 0
  let length = 0
  for (; digits < 6; digits++) {
    if (head.left <= digits) return NEED_MORE
    const c = head.peek(digits)
    if (c < 0x30 || c > 0x39 || (digits === 0 && c === 0x30)) break
    length = length * 10 + c - 0x30
  }
  if (digits === 0 || digits > 5 || head.peek(digits) !== 0x20) return NOT_MINE
  const priority = priorityLength(head, digits + 1)
  if (priority < 0) return NEED_MORE
  const whole = digits + 1 + length
  return priority > 0 && length > priority && whole <= MAX_MESSAGE ? whole : NOT_MINE
}

const MODERN = /^1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,64}) (.*)$/s
/** `Oct 11 22:14:15 host tag[1]: text`; devices put sequence numbers, years and zones around it. */
const CLASSIC =
  /^(?:\d+: )?(?:\S+: )?[*.]?(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{3,4})?:?|\d{4}-\d\d-\d\dT\S+) (.*)$/s
const TAG = /^([A-Za-z][\w./-]{0,47})(?:\[\d+\])?: ?(.*)$/s

function readHeader(m: Syslog): void {
  const message = m.message.slice(0, 4096)
  const modern = MODERN.exec(message)
  if (modern !== null) {
    m.host = modern[2] === '-' ? '' : modern[2]!
    m.application = modern[3] === '-' ? '' : modern[3]!
    m.text = modern[6]!
    return
  }
  const rest = CLASSIC.exec(message)?.[1]
  m.text = rest ?? message
  if (rest === undefined) return
  const host = /^([A-Za-z0-9][\w.:-]{0,254}) (?=\S)/.exec(rest)?.[1]
  const isTag = host === undefined || host.endsWith(':')
  if (!isTag) m.host = host
  const after = isTag ? rest : rest.slice(host.length + 1)
  const tag = TAG.exec(after)
  m.application = tag?.[1] ?? ''
  m.text = tag?.[2] ?? after
}
