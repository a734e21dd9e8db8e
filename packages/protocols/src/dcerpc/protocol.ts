import type { Protocol } from '../protocol.ts'
import { type DceRpc, type DceRpcState, dissector } from './dcerpc.ts'
import { observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const dcerpc: Protocol<DceRpc, DceRpcState> = { dissector, service: 'dce_rpc', observe, logs, zeek, zeekEnded }
