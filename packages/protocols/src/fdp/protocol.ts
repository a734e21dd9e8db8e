/**
 * FDP: Foundry's and Brocade's switches tell their neighbours who they are, in the elements of CDP's first version.
 *
 *   | version u8 = 1 | time to live u8 | checksum u16 | type u16, length u16 (with these four), value … |   big-endian
 *
 * Spec: as publicly analysed (tshark's dissector); SNAP 00-e0-52, type 0x2000.
 */
import type { Dissector, SeenMessage } from '@isthmus/wire'
import { type Cdp, cdp } from '../cdp/protocol.ts'
import type { Protocol, Sink } from '../protocol.ts'

const dissector: Dissector<Cdp> = { ...cdp.dissector, name: 'fdp', ports: ['snap/0x00e0522000'] }

function observe({ message: m, from, flow }: SeenMessage<Cdp>, sink: Sink): void {
  const mac = from === 'client' ? flow.clientMac : flow.serverMac
  for (const name of m.anomalies) sink.anomaly(`fdp.${name}`)
  sink.hint(from, 'name', m.device, 1)
  sink.hint(from, 'model', m.platform, 1)
  sink.hint(from, 'software', m.software, 1)
  sink.hint(from, 'firmware', /\bversion ([^\s,]+)/i.exec(m.software)?.[1], 0.95)
  sink.hint(from, 'vendor', /\b(Foundry|Brocade|Ruckus)\b/.exec(m.software)?.[1], 0.9)
  sink.hint(from, 'interface', m.port, 0.9)
  for (const ip of m.addresses) {
    sink.hint(from, 'interface', `management ${ip}`, 0.8)
    sink.sayFrom(from, { kind: 'address.claimed', ip, mac, by: 'self', gratuitous: true })
  }
}

export const fdp: Protocol<Cdp> = { dissector, observe }
