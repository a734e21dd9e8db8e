import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Opcua, OpcuaState } from './opcua.ts'
export function observe({ message: m }: SeenMessage<Opcua, OpcuaState>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`opcua.${m.anomalies[i]}`)
}
export function ended(_state: OpcuaState, _sink: Sink): void {}
