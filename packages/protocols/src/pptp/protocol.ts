import type { SeenMessage } from '@isthmus/wire'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { CONTROLS, GENERAL_ERRORS, RESULTS } from './pptp.table.ts'
import { dissector, type Pptp } from './pptp.ts'

function observe({ message: m, from }: SeenMessage<Pptp>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`pptp.${name}`)
  sink.hint(from, 'name', m.host, 0.8)
  sink.hint(from, 'vendor', m.vendor, 0.8)
  if (m.firmware !== undefined && m.firmware !== 0) sink.hint(from, 'firmware', String(m.firmware), 0.5)
  if (m.control === 2) sink.hint(from, 'role', 'tunnel server', 0.8)
  const name = CONTROLS[m.control]
  if (name === undefined) return
  const ok = m.result === undefined ? undefined : m.result <= 1 || (m.control === 13 && m.result === 4)
  const error = ok === false ? refusal(m) : ''
  once(sink, name, m.called, 'session', { ok, error })
}

function refusal(m: Pptp): string {
  const why = RESULTS[m.control]?.[m.result ?? 0] ?? `result ${m.result}`
  return m.error === 0 ? why : `${why}: ${GENERAL_ERRORS[m.error] ?? `error ${m.error}`}`
}

/** Zeek itself has no word for it in conn.log. */
export const pptp: Protocol<Pptp> = { dissector, service: '', observe }
