import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Rtps, type RtpsState } from './rtps.ts'

export const rtps: Protocol<Rtps, RtpsState> = { dissector, observe }
