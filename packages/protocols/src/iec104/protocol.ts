import type { Protocol } from '../protocol.ts'
import { dissector, type Iec104, type Iec104State } from './iec104.ts'
import { ended, observe } from './observe.ts'

/** Zeek has no log of it. */
export const iec104: Protocol<Iec104, Iec104State> = { dissector, observe, ended }
