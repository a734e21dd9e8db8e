import type { Protocol } from '../protocol.ts'
import { type Cip, type CipState, dissector } from './cip.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const cip: Protocol<Cip, CipState> = { dissector, service: '', observe, ended, logs, zeek }
