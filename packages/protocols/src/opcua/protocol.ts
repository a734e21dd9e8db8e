import type { Protocol } from '../protocol.ts'
import { logs } from './logs.table.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Opcua, type OpcuaState } from './opcua.ts'
import { zeek, zeekEnded } from './zeek.ts'

export const opcua: Protocol<Opcua, OpcuaState> = { dissector, observe, ended, logs, service: 'opcua-binary', zeek, zeekEnded }
