import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Arp } from './arp.ts'

const NO_IP = '0.0.0.0'
const NO_MAC = '00:00:00:00:00:00'

export function observe(seen: SeenMessage<Arp>, sink: Sink): void {
  const { message: m, from } = seen
  for (const name of m.anomalies) sink.anomaly(`arp.${name}`)
  if (m.anomalies.includes('truncated')) return
  const forward = m.operation === 'request' || m.operation === 'reply'
  // RFC 5227 §1.1: a probe has no sender address and claims nothing.
  if (forward && m.senderIp !== NO_IP && m.senderMac !== NO_MAC) {
    sink.sayFrom(from, { kind: 'address.claimed', ip: m.senderIp, mac: m.senderMac, by: 'arp', gratuitous: m.senderIp === m.targetIp })
  }
  if (m.operation === 'request' && m.targetIp !== m.senderIp) sink.sayFrom(from, { kind: 'address.asked', ip: m.targetIp })
  // RFC 903: the answering server tells the asker which address it has.
  if (m.operation === 'reverse-reply') {
    sink.sayFrom(from, { kind: 'address.claimed', ip: m.targetIp, mac: m.targetMac, by: 'arp', gratuitous: false })
  }
}
