/** socks.log: a row when the proxy answers a request. tunnel.log: a row when one is asked. */
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { sure, unsure } from '../zeek-service.ts'
import { proxyCells, TUNNEL_LOG } from '../zeek-tunnel.ts'
import { statusName } from './observe.ts'
import type { Socks, SocksState } from './socks.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  tunnel: TUNNEL_LOG,
  socks: {
    columns: [
      ['version', 'count'],
      ['user', 'string'],
      ['password', 'string'],
      ['status', 'string'],
      ['request.host', 'addr'],
      ['request.name', 'string'],
      ['request_p', 'port'],
      ['bound.host', 'addr'],
      ['bound.name', 'string'],
      ['bound_p', 'port'],
    ],
  },
}

export function zeek({ message: m, state, flow }: SeenMessage<Socks, SocksState>, put: PutRow): void {
  if (m.kind === 'reply') sure(flow, 'socks')
  else unsure(flow, 'socks')
  if (m.kind === 'request') put('tunnel', proxyCells('socks', flow))
  if (m.kind !== 'reply') return
  const ask = state.asked
  put('socks', [state.version, state.user, undefined, statusName(m), ask?.host, ask?.name, ask?.port, m.host, m.name, m.port])
}
