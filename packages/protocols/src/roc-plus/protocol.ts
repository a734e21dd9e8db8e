import type { Protocol } from '../protocol.ts'
import { logs } from './logs.table.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Roc, type RocState } from './roc-plus.ts'
import { zeek } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const rocPlus: Protocol<Roc, RocState> = { dissector, observe, ended, logs, zeek, service: '' }
