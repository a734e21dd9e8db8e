/** NTP in the platform's words: who gives the time, how good a clock it claims to be, who relies on it. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Ntp } from './ntp.ts'

const SERVER = 4
const BROADCAST = 5
const CONTROL = 6

export function observe({ message: m }: SeenMessage<Ntp>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`ntp.${name}`)
  if (m.mode === SERVER || m.mode === BROADCAST) {
    if (!sink.again(m.mode)) sink.operation(m.mode, operation(m.mode === SERVER ? 'time given' : 'time broadcast', m.stratum !== 0))
    const about = m.mode === SERVER ? 'server' : 'client'
    sink.hint(about, 'role', m.stratum === 1 ? 'primary time server' : 'time server', 0.6)
  } else if (m.mode >= CONTROL && !sink.again(m.mode)) {
    // Remote control of the daemon: read-out (mode 6) and the amplifier of old (mode 7, monlist).
    sink.operation(m.mode, { ...operation(m.mode === CONTROL ? 'control query' : 'private query', undefined), access: 'identify' })
  }
}

function operation(name: string, ok: boolean | undefined) {
  return { operation: name, object: 'clock', access: 'read', ok, error: ok === false ? 'kiss of death' : '', part: undefined } as const
}
