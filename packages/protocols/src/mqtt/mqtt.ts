/**
 * MQTT: clients publish to topics of a broker and subscribe to others.
 *
 *   | type 4 bits, flags 4 bits | remaining length 1 to 4 bytes, 7 bits each | variable header | payload |   big-endian
 *
 * Spec: IBM MQTT V3.1; OASIS MQTT 3.1.1 §2 (control packets), §3; OASIS MQTT 5.0 §2.2.2 (properties), §3.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { isAtPort } from '../own-port.ts'
import { readConnect } from './connect.ts'
import { readProperties, text } from './properties.ts'
import { readSparkplug, type Sparkplug, sparkplugTopic } from './sparkplug.ts'

export type Connect = {
  protocol: string
  version: number
  clientId: string
  keepAliveSeconds: number
  cleanStart: boolean
  will: { topic: string; payload: Uint8Array; qos: number; retain: boolean } | undefined
  user: string | undefined
  /** Masked; undefined when none was sent. */
  password: string | undefined
  authMethod: string
}

export type Mqtt = {
  /** Packet type (3.1.1 §2.2.1); 0 for the rest of a long publication. */
  type: number
  flags: number
  qos: number
  retain: boolean
  id: number
  connect: Connect | undefined
  topic: string
  /** Borrowed; cut at MAX_WHOLE, `payloadBytes` counts all of it, and the rest follows in messages of type 0. */
  payload: Uint8Array
  payloadBytes: number
  sparkplug: Sparkplug | undefined
  filters: { filter: string; qos: number }[]
  /** Return or reason codes, in the order of what they answer. */
  codes: number[]
  /** Assigned client identifier, reason, server reference of an answer. */
  detail: string
  anomalies: string[]
}

export type MqttState = {
  version: number
  client: { rest: number; topics: Map<number, string> }
  server: { rest: number; topics: Map<number, string> }
  seen: unknown
  log: unknown
}

/** A publication above this passes in pieces: its beginning is read, the rest is counted. */
const MAX_WHOLE = 262_144
const MAX_PIECE = 65_536
const MAX_FILTERS = 256
const MAX_ALIASES = 1024
const NONE = new Uint8Array(0)

const CONNECT = 1
const CONNACK = 2
const PUBLISH = 3
const SUBSCRIBE = 8
const SUBACK = 9
const UNSUBSCRIBE = 10
const UNSUBACK = 11
const AUTH = 15

export const dissector: Dissector<Mqtt, MqttState> = {
  name: 'mqtt',
  ports: ['tcp/1883'],
  maxFrame: MAX_WHOLE + 8,
  start: () => ({
    version: 0,
    client: { rest: 0, topics: new Map() },
    server: { rest: 0, topics: new Map() },
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const { rest } = ctx.state[ctx.from]
    if (rest > 0) return Math.min(head.left, rest, MAX_PIECE)
    if (head.left < 2) return isPossible(head, ctx) ? NEED_MORE : NOT_MINE
    const from = head.at
    const first = head.u8()
    const length = remaining(head)
    if (length < 0) return head.at - from > 4 ? NOT_MINE : NEED_MORE
    const header = head.at - from
    if (!hasLegalFlags(first) || !isItsOwn(head, first, length, ctx)) return NOT_MINE
    const whole = header + length
    if (whole <= MAX_WHOLE) return whole
    return first >> 4 === PUBLISH ? MAX_WHOLE : NOT_MINE
  },
  // A question's key: its kind and packet identifier.
  key(head) {
    const type = head.u8() >> 4
    if (type === CONNECT || type === CONNACK) return 1
    if (type === 12 || type === 13) return 2
    const qos = (head.bytes[head.at - 1]! >> 1) & 3
    if (remaining(head) < 0) return undefined
    if (type === PUBLISH) {
      if (qos === 0) return undefined
      head.skip(head.u16())
      return 0x30000 + head.u16()
    }
    if (type === 4 || type === 5) return 0x30000 + head.u16()
    if (type === SUBSCRIBE || type === SUBACK) return 0x80000 + head.u16()
    if (type === UNSUBSCRIBE || type === UNSUBACK) return 0xa0000 + head.u16()
    return undefined
  },
  parse(r, ctx) {
    const m = empty()
    const way = ctx.state[ctx.from]
    if (way.rest > 0) {
      m.payloadBytes = r.left
      way.rest = Math.max(0, way.rest - r.left)
      m.payload = r.view(r.left, 'payload, continued')
      return m
    }
    const first = r.u8('type and flags')
    m.type = first >> 4
    m.flags = first & 15
    const length = Math.max(0, remaining(r))
    const body = r.sub(Math.min(length, r.left), 'packet')
    if (length > body.left) {
      if (m.type === PUBLISH && body.left > MAX_WHOLE - 8) way.rest = length - body.left
      else body.short = true
    }
    readBody(body, m, ctx, length)
    if (body.short || r.short) m.anomalies.push('truncated')
    else if (body.left > 0) m.anomalies.push('trailing-bytes')
    return m
  },
  side(head) {
    const type = head.peek() >> 4
    if (type === CONNECT || type === SUBSCRIBE || type === UNSUBSCRIBE || type === 12) return 'client'
    return type === CONNACK || type === SUBACK || type === UNSUBACK || type === 13 ? 'server' : undefined
  },
  gap(ctx, length) {
    const way = ctx.state[ctx.from]
    if (way.rest < length) return false
    way.rest -= length
    return true
  },
}

function readBody(r: Reader, m: Mqtt, ctx: Context<Mqtt, MqttState>, length: number): void {
  const { state } = ctx
  const is5 = state.version === 5
  if (m.type === CONNECT) {
    m.connect = readConnect(r, m.anomalies)
    state.version = m.connect.version
  } else if (m.type === CONNACK) {
    r.u8('acknowledge flags')
    m.codes.push(r.u8('return code'))
    // Without its question, the properties tell 5.0 from the versions that end here.
    if (r.left > 0) m.detail = readProperties(r).detail
  } else if (m.type === PUBLISH) readPublish(r, m, ctx, length)
  else if (m.type === SUBSCRIBE || m.type === UNSUBSCRIBE) {
    m.id = r.u16('packet identifier')
    if (is5) readProperties(r)
    while (r.left > 0 && m.filters.length < MAX_FILTERS) {
      const filter = text(r, 'topic filter')
      m.filters.push({ filter, qos: m.type === SUBSCRIBE ? r.u8('options') & 3 : 0 })
    }
    if (r.left > 0) r.view(r.left, 'more filters')
  } else if (m.type === SUBACK || m.type === UNSUBACK) {
    m.id = r.u16('packet identifier')
    if (is5) m.detail = readProperties(r).detail
    while (r.left > 0 && m.codes.length < MAX_FILTERS) m.codes.push(r.u8('return code'))
    if (r.left > 0) r.view(r.left, 'more codes')
  } else if (m.type >= 4 && m.type <= 7) {
    m.id = r.u16('packet identifier')
    if (r.left > 0) m.codes.push(r.u8('reason code'))
    if (r.left > 0) m.detail = readProperties(r).detail
  } else if (m.type === 14 || m.type === AUTH) {
    if (r.left > 0) m.codes.push(r.u8('reason code'))
    if (r.left > 0) m.detail = readProperties(r).detail
  }
}

function readPublish(r: Reader, m: Mqtt, ctx: Context<Mqtt, MqttState>, length: number): void {
  m.qos = (m.flags >> 1) & 3
  m.retain = (m.flags & 1) !== 0
  if (m.qos === 3) m.anomalies.push('invalid-qos')
  const begin = r.at
  m.topic = text(r, 'topic')
  if (m.qos > 0) m.id = r.u16('packet identifier')
  const { topics } = ctx.state[ctx.from]
  if (ctx.state.version === 5) {
    const { alias } = readProperties(r)
    if (alias > 0 && m.topic !== '' && topics.size < MAX_ALIASES) topics.set(alias, m.topic)
    else if (alias > 0 && m.topic === '') m.topic = topics.get(alias) ?? `alias ${alias}`
  }
  m.payloadBytes = Math.max(0, length - (r.at - begin))
  const named = sparkplugTopic(m.topic)
  if (named === undefined || named.kind === 'STATE') {
    m.payload = r.view(r.left, 'payload')
    if (named !== undefined) m.sparkplug = { ...named, seq: undefined, timestamp: undefined, metrics: [] }
  } else {
    m.payload = r.bytes.subarray(r.at, r.end)
    const payload = r.sub(r.left, 'sparkplug payload')
    m.sparkplug = readSparkplug(payload, named)
    if (payload.short) m.anomalies.push('bad-sparkplug-payload')
  }
}

function empty(): Mqtt {
  return {
    type: 0,
    flags: 0,
    qos: 0,
    retain: false,
    id: 0,
    connect: undefined,
    topic: '',
    payload: NONE,
    payloadBytes: 0,
    sparkplug: undefined,
    filters: [],
    codes: [],
    detail: '',
    anomalies: [],
  }
}

/** The remaining length; -1 when it is not whole or longer than four bytes. */
function remaining(r: Reader): number {
  let length = 0
  for (let i = 0; i < 4; i++) {
    if (r.left < 1) return -1
    const b = r.u8('remaining length')
    length += (b & 0x7f) * 2 ** (7 * i)
    if (b < 0x80) return length
  }
  return r.left < 1 ? -1 : r.skip(1) && -1
}

function hasLegalFlags(first: number): boolean {
  const type = first >> 4
  if (type === 0) return false
  if (type === PUBLISH) return true
  // 3.1 lets a client mark a repeated subscription or release (DUP).
  const flags = first & 15
  return type === 6 || type === SUBSCRIBE || type === UNSUBSCRIBE ? (flags & 6) === 2 || (flags & 6) === 0 : flags === 0
}

function isOwnPort(ctx: Context<Mqtt, MqttState>): boolean {
  return isAtPort(ctx.flow, 1883)
}

function isPossible(head: Reader, ctx: Context<Mqtt, MqttState>): boolean {
  return ctx.state.version !== 0 || isOwnPort(ctx) ? true : head.peek() === 0x10
}

/** A connection begins with its protocol's name; where that was missed, only the port's own is believed, and sizes must fit. */
function isItsOwn(head: Reader, first: number, length: number, ctx: Context<Mqtt, MqttState>): boolean {
  const type = first >> 4
  if (type === CONNECT) {
    if (head.left < 2) return length >= 10
    const name = (head.peek() << 8) | head.peek(1)
    if ((name !== 4 && name !== 6) || length < name + 6) return false
    return head.left < 4 || (head.peek(2) === 0x4d && head.peek(3) === 0x51)
  }
  if (ctx.state.version !== 0) return true
  if (!isOwnPort(ctx)) return false
  if (type === 12 || type === 13) return length === 0
  if (type === CONNACK) return length >= 2 && (head.left < 1 || head.peek() <= 1)
  if (type === PUBLISH) {
    const topic = (head.peek() << 8) | head.peek(1)
    return head.left < 2 || (topic + 2 <= length && (topic === 0 || head.left < 3 || head.peek(2) >= 0x20))
  }
  return type === 14 || type === AUTH || length >= 2
}
