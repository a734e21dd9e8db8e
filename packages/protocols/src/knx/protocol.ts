import type { Protocol } from '../protocol.ts'
import { dissector, type Knx, type KnxState } from './knx.ts'
import { ended, observe } from './observe.ts'

export const knx: Protocol<Knx, KnxState> = { dissector, observe, ended }
