/** SIP in the platform's words: who registers where and with which account, who calls whom, what the phones are. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import type { Sink } from '../protocol.ts'
import { fieldOf, type Sip, type SipState } from './sip.ts'

const MAX_OBJECT = 200

export function observe({ message: m, asked, from, state }: SeenMessage<Sip, SipState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`sip.${name}`)
  if (m.kind === 'keep-alive') return
  for (const [name, value] of m.fields) tellLength(sink, `field ${readable(name)}`, value.length)
  const agent = fieldOf(m.fields, m.kind === 'request' ? 'user-agent' : 'server') ?? fieldOf(m.fields, 'user-agent')
  sink.hint(from, 'software', agent === undefined ? undefined : readable(agent), 0.8)
  if (m.kind === 'request') {
    if (m.method === 'REGISTER') sink.hint(from, 'user', addressOf(fieldOf(m.fields, 'from', 'f')), 0.6)
    // What the called side asks is no question of this conversation's client; an ACK has no answer.
    if (from === 'server' || m.method === '' || m.method === 'ACK') return
    const displaced = state.open.put(keyOf(m), m)
    // A request that is repeated is still one.
    if (displaced !== undefined && keyOf(displaced) !== keyOf(m)) tell(displaced, undefined, sink)
    return
  }
  if (asked === undefined || m.status < 200) return
  state.open.take(keyOf(m))
  if (asked.method === 'REGISTER' && m.status < 300) sink.hint('server', 'role', 'sip registrar', 0.8)
  login(asked, m, sink)
  tell(asked, m, sink)
}

/** What nobody answered: a search for extensions and servers looks like this. */
export function ended(state: SipState, sink: Sink): void {
  for (const asked of state.open.drain()) tell(asked, undefined, sink)
}

function keyOf(m: Sip): string {
  return `${fieldOf(m.fields, 'call-id', 'i')} ${fieldOf(m.fields, 'cseq')}`
}

function tell(asked: Sip, answer: Sip | undefined, sink: Sink): void {
  const ok = answer === undefined ? undefined : answer.status < 400
  const object = (asked.method === 'REGISTER' ? addressOf(fieldOf(asked.fields, 'to', 't')) : uriOf(asked.uri)).slice(0, MAX_OBJECT)
  const error = ok === false ? `${answer!.status} ${readable(answer!.reason)}` : ''
  const key = `${asked.method} ${object} ${answer?.status}`
  if (!sink.again(key)) sink.operation(key, { operation: asked.method, object, access: accessOf(asked.method), ok, error, part: undefined })
  if (asked.method === 'INVITE')
    sink.say({
      kind: 'service.used',
      service: 'call',
      object,
      user: addressOf(fieldOf(asked.fields, 'from', 'f')).slice(0, MAX_OBJECT),
      ok,
    })
}

/** RFC 3261 §22: a request without credentials is challenged; that is no try. */
function login(asked: Sip, answer: Sip, sink: Sink): void {
  const sent = fieldOf(asked.fields, 'authorization') ?? fieldOf(asked.fields, 'proxy-authorization')
  if (sent === undefined) return
  const user = /username="([^"]{0,128})"/i.exec(sent)?.[1] ?? ''
  const domain = /realm="([^"]{0,128})"/i.exec(sent)?.[1] ?? ''
  const ok = answer.status < 300 ? true : /^(?:401|403|407)$/.test(String(answer.status)) ? false : undefined
  const method = `sip ${/^\S+/.exec(sent)?.[0]?.toLowerCase() ?? ''}`.trim()
  sink.say({ kind: 'login.tried', user: readable(user), domain: readable(domain), method, ok })
}

/** `alice@plant` of `"Alice" <sip:alice@plant;user=phone>;tag=1`. */
function addressOf(value: string | undefined): string {
  return uriOf(/<([^>]*)>/.exec(value ?? '')?.[1] ?? value ?? '')
}

function uriOf(uri: string): string {
  return readable(uri.replace(/^(?:sips?|tel):/i, '').replace(/[;?].*$/s, '')).trim()
}

function accessOf(method: string): 'session' | 'identify' | 'read' | 'write' {
  if (method === 'OPTIONS') return 'identify'
  if (method === 'SUBSCRIBE' || method === 'NOTIFY') return 'read'
  return method === 'MESSAGE' || method === 'PUBLISH' ? 'write' : 'session'
}
