/**
 * SMTP: commands and replies as lines; a message as lines up to a single dot, or in chunks of stated length.
 *
 *   command: VERB [SP argument] CRLF        reply: code SP text CRLF, or code "-" text CRLF … code SP text CRLF
 *
 * Spec: RFC 5321 §4.1 to §4.5 (commands, replies, transparency), RFC 3030 (BDAT), RFC 3207 (STARTTLS), RFC 4954 (AUTH).
 */
import { type Context, type Dissector, HANDED_OVER, NOT_MINE, type Reader } from '@isthmus/wire'
import { blockLength, Mail, type MailEvent, mailLines } from '../mime/mail.ts'
import { isAtOneOf } from '../own-port.ts'
import { isTextUpTo, lineLength, linePiece, takeLine } from '../text-line.ts'
import { COMMANDS } from './smtp.table.ts'

export type Smtp = {
  kind: 'command' | 'reply' | 'data' | 'end' | 'answer'
  /** Upper case; of a reply the command it answers: `>` is the connection, `.` a message. */
  command: string
  argument: string
  code: number
  text: string
  /** More lines of this reply follow. */
  continues: boolean
  mail: MailEvent[]
  anomalies: ('truncated' | 'unknown-command' | 'bad-reply' | 'line-too-long')[]
}

export type SmtpState = {
  isOpen: boolean
  mode: 'command' | 'data' | 'chunk' | 'auth'
  /** Bytes of the chunk still to come, and whether it is the last. */
  left: number
  isLast: boolean
  isEncrypted: boolean
  /** Commands waiting for their replies. */
  readonly pending: string[]
  /** The command that the reply at hand answers. */
  replying: string
  isContinuing: boolean
  mail: Mail | undefined
  parts: number
  /** What the end of the conversation left of a message. */
  rest: MailEvent[] | undefined
  seen: unknown
  log: unknown
}

const MAX_LINE = 8192
const MAX_BLOCK = 65_536
/** Commands remembered without an answer. */
const MAX_PENDING = 256
const PORTS: readonly number[] = [25, 587, 2525]
const GREETING = '>'

export const dissector: Dissector<Smtp, SmtpState> = {
  name: 'smtp',
  ports: ['tcp/25', 'tcp/587', 'tcp/2525'],
  maxFrame: MAX_BLOCK,
  start: () => ({
    isOpen: false,
    mode: 'command',
    left: 0,
    isLast: false,
    isEncrypted: false,
    pending: [GREETING],
    replying: '',
    isContinuing: false,
    mail: undefined,
    parts: 0,
    rest: undefined,
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const { state, from } = ctx
    if (state.isEncrypted) return HANDED_OVER
    if (!state.isOpen) return opening(head, ctx)
    if (from === 'server') return linePiece(head, MAX_BLOCK)
    if (state.mode === 'data') return blockLength(head.bytes, head.at, head.end, MAX_BLOCK)
    if (state.mode === 'chunk') return Math.min(head.left, state.left, MAX_BLOCK)
    return linePiece(head, MAX_BLOCK)
  },
  parse(r, { from, state }) {
    state.isOpen = true
    const m: Smtp = { kind: 'command', command: '', argument: '', code: 0, text: '', continues: false, mail: [], anomalies: [] }
    if (from === 'server') reply(r, m, state)
    else if (state.mode === 'data') data(r, m, state)
    else if (state.mode === 'chunk') chunk(r, m, state)
    else if (state.mode === 'auth') {
      m.kind = 'answer'
      m.command = '***'
      m.argument = line(r, m, 'answer')
      waits(state, '***')
      state.mode = 'command'
    } else command(r, m, state)
    return m
  },
  side: (head) => (isDigit(head.peek()) && isDigit(head.peek(1)) && isDigit(head.peek(2)) ? 'server' : 'client'),
  gap({ state, from }, length) {
    if (from !== 'client') return false
    if (state.mode === 'chunk' && length < state.left) {
      state.left -= length
      state.mail?.lost(length)
      return true
    }
    return false
  },
}

function line(r: Reader, m: Smtp, label: string): string {
  if (r.left === 0 || r.bytes[r.end - 1] !== 10) m.anomalies.push('truncated')
  const text = takeLine(r, label)
  if (text.length > MAX_LINE) m.anomalies.push('line-too-long')
  return text.slice(0, MAX_LINE)
}

function waits(state: SmtpState, name: string): void {
  if (state.pending.length < MAX_PENDING) state.pending.push(name)
}

function command(r: Reader, m: Smtp, state: SmtpState): void {
  const text = line(r, m, 'command').trimEnd()
  const word = /^[A-Za-z-]+/.exec(text)?.[0] ?? ''
  m.command = word.toUpperCase()
  m.argument = text.slice(word.length).trimStart()
  if (!COMMANDS.has(m.command)) {
    m.anomalies.push('unknown-command')
    return
  }
  waits(state, m.command)
  // Clients that pipeline do not wait for the answer: what follows is the message until the server says no.
  if (m.command === 'DATA') {
    state.mode = 'data'
    begin(state)
  } else if (m.command === 'BDAT') {
    const size = /^(\d{1,10})(?:[ \t]+(LAST))?$/i.exec(m.argument)
    if (size === null) return
    state.left = Number(size[1])
    state.isLast = size[2] !== undefined
    if (state.mail === undefined) begin(state)
    if (state.left > 0) state.mode = 'chunk'
    else chunkOver(m, state)
  } else if (m.command === 'RSET' || m.command === 'EHLO' || m.command === 'HELO') finish(m, state)
}

/** The conversation is over: what was still under way of a message. The same however often it is asked for. */
export function lastEvents(state: SmtpState): readonly MailEvent[] {
  if (state.rest !== undefined) return state.rest
  state.mail?.end()
  state.rest = state.mail?.take() ?? []
  return state.rest
}

function begin(state: SmtpState): void {
  state.mail = new Mail(state.parts)
}

function finish(m: Smtp, state: SmtpState): void {
  const { mail } = state
  if (mail === undefined) return
  mail.end()
  m.mail.push(...mail.take())
  state.parts = mail.parts
  state.mail = undefined
}

function data(r: Reader, m: Smtp, state: SmtpState): void {
  const block = r.view(r.left, 'message')
  const isEnd = block[0] === 0x2e && block.length <= 3 && block[block.length - 1] === 10 && (block.length === 2 || block[1] === 13)
  if (isEnd) {
    m.kind = 'end'
    m.command = '.'
    waits(state, '.')
    state.mode = 'command'
    finish(m, state)
    return
  }
  m.kind = 'data'
  if (block[block.length - 1] !== 10) m.anomalies.push('truncated')
  const { mail } = state
  if (mail === undefined) return
  // A last line that was cut off is not taken: it may have been the dot.
  if (block[block.length - 1] === 10 || block.length >= MAX_BLOCK || block.includes(10)) mailLines(block, (bytes) => mail.line(bytes))
  m.mail = mail.take()
}

/** Chunks cut lines anywhere: what has no end yet waits for the next. */
function chunk(r: Reader, m: Smtp, state: SmtpState): void {
  m.kind = 'data'
  const block = r.view(r.left, 'chunk')
  state.left = Math.max(0, state.left - block.length)
  const { mail } = state
  mail?.chunk(block)
  if (mail !== undefined) m.mail = mail.take()
  if (state.left === 0) chunkOver(m, state)
}

function chunkOver(m: Smtp, state: SmtpState): void {
  state.mode = 'command'
  if (state.isLast) finish(m, state)
}

function reply(r: Reader, m: Smtp, state: SmtpState): void {
  m.kind = 'reply'
  const text = line(r, m, 'reply')
  const code = /^\d{3}/.test(text) ? Number(text.slice(0, 3)) : 0
  if (code < 100 || code > 599) {
    m.anomalies.push('bad-reply')
    m.text = text
    return
  }
  m.code = code
  if (!state.isContinuing) state.replying = state.pending.shift() ?? ''
  m.command = state.replying
  m.continues = text[3] === '-'
  m.text = text.slice(m.continues ? 4 : 3).trimStart()
  state.isContinuing = m.continues
  if (m.continues) return
  if (m.command === 'STARTTLS' || m.command === 'X-ANONYMOUSTLS') state.isEncrypted = code === 220
  else if ((m.command === 'AUTH' || m.command === '***') && code === 334) state.mode = 'auth'
  else if (m.command === 'DATA' && code !== 354 && state.mode === 'data') {
    state.mode = 'command'
    finish(m, state)
  } else if (m.command === 'BDAT' && code >= 400) finish(m, state)
}

/** What may begin a conversation: a greeting that names the protocol, or a client's; on its own port any command. */
function opening(head: Reader, ctx: Context<Smtp, SmtpState>): number {
  const isOwn = isAtOneOf(ctx.flow, PORTS)
  if (!isTextUpTo(head, 64)) return NOT_MINE
  const n = Math.min(head.left, 4)
  if (ctx.from === 'server') {
    for (let i = 0; i < Math.min(n, 3); i++) if (!isDigit(head.peek(i))) return NOT_MINE
    const length = lineLength(head, MAX_LINE)
    if (length <= 0) return length
    const text = takeLine(head, '')
    if (isOwn) return /^[1-5]\d\d(?:[ -]|$)/.test(text) ? length : NOT_MINE
    return /^220[ -].*\bE?SMTP\b/i.test(text) ? length : NOT_MINE
  }
  for (let i = 0; i < n; i++) if (!isLetter(head.peek(i))) return NOT_MINE
  const length = lineLength(head, MAX_LINE)
  if (length <= 0) return length
  const text = takeLine(head, '')
  const word = /^[A-Za-z-]+(?=[ ]|$)/.exec(text)?.[0].toUpperCase() ?? ''
  if (isOwn) return COMMANDS.has(word) ? length : NOT_MINE
  return /^(?:EHLO|HELO) [\w.[\]:-]+$/i.test(text) ? length : NOT_MINE
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39
}

function isLetter(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a)
}
