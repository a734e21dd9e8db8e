/** POP3 in the platform's words: whose mailbox was opened with which password, what was fetched, which server this is. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import type { MailEvent } from '../mime/mail.ts'
import { sayPart } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import { SaslDialogue } from '../sasl/dialogue.ts'
import { lastEvents, type Pop3, type Pop3State } from './pop3.ts'

type Memory = { readonly login: SaslDialogue; argument: string }

/** RFC 2449 §6.9; what servers call themselves in a greeting. */
const IMPLEMENTATION = /^IMPLEMENTATION (.{1,128})$/m
const SOFTWARE =
  /\b(Dovecot|Cyrus POP3 v?[\w.-]+|Qpopper(?: \(version [\w.-]+\))?|Microsoft Exchange(?: Server [\d.]+)?|Courier|hMailServer|MailEnable|Zimbra|teapop \[?v?[\w.]*)/i

export function observe(seen: SeenMessage<Pop3, Pop3State>, sink: Sink): void {
  const { message: m, state } = seen
  for (const name of m.anomalies) sink.anomaly(`pop3.${name}`)
  const memory = (state.seen ??= { login: new SaslDialogue(), argument: '' }) as Memory
  for (const event of m.mail) fetched(event, sink)
  if (m.kind !== 'lines' && m.kind !== 'end') tellLength(sink, `${m.kind} ${m.command}`, seen.length)
  const { login } = memory
  if (m.kind === 'command') asked(m, memory, sink)
  else if (m.kind === 'answer') login.answer(m.argument, sink)
  else if (m.kind === 'challenge') login.challenge(m.text, sink)
  else if (m.kind === 'reply') replied(m, memory, sink)
  else if (m.kind === 'lines') sink.hint('server', 'software', readable(IMPLEMENTATION.exec(m.text.replaceAll('\r', ''))?.[1] ?? ''), 0.9)
}

export function ended(state: Pop3State, sink: Sink): void {
  for (const event of lastEvents(state)) fetched(event, sink)
}

function asked(m: Pop3, { login }: Memory, sink: Sink): void {
  if (m.command === 'USER') {
    login.begin('')
    login.user = readable(m.argument)
  } else if (m.command === 'PASS') login.exposes(login.user, m.argument, sink)
  else if (m.command === 'APOP') {
    login.begin('APOP')
    login.user = readable(m.argument.split(' ')[0] ?? '')
  } else if (m.command === 'AUTH') {
    const [mechanism = '', first] = m.argument.split(/\s+/)
    login.begin(mechanism)
    if (first !== undefined) login.answer(first, sink)
  }
}

function replied(m: Pop3, { login }: Memory, sink: Sink): void {
  if (m.command === '>') {
    sink.hint('server', 'role', 'mail server', 0.7)
    sink.hint('server', 'software', SOFTWARE.exec(readable(m.text))?.[1], 0.8)
    return
  }
  const isLogin = m.command === 'PASS' || m.command === 'APOP' || (m.command === 'AUTH' && login.mechanism !== '')
  if (isLogin) login.ends('pop3', m.ok, sink)
  if (m.command === '') return
  const object = login.user === '' ? '' : `mailbox ${login.user}`
  const key = `${m.command} ${m.ok} ${object}`
  if (sink.again(key)) return
  const access = m.command === 'RETR' || m.command === 'TOP' ? 'read' : m.command === 'DELE' ? 'write' : 'session'
  sink.operation(key, {
    operation: m.command,
    object,
    access,
    ok: m.ok,
    error: m.ok ? '' : readable(m.text).slice(0, 128),
    part: undefined,
  })
}

function fetched(event: MailEvent, sink: Sink): void {
  const { part } = event
  if (event.kind === 'end') sayPart(part, 'to-client', sink)
}
