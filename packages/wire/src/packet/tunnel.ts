/**
 * Tunnels: a packet inside a packet. Leaves `p` at the inner link or network layer, one level deeper.
 * GRE (RFC 2784, 2890) with ERSPAN I to III and PPTP's (RFC 2637), IP in IP (RFC 2003, 4213), VXLAN (RFC 7348), Geneve (RFC 8926),
 * MPLS in GRE and UDP (RFC 4023, 7510), GTP-U (3GPP TS 29.281), Teredo (RFC 4380), L2TP (RFC 2661, 3931).
 */
import { decodeEthernet, IPV4, IPV6, MPLS, tagged } from './link.ts'
import { type Packet, UDP } from './packet.ts'

/** How a packet carries another. `''`: it does not. */
export type Tunnel = '' | 'ip' | 'mpls' | 'gre' | 'vxlan' | 'geneve' | 'gtpv1' | 'teredo' | 'l2tp'

/** Deeper nesting is an attack on the decoder. */
const MAX_DEPTH = 4
const GRE = 47
const PORT = { vxlan: 4789, geneve: 6081, gtpUser: 2152, teredo: 3544, l2tp: 1701, mpls: 6635 } as const
/** Caches that ask routers for web traffic (WCCP): version 2 puts four bytes before the packet. */
const WCCP = 0x883e
const PPP = 0x880b
const TRANSPARENT_ETHERNET = 0x6558
/** Protects against a chain of extension headers that goes nowhere. */
const MAX_EXTENSIONS = 16

/** What this packet is the outside of. `p.depth` has grown if the inside could be reached. */
export function unwrap(p: Packet): Tunnel {
  const protocol = p.ipProtocol
  if (protocol === UDP) return overUdp(p)
  if (protocol === 4 || protocol === 41) return inner(p, p.ipPayloadAt, protocol === 4 ? IPV4 : IPV6, 'ip')
  return protocol === GRE ? gre(p) : ''
}

function overUdp(p: Packet): Tunnel {
  const { srcPort, dstPort } = p
  if (dstPort === PORT.vxlan) return vxlan(p)
  if (dstPort === PORT.geneve) return geneve(p)
  if (dstPort === PORT.gtpUser || srcPort === PORT.gtpUser) return gtpUser(p)
  if (dstPort === PORT.teredo || srcPort === PORT.teredo) return teredo(p)
  if (dstPort === PORT.l2tp || srcPort === PORT.l2tp) return l2tp(p)
  if (dstPort === PORT.mpls) return labelled(p, p.payloadAt, 'mpls')
  return ''
}

function vxlan(p: Packet): Tunnel {
  const at = p.payloadAt
  // Of the flags, only that a network identifier follows matters: policies and diagnostics of switches set others.
  return p.payloadEnd - at >= 8 + 14 && (p.bytes[at]! & 8) !== 0 ? ethernet(p, at + 8, 'vxlan') : ''
}

function geneve(p: Packet): Tunnel {
  const at = p.payloadAt
  if (p.payloadEnd - at < 8 || p.bytes[at]! >> 6 !== 0) return ''
  const body = at + 8 + (p.bytes[at]! & 0x3f) * 4
  const type = u16(p, at + 2)
  if (type === TRANSPARENT_ETHERNET) return ethernet(p, body, 'geneve')
  return type === IPV4 || type === IPV6 ? inner(p, body, type, 'geneve') : ''
}

/** TS 29.281 §5.1: version 1, user data (message 255), optional fields when any of three flags is set, extension headers. */
function gtpUser(p: Packet): Tunnel {
  const b = p.bytes
  const at = p.payloadAt
  const end = p.payloadEnd
  if (end - at < 8 || b[at]! >> 4 !== 3 || b[at + 1] !== 0xff) return ''
  const flags = b[at]! & 7
  let body = at + 8
  if (flags !== 0) {
    if (end - at < 12) return ''
    let next = flags & 4 ? b[at + 11]! : 0
    body = at + 12
    for (let i = 0; next !== 0 && i < MAX_EXTENSIONS; i++) {
      const size = (b[body] ?? 0) * 4
      if (size === 0 || body + size > end) return ''
      next = b[body + size - 1]!
      body += size
    }
  }
  return byVersion(p, body, end, 'gtpv1')
}

/** RFC 4380 §5.1.1: an authentication header, an origin indication, or both may stand before the IPv6 packet. */
function teredo(p: Packet): Tunnel {
  const b = p.bytes
  const end = p.payloadEnd
  let at = p.payloadAt
  if (end - at >= 4 && u16(p, at) === 1) at += 13 + b[at + 2]! + b[at + 3]!
  if (end - at >= 8 && u16(p, at) === 0) at += 8
  if (end - at < 40 || b[at]! >> 4 !== 6) return ''
  return u16(p, at + 4) + 40 <= end - at ? inner(p, at, IPV6, 'teredo') : ''
}

/** RFC 2661 §3.1: data messages of version 2. Control messages are a protocol of their own. */
function l2tp(p: Packet): Tunnel {
  const at = p.payloadAt
  const end = p.payloadEnd
  if (end - at < 8) return ''
  const flags = u16(p, at)
  if ((flags & 0x800f) !== 2) return ''
  let body = at + 2 + (flags & 0x4000 ? 2 : 0) + 4 + (flags & 0x0800 ? 4 : 0)
  if (flags & 0x0200) body += 2 + (body + 2 <= end ? u16(p, body) : 0)
  return body < end ? ppp(p, body, end, 'l2tp') : ''
}

function gre(p: Packet): Tunnel {
  const at = p.ipPayloadAt
  if (p.ipPayloadEnd - at < 4) return ''
  const flags = u16(p, at)
  const type = u16(p, at + 2)
  const version = flags & 7
  // Checksum, key, sequence; version 1 (PPTP, RFC 2637) adds an acknowledgement.
  let header = 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0)
  if (version === 1) {
    if (flags & 0x80) header += 4
    return ppp(p, at + header, p.ipPayloadEnd, 'gre')
  }
  if (type === IPV4 || type === IPV6) return inner(p, at + header, type, 'gre')
  if (type === TRANSPARENT_ETHERNET) return ethernet(p, at + header, 'gre')
  if (type === MPLS) return labelled(p, at + header, 'gre')
  if (type === PPP) return ppp(p, at + header, p.ipPayloadEnd, 'gre')
  if (type === WCCP) return inner(p, at + header + (p.bytes[at + header]! >> 4 === 4 ? 0 : 4), IPV4, 'gre')
  // ERSPAN type II has 8 bytes of its own, type III 12 and, by its last bit, 8 more.
  if (type === 0x88be) return ethernet(p, at + header + (flags & 0x1000 ? 8 : 0), 'gre')
  if (type === 0x22eb) return ethernet(p, at + header + 12 + ((p.bytes[at + header + 11] ?? 0) & 1 ? 8 : 0), 'gre')
  return ''
}

/** PPP's address and control bytes may be absent, its protocol field compressed to one odd byte (RFC 1661 §6.5, §6.6). */
function ppp(p: Packet, at: number, end: number, kind: Tunnel): Tunnel {
  const b = p.bytes
  const body = b[at] === 0xff && b[at + 1] === 3 ? at + 2 : at
  if (end - body < 2) return ''
  const isShort = (b[body]! & 1) === 1
  const protocol = isShort ? b[body]! : u16(p, body)
  if (protocol !== 0x21 && protocol !== 0x57) return ''
  return inner(p, body + (isShort ? 1 : 2), protocol === 0x21 ? IPV4 : IPV6, kind)
}

function byVersion(p: Packet, at: number, end: number, kind: Tunnel): Tunnel {
  const version = at < end ? p.bytes[at]! >> 4 : 0
  return version === 4 || version === 6 ? inner(p, at, version === 4 ? IPV4 : IPV6, kind) : ''
}

function inner(p: Packet, at: number, etherType: number, kind: Tunnel): Tunnel {
  if (p.depth >= MAX_DEPTH) return kind
  const end = p.ipPayloadEnd
  p.depth++
  // The frame's own addresses are those of the tunnel's ends, not of who speaks inside.
  p.macAt = -1
  p.etherType = etherType
  p.linkPayloadAt = at
  p.linkPayloadEnd = end
  return kind
}

/** A stack of labels, and behind it IP or a whole frame. */
function labelled(p: Packet, at: number, kind: Tunnel): Tunnel {
  if (p.depth >= MAX_DEPTH) return kind
  const end = p.frameEnd
  p.frameEnd = p.ipPayloadEnd
  p.linkPayloadEnd = p.ipPayloadEnd
  p.macAt = -1
  if (tagged(p, at, MPLS)) p.depth++
  p.frameEnd = end
  return kind
}

function ethernet(p: Packet, at: number, kind: Tunnel): Tunnel {
  if (p.depth >= MAX_DEPTH) return kind
  const end = p.frameEnd
  p.frameEnd = p.ipPayloadEnd
  p.linkPayloadEnd = p.ipPayloadEnd
  p.etherType = 0
  p.llc = -1
  p.snap = -1
  if (decodeEthernet(p, at)) p.depth++
  p.frameEnd = end
  return kind
}

function u16(p: Packet, at: number): number {
  return (p.bytes[at]! << 8) | p.bytes[at + 1]!
}
