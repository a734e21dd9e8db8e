/** RTSP in the platform's words: which camera or recorder streams what to whom, and what both say they are. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import { hideSecrets, maskSecret } from '../mask.ts'
import { fromBase64 } from '../mime/base64.ts'
import type { Sink } from '../protocol.ts'
import { fieldOf, type Rtsp, type RtspState } from './rtsp.ts'

const MAX_OBJECT = 200

export function observe({ message: m, asked, from, state }: SeenMessage<Rtsp, RtspState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`rtsp.${name}`)
  if (m.kind === 'data') return
  for (const [name, value] of m.fields) tellLength(sink, `field ${readable(name)}`, value.length)
  const said = (name: string): string | undefined => {
    const value = fieldOf(m, name)
    return value === undefined ? undefined : readable(value)
  }
  if (m.kind === 'request') {
    sink.hint(from, 'software', said('user-agent'), 0.6)
    urlSecret(m.url, sink)
    const displaced = from === 'client' ? state.open.put(fieldOf(m, 'cseq') ?? '', m) : undefined
    if (displaced !== undefined) tell(displaced, undefined, sink)
    return
  }
  sink.hint(from, 'software', said('server'), 0.9)
  sink.hint(from, 'role', 'media server', 0.6)
  sink.hint(from, 'description', /realm="([^"]+)"/i.exec(said('www-authenticate') ?? '')?.[1], 0.5)
  describe(m, from, sink)
  if (asked === undefined || m.status < 200) return
  state.open.take(fieldOf(m, 'cseq') ?? '')
  login(asked, m, sink)
  tell(asked, m, sink)
}

export function ended(state: RtspState, sink: Sink): void {
  for (const asked of state.open.drain()) tell(asked, undefined, sink)
}

function tell(asked: Rtsp, answer: Rtsp | undefined, sink: Sink): void {
  const ok = answer === undefined ? undefined : answer.status < 400
  const object = hideSecrets(readable(asked.url)).slice(0, MAX_OBJECT)
  const key = `${asked.method} ${object} ${answer?.status}`
  const error = ok === false ? `${answer!.status} ${readable(answer!.reason)}` : ''
  if (!sink.again(key)) sink.operation(key, { operation: asked.method, object, access: accessOf(asked.method), ok, error, part: undefined })
  if (asked.method === 'PLAY' || asked.method === 'RECORD')
    sink.say({ kind: 'service.used', service: 'video stream', object, user: userOf(asked), ok })
}

/** SDP (RFC 4566 §5): the session's name and the tool that made it. */
function describe(m: Rtsp, from: 'client' | 'server', sink: Sink): void {
  if (m.description === '') return
  const line = (pattern: RegExp): string | undefined => pattern.exec(m.description.slice(0, 8192))?.[1]
  const name = line(/^s=([^\r\n]{2,120})/m)
  sink.hint(from, 'description', name === undefined ? undefined : readable(name), 0.4)
  const tool = line(/^a=tool:([^\r\n]{2,120})/m)
  sink.hint(from, 'software', tool === undefined ? undefined : readable(tool), 0.6)
}

function login(asked: Rtsp, answer: Rtsp, sink: Sink): void {
  const sent = fieldOf(asked, 'authorization')
  if (sent === undefined) return
  const ok = answer.status < 300 ? true : answer.status === 401 || answer.status === 403 ? false : undefined
  const method = /^basic/i.test(sent) ? 'rtsp basic' : 'rtsp digest'
  sink.say({ kind: 'login.tried', user: userOf(asked), domain: readable(/realm="([^"]{0,128})"/i.exec(sent)?.[1] ?? ''), method, ok })
  const pair = basicOf(sent)
  if (pair !== undefined) sink.say({ kind: 'credential.exposed', user: pair[0], mask: maskSecret(pair[1]), weakness: 'clear' })
}

function userOf(m: Rtsp): string {
  const sent = fieldOf(m, 'authorization') ?? ''
  return readable(/username="([^"]{0,128})"/i.exec(sent)?.[1] ?? basicOf(sent)?.[0] ?? '')
}

function basicOf(sent: string): [user: string, password: string] | undefined {
  const encoded = /^basic[ \t]+([A-Za-z0-9+/=]{1,512})/i.exec(sent)?.[1]
  if (encoded === undefined) return undefined
  const pair = readable(fromBase64(encoded))
  const colon = pair.indexOf(':')
  return colon < 0 ? undefined : [pair.slice(0, colon), pair.slice(colon + 1)]
}

/** `rtsp://user:password@host/` shows both to everybody on the way. */
function urlSecret(url: string, sink: Sink): void {
  const m = /^rtspu?:\/\/([^/@:]{1,128}):([^/@]{1,128})@/i.exec(url)
  if (m !== null) sink.say({ kind: 'credential.exposed', user: readable(m[1]!), mask: maskSecret(readable(m[2]!)), weakness: 'clear' })
}

function accessOf(method: string): 'read' | 'write' | 'identify' | 'session' {
  if (method === 'PLAY' || method === 'GET_PARAMETER') return 'read'
  if (method === 'RECORD' || method === 'ANNOUNCE' || method === 'SET_PARAMETER') return 'write'
  return method === 'OPTIONS' || method === 'DESCRIBE' ? 'identify' : 'session'
}
