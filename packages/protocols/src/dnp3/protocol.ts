import type { Protocol } from '../protocol.ts'
import { type Dnp3, type Dnp3State, dissector } from './dnp3.ts'
import { logs } from './logs.table.ts'
import { ended, observe } from './observe.ts'
import { zeek, zeekEnded } from './zeek.ts'

export const dnp3: Protocol<Dnp3, Dnp3State> = {
  dissector,
  service: { tcp: 'dnp3_tcp', udp: 'dnp3_udp' },
  observe,
  ended,
  logs,
  zeek,
  zeekEnded,
}
