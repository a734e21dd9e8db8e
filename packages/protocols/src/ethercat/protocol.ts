import type { Protocol } from '../protocol.ts'
import { dissector, type EtherCat, type EtherCatState } from './ethercat.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const ethercat: Protocol<EtherCat, EtherCatState> = { dissector, service: '', observe, logs, zeek }
