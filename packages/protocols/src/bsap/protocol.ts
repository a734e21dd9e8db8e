import type { Protocol } from '../protocol.ts'
import { type Bsap, type BsapState, dissector } from './bsap.ts'
import { logs } from './logs.table.ts'
import { ended, observe } from './observe.ts'
import { zeek } from './zeek.ts'

export const bsap: Protocol<Bsap, BsapState> = { dissector, observe, ended, logs, zeek }
