import type { Protocol } from '../protocol.ts'
import { dissector, type Mrp } from './mrp.ts'
import { observe } from './observe.ts'

export const mrp: Protocol<Mrp> = { dissector, observe }
