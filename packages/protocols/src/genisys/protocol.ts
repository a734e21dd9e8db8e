import type { Protocol } from '../protocol.ts'
import { dissector, type Genisys, type GenisysState } from './genisys.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const genisys: Protocol<Genisys, GenisysState> = { dissector, service: '', observe, ended, logs, zeek }
