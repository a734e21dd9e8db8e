import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import { hideSecrets } from '../mask.ts'
import { sayFile, sayPart } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import { challenged, exposes, type Login, type LoginState, loginEnded, loginOf } from './credentials.ts'
import type { Way } from './framing.ts'
import { field, type Head } from './head.ts'
import { AGENT_SYSTEMS, PAGE_TYPES } from './http.table.ts'
import type { Http, HttpState } from './http.ts'

type Asked = { method: string; host: string; path: string; agent: string; login: Login | undefined }
type Seen = LoginState & {
  readonly asked: Asked[]
  answered: Asked | undefined
  hasLogin: boolean
  /** The bodies last told of. */
  readonly told: { client: unknown; server: unknown }
}

/** Protects against a client that asks and asks. */
const MAX_ASKED = 100
const MAX_PATH = 512
/** No field of a request has a use for an expression; libraries that evaluate one do harm. */
const EXPRESSION = /[$%]\{[^\s]{1,80}/
/** How a function of the Unix shell begins: shells that were not mended run what follows it (CVE-2014-6271). */
const FUNCTION = /\(\s{0,8}\)\s{0,8}\{/
/** Fields that hold an address, a name or a few words; one of this length is meant for a reader that cannot hold it. */
const SHORT_FIELDS: ReadonlySet<string> = new Set([
  'host',
  'from',
  'connection',
  'accept-encoding',
  'transfer-encoding',
  'expect',
  'range',
  'te',
])
/** RFC 1035 §2.3.4: a name has 255 bytes at most, and the other fields of these are shorter. */
const MAX_SHORT = 255
/** Management of hosts by web services (DSP0226): only `/wsman-anon` is for everybody. */
const MANAGEMENT = /^\/wsman(?:$|[/?])/i

export function observe(seen: SeenMessage<Http, HttpState>, sink: Sink): void {
  const { message: m, from, state } = seen
  for (const name of m.anomalies) sink.anomaly(`http.${name}`)
  const memory = (state.seen ??= {
    asked: [],
    answered: undefined,
    exposed: new Set(),
    hasLogin: false,
    told: { client: undefined, server: undefined },
  }) as Seen
  if (m.late !== undefined) lateField(m.late, memory)
  if (m.head?.kind === 'request') requested(m.head, memory, seen, sink)
  else if (m.head?.kind === 'response') responded(m.head, memory, seen, sink)
  if (m.isLast) moved(state[from], from, memory, sink)
}

export function ended(state: HttpState, sink: Sink): void {
  const memory = state.seen as Seen | undefined
  if (memory === undefined) return
  for (const asked of memory.asked) tell(asked, undefined, sink)
  for (const from of ['client', 'server'] as const) {
    const way = state[from]
    // Without a length, the end of the connection is the end of the body; elsewhere it broke off.
    if (way.mode !== 'to-close') for (const file of [way.file, way.parts?.at(-1)?.file]) file?.lost(0)
    way.closes()
    moved(way, from, memory, sink)
  }
}

function lateField([name, value]: readonly [string, string], memory: Seen): void {
  const asked = memory.asked.at(-1)
  if (asked !== undefined && name === 'host') asked.host = readable(value)
  else if (asked !== undefined && name === 'user-agent') asked.agent = readable(value)
}

function requested(head: Head, memory: Seen, seen: SeenMessage<Http, HttpState>, sink: Sink): void {
  const agent = readable(field(head, 'user-agent') ?? '')
  const host = readable(field(head, 'host') ?? seen.flow.serverIp ?? '')
  const path = hideSecrets(readable(head.uri)).slice(0, MAX_PATH)
  const login = loginOf(head, sink)
  if (login !== undefined) exposes(login, memory, sink)
  memory.hasLogin ||= field(head, 'authorization') !== undefined
  tellLength(sink, 'request target', head.uri.length)
  for (const [name, value] of head.fields) {
    const expression = EXPRESSION.exec(value)?.[0]
    if (value.length > MAX_SHORT && SHORT_FIELDS.has(name)) sink.anomaly('http.overlong-field', readable(name), value.length)
    tellLength(sink, `field ${readable(name)}`, value.length)
    if (expression !== undefined) sink.anomaly('http.expression-in-header', `${readable(name)}: ${readable(expression)}`)
    if (FUNCTION.test(value)) sink.anomaly('http.function-in-header', readable(name))
  }
  if (memory.asked.length < MAX_ASKED) memory.asked.push({ method: head.method, host, path, agent, login })
  sink.hint('client', 'software', agent, 0.5)
  sink.hint('client', 'os', AGENT_SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1], 0.5)
}

function responded(head: Head, memory: Seen, seen: SeenMessage<Http, HttpState>, sink: Sink): void {
  const { from } = seen
  for (const [name, value] of head.fields) tellLength(sink, `answer's field ${readable(name)}`, value.length)
  sink.hint(from, 'software', readable(field(head, 'server') ?? ''), 0.9)
  sink.hint(from, 'software', readable(field(head, 'x-powered-by') ?? ''), 0.6)
  challenged(head, sink)
  const realm = /realm="([^"]+)"/i.exec(field(head, 'www-authenticate') ?? '')?.[1]
  sink.hint(from, 'description', realm === undefined ? undefined : readable(realm), 0.4)
  if (head.status >= 100 && head.status < 200 && head.status !== 101) return
  const asked = memory.asked.shift()
  memory.answered = asked
  if (asked === undefined) return
  tell(asked, head.status === 0 ? undefined : head, sink)
  if (asked.login !== undefined) loginEnded(asked.login, head.status, sink)
  if (!memory.hasLogin && head.status === 200 && asked.method === 'POST' && MANAGEMENT.test(asked.path))
    sink.anomaly('http.management-without-login', asked.path)
}

function tell(asked: Asked, head: Head | undefined, sink: Sink): void {
  const { method, host, path, agent } = asked
  sink.say({ kind: 'web.requested', method, host, path, agent, status: head?.status })
  const object = path.replace(/[?#].*$/s, '')
  const key = `${method} ${head?.status} ${object}`
  if (sink.again(key)) return
  const ok = head === undefined ? undefined : head.status < 400
  const access = /^(?:GET|HEAD|OPTIONS|TRACE|PROPFIND)$/.test(method) ? 'read' : method === 'CONNECT' ? 'session' : 'write'
  sink.operation(key, {
    operation: method,
    object,
    access,
    ok,
    error: ok === false ? `${head!.status} ${readable(head!.reason)}` : '',
    part: undefined,
  })
}

/** A body that has passed, or as much of it as there was; once. */
function moved(way: Way, from: Side, memory: Seen, sink: Sink): void {
  const { file, parts, head } = way
  if (file === undefined || memory.told[from] === file) return
  memory.told[from] = file
  const direction = from === 'client' ? 'to-server' : 'to-client'
  if (parts !== undefined) {
    for (const part of parts) sayPart(part, direction, sink)
    return
  }
  const type = file.type ?? ''
  const path = (from === 'client' ? memory.asked.at(-1) : memory.answered)?.path
  const named = head === undefined ? undefined : fileName(head)
  const isPlain = named === undefined && (type === '' || PAGE_TYPES.test(type))
  sayFile({ name: named ?? lastPart(path ?? ''), direction, file, isPlain }, sink)
}

/** RFC 6266 §4.3: the name under which the body should be kept. */
export function fileName(head: Head): string | undefined {
  for (const name of ['content-disposition', 'content-type']) {
    const value = field(head, name) ?? ''
    const m = /\b(?:file)?name\*?[ \t]*=[ \t]*(?:utf-8''|iso-8859-1''[^']*)?(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(value)
    if (m !== null) return readable(m[1] ?? m[2] ?? '')
  }
  return undefined
}

function lastPart(path: string): string {
  return (
    path
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) ?? ''
  )
}
