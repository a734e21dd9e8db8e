import type { Protocol } from '../protocol.ts'
import { dissector, type Http, type HttpState } from './http.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const http: Protocol<Http, HttpState> = { dissector, observe, ended, logs, zeek, zeekEnded }
