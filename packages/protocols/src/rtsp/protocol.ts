import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Rtsp, type RtspState } from './rtsp.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const rtsp: Protocol<Rtsp, RtspState> = { dissector, observe, ended, logs, service: '', zeek, zeekEnded }
