/** PRP and HSR supervision in the platform's words: who is doubly attached, and whom a RedBox stands for. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { PART, type Prp } from './prp.ts'

const ROLES: Readonly<Record<number, string>> = { [PART.discard]: 'PRP node', [PART.accept]: 'PRP node', [PART.hsr]: 'HSR node' }

export function observe({ message: m, flow }: SeenMessage<Prp>, sink: Sink): void {
  if (m.isTruncated) sink.anomaly('prp.truncated')
  for (const { kind, mac } of m.parts) {
    if (kind === PART.redBox) sink.hint('client', 'role', 'RedBox', 1)
    else if (mac === flow.clientMac || mac === '') sink.hint('client', 'role', ROLES[kind], 1)
    // A RedBox speaks for the nodes behind it, under its own address.
    else sink.hint('client', 'role', ROLES[kind], 0.8, undefined, { ip: undefined, mac, port: undefined })
  }
  if (sink.again(0)) return
  sink.operation(0, { operation: 'supervise', object: '', access: 'session', ok: undefined, error: '', part: undefined })
}
