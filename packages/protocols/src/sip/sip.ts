/**
 * SIP: phones and their servers register and set up calls, in messages of HTTP's form.
 *
 *   request: METHOD SP uri SP SIP/2.0 CRLF, fields, CRLF, body        response: SIP/2.0 SP code SP reason CRLF, fields, CRLF, body
 *
 * Spec: RFC 3261 §7 (messages), §18.3 (framing), §20 (fields).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { isAtPort } from '../own-port.ts'
import { takeLine } from '../text-line.ts'
import { Unanswered } from '../unanswered.ts'

export type Sip = {
  kind: 'request' | 'response' | 'keep-alive'
  method: string
  uri: string
  status: number
  reason: string
  /** Names in lower case, in order; values as bytes. */
  fields: (readonly [name: string, value: string])[]
  /** How many of them came before a line that is no field. */
  soundFields: number
  bodyBytes: number
  /** The body is all there. */
  isWhole: boolean
  anomalies: string[]
}

export type SipState = { log: unknown; readonly open: Unanswered<Sip> }

const MAX_MESSAGE = 65_536
const MAX_LINE = 8192
const MAX_URI = 1024
const MAX_FIELDS = 256
const LF = 10
const MAX_KEEP_ALIVE = 16

export const dissector: Dissector<Sip, SipState> = {
  name: 'sip',
  ports: ['udp/5060', 'tcp/5060'],
  maxFrame: MAX_MESSAGE,
  start: () => ({ log: undefined, open: new Unanswered<Sip>() }),
  frame(head, ctx) {
    if (ctx.flow.transport === 'udp' && isKeepAlive(head) && isAtPort(ctx.flow, 5060)) return head.left
    const line = startLine(head)
    if (line === undefined) return NEED_MORE
    if (line === '') return NOT_MINE
    return ctx.flow.transport === 'udp' ? Math.min(head.left, MAX_MESSAGE) : streamed(head)
  },
  key(head) {
    const end = Math.min(head.end, head.at + 4096)
    const text = byteText(head.bytes.subarray(head.at, end))
    const call = /\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]{1,256})/i.exec(text)?.[1]
    const seq = /\ncseq[ \t]*:[ \t]*([^\r\n]{1,64})/i.exec(text)?.[1]
    return call === undefined || seq === undefined ? undefined : `${call} ${seq}`
  },
  parse(r, { flow }) {
    const isQuiet = flow.transport === 'udp' && isKeepAlive(r)
    while (!isQuiet && r.left > 0 && (r.peek() === 13 || r.peek() === LF)) r.skip(1, 'empty line')
    const m: Sip = {
      kind: 'request',
      method: '',
      uri: '',
      status: 0,
      reason: '',
      fields: [],
      soundFields: -1,
      bodyBytes: 0,
      isWhole: false,
      anomalies: [],
    }
    if (isQuiet) {
      m.kind = 'keep-alive'
      m.isWhole = true
      r.view(r.left, 'keep-alive')
      return m
    }
    readStart(takeLine(r, 'start line'), m)
    const isEnded = r.left > 0
    readFields(r, m)
    const announced = Number.parseInt(fieldOf(m.fields, 'content-length', 'l') ?? '', 10)
    const length = Number.isFinite(announced) && announced >= 0 ? announced : 0
    m.bodyBytes = r.left
    m.isWhole = isEnded && length <= r.left
    if (!m.isWhole) m.anomalies.push('truncated')
    if (r.left > 0) r.view(r.left, 'body')
    return m
  },
  // RFC 3261 §8.1.3.1: a provisional answer leaves the question open.
  staysOpen: (m) => m.kind === 'response' && m.status < 200,
  resync(bytes) {
    return byteText(bytes.subarray(0, MAX_MESSAGE)).search(/(?:SIP\/2\.0 \d{3} |[A-Z]{3,10} sips?:\S+ SIP\/2\.0\r?\n)/)
  },
}

/** RFC 5626 §3.5.1 wants empty lines; phones also send a word or zeros. */
function isKeepAlive(head: Reader): boolean {
  if (head.left > MAX_KEEP_ALIVE) return false
  for (let i = 0; i < head.left; i++) {
    const c = head.peek(i)
    if (c !== 0 && c !== 13 && c !== LF && (c < 0x61 || c > 0x7a)) return false
  }
  return true
}

/** The first line, '' when it is no start of a message, undefined when it may become one. */
function startLine(head: Reader): string | undefined {
  const { bytes, end } = head
  let at = head.at
  while (at < end && (bytes[at] === 13 || bytes[at] === LF)) at++
  // RFC 5626 §3.5.1: empty lines keep a connection alive.
  if (at === end) return end - head.at <= 8 ? undefined : ''
  let stop = bytes.indexOf(LF, at)
  if (stop < 0 || stop >= end) {
    if (end - at > MAX_LINE) return ''
    stop = end
  }
  const line = byteText(bytes.subarray(at, Math.min(stop, at + MAX_LINE))).trimEnd()
  if (/^SIP\/\d\.\d \d{3}(?: |$)/.test(line)) return line
  if (stop < end) return / SIP\/\d\.\d$/.test(line) && line.split(' ', 4).length >= 3 ? line : ''
  // Without its end: a method, then a target.
  if ('SIP/2.0 '.startsWith(line.slice(0, 8)) || /^[A-Z]{0,32}(?: (?:s(?:i(?:p(?:s?(?::\S*(?: \S*)?)?)?)?)?)?|tel:\S*)?$/.test(line))
    return undefined
  return ''
}

function streamed(head: Reader): number {
  const text = byteText(head.bytes.subarray(head.at, Math.min(head.end, head.at + MAX_MESSAGE)))
  const lead = /^[\r\n]*/.exec(text)![0].length
  const end = /\r?\n\r?\n/.exec(text.slice(lead))
  if (end === null) return text.length >= MAX_MESSAGE ? NOT_MINE : NEED_MORE
  const headLength = lead + end.index + end[0].length
  const body = Number(/\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})/i.exec(text.slice(0, headLength))?.[1] ?? 0)
  return headLength + body
}

function readStart(line: string, m: Sip): void {
  const response = /^SIP\/\d+\.\d+[ \t]*(\d{3})[ \t]*(.*)$/s.exec(line)
  if (response !== null) {
    m.kind = 'response'
    m.status = Number(response[1])
    m.reason = response[2]!
    return
  }
  const [first = '', uri = '', version = ''] = line.split(/[ \t]+/, 3)
  const method = /[a-zA-Z0-9_.!%*+`'~-]+$/.exec(first.slice(-256))?.[0]
  if (method === undefined || !/^SIP\/\d+\.\d+/.test(version)) {
    m.anomalies.push('bad-start-line')
    return
  }
  m.method = method
  m.uri = uri.slice(0, MAX_URI)
}

function readFields(r: Reader, m: Sip): void {
  while (r.left > 0 && m.fields.length < MAX_FIELDS) {
    const line = takeLine(r, 'field')
    if (line === '') break
    const last = m.fields.at(-1)
    // §7.3.1: a line that begins with white space continues the one before.
    if (last !== undefined && (line[0] === ' ' || line[0] === '\t')) {
      m.fields[m.fields.length - 1] = [last[0], `${last[1]} ${line.trim()}`]
      continue
    }
    const field = /^([^: \t]+)[ \t]*:[ \t]*(.*)$/s.exec(line)
    if (field !== null) m.fields.push([field[1]!.toLowerCase(), field[2]!])
    else if (m.soundFields < 0) {
      m.soundFields = m.fields.length
      m.anomalies.push('bad-field')
    }
  }
  if (m.soundFields < 0) m.soundFields = m.fields.length
}

/** A field by its name or its compact form (RFC 3261 §7.3.3). */
export function fieldOf(fields: Sip['fields'], name: string, compact = name): string | undefined {
  for (const [key, value] of fields) if (key === name || key === compact) return value
  return undefined
}
