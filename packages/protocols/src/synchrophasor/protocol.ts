import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Synchrophasor, type SynchrophasorState } from './synchrophasor.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const synchrophasor: Protocol<Synchrophasor, SynchrophasorState> = { dissector, observe, ended, logs, zeek, zeekEnded, service: '' }
