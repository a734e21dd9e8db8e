import type { Protocol } from '../protocol.ts'
import { blockParts } from './block-parts.ts'
import { logs } from './logs.table.ts'
import { ended, observe } from './observe.ts'
import { dissector, type S7comm, type S7State } from './s7comm.ts'
import { zeek } from './zeek.ts'

export const s7comm: Protocol<S7comm, S7State> = { dissector, observe, ended, contentParts: blockParts, logs, zeek }
