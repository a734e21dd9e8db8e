import type { Protocol } from '../protocol.ts'
import { dissector, type HartIp, type HartState } from './hart-ip.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const hartIp: Protocol<HartIp, HartState> = { dissector, service: 'spicy_hart_ip_tcp', observe, logs, zeek }
