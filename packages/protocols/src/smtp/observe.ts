/** SMTP in the platform's words: who sends to whom, what is attached, which passwords go by, which server this is. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { fromBase64 } from '../mime/base64.ts'
import type { MailEvent } from '../mime/mail.ts'
import { hintNtlm } from '../ntlm/login.ts'
import { findNtlm } from '../ntlm/ntlmssp.ts'
import type { Sink } from '../protocol.ts'
import { addressesIn, firstAddress } from './address.ts'
import { SERVERS } from './smtp.table.ts'
import { lastEvents, type Smtp, type SmtpState } from './smtp.ts'

type Memory = {
  /** The commands waiting for replies, in order, with what they asked. */
  readonly asked: Smtp[]
  sender: string
  recipients: number
  mechanism: string
  /** Answers of the login at hand, decoded. */
  answers: string[]
  user: string
  exposed: Set<string>
}

const MAX_ASKED = 256
const MAX_SECRET = 1024
const MAX_EXPOSED = 64

export function observe(seen: SeenMessage<Smtp, SmtpState>, sink: Sink): void {
  const { message: m, state } = seen
  for (const name of m.anomalies) sink.anomaly(`smtp.${name}`)
  const memory = (state.seen ??= {
    asked: [],
    sender: '',
    recipients: 0,
    mechanism: '',
    answers: [],
    user: '',
    exposed: new Set(),
  }) as Memory
  for (const event of m.mail) mailed(event, sink)
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
    memory.mechanism = mechanism.toUpperCase()
    memory.answers = []
    memory.user = ''
    if (first !== undefined && first !== '=') answer(first, memory, sink)
  } else if (m.kind === 'answer') answer(m.argument, memory, sink)
}

/** RFC 4616 (PLAIN), the older LOGIN, RFC 2195 (CRAM-MD5), and NTLM, all in base 64. */
function answer(text: string, memory: Memory, sink: Sink): void {
  const decoded = fromBase64(text.slice(0, MAX_SECRET))
  const { mechanism, answers } = memory
  answers.push(decoded)
  if (mechanism === 'PLAIN') {
    const [, user = '', secret = ''] = decoded.split('\0')
    exposes(user, secret, memory, sink)
  } else if (mechanism === 'LOGIN') {
    if (answers.length === 1) memory.user = readable(decoded)
    else if (answers.length === 2) exposes(answers[0]!, decoded, memory, sink)
  } else if (mechanism === 'CRAM-MD5') memory.user = readable(decoded.slice(0, Math.max(0, decoded.lastIndexOf(' '))))
  else if (mechanism === 'NTLM') {
    const ntlm = findNtlm(Uint8Array.from(decoded, (c) => c.charCodeAt(0)))
    if (ntlm === undefined) return
    hintNtlm(ntlm, 'client', sink)
    if (ntlm.kind === 'authenticate') memory.user = ntlm.user
  }
}

function exposes(user: string, secret: string, memory: Memory, sink: Sink): void {
  memory.user = readable(user)
  const mask = maskSecret(readable(secret))
  const key = `${user}\u0001${mask}`
  if (memory.exposed.has(key) || memory.exposed.size >= MAX_EXPOSED) return
  memory.exposed.add(key)
  sink.say({ kind: 'credential.exposed', user: memory.user, mask, weakness: 'clear' })
}

function replied(m: Smtp, memory: Memory, sink: Sink): void {
  if (m.command === '>' && m.code === 220) greets(m, sink)
  if (m.continues || m.code === 0 || m.command === '>') return
  const question = memory.asked.shift()
  if (question === undefined) return
  const ok = m.code < 400
  if (question.command === 'AUTH' || question.command === '***') {
    if (m.code === 334) {
      const ntlm = memory.mechanism === 'NTLM' ? findNtlm(Uint8Array.from(fromBase64(m.text), (c) => c.charCodeAt(0))) : undefined
      if (ntlm !== undefined) hintNtlm(ntlm, 'server', sink)
      return
    }
    sink.say({ kind: 'login.tried', user: memory.user, domain: '', method: `smtp ${memory.mechanism}`, ok })
    sink.hint('client', 'user', memory.user, 0.6)
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
      return memory.mechanism
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
  // Text without a name is what people write to each other: not kept.
  if (event.kind !== 'end' || part.name === undefined || part.file.bytes === 0) return
  const { file, name } = part
  sink.say({
    kind: 'file.moved',
    name: readable(name),
    direction: 'to-server',
    bytes: file.bytes,
    mime: file.type ?? '',
    hash: file.hash(),
  })
}
