/**
 * POP3: commands and answers as lines; lists and messages as lines up to a single dot.
 *
 *   command: VERB [SP argument] CRLF        answer: "+OK" | "-ERR" [SP text] CRLF, then lines and "." CRLF where many come
 *
 * Spec: RFC 1939, RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH).
 */
import { type Context, type Dissector, HANDED_OVER, NOT_MINE, type Reader } from '@isthmus/wire'
import { blockLength, Mail, type MailEvent, mailLines } from '../mime/mail.ts'
import { isAtPort } from '../own-port.ts'
import { isTextUpTo, lineLength, linePiece, takeLine } from '../text-line.ts'

export type Pop3 = {
  kind: 'command' | 'answer' | 'challenge' | 'reply' | 'lines' | 'end'
  /** Upper case; of a reply the command it answers, `>` being the connection. */
  command: string
  argument: string
  ok: boolean
  text: string
  mail: MailEvent[]
  anomalies: ('truncated' | 'unknown-command' | 'bad-reply')[]
}

export type Pop3State = {
  isOpen: boolean
  isEncrypted: boolean
  /** The server's lines up to a dot are under way. */
  isListing: boolean
  isChallenged: boolean
  readonly pending: { command: string; hasMany: boolean }[]
  mail: Mail | undefined
  parts: number
  rest: MailEvent[] | undefined
  seen: unknown
  log: unknown
}

const COMMANDS: readonly string[] =
  'USER PASS APOP QUIT STAT LIST RETR DELE NOOP RSET LAST TOP UIDL CAPA STLS AUTH UTF8 LANG XTND XSENDER'.split(' ')
const MAX_LINE = 8192
const MAX_BLOCK = 65_536
const MAX_PENDING = 256
const PLUS = 0x2b
const MINUS = 0x2d

export const dissector: Dissector<Pop3, Pop3State> = {
  name: 'pop3',
  ports: ['tcp/110'],
  maxFrame: MAX_BLOCK,
  start: () => ({
    isOpen: false,
    isEncrypted: false,
    isListing: false,
    isChallenged: false,
    pending: [{ command: '>', hasMany: false }],
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
    if (from === 'server' && state.isListing) return blockLength(head.bytes, head.at, head.end, MAX_BLOCK)
    return linePiece(head, MAX_BLOCK)
  },
  parse(r, { from, state }) {
    state.isOpen = true
    const m: Pop3 = { kind: 'command', command: '', argument: '', ok: true, text: '', mail: [], anomalies: [] }
    if (from === 'client') asked(r, m, state)
    else if (state.isListing) listed(r, m, state)
    else replied(r, m, state)
    return m
  },
  side: (head) => (head.peek() === PLUS || head.peek() === MINUS ? 'server' : 'client'),
  gap({ state, from }, length) {
    if (from !== 'server' || !state.isListing) return false
    state.mail?.lost(length)
    return true
  },
}

function line(r: Reader, m: Pop3, label: string): string {
  if (r.left === 0 || r.bytes[r.end - 1] !== 10) m.anomalies.push('truncated')
  return takeLine(r, label).slice(0, MAX_LINE)
}

function asked(r: Reader, m: Pop3, state: Pop3State): void {
  if (state.isChallenged) {
    m.kind = 'answer'
    m.argument = line(r, m, 'answer')
    state.isChallenged = false
    return
  }
  const text = line(r, m, 'command')
  const word = /^[A-Za-z0-9]+/.exec(text)?.[0] ?? ''
  m.command = word.toUpperCase()
  m.argument = text.slice(word.length).trim()
  if (!COMMANDS.includes(m.command)) m.anomalies.push('unknown-command')
  if (state.pending.length < MAX_PENDING) state.pending.push({ command: m.command, hasMany: hasMany(m) })
}

/** RFC 1939 §5, §7; RFC 2449 §5; AUTH without a mechanism lists them. */
function hasMany({ command, argument }: Pop3): boolean {
  if (command === 'LIST' || command === 'UIDL' || command === 'AUTH') return argument === ''
  return command === 'RETR' || command === 'TOP' || command === 'CAPA' || (command === 'LANG' && argument === '')
}

function replied(r: Reader, m: Pop3, state: Pop3State): void {
  const text = line(r, m, 'reply')
  if (/^\+(?: |$)/.test(text)) {
    m.kind = 'challenge'
    m.text = text.slice(2)
    state.isChallenged = true
    return
  }
  m.kind = 'reply'
  m.ok = /^\+OK/i.test(text)
  if (!m.ok && !/^-ERR/i.test(text)) {
    m.anomalies.push('bad-reply')
    m.text = text
    return
  }
  const question = state.pending.shift()
  m.command = question?.command ?? ''
  m.text = text.slice(m.ok ? 3 : 4).trim()
  if (!m.ok) return
  if (m.command === 'STLS') state.isEncrypted = true
  state.isListing = question?.hasMany === true
  if (m.command === 'RETR' || m.command === 'TOP') state.mail = new Mail(state.parts)
}

function listed(r: Reader, m: Pop3, state: Pop3State): void {
  const block = r.view(r.left, 'lines')
  const { mail } = state
  if (block[0] === 0x2e && block.length <= 3 && block[block.length - 1] === 10 && (block.length === 2 || block[1] === 13)) {
    m.kind = 'end'
    state.isListing = false
    if (mail !== undefined) {
      mail.end()
      m.mail = mail.take()
      state.parts = mail.parts
      state.mail = undefined
    }
    return
  }
  m.kind = 'lines'
  if (block[block.length - 1] !== 10) m.anomalies.push('truncated')
  if (mail === undefined) {
    let text = ''
    for (const b of block.subarray(0, MAX_LINE)) text += String.fromCharCode(b)
    m.text = text
  } else if (block.includes(10) || block.length >= MAX_BLOCK) {
    mailLines(block, (bytes) => mail.line(bytes))
    m.mail = mail.take()
  }
}

/** The conversation is over: what was still under way of a message. The same however often it is asked for. */
export function lastEvents(state: Pop3State): readonly MailEvent[] {
  if (state.rest !== undefined) return state.rest
  state.mail?.end()
  state.rest = state.mail?.take() ?? []
  return state.rest
}

/** A greeting that looks like one; on its own port any answer or command. */
function opening(head: Reader, ctx: Context<Pop3, Pop3State>): number {
  const isOwn = isAtPort(ctx.flow, 110)
  if (!isTextUpTo(head, 64)) return NOT_MINE
  const first = head.peek()
  if (ctx.from === 'server' ? first !== PLUS && first !== MINUS : first < 0x41 || first > 0x7a) return NOT_MINE
  const length = lineLength(head, MAX_LINE)
  if (length <= 0) return length
  const text = takeLine(head, '')
  if (ctx.from === 'client') return isOwn && COMMANDS.includes(/^[A-Za-z0-9]+/.exec(text)?.[0].toUpperCase() ?? '') ? length : NOT_MINE
  if (isOwn) return /^(?:\+OK|-ERR)\b/i.test(text) ? length : NOT_MINE
  return /^\+OK .*(?:\bpop3?\b|<[^>]+@[^>]+>|dovecot)/i.test(text) ? length : NOT_MINE
}
