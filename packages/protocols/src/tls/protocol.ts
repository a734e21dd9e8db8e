import type { Protocol } from '../protocol.ts'
import { type DtlsState, dtlsDissector } from './dtls.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Tls, type TlsState } from './tls.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const tls: Protocol<Tls, TlsState> = { dissector, service: 'ssl', observe, ended, logs, zeek, zeekEnded }
export const dtls: Protocol<Tls, DtlsState> = {
  dissector: dtlsDissector,
  observe: observe as Protocol<Tls, DtlsState>['observe'],
  ended,
  logs,
  zeek: zeek as Protocol<Tls, DtlsState>['zeek'] & {},
  zeekEnded: zeekEnded as Protocol<Tls, DtlsState>['zeekEnded'] & {},
}
