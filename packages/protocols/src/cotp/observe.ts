/** COTP in the platform's words: who connects to which transport selector; data is for the carried protocol to say. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { REASONS } from './cotp.table.ts'
import type { Cotp } from './cotp.ts'

export function observe({ message: m, asked }: SeenMessage<Cotp>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`cotp.${m.anomalies[i]}`)
  if (m.pdu === 15) return
  if (m.pdu === 13) connect(asked ?? m, true, '', sink)
  else if (m.pdu === 8 && asked !== undefined) connect(asked, false, REASONS[m.option] ?? `reason ${m.option}`, sink)
  else if (m.pdu === 8) {
    const key = `disconnect ${m.option}`
    if (sink.again(key)) return
    sink.operation(key, {
      operation: 'disconnect',
      object: REASONS[m.option] ?? '',
      access: 'session',
      ok: true,
      error: '',
      part: undefined,
    })
  }
}

function connect(asked: Cotp, ok: boolean, error: string, sink: Sink): void {
  const object = asked.calledTsap === '' ? '' : `TSAP ${asked.calledTsap} from ${asked.callingTsap}`
  const key = `connect ${object} ${error}`
  if (sink.again(key)) return
  sink.operation(key, { operation: 'connect', object, access: 'session', ok, error, part: undefined })
}
