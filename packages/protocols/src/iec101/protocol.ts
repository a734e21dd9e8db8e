import type { Protocol } from '../protocol.ts'
import { dissector, type Iec101, type Iec101State } from './iec101.ts'
import { ended, observe } from './observe.ts'

/** Zeek has no log of it. */
export const iec101: Protocol<Iec101, Iec101State> = { dissector, observe, ended }
