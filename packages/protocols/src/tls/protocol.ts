import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Tls, type TlsState } from './tls.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const tls: Protocol<Tls, TlsState> = { dissector, service: 'ssl', observe, ended, logs, zeek, zeekEnded }
