import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Sip, type SipState } from './sip.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const sip: Protocol<Sip, SipState> = { dissector, observe, ended, logs, zeek, zeekEnded }
