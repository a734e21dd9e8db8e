import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Sv, type SvState } from './sv.ts'

export const sampledValues: Protocol<Sv, SvState> = { dissector, observe }
