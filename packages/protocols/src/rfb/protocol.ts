import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Rfb, type RfbState } from './rfb.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const rfb: Protocol<Rfb, RfbState> = { dissector, observe, logs, zeek, zeekEnded }
