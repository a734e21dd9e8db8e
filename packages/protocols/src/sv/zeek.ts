/** Rows of sv.log as DINA's package for Zeek writes it: one a message, of its first set of samples. */
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import type { Sv, SvState } from './sv.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  sv: {
    bare: true,
    columns: [
      ['src', 'string'],
      ['dst', 'string'],
      ['vlan', 'count'],
      ['appid', 'int'],
      ['length', 'int'],
      ['smpCnt', 'int'],
      ['sv_id', 'string'],
    ],
  },
}

export function zeek({ message: m, flow }: SeenMessage<Sv, SvState>, put: PutRow): void {
  const first = m.asdus[0]
  if (first === undefined || m.anomalies.includes('truncated')) return
  put('sv', [flow.clientMac, flow.serverMac, flow.vlan, m.appId, m.length, first.sampleCount, first.svId])
}
