import type { Protocol } from '../protocol.ts'
import { logs } from './logs.table.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Fins, type FinsState } from './omron-fins.ts'
import { zeek } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const omronFins: Protocol<Fins, FinsState> = { dissector, observe, ended, logs, zeek, service: '' }
