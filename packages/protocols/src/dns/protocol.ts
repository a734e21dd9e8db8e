import type { Protocol } from '../protocol.ts'
import { type Dns, type DnsState, dissector } from './dns.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const dns: Protocol<Dns, DnsState> = { dissector, observe, ended, logs, zeek, zeekEnded }
