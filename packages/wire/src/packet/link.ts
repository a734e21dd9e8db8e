/**
 * frame → link layer: steps over Ethernet, VLAN tags (802.1Q, 802.1ad), HSR tags, MPLS, PPPoE, Linux cooked, loopback,
 * raw IP, IP over InfiniBand and 802.11 data frames to what they carry; IEEE 802.15.4 is carried as it is.
 */
import type { Packet } from './packet.ts'
import { decodeRadio, decodeRadioTap } from './radio.ts'

const VLAN = 0x8100
const QINQ = 0x88a8
const QINQ_OLD = 0x9100
export const MPLS = 0x8847
const MPLS_MULTICAST = 0x8848
const PPPOE = 0x8864
/** Data Center Ethernet: two bytes of its own, then a whole frame. */
const FABRIC = 0x8903
/** IEC 62439-3 §5.7: path and size, sequence, then the EtherType of what the ring carries. */
const HSR = 0x892f
export const IPV4 = 0x0800
export const IPV6 = 0x86dd
/** Of Linux cooked frames: packet type and hardware type. */
const TO_ALL = 1
const ETHERNET = 1
/** More tags than any network nests; protects against a frame of tags. */
const MAX_TAGS = 8
/** Both ends of a cooked frame at hand: read before the next frame. */
const macs = new Uint8Array(12).fill(0xff)

/** Fills the link part of `p`; false when the link type is one we cannot read (p.anomaly says which). */
export function decodeLink(p: Packet): boolean {
  p.macAt = -1
  p.etherType = 0
  p.llc = -1
  p.snap = -1
  p.isPpp = false
  p.vlan = -1
  p.ipVersion = 0
  p.ipAt = -1
  p.ipProtocol = -1
  p.depth = 0
  p.anomaly = ''
  p.odd = ''
  p.linkPayloadEnd = p.frameEnd
  const at = p.frameAt
  switch (p.linkType) {
    case 1:
      return decodeEthernet(p, at)
    case 113:
      if (p.frameEnd - at < 16) return cut(p)
      if (u16(p, at) === TO_ALL && u16(p, at + 2) === ETHERNET && u16(p, at + 4) === 6) heardByAll(p, at + 6)
      return tagged(p, at + 16, u16(p, at + 14))
    case 276:
      if (p.frameEnd - at < 20) return cut(p)
      if (p.bytes[at + 10] === TO_ALL && u16(p, at + 8) === ETHERNET && p.bytes[at + 11] === 6) heardByAll(p, at + 12)
      return tagged(p, at + 20, u16(p, at))
    case 0:
    case 108:
      return loopback(p, at)
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return raw(p, at)
    case 9:
    case 50:
      // RFC 1547 §4.3.1: Cisco's framing has an address, a zero and an EtherType.
      if ((p.bytes[at] === 0x0f || p.bytes[at] === 0x8f) && p.bytes[at + 1] === 0) return tagged(p, at + 4, u16(p, at + 2))
      return ppp(p, p.bytes[at] === 0xff ? at + 2 : at)
    case 107:
      return frameRelay(p, at)
    case 104:
      return tagged(p, at + 4, u16(p, at + 2))
    case 242:
      // IP over InfiniBand: 40 bytes of addresses, then the type (RFC 4391 §6).
      return p.frameEnd - at < 44 ? cut(p) : tagged(p, at + 44, u16(p, at + 40))
    case 105:
      return wifi(p, at)
    case 127:
      return wifi(p, at + ((p.bytes[at + 2] ?? 0) | ((p.bytes[at + 3] ?? 0) << 8)))
    case 195:
      return decodeRadio(p, at, 2)
    case 230:
      return decodeRadio(p, at, 0)
    case 283:
      return decodeRadioTap(p, at)
    default:
      p.anomaly = `link-type-${p.linkType}`
      return false
  }
}

/** An Ethernet frame at `at`; also the inside of VXLAN and of Ethernet-in-GRE. */
export function decodeEthernet(p: Packet, at: number): boolean {
  if (p.frameEnd - at < 14) return cut(p)
  p.macAt = at
  p.macs = p.bytes
  return tagged(p, at + 14, u16(p, at + 12))
}

/** What stands behind tags and labels at `from`, the first of them (or the payload itself) named by EtherType `first`. */
export function tagged(p: Packet, from: number, first: number): boolean {
  let at = from
  let type = first
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    if (type === VLAN || type === QINQ || type === QINQ_OLD) {
      if (p.frameEnd - at < 4) return cut(p)
      p.vlan = u16(p, at) & 0x0fff
      type = u16(p, at + 2)
      at += 4
    } else if (type === MPLS || type === MPLS_MULTICAST) {
      let bottom = false
      while (!bottom) {
        if (p.frameEnd - at < 4) return cut(p)
        bottom = (p.bytes[at + 2]! & 1) === 1
        at += 4
      }
      // RFC 4385 §3: a control word whose first four bits are zero stands before a whole Ethernet frame.
      if (p.frameEnd - at >= 18 && p.bytes[at]! >> 4 === 0 && p.depth++ < MAX_TAGS) return decodeEthernet(p, at + 4)
      return raw(p, at)
    } else if (type === HSR) {
      if (p.frameEnd - at < 6) return cut(p)
      type = u16(p, at + 4)
      at += 6
    } else if (type === FABRIC) {
      return p.depth++ < MAX_TAGS ? decodeEthernet(p, at + 2) : cut(p)
    } else if (type === PPPOE) {
      if (p.frameEnd - at < 8) return cut(p)
      return ppp(p, at + 6)
    } else break
  }
  p.linkPayloadAt = at
  if (type < 0x600) return llc(p, at, type)
  p.etherType = type
  return true
}

/** 802.3 length field instead of a type: 802.2 LLC, or SNAP with an organisation's own protocol. */
function llc(p: Packet, at: number, length: number): boolean {
  if (p.frameEnd - at < 3) return cut(p)
  p.linkPayloadEnd = Math.min(p.frameEnd, at + length)
  p.llc = p.bytes[at]!
  if (p.llc === 0xaa && p.frameEnd - at >= 8) {
    const organisation = (p.bytes[at + 3]! << 16) | (p.bytes[at + 4]! << 8) | p.bytes[at + 5]!
    const protocol = u16(p, at + 6)
    p.linkPayloadAt = at + 8
    if (organisation === 0) {
      p.llc = -1
      p.etherType = protocol
    } else p.snap = organisation * 0x10000 + protocol
    return true
  }
  p.linkPayloadAt = at + 3
  return true
}

/** Linux says who sent a frame and whether it went to all; whom any other went to it leaves out: those have no addresses. */
function heardByAll(p: Packet, senderAt: number): void {
  for (let i = 0; i < 6; i++) macs[6 + i] = p.bytes[senderAt + i]!
  p.macs = macs
  p.macAt = 0
}

/** BSD loopback: the address family in the capturing host's byte order. */
function loopback(p: Packet, at: number): boolean {
  if (p.frameEnd - at < 4) return cut(p)
  return raw(p, at + 4)
}

function raw(p: Packet, at: number): boolean {
  if (p.frameEnd <= at) return cut(p)
  p.linkPayloadAt = at
  const version = p.bytes[at]! >> 4
  p.etherType = version === 4 ? IPV4 : version === 6 ? IPV6 : 0
  return true
}

function ppp(p: Packet, at: number): boolean {
  if (p.frameEnd - at < 2) return cut(p)
  // The protocol field may be compressed to one odd byte (RFC 1661 §6.5).
  const short = (p.bytes[at]! & 1) === 1
  const protocol = short ? p.bytes[at]! : u16(p, at)
  p.linkPayloadAt = at + (short ? 1 : 2)
  // RFC 3032 §4.3.
  if (protocol === 0x281 || protocol === 0x283) return tagged(p, p.linkPayloadAt, MPLS)
  p.etherType = protocol === 0x21 ? IPV4 : protocol === 0x57 ? IPV6 : 0
  p.isPpp = p.etherType === 0
  if (p.isPpp) p.linkPayloadAt = at
  return true
}

/** RFC 2427 §3: an address of two bytes or more, control, and the network protocol's id. */
function frameRelay(p: Packet, at: number): boolean {
  let body = at
  while (body < p.frameEnd && body - at < 4 && (p.bytes[body]! & 1) === 0) body++
  if (p.frameEnd - body < 4) return cut(p)
  p.linkPayloadAt = body + 3
  const id = p.bytes[body + 1] === 3 ? p.bytes[body + 2]! : 0
  p.etherType = id === 0xcc ? IPV4 : id === 0x8e ? IPV6 : 0
  return true
}

/** 802.11 data frames, unencrypted: header by its flags, then LLC/SNAP (IEEE 802.11-2016 §9.2). */
function wifi(p: Packet, at: number): boolean {
  if (p.frameEnd - at < 24) return cut(p)
  const type = (p.bytes[at]! >> 2) & 3
  const subtype = p.bytes[at]! >> 4
  const flags = p.bytes[at + 1]!
  p.linkPayloadAt = at + 24
  if (type !== 2 || subtype & 4 || flags & 0x40) return true
  let header = 24
  if ((flags & 3) === 3) header += 6
  if (subtype & 8) header += 2
  const body = at + header
  return p.frameEnd - body >= 8 ? llc(p, body, p.frameEnd - body) : cut(p)
}

function cut(p: Packet): boolean {
  p.anomaly = 'link-truncated'
  return false
}

function u16(p: Packet, at: number): number {
  return (p.bytes[at]! << 8) | p.bytes[at + 1]!
}
