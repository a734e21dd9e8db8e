import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Quic, type QuicState } from './quic.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const quic: Protocol<Quic, QuicState> = { dissector, observe, ended, logs, zeek, zeekEnded }
