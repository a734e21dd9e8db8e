import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Snmp, type SnmpState } from './snmp.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const snmp: Protocol<Snmp, SnmpState> = { dissector, observe, logs, zeek, zeekEnded }
