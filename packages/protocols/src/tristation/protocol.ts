import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type TriStation, type TriStationState } from './tristation.ts'

export const tristation: Protocol<TriStation, TriStationState> = { dissector, observe, ended }
