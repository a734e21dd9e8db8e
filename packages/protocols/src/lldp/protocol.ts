import type { Protocol } from '../protocol.ts'
import { dissector, type Lldp } from './lldp.ts'
import { observe } from './observe.ts'

export const lldp: Protocol<Lldp> = { dissector, observe }
