/** Telnet in the platform's words: who logs in in clear, what the device says it is, which commands are typed. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { hideSecrets } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { type Session, settle } from './session.ts'
import { GREETINGS } from './telnet.table.ts'
import type { Telnet, TelnetState } from './telnet.ts'

type Memory = { greeted: boolean; exhausted: boolean }

const MAX_COMMAND = 120

export function observe({ message: m, from, state }: SeenMessage<Telnet, TelnetState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`telnet.${name}`)
  const memory = (state.seen ??= { greeted: false, exhausted: false }) as Memory
  if (m.kind === 'parameters' && from === 'client' && m.text !== '') {
    if (m.option === 24) sink.hint('client', 'software', `terminal ${m.text.toLowerCase()}`, 0.4)
    else sink.hint('client', 'user', readable(m.text), 0.5)
  }
  const { session } = state
  if (!session.isGreeting && !memory.greeted) greet(session, memory, sink)
  tell(session, sink)
  if (session.isExhausted && !memory.exhausted) {
    memory.exhausted = true
    sink.anomaly('telnet.tries-exhausted')
  }
}

export function ended(state: TelnetState, sink: Sink): void {
  const memory = (state.seen ??= { greeted: false, exhausted: false }) as Memory
  if (!memory.greeted) greet(state.session, memory, sink)
  settle(state.session, undefined)
  tell(state.session, sink)
}

function tell(session: Session, sink: Sink): void {
  for (const { user, mask } of session.secrets) sink.say({ kind: 'credential.exposed', user: readable(user), mask, weakness: 'clear' })
  for (const { user, ok } of session.settled)
    sink.say({ kind: 'login.tried', user: readable(user), domain: '', method: 'telnet password', ok })
  for (const command of session.typedCommands) {
    const object = withoutSecrets(readable(command)).slice(0, MAX_COMMAND)
    const key = `typed ${object}`
    if (!sink.again(key))
      sink.operation(key, { operation: 'command typed', object, access: accessOf(object), ok: undefined, error: '', part: undefined })
  }
  session.secrets.length = 0
  session.settled.length = 0
  session.typedCommands.length = 0
}

function greet(session: Session, memory: Memory, sink: Sink): void {
  memory.greeted = true
  const prompt = session.shown.trim()
  const text = [...session.greeting, ...(prompt === '' ? [] : [prompt])].map(readable).join('\n')
  if (session.greeting.length === 0 && prompt === '') return
  sink.hint('server', 'description', session.greeting.map(readable).join(' / ').slice(0, 240), 0.6)
  const host = /^([\w.-]{2,64}) login:/im.exec(text)?.[1]
  sink.hint('server', 'name', host, 0.7)
  for (const [pattern, attribute, value] of GREETINGS) {
    const found = pattern.exec(text)
    if (found !== null) sink.hint('server', attribute, value.replace('$1', found[1]?.trim() ?? ''), 0.6)
  }
}

/** Words after a word for a secret. */
function withoutSecrets(command: string): string {
  return hideSecrets(command).replace(/\b((?:password|passwd|secret|community|key|psk)\s+(?:\d\s+)?)\S+/gi, '$1…')
}

function accessOf(command: string): 'read' | 'configure' | 'control' | 'program' | 'unknown' {
  if (/^(?:conf|configure|set|write|copy|no |interface|enable secret|passwd|useradd|ifconfig \S+ \S|ip )/i.test(command)) return 'configure'
  if (/^(?:reboot|reload|restart|shutdown|halt|reset|kill)/i.test(command)) return 'control'
  if (/^(?:wget|curl|tftp|ftpget|chmod|\.\/|\/tmp|sh )/i.test(command)) return 'program'
  return /^(?:show|sh |display|cat|ls|dir|ps|get|more|uname|ping|ver)/i.test(command) ? 'read' : 'unknown'
}
