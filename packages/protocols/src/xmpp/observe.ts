/** XMPP in the platform's words: who is signed in where, with which client, and that people or programs talk. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { fromBase64 } from '../mime/base64.ts'
import type { Sink } from '../protocol.ts'
import { attribute, content } from './xml.ts'
import type { Xmpp, XmppState } from './xmpp.ts'

type Memory = { domain: string; mechanism: string; user: string }

const MAX_NAME = 128

export function observe({ message: m, from, state }: SeenMessage<Xmpp, XmppState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`xmpp.${name}`)
  const memory = (state.seen ??= { domain: '', mechanism: '', user: '' }) as Memory
  const text = readable(m.text)
  switch (m.name) {
    case 'stream:stream':
      if (from === 'client') memory.domain = attribute(text, 'to').slice(0, MAX_NAME)
      else sink.hint('server', 'domain', attribute(text, 'from').slice(0, MAX_NAME), 0.7)
      if (from === 'server') sink.hint('server', 'role', 'xmpp server', 0.9)
      return
    case 'auth':
      return begins(text, memory, sink)
    case 'response':
      return responds(text, memory)
    case 'success':
    case 'failure': {
      const ok = m.name === 'success'
      sink.say({ kind: 'login.tried', user: memory.user, domain: memory.domain, method: `xmpp ${memory.mechanism}`.trim(), ok })
      return
    }
    case 'starttls':
      return say(sink, 'start tls', memory.domain, 'session')
    case 'iq':
      return iq(text, from, memory, sink)
    case 'message':
      if (attribute(text, 'to') !== '') say(sink, 'message', bare(attribute(text, 'to')), from === 'client' ? 'write' : 'read')
      return
    case 'presence': {
      const node = /<c\s[^>]{0,200}node=["']([^"']{1,128})/.exec(text)?.[1]
      if (from === 'client') sink.hint('client', 'software', node, 0.6)
    }
  }
}

/** SASL PLAIN holds all three: authority, user, password (RFC 4616 §2). */
function begins(text: string, memory: Memory, sink: Sink): void {
  memory.mechanism = attribute(text, 'mechanism').slice(0, 32)
  const sent = content(text, 'auth')
  if (memory.mechanism !== 'PLAIN' || sent === '') return
  const [, user = '', password = ''] = fromBase64(sent.slice(0, 1024)).split('\0')
  memory.user = readable(user).slice(0, MAX_NAME)
  sink.say({ kind: 'credential.exposed', user: memory.user, mask: maskSecret(readable(password)), weakness: 'clear' })
}

function responds(text: string, memory: Memory): void {
  const proof = fromBase64(content(text, 'response').slice(0, 2048))
  const user = /username="([^"]{1,128})"/.exec(proof)?.[1] ?? /(?:^|,)n=([^,]{1,128})/.exec(proof)?.[1]
  if (user !== undefined) memory.user = readable(user)
}

function iq(text: string, from: Side, memory: Memory, sink: Sink): void {
  const jid = content(text, 'jid')
  if (from === 'server' && jid !== '') sink.hint('client', 'user', bare(jid), 0.8)
  const space = /<query[^>]{0,200}xmlns=["']([^"']{1,128})/.exec(text)?.[1] ?? ''
  if (space === 'jabber:iq:version' && attribute(text, 'type') === 'result') {
    // The server also passes on what other users answer: those have a resource behind their address.
    if (from === 'server' && attribute(text, 'from').includes('/')) return
    sink.hint(from, 'software', `${content(text, 'name')} ${content(text, 'version')}`.trim().slice(0, MAX_NAME), 0.8)
    sink.hint(from, 'os', content(text, 'os').slice(0, MAX_NAME), 0.8)
  } else if (space === 'jabber:iq:auth') legacy(text, memory, sink)
}

/** XEP-0078: a password in clear before SASL. */
function legacy(text: string, memory: Memory, sink: Sink): void {
  const password = content(text, 'password')
  memory.user = content(text, 'username').slice(0, MAX_NAME) || memory.user
  memory.mechanism = 'legacy'
  if (password !== '') sink.say({ kind: 'credential.exposed', user: memory.user, mask: maskSecret(password), weakness: 'clear' })
}

function bare(jid: string): string {
  return jid.split('/', 1)[0]!.slice(0, MAX_NAME)
}

function say(sink: Sink, operation: string, object: string, access: 'session' | 'read' | 'write'): void {
  const key = `${operation} ${object}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok: undefined, error: '', part: undefined })
}
