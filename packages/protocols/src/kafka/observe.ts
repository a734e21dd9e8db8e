/** Kafka in the platform's words: which programs use which topics, who logs in, which brokers form the cluster. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { API_VERSIONS, METADATA, REQUESTS, SASL_AUTHENTICATE, SASL_HANDSHAKE } from './kafka.table.ts'
import type { Kafka, KafkaState } from './kafka.ts'

type Memory = { mechanism: string }

/** Requests without end that say nothing more. */
const QUIET = new Set([8, 9, 10, 12, 14])

export function observe({ message: m, asked, state }: SeenMessage<Kafka, KafkaState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`kafka.${name}`)
  const memory = (state.seen ??= { mechanism: '' }) as Memory
  if (m.isRequest) request(m, memory, sink)
  else if (asked !== undefined) response(m, asked, memory, sink)
}

function request(m: Kafka, memory: Memory, sink: Sink): void {
  sink.hint('client', 'software', m.software, 0.8)
  sink.hint('client', 'description', m.client === '' ? undefined : `kafka client ${m.client.slice(0, 128)}`, 0.4)
  if (m.key === SASL_HANDSHAKE) memory.mechanism = m.mechanism
  if (m.password !== undefined) sink.say({ kind: 'credential.exposed', user: m.user.slice(0, 128), mask: m.password, weakness: 'clear' })
  if (QUIET.has(m.key)) return
  const [name, access] = REQUESTS[m.key] ?? [`request ${m.key}`, 'unknown']
  const object = (m.topics.slice(0, 8).join(', ') || m.group).slice(0, 200)
  const key = `${m.key} ${object}`
  if (!sink.again(key)) sink.operation(key, { operation: name, object, access, ok: undefined, error: '', part: undefined })
}

function response(m: Kafka, asked: Kafka, memory: Memory, sink: Sink): void {
  if (m.key === METADATA || m.key === API_VERSIONS) sink.hint('server', 'role', 'kafka broker', 0.9)
  if (m.brokers.length > 0) sink.hint('server', 'description', `kafka cluster: ${m.brokers.slice(0, 8).join(', ')}`, 0.5)
  if (m.key === SASL_AUTHENTICATE)
    sink.say({
      kind: 'login.tried',
      user: asked.user.slice(0, 128),
      domain: '',
      method: `kafka ${memory.mechanism}`.trim(),
      ok: m.error === 0,
    })
}
