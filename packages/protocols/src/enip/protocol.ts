import type { Protocol } from '../protocol.ts'
import { dissector, type Enip } from './enip.ts'
import { type CipIo, ioDissector } from './io.ts'
import { observe, observeIo } from './observe.ts'
import { ioLogs, logs, zeek, zeekIo } from './zeek.ts'

export const enip: Protocol<Enip> = { dissector, observe, logs, zeek }
export const cipIo: Protocol<CipIo> = { dissector: ioDissector, service: 'cip', observe: observeIo, logs: ioLogs, zeek: zeekIo }
