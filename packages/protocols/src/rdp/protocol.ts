import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Rdp, type RdpState } from './rdp.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const rdp: Protocol<Rdp, RdpState> = { dissector, observe, logs, zeek, zeekEnded }
