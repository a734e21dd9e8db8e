import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Rt, type RtState } from './profinet-rt.ts'

export const profinetRt: Protocol<Rt, RtState> = { dissector, observe }
