/** Zeek's mqtt_connect, mqtt_subscribe and mqtt_publish: a row once the exchange that it stands for is over. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import { unsure } from '../zeek-service.ts'
import { RETURN_CODES, VERSIONS } from './mqtt.table.ts'
import type { Mqtt, MqttState } from './mqtt.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  mqtt_connect: {
    columns: [
      ['proto_name', 'string'],
      ['proto_version', 'string'],
      ['client_id', 'string'],
      ['connect_status', 'string'],
      ['will_topic', 'string'],
      ['will_payload', 'string'],
    ],
  },
  mqtt_subscribe: {
    columns: [
      ['action', 'enum'],
      ['topics', 'vector[string]'],
      ['qos_levels', 'vector[count]'],
      ['granted_qos_level', 'count'],
      ['ack', 'bool'],
    ],
  },
  mqtt_publish: {
    columns: [
      ['from_client', 'bool'],
      ['retain', 'bool'],
      ['qos', 'string'],
      ['status', 'string'],
      ['topic', 'string'],
      ['payload', 'string'],
      ['payload_len', 'count'],
    ],
  },
}

type Publication = {
  at: Micros
  qos: number
  isReceived: boolean
  isReleased: boolean
  isFromClient: boolean
  retain: boolean
  topic: string
  payload: string
  bytes: number
}
type Subscription = { at: Micros; action: string; topics: string[]; levels: number[] | undefined }
type Log = {
  connect: Cell[] | undefined
  at: Micros
  readonly publications: Map<number, Publication>
  readonly subscriptions: Map<number, Subscription>
}

/** Bytes of a payload that the log shows (Zeek's max_payload_size). */
const SHOWN = 100
/** Exchanges waiting for their end, a kind. */
const MAX_WAITING = 256
const LEVELS = ['at most once', 'at least once', 'exactly once']

export function zeek({ message: m, from, state, at, flow }: SeenMessage<Mqtt, MqttState>, put: PutRow): void {
  // Zeek knows 3.1 and 3.1.1.
  if (m.connect?.version === 5) unsure(flow, 'mqtt')
  const log = (state.log ??= { connect: undefined, at, publications: new Map(), subscriptions: new Map() }) as Log
  if (m.connect !== undefined) connected(m, log, at)
  else if (m.type === 2) {
    const [name, version, client, , topic, will] = log.connect ?? []
    const status = RETURN_CODES[m.codes[0]!] ?? `unknown-return-code-${m.codes[0]}`
    put('mqtt_connect', [name, version, client, status, topic, will], log.connect === undefined ? at : log.at)
  } else if (m.type === 3) published(m, from === 'client', log, at, put)
  else if (m.type === 8 || m.type === 10) {
    if (log.subscriptions.size >= MAX_WAITING) log.subscriptions.clear()
    log.subscriptions.set(m.id, {
      at,
      action: m.type === 8 ? 'MQTT::SUBSCRIBE' : 'MQTT::UNSUBSCRIBE',
      topics: m.filters.map((f) => f.filter),
      levels: m.type === 8 ? m.filters.map((f) => f.qos) : undefined,
    })
  } else if (m.type === 9 || m.type === 11) {
    const s = log.subscriptions.get(m.id)
    log.subscriptions.delete(m.id)
    if (s !== undefined) put('mqtt_subscribe', [s.action, s.topics, s.levels, m.type === 9 ? m.codes[0] : undefined, true], s.at)
  } else if (m.type >= 4 && m.type <= 7) acknowledged(m, log, put)
}

export function zeekEnded({ state }: SeenMessage<Mqtt | undefined, MqttState>, put: PutRow): void {
  const log = state.log as Log | undefined
  if (log === undefined) return
  for (const p of log.publications.values()) put('mqtt_publish', cells(p, 'incomplete_qos'), p.at)
  for (const s of log.subscriptions.values()) put('mqtt_subscribe', [s.action, s.topics, s.levels, undefined, false], s.at)
}

function connected(m: Mqtt, log: Log, at: Micros): void {
  const { connect } = m
  const version = VERSIONS[connect!.version] ?? `unknown-version-${connect!.version}`
  const { will } = connect!
  // The time is that of the connection's first; a second connect only changes the words.
  if (log.connect === undefined) log.at = at
  log.connect = [connect!.protocol, version, connect!.clientId, undefined, will?.topic, will && byteText(will.payload)]
}

function published(m: Mqtt, isFromClient: boolean, log: Log, at: Micros, put: PutRow): void {
  const p: Publication = {
    at,
    qos: m.qos,
    isReceived: false,
    isReleased: false,
    isFromClient,
    retain: m.retain,
    topic: m.topic,
    payload: byteText(m.payload.subarray(0, SHOWN)),
    bytes: m.payloadBytes,
  }
  if (m.qos === 0) return put('mqtt_publish', cells(p, 'ok'))
  if (log.publications.size >= MAX_WAITING) {
    const [id, oldest] = log.publications.entries().next().value!
    put('mqtt_publish', cells(oldest, 'incomplete_qos'), oldest.at)
    log.publications.delete(id)
  }
  log.publications.set(m.id, p)
}

function acknowledged(m: Mqtt, log: Log, put: PutRow): void {
  const p = log.publications.get(m.id)
  if (p === undefined) return
  if (m.type === 5) p.isReceived = true
  else if (m.type === 6) p.isReleased = true
  else if ((m.type === 4 && p.qos === 1) || (m.type === 7 && p.qos === 2 && p.isReceived && p.isReleased)) {
    put('mqtt_publish', cells(p, 'ok'), p.at)
    log.publications.delete(m.id)
  }
}

function cells(p: Publication, status: string): Cell[] {
  const level = LEVELS[p.qos] ?? `unknown-qos-level-${p.qos}`
  return [p.isFromClient, p.retain, level, status, p.topic, p.payload, p.bytes]
}
