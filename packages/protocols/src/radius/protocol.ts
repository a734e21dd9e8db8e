import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Radius, type RadiusState } from './radius.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const radius: Protocol<Radius, RadiusState> = { dissector, observe, logs, zeek, zeekEnded }
