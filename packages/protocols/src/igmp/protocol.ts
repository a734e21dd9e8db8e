import type { SeenMessage } from '@isthmus/wire'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { dissector, type Igmp, QUERY, REPORT_3, TYPES } from './igmp.ts'

/** Record types that leave a group: include nothing (RFC 3376 §4.2.12). */
const TO_INCLUDE = 3
const IS_INCLUDE = 1
const ALL = '0.0.0.0'

function observe({ message: m, from }: SeenMessage<Igmp>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`igmp.${name}`)
  if (m.anomalies.length > 0) return
  if (m.type === QUERY) {
    sink.hint(from, 'role', 'multicast querier', 0.8)
    return once(sink, m.group === ALL ? 'general query' : 'group query', m.group === ALL ? '' : m.group, 'session')
  }
  if (m.type === REPORT_3) {
    for (const record of m.records) {
      const leaves = (record.type === TO_INCLUDE || record.type === IS_INCLUDE) && record.sources === 0
      once(sink, leaves ? 'leave group' : 'join group', record.group, 'session')
    }
    return
  }
  if (m.type === 0x30 || m.type === 0x13 || m.type === 0x14) sink.hint(from, 'role', 'multicast router', 0.8)
  once(sink, TYPES[m.type]!, m.group, 'session')
}

export const igmp: Protocol<Igmp> = { dissector, observe }
