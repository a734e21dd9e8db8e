/** Zeek's ntp.log: a row a message of modes 1 to 5. */
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import type { Ntp } from './ntp.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ntp: {
    columns: [
      ['version', 'count'],
      ['mode', 'count'],
      ['stratum', 'count'],
      ['poll', 'interval'],
      ['precision', 'interval'],
      ['root_delay', 'interval'],
      ['root_disp', 'interval'],
      ['ref_id', 'string'],
      ['ref_time', 'time'],
      ['org_time', 'time'],
      ['rec_time', 'time'],
      ['xmt_time', 'time'],
      ['num_exts', 'count'],
    ],
  },
}

export function zeek({ message: m }: SeenMessage<Ntp>, put: PutRow): void {
  if (m.mode > 5) return
  put('ntp', [
    m.version,
    m.mode,
    m.stratum,
    m.pollSeconds,
    m.precisionSeconds,
    m.rootDelaySeconds,
    m.rootDispersionSeconds,
    m.reference,
    m.referenceTime,
    m.originTime,
    m.receiveTime,
    m.transmitTime,
    m.extensions,
  ])
}
