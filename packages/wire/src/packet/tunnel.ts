/**
 * Tunnels: a packet inside a packet. Leaves `p` at the inner link or network layer, one level deeper.
 * GRE (RFC 2784, 2890), ERSPAN II/III over GRE, IP in IP (RFC 2003), IPv6 in IPv4 (RFC 4213), VXLAN (RFC 7348).
 */
import { decodeEthernet, IPV4, IPV6 } from './link.ts'
import { type Packet, UDP } from './packet.ts'

/** Deeper nesting is an attack on the decoder. */
const MAX_DEPTH = 4
const VXLAN_PORT = 4789
const GRE = 47

/** True when this packet is a tunnel's outside. `p.depth` has then grown if its inside could be reached. */
export function unwrap(p: Packet): boolean {
  const protocol = p.ipProtocol
  if (protocol === 4 || protocol === 41) return inner(p, p.ipPayloadAt, protocol === 4 ? IPV4 : IPV6)
  if (protocol === GRE) return gre(p)
  if (protocol === UDP && p.dstPort === VXLAN_PORT && p.payloadEnd - p.payloadAt >= 8 + 14 && p.bytes[p.payloadAt] === 8) {
    return ethernet(p, p.payloadAt + 8)
  }
  return false
}

function gre(p: Packet): boolean {
  const b = p.bytes
  const at = p.ipPayloadAt
  if (p.ipPayloadEnd - at < 4) return false
  const flags = (b[at]! << 8) | b[at + 1]!
  const type = (b[at + 2]! << 8) | b[at + 3]!
  const version = flags & 7
  // Checksum, key, sequence; version 1 (PPTP, RFC 2637) adds an acknowledgement.
  let header = 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0)
  if (version === 1) {
    if (flags & 0x80) header += 4
    const ppp = at + header
    if (p.ipPayloadEnd - ppp < 4) return true
    const body = b[ppp] === 0xff ? ppp + 2 : ppp
    const short = (b[body]! & 1) === 1
    const kind = short ? b[body]! : (b[body]! << 8) | b[body + 1]!
    return kind === 0x21 || kind === 0x57 ? inner(p, body + (short ? 1 : 2), kind === 0x21 ? IPV4 : IPV6) : true
  }
  if (type === IPV4 || type === IPV6) return inner(p, at + header, type)
  if (type === 0x6558) return ethernet(p, at + header)
  // ERSPAN type II has 8 bytes of its own, type III 12.
  if (type === 0x88be) return ethernet(p, at + header + (flags & 0x1000 ? 8 : 0))
  if (type === 0x22eb) return ethernet(p, at + header + 12)
  return false
}

function inner(p: Packet, at: number, etherType: number): boolean {
  if (p.depth >= MAX_DEPTH) return true
  const end = p.ipPayloadEnd
  p.depth++
  p.etherType = etherType
  p.linkPayloadAt = at
  p.linkPayloadEnd = end
  return true
}

function ethernet(p: Packet, at: number): boolean {
  if (p.depth >= MAX_DEPTH) return true
  const end = p.frameEnd
  p.frameEnd = p.ipPayloadEnd
  p.linkPayloadEnd = p.ipPayloadEnd
  if (decodeEthernet(p, at)) p.depth++
  p.frameEnd = end
  return true
}
