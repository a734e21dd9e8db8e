/** RTPS in the platform's words: who takes part, which topics each writes and reads, what is sent on them. Whoever speaks tells of itself. */
import type { Access } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Sink } from '../protocol.ts'
import { type Announced, announced } from './discovery.ts'
import { ENTITIES, ENTITY, PID, SUBMESSAGE, VENDORS } from './rtps.table.ts'
import { ANY_PORT, isBuiltIn, PORT_BASE, PORT_DOMAIN, type Rtps, type RtpsState, type Submessage } from './rtps.ts'

type Seen = SeenMessage<Rtps, RtpsState>

const MAX_TOPICS = 512
const DISPOSED = 1
const UNREGISTERED = 2
export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`rtps.${m.anomalies[i]}`)
  if (m.anomalies.length > 0) return
  if (m.isPing) {
    software(m.vendor, '', from, sink)
    return done(seen, 'ping', '', 'session', sink)
  }
  for (const s of m.submessages) told(seen, s, sink)
}

function told(seen: Seen, s: Submessage, sink: Sink): void {
  switch (s.id) {
    case SUBMESSAGE.data:
    case SUBMESSAGE.dataFragment:
      return sample(seen, s, sink)
    case SUBMESSAGE.acknack:
    case SUBMESSAGE.nackFragments:
      if (!isBuiltIn(s.writer)) done(seen, 'acknowledge', topicOf(seen, s, s.peer), 'read', sink)
      return
    case SUBMESSAGE.secureBody:
    case SUBMESSAGE.securePrefix:
    case SUBMESSAGE.secureMessage:
      return done(seen, 'protected', 'submessages', 'unknown', sink)
    default:
  }
}

function sample(seen: Seen, s: Submessage, sink: Sink): void {
  const status = statusOf(s)
  switch (s.writer) {
    case ENTITY.participantWriter:
    case ENTITY.secureParticipantWriter:
      return (status & (DISPOSED | UNREGISTERED)) !== 0 ? left(seen, s, sink) : joined(seen, s, sink)
    case ENTITY.publicationsWriter:
    case ENTITY.securePublicationsWriter:
      return endpoint(seen, s, 'writer', status, sink)
    case ENTITY.subscriptionsWriter:
    case ENTITY.secureSubscriptionsWriter:
      return endpoint(seen, s, 'reader', status, sink)
    case ENTITY.statelessWriter:
      return done(seen, 'authenticate', 'participant', 'session', sink)
    default:
  }
  if (isBuiltIn(s.writer)) return done(seen, 'tell', ENTITIES[s.writer] ?? entity('writer', s.writer), 'session', sink)
  // One sample, however many fragments.
  if (s.fragment > 1) return
  const topic = topicOf(seen, s)
  if ((status & DISPOSED) !== 0) done(seen, 'dispose', topic, 'write', sink)
  else if ((status & UNREGISTERED) !== 0) done(seen, 'unregister', topic, 'session', sink)
  else done(seen, 'publish', topic, 'write', sink)
}

function joined(seen: Seen, s: Submessage, sink: Sink): void {
  if (s.data.length === 0) return
  const { message: m, from } = seen
  const a = announced(s.data, m.vendor)
  if (a.domain >= 0) seen.state.domain = a.domain
  const object = `${a.name || 'participant'}, domain ${domainOf(seen)}`
  // A discovery server passes on what others say.
  if (a.guid !== '' && !a.guid.startsWith(m.prefix)) {
    done(seen, 'pass on participant', object, 'identify', sink)
    sink.hint(from, 'role', 'DDS discovery server', 0.7)
    return
  }
  done(seen, 'announce participant', object, 'identify', sink)
  sink.hint(from, 'role', 'DDS participant', 0.9)
  software(a.vendor, a.product, from, sink)
  const { host, user, executable, target, name, addresses } = a
  if (host !== '' && !/^localhost/.test(host)) sink.hint(from, 'name', host.split(':')[0], 0.9)
  if (user !== '') sink.hint(from, 'user', user, 0.8)
  if (executable !== '') sink.hint(from, 'software', executable.split(/[/\\]/).at(-1), 0.8)
  if (target !== '') sink.hint(from, 'os', target, 0.6)
  if (name !== '') sink.hint(from, 'description', name, 0.7)
  for (const address of addresses) sink.hint(from, 'interface', address, 0.8)
  if (/^(?:enclave=|securitycontext=|name=.*;namespace=)/.test(a.userData)) sink.hint(from, 'software', 'ROS 2', 0.9)
  if (a.identity !== '') secured(a, from, sink)
}

function secured({ subject, identity, host }: Announced, from: Side, sink: Sink): void {
  if (subject !== '') sink.hint(from, 'certificate', subject, 0.9)
  sink.sayFrom(from, {
    kind: 'encryption.negotiated',
    version: 'DDS Security',
    cipher: identity,
    serverName: host,
    fingerprint: '',
    subject,
    issuer: '',
    notAfter: undefined,
  })
}

/** The key's hash of a participant or an endpoint is its GUID. */
function left(seen: Seen, s: Submessage, sink: Sink): void {
  const guid = guidOf(s)
  const isOwn = guid === '' || guid.startsWith(seen.message.prefix)
  done(seen, isOwn ? 'leave' : 'remove participant', isOwn ? `domain ${domainOf(seen)}` : guid.slice(0, 24), 'session', sink)
}

function endpoint(seen: Seen, s: Submessage, kind: 'writer' | 'reader', status: number, sink: Sink): void {
  const { message: m, from, state } = seen
  const a = announced(s.data, m.vendor)
  const guid = a.guid || guidOf(s)
  if ((status & (DISPOSED | UNREGISTERED)) !== 0) {
    const topic = state.topics.get(guid)
    return done(seen, `remove ${kind}`, topic ?? (guid === '' ? kind : entity(kind, Number.parseInt(guid.slice(24), 16))), 'session', sink)
  }
  if (a.topic === '') return
  const topic = topicName(a)
  if (guid !== '' && (state.topics.size < MAX_TOPICS || state.topics.has(guid))) state.topics.set(guid, topic)
  done(seen, `announce ${kind}`, a.type === '' ? topic : `${topic} (${a.type})`, 'identify', sink)
  if (a.type.includes('::dds_::')) sink.hint(from, 'software', 'ROS 2', 0.9)
}

const topicName = (a: Announced): string => (a.partition === '' ? a.topic : `${a.partition}/${a.topic}`)

function statusOf(s: Submessage): number {
  const value = s.inline.find(({ id }) => id === PID.status)?.value
  return value === undefined || value.length < 4 ? 0 : value[3]!
}

function guidOf(s: Submessage): string {
  const known =
    s.data.find(({ id }) => id === PID.endpointGuid || id === PID.participantGuid) ?? s.inline.find(({ id }) => id === PID.keyHash)
  return known === undefined ? '' : hexText(known.value.subarray(0, 16))
}

/** By name where the endpoint was announced here or the sample says; else by the number of `owner`'s writer. */
function topicOf({ message: m, state }: Seen, s: Submessage, owner = m.prefix): string {
  if (s.inline.length > 0) {
    const { topic } = announced(s.inline, m.vendor)
    if (topic !== '') return topic
  }
  const written = state.topics.size === 0 ? undefined : state.topics.get(owner + s.writer.toString(16).padStart(8, '0'))
  return written ?? entity('writer', s.writer)
}

const entity = (kind: string, id: number): string => `${kind} 0x${id.toString(16).padStart(8, '0')}`

/** Told, or by the port. */
function domainOf({ flow, state }: Seen): string {
  if (state.domain >= 0) return String(state.domain)
  const port = flow.serverPort ?? 0
  return port < PORT_BASE || port >= ANY_PORT ? 'unknown' : String(Math.floor((port - PORT_BASE) / PORT_DOMAIN))
}

function software(vendor: number, version: string, from: Side, sink: Sink): void {
  const known = VENDORS[vendor]
  if (known !== undefined) sink.hint(from, 'software', version === '' ? known[1] : `${known[1]} ${version}`, version === '' ? 0.7 : 0.9)
}

function done({ from }: Seen, operation: string, object: string, access: Access, sink: Sink): void {
  if (from === 'client') once(sink, operation, object, access)
  else sink.sayFrom('server', { kind: 'operation.done', operation, object, access, ok: true, error: '', part: undefined })
}
