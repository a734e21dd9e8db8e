import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { type Cm, type CmState, dissector } from './profinet-io-cm.ts'
import { logs, zeek } from './zeek.ts'

export const profinetIoCm: Protocol<Cm, CmState> = { dissector, service: 'spicy_profinet_io_cm', observe, ended, logs, zeek }
