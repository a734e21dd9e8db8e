import type { SeenMessage } from '@isthmus/wire'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { accepts, CAUSES, MESSAGES_1, MESSAGES_2 } from './gtp.table.ts'
import { dissector, type Gtp } from './gtp.ts'

function observe({ message: m, from, asked }: SeenMessage<Gtp>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`gtp.${name}`)
  const name = (m.version === 2 ? MESSAGES_2 : MESSAGES_1)[m.type]
  if (name === undefined) return
  sink.hint(from, 'role', 'mobile network node', 0.8)
  const isAnswer = name.endsWith('response')
  if (name.endsWith('request') && asked === undefined) return
  const object = m.apn || asked?.apn || ''
  const ok = m.cause === undefined ? isAnswer || undefined : accepts(m.version, m.cause)
  const error = ok === false ? (CAUSES[m.cause!] ?? `cause ${m.cause}`) : ''
  once(sink, name.replace(/ response$/, ''), object, 'session', { ok, error })
}

/** Zeek's conn.log names the user plane only. */
export const gtp: Protocol<Gtp> = { dissector, service: '', observe }
