import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { type Cm, type CmState, dissector } from './profinet-io-cm.ts'
import { logs, zeek } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const profinetIoCm: Protocol<Cm, CmState> = { dissector, service: '', observe, ended, logs, zeek }
