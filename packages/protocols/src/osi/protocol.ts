import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Osi, type OsiState } from './osi.ts'
import { logs, zeek } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const osi: Protocol<Osi, OsiState> = { dissector, observe, ended, logs, zeek, service: '' }
