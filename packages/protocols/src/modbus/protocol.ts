import type { Protocol } from '../protocol.ts'
import { logs } from './logs.table.ts'
import { dissector, type Modbus, type ModbusState } from './modbus.ts'
import { ended, observe } from './observe.ts'
import { rtuDissector } from './rtu.ts'
import { zeek, zeekEnded } from './zeek.ts'

export const modbus: Protocol<Modbus, ModbusState> = { dissector, observe, ended, logs, zeek, zeekEnded }
/** The same messages in serial frames; Zeek has no log of it. */
export const modbusRtu: Protocol<Modbus, ModbusState> = { dissector: rtuDissector, service: '', observe, ended }
