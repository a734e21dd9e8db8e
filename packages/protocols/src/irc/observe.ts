/** IRC in the platform's words: who uses which server, channels and names, what is sent, what asks to be executed. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import type { Irc, IrcState } from './irc.ts'

type Memory = { nick: string; password: boolean }

const MAX_OBJECT = 120
const TOLD = new Set(['NICK', 'USER', 'JOIN', 'PART', 'PRIVMSG', 'NOTICE', 'OPER', 'KICK', 'MODE', 'TOPIC', 'KILL', 'QUIT'])

export function observe({ message: m, from, state, length }: SeenMessage<Irc, IrcState>, sink: Sink): void {
  tellLength(sink, `message ${m.command}`, length)
  for (const name of m.anomalies) sink.anomaly(`irc.${name}`)
  const memory = (state.seen ??= { nick: '', password: false }) as Memory
  if (m.dcc !== undefined) say(sink, 'dcc send', readable(m.dcc.name), 'write', undefined, '')
  if (from === 'server') return answered(m, memory, sink)
  const first = readable(m.parameters.split(' ', 1)[0]!.replace(/^:/, ''))
  if (m.command === 'NICK') {
    memory.nick = first.slice(0, 64)
    sink.hint('client', 'user', memory.nick, 0.4)
  } else if (m.command === 'PASS' || m.command === 'OPER') {
    const words = m.parameters.split(' ').filter((word) => word !== '')
    const secret = readable((m.command === 'OPER' ? words[1] : m.parameters)?.replace(/^:/, '') ?? '')
    sink.say({ kind: 'credential.exposed', user: m.command === 'OPER' ? first : memory.nick, mask: maskSecret(secret), weakness: 'clear' })
    memory.password = true
  }
  if (!TOLD.has(m.command)) return
  const object = m.command === 'QUIT' || m.command === 'USER' ? '' : first.slice(0, MAX_OBJECT)
  say(sink, m.command, object, m.command === 'PRIVMSG' || m.command === 'TOPIC' ? 'write' : 'session', undefined, '')
}

function answered(m: Irc, memory: Memory, sink: Sink): void {
  const { command } = m
  if (command === '001' || command === '464') {
    const ok = command === '001'
    sink.say({
      kind: 'login.tried',
      user: readable(memory.nick),
      domain: '',
      method: memory.password ? 'irc password' : 'irc anonymous',
      ok,
    })
    sink.hint('server', 'role', 'irc server', 0.9)
    if (ok) sink.hint('server', 'name', readable(m.prefix), 0.7)
  } else if (command === '004') {
    // RPL_MYINFO: me, server's name, its version.
    const [, , version] = m.parameters.split(' ')
    sink.hint('server', 'software', version === undefined ? undefined : readable(version), 0.9)
  } else if (/^4[3-9]\d$/.test(command) && command !== '422') {
    const text = /:(.*)$/s.exec(m.parameters)?.[1] ?? m.parameters
    say(sink, `answer ${command}`, '', 'session', false, readable(text).slice(0, 120))
  } else if (command === 'PRIVMSG') {
    const target = readable(m.parameters.split(' ', 1)[0]!).slice(0, MAX_OBJECT)
    say(sink, 'message received', target, 'read', undefined, '')
  }
}

function say(
  sink: Sink,
  operation: string,
  object: string,
  access: 'read' | 'write' | 'session',
  ok: boolean | undefined,
  error: string,
): void {
  const key = `${operation} ${object} ${error}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok, error, part: undefined })
}
