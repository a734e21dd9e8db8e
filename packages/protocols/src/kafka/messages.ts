/** Bodies of requests and responses that name topics, groups, brokers and accounts (Apache Kafka protocol guide, "The Messages"). */
import type { Reader } from '@isthmus/wire'
import { maskSecret } from '../mask.ts'
import {
  API_VERSIONS,
  CREATE_TOPICS,
  DELETE_TOPICS,
  FETCH,
  FLEXIBLE,
  JOIN_GROUP,
  LIST_OFFSETS,
  METADATA,
  PRODUCE,
  SASL_AUTHENTICATE,
  SASL_HANDSHAKE,
} from './kafka.table.ts'
import type { Kafka } from './kafka.ts'

const MAX_TOPICS = 64
const MAX_BROKERS = 64
const NULL = 0xffff

/** A text with its length before it; null counts as empty. */
function text(r: Reader, label: string): string {
  const length = r.u16(`${label} length`)
  return length === NULL ? '' : r.utf8(length, label)
}

/** Seven bits a byte, lowest first. */
function variable(r: Reader, label: string): number {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const b = r.u8(label)
    value += (b & 0x7f) * 2 ** (7 * i)
    if (b < 0x80) break
  }
  return value
}

/** Compact: one more than the length; 0 is null. */
function compact(r: Reader, label: string): string {
  const length = variable(r, `${label} length`)
  return length < 2 ? '' : r.utf8(length - 1, label)
}

function isFlexible(m: Kafka): boolean {
  return m.version >= (FLEXIBLE[m.key] ?? Number.POSITIVE_INFINITY)
}

function skipTags(r: Reader): void {
  const count = Math.min(variable(r, 'tags'), 16)
  for (let i = 0; i < count; i++) {
    variable(r, 'tag')
    r.view(variable(r, 'tag length'), 'tag value')
  }
}

export function readRequest(r: Reader, m: Kafka): void {
  m.isRequest = true
  m.key = r.u16('key')
  m.version = r.u16('version')
  m.correlation = r.u32('correlation')
  // The client id keeps the old form in every header (KIP-482).
  m.client = text(r, 'client id')
  const flexible = isFlexible(m)
  if (flexible) skipTags(r)
  const named = flexible ? compact : text
  switch (m.key) {
    case PRODUCE:
      if (m.version >= 3) named(r, 'transaction')
      r.u16('acknowledgements')
      r.u32('timeout')
      return firstTopic(r, m, flexible)
    case FETCH:
      if (m.version < 15) r.u32('replica')
      r.u32('longest wait')
      r.u32('least bytes')
      if (m.version >= 3) r.u32('most bytes')
      if (m.version >= 4) r.u8('isolation')
      if (m.version >= 7) r.u64('session')
      // From 13 on topics are numbers.
      if (m.version < 13) firstTopic(r, m, flexible)
      return
    case LIST_OFFSETS:
      r.u32('replica')
      if (m.version >= 2) r.u8('isolation')
      return firstTopic(r, m, flexible)
    case METADATA:
      if (m.version < 10) names(r, m, flexible)
      return
    case CREATE_TOPICS:
      return firstTopic(r, m, flexible)
    case DELETE_TOPICS:
      if (m.version < 6) names(r, m, flexible)
      return
    case JOIN_GROUP:
      m.group = named(r, 'group')
      return
    case SASL_HANDSHAKE:
      m.mechanism = text(r, 'mechanism')
      return
    case SASL_AUTHENTICATE:
      return credentials(r, m, flexible)
    case API_VERSIONS:
      if (flexible) m.software = `${compact(r, 'library')} ${compact(r, 'library version')}`.trim()
  }
}

/** How many; then the first one's name. What follows it varies. */
function firstTopic(r: Reader, m: Kafka, flexible: boolean): void {
  const count = flexible ? variable(r, 'topics') - 1 : r.u32('topics')
  if (count > 0 && count < 100_000) m.topics.push(flexible ? compact(r, 'topic') : text(r, 'topic'))
}

function names(r: Reader, m: Kafka, flexible: boolean): void {
  const count = flexible ? variable(r, 'topics') - 1 : r.u32('topics')
  if (count > 100_000) return
  for (let i = 0; i < count && i < MAX_TOPICS && r.left > 0; i++) {
    m.topics.push(flexible ? compact(r, 'topic') : text(r, 'topic'))
    if (flexible) skipTags(r)
  }
}

/** PLAIN holds authority, user and password, NUL between (RFC 4616); SCRAM names the user as n=. */
function credentials(r: Reader, m: Kafka, flexible: boolean): void {
  const length = flexible ? variable(r, 'length') - 1 : r.u32('length')
  const proof = r.text(Math.min(Math.max(0, length), r.left, 1024), 'credentials')
  const [, user, password] = proof.split('\0')
  if (password !== undefined) {
    m.user = user!
    m.password = maskSecret(password)
  } else m.user = /(?:^|,)n=([^,]{1,128})/.exec(proof)?.[1] ?? ''
}

export function readResponse(r: Reader, m: Kafka, asked: Kafka | undefined): void {
  m.correlation = r.u32('correlation')
  if (asked === undefined) return
  m.key = asked.key
  m.version = asked.version
  const flexible = isFlexible(m)
  // KIP-511: versions are told before anything is agreed, so their header stays as it was.
  if (flexible && m.key !== API_VERSIONS) skipTags(r)
  if (m.key === METADATA) {
    if (m.version >= 3) r.u32('throttle time')
    brokers(r, m, flexible)
  } else if (m.key === SASL_HANDSHAKE || m.key === SASL_AUTHENTICATE || m.key === API_VERSIONS) m.error = r.u16('error')
}

function brokers(r: Reader, m: Kafka, flexible: boolean): void {
  const count = flexible ? variable(r, 'brokers') - 1 : r.u32('brokers')
  for (let i = 0; i < count && i < MAX_BROKERS && r.left > 0 && !r.short; i++) {
    r.u32('node')
    const host = flexible ? compact(r, 'host') : text(r, 'host')
    m.brokers.push(`${host}:${r.u32('port')}`)
    if (m.version >= 1) flexible ? compact(r, 'rack') : text(r, 'rack')
    if (flexible) skipTags(r)
  }
}
