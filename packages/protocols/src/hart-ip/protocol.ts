import type { Protocol } from '../protocol.ts'
import { dissector, type HartIp, type HartState } from './hart-ip.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

/** Zeek itself does not know it: no name in conn.log. */
export const hartIp: Protocol<HartIp, HartState> = { dissector, service: '', observe, logs, zeek }
