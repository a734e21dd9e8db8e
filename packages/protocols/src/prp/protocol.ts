import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Prp } from './prp.ts'

export const prp: Protocol<Prp> = { dissector, observe }
