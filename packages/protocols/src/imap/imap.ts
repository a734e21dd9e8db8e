/**
 * IMAP: tagged commands and their results as lines; literals of stated length anywhere in them.
 *
 *   command: tag SP VERB [SP arguments] CRLF      response: tag SP OK|NO|BAD text | "*" SP data | "+" SP text, CRLF
 *   literal: "{" octets ["+"] "}" CRLF octets, and the line goes on
 *
 * Spec: RFC 9051 (and RFC 3501), RFC 2971 (ID), RFC 4959 (SASL-IR), RFC 7888 (literals without waiting).
 */
import { type Context, type Dissector, HANDED_OVER, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { Mail, type MailEvent } from '../mime/mail.ts'
import { isAtPort } from '../own-port.ts'
import { isTextUpTo, lineLength, linePiece, takeLine } from '../text-line.ts'

export type Imap = {
  kind: 'command' | 'answer' | 'result' | 'data' | 'challenge' | 'literal'
  tag: string
  /** Upper case: the command, or in a response its first word. */
  word: string
  text: string
  /** Of a result: the command it ends. */
  command: string
  mail: MailEvent[]
  anomalies: ('truncated' | 'unknown-command')[]
}

type Way = {
  /** Bytes of a literal still to come. */
  literal: number
  /** The line so far, to which what follows its literal belongs. */
  line: string | undefined
  /** A literal that is a whole message. */
  mail: Mail | undefined
}

export type ImapState = {
  isOpen: boolean
  isEncrypted: boolean
  isAuthenticating: boolean
  readonly client: Way
  readonly server: Way
  readonly tags: Map<string, string>
  rest: MailEvent[] | undefined
  seen: unknown
}

const COMMANDS: readonly string[] = (
  'CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN ENABLE SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST LSUB XLIST ' +
  'NAMESPACE STATUS APPEND IDLE CHECK CLOSE UNSELECT EXPUNGE SEARCH FETCH STORE COPY MOVE UID ID DONE SORT THREAD GETQUOTA GETQUOTAROOT ' +
  'SETQUOTA GETACL SETACL DELETEACL LISTRIGHTS MYRIGHTS GETMETADATA SETMETADATA COMPRESS NOTIFY UNAUTHENTICATE'
).split(' ')
const MAX_LINE = 65_536
/** Characters kept of a line, and bytes of a literal that become part of it. */
const MAX_TEXT = 8192
const MAX_INLINE = 1024
const MAX_TAGS = 256
const PORT = 143
/** What no other protocol says: a greeting, data that was not asked for, commands with their arguments. */
const GREETING = /^\* (?:OK|PREAUTH|BYE)\b.*(?:\bIMAP4?|\[CAPABILITY )/i
const UNTAGGED = /^\* (?:\d{1,10} (?:EXISTS|RECENT|EXPUNGE|FETCH \()|CAPABILITY IMAP4|(?:LIST|LSUB|FLAGS|ID) \(|STATUS \S+ \()/i
const ASKED =
  /^[\w.]{1,20} (?:UID (?:FETCH|STORE|SEARCH|COPY|MOVE|EXPUNGE) |(?:SELECT|EXAMINE|STATUS) "|(?:LIST|LSUB) "|FETCH [\d:*,]+ |AUTHENTICATE [A-Z]|STARTTLS$|CAPABILITY$)/i

export const dissector: Dissector<Imap, ImapState> = {
  name: 'imap',
  ports: ['tcp/143'],
  maxFrame: MAX_LINE,
  start: () => ({
    isOpen: false,
    isEncrypted: false,
    isAuthenticating: false,
    client: { literal: 0, line: undefined, mail: undefined },
    server: { literal: 0, line: undefined, mail: undefined },
    tags: new Map(),
    rest: undefined,
    seen: undefined,
  }),
  frame(head, ctx) {
    const { state } = ctx
    if (state.isEncrypted) return HANDED_OVER
    if (!state.isOpen) return opening(head, ctx)
    const { literal } = state[ctx.from]
    return literal > 0 ? Math.min(head.left, literal, MAX_LINE) : linePiece(head, MAX_LINE)
  },
  parse(r, { from, state }) {
    state.isOpen = true
    const m: Imap = { kind: 'literal', tag: '', word: '', text: '', command: '', mail: [], anomalies: [] }
    const way = state[from]
    if (way.literal > 0) literal(r, m, way)
    else oneLine(r, m, way, from, state)
    return m
  },
  side(head) {
    if (head.peek() === 0x2a || head.peek() === 0x2b) return 'server'
    const text = takeLine(head, '')
    return /^\S+ (?:OK|NO|BAD)\b/.test(text) ? 'server' : ASKED.test(text) ? 'client' : undefined
  },
  gap({ state, from }, length) {
    const way = state[from]
    if (way.literal <= length) return false
    way.literal -= length
    way.mail?.lost(length)
    return true
  },
}

function literal(r: Reader, m: Imap, way: Way): void {
  const bytes = r.view(r.left, 'literal')
  way.literal = Math.max(0, way.literal - bytes.length)
  if (way.mail !== undefined) {
    way.mail.chunk(bytes)
    if (way.literal === 0) {
      way.mail.end()
      m.mail = way.mail.take()
      way.mail = undefined
    } else m.mail = way.mail.take()
  } else if (way.line !== undefined && way.line.length < MAX_INLINE) {
    let text = ''
    for (const b of bytes.subarray(0, MAX_INLINE)) text += String.fromCharCode(b)
    way.line += `"${text}"`
  }
}

function oneLine(r: Reader, m: Imap, way: Way, from: Side, state: ImapState): void {
  if (r.left === 0 || r.bytes[r.end - 1] !== 10) m.anomalies.push('truncated')
  const taken = takeLine(r, from === 'client' ? 'command' : 'response').slice(0, MAX_TEXT)
  const text = (way.line ?? '') + taken
  const open = /\{(\d{1,10})\+?\}$/.exec(taken)
  if (open !== null && Number(open[1]) > 0) {
    way.literal = Number(open[1])
    way.line = text.slice(0, -open[0].length)
    const isMessage = from === 'server' ? /(?:BODY\[\]|RFC822)(?:<\d+>)? $/i.test(way.line) : /^\S+ APPEND /i.test(way.line)
    if (isMessage) way.mail = new Mail()
    m.kind = 'literal'
    return
  }
  way.line = undefined
  if (from === 'client') asked(text, m, state)
  else responded(text, m, state)
}

function asked(text: string, m: Imap, state: ImapState): void {
  if (state.isAuthenticating) {
    m.kind = 'answer'
    m.text = text
    return
  }
  const found = /^(\S+)(?: (\S+)(?: (.*))?)?$/s.exec(text)
  m.kind = 'command'
  m.tag = found?.[1] ?? ''
  m.word = (found?.[2] ?? m.tag).toUpperCase()
  m.text = found?.[3] ?? ''
  if (!COMMANDS.includes(m.word)) {
    m.anomalies.push('unknown-command')
    return
  }
  if (m.word === 'DONE') return
  if (state.tags.size < MAX_TAGS) state.tags.set(m.tag, m.word)
  if (m.word === 'AUTHENTICATE') state.isAuthenticating = true
}

function responded(text: string, m: Imap, state: ImapState): void {
  if (text.startsWith('+')) {
    m.kind = 'challenge'
    m.text = text.slice(2)
    return
  }
  const found = /^(\S+) (\S+)(?: (.*))?$/s.exec(text)
  m.tag = found?.[1] ?? ''
  m.word = (found?.[2] ?? '').toUpperCase()
  m.text = found?.[3] ?? ''
  m.kind = m.tag === '*' ? 'data' : 'result'
  if (m.kind !== 'result') return
  m.command = state.tags.get(m.tag) ?? ''
  state.tags.delete(m.tag)
  if (m.command === 'AUTHENTICATE') state.isAuthenticating = false
  else if (m.command === 'STARTTLS' && m.word === 'OK') state.isEncrypted = true
}

/** The conversation is over: what was still under way of messages. The same however often it is asked for. */
export function lastEvents(state: ImapState): readonly MailEvent[] {
  if (state.rest !== undefined) return state.rest
  state.rest = []
  for (const way of [state.client, state.server]) {
    way.mail?.end()
    state.rest.push(...(way.mail?.take() ?? []))
  }
  return state.rest
}

function opening(head: Reader, ctx: Context<Imap, ImapState>): number {
  const isOwn = isAtPort(ctx.flow, PORT)
  if (!isTextUpTo(head, 64)) return NOT_MINE
  const length = lineLength(head, MAX_LINE)
  if (length <= 0) return length
  const text = takeLine(head, '')
  // Who speaks may not be known yet: the line tells.
  if (ctx.from === 'server' || !ctx.flow.directionKnown) {
    if (GREETING.test(text) || UNTAGGED.test(text)) return length
  }
  if (ctx.from === 'server') {
    return isOwn && /^(?:\* \S|\+ |\S+ (?:OK|NO|BAD)\b)/i.test(text) ? length : NOT_MINE
  }
  const word = /^[\w.-]+ ([A-Za-z]+)/.exec(text)?.[1]?.toUpperCase() ?? ''
  return (isOwn && COMMANDS.includes(word)) || ASKED.test(text) ? length : NOT_MINE
}
