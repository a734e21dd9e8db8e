/** Syslog in the platform's words: which host reports, and what it reports of itself. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import { hideSecrets } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { CHANGES, FACILITIES, SEVERITIES } from './syslog.table.ts'
import type { Syslog } from './syslog.ts'

const ERROR = 3
const MAX_TEXT = 200

export function observe({ message: m, length }: SeenMessage<Syslog>, sink: Sink): void {
  tellLength(sink, 'message', length)
  for (const name of m.anomalies) sink.anomaly(`syslog.${name}`)
  if (m.severity < 0) return
  sink.hint('server', 'role', 'syslog server', 0.6)
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(m.host)) sink.hint('client', 'name', m.host, 0.6)
  const severity = SEVERITIES[m.severity]!
  const source = m.application || (FACILITIES[m.facility] ?? `facility ${m.facility}`)
  const key = `${source} ${severity}`
  if (!sink.again(key))
    sink.operation(key, {
      operation: 'log',
      object: `${source} ${severity.toLowerCase()}`,
      access: 'session',
      ok: undefined,
      error: '',
      part: undefined,
    })
  const text = m.text.slice(0, 1024)
  const change = CHANGES.find(([pattern]) => pattern.test(text))?.[1]
  if (change === undefined && m.severity > ERROR) return
  const said = hideSecrets(readable(text)).trim().slice(0, MAX_TEXT)
  if (change === 'configured') sink.say({ kind: 'configuration.changed', what: 'running configuration', value: said, ok: true })
  else if (change === 'restarted') sink.say({ kind: 'device.restarted', how: said, ok: true })
  else sink.say({ kind: 'device.diagnosed', what: `${source}: ${said}`, fault: true })
}
