/** Zeek's syslog.log: a row a message. */
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { sure, unsure } from '../zeek-service.ts'
import { FACILITIES, SEVERITIES } from './syslog.table.ts'
import type { Syslog } from './syslog.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  syslog: {
    columns: [
      ['proto', 'enum'],
      ['facility', 'string'],
      ['severity', 'string'],
      ['message', 'string'],
    ],
  },
}

const NONE = 'UNSPECIFIED'

export function zeek({ message: m, flow }: SeenMessage<Syslog>, put: PutRow): void {
  if (m.facility < 0 || flow.transport !== 'udp') unsure(flow, 'syslog')
  else sure(flow, 'syslog')
  const facility = m.facility < 0 ? NONE : (FACILITIES[m.facility] ?? `unknown-${m.facility}`)
  put('syslog', [flow.transport, facility, m.severity < 0 ? NONE : SEVERITIES[m.severity], m.message])
}
