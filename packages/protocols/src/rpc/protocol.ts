import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Rpc, type RpcState } from './rpc.ts'

export const rpc: Protocol<Rpc, RpcState> = { dissector, observe, ended }
