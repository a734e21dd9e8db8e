import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Synchrophasor, type SynchrophasorState } from './synchrophasor.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const synchrophasor: Protocol<Synchrophasor, SynchrophasorState> = { dissector, observe, ended, logs, zeek, zeekEnded }
