/** IMAP in the platform's words: whose mailbox was opened with which password, what was done there, which software is at both ends. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import type { MailEvent } from '../mime/mail.ts'
import { sayPart } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import { SaslDialogue } from '../sasl/dialogue.ts'
import { type Imap, type ImapState, lastEvents } from './imap.ts'

type Memory = { readonly login: SaslDialogue; readonly asked: Map<string, Imap> }

const MAX_ASKED = 256
const SOFTWARE =
  /\b(Dovecot(?: \([^)]{1,40}\))?|Cyrus IMAP\d? v?[\w.-]+|Courier-IMAP|Microsoft Exchange(?: Server [\d.]+| IMAP4)?|Gimap|Zimbra|hMailServer|UW IMAP|IMAP4rev1 v[\w.]+)/i
const READS: readonly string[] = ['FETCH', 'SEARCH', 'LIST', 'LSUB', 'STATUS', 'SELECT', 'EXAMINE', 'SORT', 'THREAD']
const WRITES: readonly string[] = ['APPEND', 'STORE', 'EXPUNGE', 'DELETE', 'CREATE', 'RENAME', 'MOVE', 'COPY']

export function observe(seen: SeenMessage<Imap, ImapState>, sink: Sink): void {
  const { message: m, state, from } = seen
  for (const name of m.anomalies) sink.anomaly(`imap.${name}`)
  const memory = (state.seen ??= { login: new SaslDialogue(), asked: new Map() }) as Memory
  // What a server answers may be long: the numbers of all messages of a folder are one line.
  if (from === 'client' && m.kind !== 'literal') tellLength(sink, `${m.kind} ${m.word}`, seen.length)
  for (const event of m.mail) moved(event, from, sink)
  if (m.kind === 'command') asked(m, memory, sink)
  else if (m.kind === 'answer') memory.login.answer(m.text, sink)
  else if (m.kind === 'challenge') memory.login.challenge(m.text, sink)
  else if (m.kind === 'data') told(m, sink)
  else if (m.kind === 'result') concluded(m, memory, sink)
}

export function ended(state: ImapState, sink: Sink): void {
  for (const event of lastEvents(state)) moved(event, 'server', sink)
}

/** Atoms and quoted strings of arguments. */
function words(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"()]+)/g)].slice(0, 64).map((m) => m[1]?.replace(/\\(.)/g, '$1') ?? m[2]!)
}

function asked(m: Imap, memory: Memory, sink: Sink): void {
  if (m.anomalies.includes('unknown-command')) return
  if (memory.asked.size < MAX_ASKED) memory.asked.set(m.tag, m)
  const { login } = memory
  if (m.word === 'LOGIN') {
    const [user = '', secret = ''] = words(m.text)
    login.begin('')
    login.exposes(user, secret, sink)
  } else if (m.word === 'AUTHENTICATE') {
    const [mechanism = '', first] = m.text.split(/\s+/)
    login.begin(mechanism)
    if (first !== undefined) login.answer(first, sink)
  } else if (m.word === 'ID') identified('client', m.text, sink)
}

/** RFC 2971 §3.3: pairs of what and its value. */
function identified(about: Side, text: string, sink: Sink): void {
  const list = words(text)
  const pairs = new Map<string, string>()
  for (let i = 0; i + 1 < list.length; i += 2) pairs.set(list[i]!.toLowerCase(), readable(list[i + 1]!))
  const some = (key: string): string => {
    const value = pairs.get(key) ?? ''
    return value.toUpperCase() === 'NIL' ? '' : value
  }
  sink.hint(about, 'software', `${some('name')} ${some('version')}`.trim(), 0.9)
  sink.hint(about, 'os', `${some('os')} ${some('os-version')}`.trim(), 0.8)
  sink.hint(about, 'vendor', some('vendor'), 0.4)
}

function told(m: Imap, sink: Sink): void {
  if (m.word === 'ID') identified('server', m.text, sink)
  else if (m.word === 'OK' || m.word === 'PREAUTH') {
    sink.hint('server', 'role', 'mail server', 0.7)
    sink.hint('server', 'software', SOFTWARE.exec(readable(m.text))?.[1], 0.8)
  }
}

function concluded(m: Imap, memory: Memory, sink: Sink): void {
  const question = memory.asked.get(m.tag)
  memory.asked.delete(m.tag)
  if (question === undefined) return
  const ok = m.word === 'OK'
  const { login } = memory
  if (question.word === 'LOGIN' || question.word === 'AUTHENTICATE') login.ends('imap', ok, sink)
  const [first = '', second = ''] = question.word === 'LOGIN' || question.word === 'ID' ? [] : words(question.text)
  const verb = question.word === 'UID' ? `UID ${first.toUpperCase()}` : question.word
  const action = question.word === 'UID' ? first.toUpperCase() : question.word
  const mailbox = /^(?:SELECT|EXAMINE|CREATE|DELETE|RENAME|STATUS|APPEND|LIST|LSUB)$/.test(action)
    ? action === 'LIST' || action === 'LSUB'
      ? second
      : first
    : ''
  const object = mailbox === '' ? (login.user === '' ? '' : `mailbox ${login.user}`) : readable(mailbox)
  const key = `${verb} ${ok} ${object}`
  if (sink.again(key)) return
  const access = READS.includes(action) ? 'read' : WRITES.includes(action) ? 'write' : 'session'
  sink.operation(key, { operation: verb, object, access, ok, error: ok ? '' : readable(m.text).slice(0, 128), part: undefined })
}

function moved(event: MailEvent, from: Side, sink: Sink): void {
  const { part } = event
  if (event.kind === 'end') sayPart(part, from === 'client' ? 'to-server' : 'to-client', sink)
}
