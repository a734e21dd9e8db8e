import type { TsharkComparison } from '../testing/tshark.ts'
import type { Rpc, RpcState } from './rpc.ts'

const call = (value: (m: Rpc) => number | string) => (m: Rpc) => (m.isCall ? value(m) : undefined)

export const rpcFields: TsharkComparison<Rpc, RpcState> = {
  protocol: 'rpc',
  filter: 'rpc && !tcp.analysis.retransmission',
  captures: ['it/nfs'],
  fields: {
    'rpc.xid': (m) => (m.status === -2 ? undefined : m.xid),
    'rpc.version': call(() => 2),
    'rpc.auth.machinename': (m) => m.machine || undefined,
    'rpc.auth.uid': (m) => (m.isCall && m.uid >= 0 ? m.uid : undefined),
    'nfs.status3': (m) => (m.program === 100003 && m.version === 3 && m.result >= 0 ? m.result : undefined),
    'mount.status': (m) => (m.program === 100005 && m.result >= 0 ? m.result : undefined),
  },
}
