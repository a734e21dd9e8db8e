/** SMTP in the platform's words: who sends to whom, what is attached, which passwords go by, which server this is. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import type { MailEvent } from '../mime/mail.ts'
import { sayPart } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import { SaslDialogue } from '../sasl/dialogue.ts'
import { addressesIn, firstAddress } from './address.ts'
import { SERVERS } from './smtp.table.ts'
import { lastEvents, type Smtp, type SmtpState } from './smtp.ts'

type Memory = {
  /** The commands waiting for replies, in order, with what they asked. */
  readonly asked: Smtp[]
  sender: string
  recipients: number
  readonly login: SaslDialogue
}

const MAX_ASKED = 256

export function observe(seen: SeenMessage<Smtp, SmtpState>, sink: Sink): void {
  const { message: m, state } = seen
  for (const name of m.anomalies) sink.anomaly(`smtp.${name}`)
  const memory = (state.seen ??= {
    asked: [],
    sender: '',
    recipients: 0,
    login: new SaslDialogue(),
  }) as Memory
  for (const event of m.mail) mailed(event, sink)
  if (m.kind === 'command' || m.kind === 'reply' || m.kind === 'answer') tellLength(sink, `${m.kind} ${m.command}`, seen.length)
  if (m.kind === 'reply') replied(m, memory, sink)
  else if (m.kind !== 'data') asked(m, memory, sink)
}

export function ended(state: SmtpState, sink: Sink): void {
  for (const event of lastEvents(state)) mailed(event, sink)
}

function asked(m: Smtp, memory: Memory, sink: Sink): void {
  if (m.anomalies.includes('unknown-command')) return
  if (memory.asked.length < MAX_ASKED) memory.asked.push(m)
  if (m.command === 'EHLO' || m.command === 'HELO') {
    const name = m.argument.replace(/^\[.*\]$/, '')
    sink.hint('client', 'name', readable(name), 0.5)
  } else if (m.command === 'MAIL') {
    memory.sender = readable(firstAddress(m.argument))
    memory.recipients = 0
  } else if (m.command === 'AUTH') {
    const [mechanism = '', first] = m.argument.split(/\s+/)
    memory.login.begin(mechanism)
    if (first !== undefined) memory.login.answer(first, sink)
  } else if (m.kind === 'answer') memory.login.answer(m.argument, sink)
}

function replied(m: Smtp, memory: Memory, sink: Sink): void {
  if (m.command === '>' && m.code === 220) greets(m, sink)
  if (m.continues || m.code === 0 || m.command === '>') return
  const question = memory.asked.shift()
  if (question === undefined) return
  const ok = m.code < 400
  if (question.command === 'AUTH' || question.command === '***') {
    if (m.code === 334) return memory.login.challenge(m.text, sink)
    memory.login.ends('smtp', ok, sink)
  }
  if (question.command === 'RCPT') memory.recipients++
  const object = objectOf(question, memory)
  const key = `${question.command} ${m.code} ${object}`
  if (sink.again(key)) return
  const access =
    question.command === '.' || question.command === 'BDAT'
      ? 'write'
      : question.command === 'VRFY' || question.command === 'EXPN'
        ? 'identify'
        : 'session'
  const operation = question.command === '.' ? 'message' : question.command === '***' ? 'AUTH' : question.command
  sink.operation(key, { operation, object, access, ok, error: ok ? '' : `${m.code} ${readable(m.text).slice(0, 128)}`, part: undefined })
}

function objectOf(question: Smtp, memory: Memory): string {
  switch (question.command) {
    case 'MAIL':
      return memory.sender
    case 'RCPT':
      return readable(addressesIn(question.argument)[0] ?? '')
    case '.':
      return `from ${memory.sender}`
    case 'AUTH':
    case '***':
      return memory.login.mechanism
    case 'VRFY':
    case 'EXPN':
      return readable(question.argument)
    default:
      return ''
  }
}

function greets(m: Smtp, sink: Sink): void {
  const text = readable(m.text)
  const name = /^([\w-]+(?:\.[\w-]+)+)\b/.exec(text)?.[1]
  sink.hint('server', 'name', name, 0.7)
  sink.hint('server', 'role', 'mail server', 0.7)
  for (const [pattern, software] of SERVERS) {
    const found = pattern.exec(text)
    if (found !== null) return sink.hint('server', 'software', found[1] === undefined ? software : `${software} ${found[1]}`, 0.9)
  }
}

function mailed(event: MailEvent, sink: Sink): void {
  const { part } = event
  if (event.kind === 'field' && part.number === 1 && /^(?:x-mailer|user-agent)$/i.test(event.name)) {
    sink.hint('client', 'software', readable(event.value).slice(0, 256), 0.5)
  }
  if (event.kind === 'end') sayPart(part, 'to-server', sink)
}
