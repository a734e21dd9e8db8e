import type { Protocol } from '../protocol.ts'
import { dissector, type Ike, type IkeState } from './ike.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

/** Zeek itself has no word for it in conn.log. */
export const ike: Protocol<Ike, IkeState> = { dissector, service: '', observe, logs, zeek }
