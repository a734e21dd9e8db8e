/** Redis in the platform's words: who logs in, what is read, written, configured or run, what the server is. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { ACCESS, UNANSWERED } from './redis.table.ts'
import type { Redis, RedisState } from './redis.ts'
import type { Value } from './resp.ts'

type Memory = { readonly waiting: (readonly string[])[] }

const MAX_WAITING = 1024
const MAX_OBJECT = 120
/** Commands whose second word says what they do. */
const WITH_SUB = new Set([
  'CONFIG',
  'CLIENT',
  'ACL',
  'MODULE',
  'CLUSTER',
  'SCRIPT',
  'FUNCTION',
  'OBJECT',
  'DEBUG',
  'MEMORY',
  'XINFO',
  'XGROUP',
])
const WITHOUT_OBJECT = new Set(['AUTH', 'HELLO', 'EVAL', 'EVALSHA', 'PING', 'ECHO', 'INFO', 'COMMAND'])

export function observe({ message: m, state }: SeenMessage<Redis, RedisState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`redis.${name}`)
  const memory = (state.seen ??= { waiting: [] }) as Memory
  if (m.words.length > 0) {
    const name = m.words[0]!.toUpperCase()
    if (name === 'AUTH' || name === 'HELLO') secrets(m.words, sink)
    else if (name === 'CLIENT') identify(m.words, sink)
    if (UNANSWERED.has(name)) tell(m.words, undefined, sink)
    else if (memory.waiting.length < MAX_WAITING) memory.waiting.push(m.words)
  } else if (m.answer !== undefined && m.answer.type !== '>') {
    sink.hint('server', 'role', 'redis server', 0.8)
    const asked = memory.waiting.shift()
    if (asked !== undefined) tell(asked, m.answer, sink)
  }
}

export function ended(state: RedisState, sink: Sink): void {
  for (const words of (state.seen as Memory | undefined)?.waiting ?? []) tell(words, undefined, sink)
}

/** `AUTH [user] password`, and the same within HELLO. */
function credentials(words: readonly string[]): { user: string; password: string } | undefined {
  const name = words[0]!.toUpperCase()
  const at = name === 'HELLO' ? words.findIndex((word) => word.toUpperCase() === 'AUTH') : name === 'AUTH' ? 0 : -1
  if (at < 0 || words.length <= at + 1) return undefined
  const hasUser = words.length > at + 2
  return { user: hasUser ? readable(words[at + 1]!).slice(0, 128) : 'default', password: readable(words[hasUser ? at + 2 : at + 1]!) }
}

function secrets(words: readonly string[], sink: Sink): void {
  const sent = credentials(words)
  if (sent !== undefined) sink.say({ kind: 'credential.exposed', user: sent.user, mask: maskSecret(sent.password), weakness: 'clear' })
}

function identify(words: readonly string[], sink: Sink): void {
  const [, sub, key, value] = words.map((word) => word.slice(0, 128))
  if (/^setname$/i.test(sub ?? '')) sink.hint('client', 'name', readable(key ?? ''), 0.5)
  if (/^setinfo$/i.test(sub ?? '') && /^lib-name$/i.test(key ?? '')) sink.hint('client', 'software', readable(value ?? ''), 0.8)
}

function tell(words: readonly string[], answer: Value | undefined, sink: Sink): void {
  const name = words[0]!.toUpperCase().slice(0, 32)
  const ok = answer === undefined ? undefined : answer.type !== '-' && answer.type !== '!'
  const sent = name === 'AUTH' || name === 'HELLO' ? credentials(words) : undefined
  if (sent !== undefined) sink.say({ kind: 'login.tried', user: sent.user, domain: '', method: 'redis password', ok })
  if (name === 'AUTH') return
  if (name === 'INFO' || name === 'HELLO') server(answer, sink)
  const sub = WITH_SUB.has(name) ? ` ${(words[1] ?? '').toUpperCase().slice(0, 32)}` : ''
  // A password set by CONFIG or ACL is a value: only the setting's name is told.
  const object = WITHOUT_OBJECT.has(name) ? '' : readable(words[sub === '' ? 1 : 2] ?? '').slice(0, MAX_OBJECT)
  const key = `${name}${sub} ${object} ${ok}`
  const error = ok === false ? readable(answer!.text ?? '').slice(0, 160) : ''
  if (sink.again(key)) return
  if (name === 'CONFIG' && sub === ' SET') sink.say({ kind: 'configuration.changed', what: object, value: '', ok })
  sink.operation(key, { operation: `${name}${sub}`, object, access: ACCESS.get(name) ?? 'unknown', ok, error, part: undefined })
}

function server(answer: Value | undefined, sink: Sink): void {
  const text = answer?.text ?? ''
  const version = /^redis_version:([^\r\n]{1,40})/m.exec(text)?.[1]
  if (version !== undefined) sink.hint('server', 'software', `Redis ${version}`, 1)
  sink.hint('server', 'os', /^os:([^\r\n]{1,120})/m.exec(text)?.[1], 1)
  const items = answer?.items ?? []
  const at = items.findIndex((item) => item.text === 'version')
  if (at >= 0) sink.hint('server', 'software', `Redis ${items[at + 1]?.text ?? ''}`, 1)
}
