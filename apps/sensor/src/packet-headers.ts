/** The layers below the message as a tree with byte offsets: what the decoder found where, for people. */
import { ipv4Text, ipv6Text, macText, type Packet, type TraceNode } from '@isthmus/wire'

/** The layers of a packet; offsets count from the frame's first byte. */
export function headerTree(p: Packet): TraceNode[] {
  return [...link(p), ...network(p), ...transport(p)]
}

function link(p: Packet): TraceNode[] {
  if (p.macAt < 0 || p.depth > 0) return []
  const at = p.macAt - p.frameAt
  const end = p.linkPayloadAt - p.frameAt
  // Addresses that a radio's or a cooked frame has in other places, or in part: they lie in no Ethernet header.
  if (p.macs !== p.bytes) return end > 0 ? [node('link', 0, end, `from ${macText(p.macs, p.macAt + 6)}`)] : []
  const fields = [node('destination', at, 6, macText(p.bytes, p.macAt)), node('source', at + 6, 6, macText(p.bytes, p.macAt + 6))]
  if (p.vlan >= 0) fields.push(node('VLAN', at + 12, 4, String(p.vlan)))
  if (p.llc >= 0) fields.push(node('LLC destination', end - 3, 1, hex(p.llc, 2)))
  else fields.push(node('type', end - 2, 2, hex(p.etherType, 4)))
  return [node('Ethernet', at, end - at, '', fields)]
}

function network(p: Packet): TraceNode[] {
  if (p.ipAt < 0) return []
  const at = p.ipAt - p.frameAt
  const size = p.ipPayloadAt - p.ipAt
  const b = p.bytes
  if (p.ipVersion === 6) {
    return [
      node('IPv6', at, size, '', [
        node('payload length', at + 4, 2, String((b[p.ipAt + 4]! << 8) | b[p.ipAt + 5]!)),
        node('next header', at + 6, 1, String(b[p.ipAt + 6])),
        node('hop limit', at + 7, 1, String(p.ttl)),
        node('source', at + 8, 16, ipv6Text(b, p.srcAt)),
        node('destination', at + 24, 16, ipv6Text(b, p.dstAt)),
      ]),
    ]
  }
  const fragment =
    p.moreFragments || p.fragmentOffset > 0 ? `offset ${p.fragmentOffset}${p.moreFragments ? ', more follow' : ', the last'}` : 'whole'
  return [
    node('IPv4', at, size, '', [
      node('header length', at, 1, String(size)),
      node('total length', at + 2, 2, String(p.ipLength)),
      node('identification', at + 4, 2, hex(p.fragmentId, 4)),
      node('fragment', at + 6, 2, fragment),
      node('time to live', at + 8, 1, String(p.ttl)),
      node('protocol', at + 9, 1, String(p.ipProtocol)),
      node('source', at + 12, 4, ipv4Text(word(b, p.srcAt))),
      node('destination', at + 16, 4, ipv4Text(word(b, p.dstAt))),
    ]),
  ]
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const

/** Flags of a TCP header as words. */
function flagText(flags: number): string {
  return FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0).join(' ') || 'none'
}

function transport(p: Packet): TraceNode[] {
  if (p.ipAt < 0) return []
  const at = p.ipPayloadAt - p.frameAt
  const size = p.payloadAt - p.ipPayloadAt
  const ports = [node('source port', at, 2, String(p.srcPort)), node('destination port', at + 2, 2, String(p.dstPort))]
  if (p.ipProtocol === 6 && size >= 20) {
    return [
      node('TCP', at, size, '', [
        ...ports,
        node('sequence', at + 4, 4, String(p.seq)),
        node('acknowledgement', at + 8, 4, String(p.ack)),
        node('flags', at + 13, 1, flagText(p.flags)),
        node('window', at + 14, 2, String(p.window)),
      ]),
    ]
  }
  if (p.ipProtocol === 17 && size === 8) return [node('UDP', at, 8, '', [...ports, node('length', at + 4, 2, String(p.payloadLength + 8))])]
  return []
}

function node(label: string, at: number, length: number, value: string, children: TraceNode[] = []): TraceNode {
  return { label, at, length, value, note: '', children }
}

function hex(n: number, digits: number): string {
  return `0x${n.toString(16).padStart(digits, '0')}`
}

/** Four bytes as a number without sign. */
export function word(b: Uint8Array, i: number): number {
  return ((b[i]! << 24) | (b[i + 1]! << 16) | (b[i + 2]! << 8) | b[i + 3]!) >>> 0
}
