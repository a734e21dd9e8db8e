import type { Protocol } from '../protocol.ts'
import { dissector, type Genisys, type GenisysState } from './genisys.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const genisys: Protocol<Genisys, GenisysState> = { dissector, service: 'spicy_genisys_tcp', observe, ended, logs, zeek }
