import type { Protocol } from '../protocol.ts'
import { type Diameter, type DiameterState, dissector } from './diameter.ts'
import { ended, observe } from './observe.ts'

/** Zeek itself has no word for it in conn.log. */
export const diameter: Protocol<Diameter, DiameterState> = { dissector, service: '', observe, ended }
