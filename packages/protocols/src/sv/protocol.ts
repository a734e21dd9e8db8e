import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Sv, type SvState } from './sv.ts'
import { logs, zeek } from './zeek.ts'

export const sampledValues: Protocol<Sv, SvState> = { dissector, observe, logs, zeek }
