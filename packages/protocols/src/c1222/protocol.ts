import type { Protocol } from '../protocol.ts'
import { type C1222, type C1222State, dissector } from './c1222.ts'
import { logs } from './logs.table.ts'
import { ended, observe } from './observe.ts'
import { zeek } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const c1222: Protocol<C1222, C1222State> = { service: '', dissector, observe, ended, logs, zeek }
