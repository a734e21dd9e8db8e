import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type PlusState, type S7commPlus } from './s7comm-plus.ts'
import { logs, zeek } from './zeek.ts'

export const s7commPlus: Protocol<S7commPlus, PlusState> = { dissector, observe, ended, logs, zeek }
