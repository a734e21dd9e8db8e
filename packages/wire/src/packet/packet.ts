/**
 * One decoded packet. The object is reused for every frame: offsets into borrowed bytes, no allocation.
 * An offset of -1 means the layer is not there.
 */

export class Packet {
  /** From 1, as Wireshark counts. */
  number = 0
  atUs = 0
  bytes: Uint8Array = new Uint8Array(0)
  /** The frame is [frameAt, frameEnd); `wireLength` what it was before a snap length cut it. */
  frameAt = 0
  frameEnd = 0
  wireLength = 0
  linkType = 0

  /** Offset of the destination MAC (source follows) in `macs`, or -1. */
  macAt = -1
  /** The frame itself, or addresses made of a radio's or of a cooked frame's. */
  macs: Uint8Array = this.bytes
  /** EtherType, or 0 for LLC frames and links that have none. */
  etherType = 0
  /** 802.2 destination SAP, or -1; for SNAP the organisation and protocol in `snap`. */
  llc = -1
  snap = -1
  /** True for PPP that carries something else than a network layer: `linkPayloadAt` is its protocol field. */
  isPpp = false
  vlan = -1
  /** Start of what the EtherType or LLC names. */
  linkPayloadAt = 0
  linkPayloadEnd = 0

  /** 4, 6 or 0. */
  ipVersion = 0
  ipAt = -1
  srcAt = -1
  dstAt = -1
  ttl = 0
  /** Upper-layer protocol number after IPv6 extension headers. */
  ipProtocol = -1
  /** IP total length: header and payload as claimed. */
  ipLength = 0
  /** The same as the header has it: 0 where a network card was to fill it in. */
  ipStated = 0
  fragmentOffset = 0
  moreFragments = false
  fragmentId = 0
  ipPayloadAt = 0
  /** Bounded by the IP length and by what was captured. */
  ipPayloadEnd = 0

  srcPort = 0
  dstPort = 0
  /** Nothing answers such a packet: what comes the other way is a flow of its own. */
  isOneWay = false
  seq = 0
  ack = 0
  flags = 0
  window = 0
  payloadAt = 0
  payloadEnd = 0
  /** Payload as claimed by the headers; more than payloadEnd - payloadAt when the capture cut it. */
  payloadLength = 0
  /** Bytes that a datagram says it has beyond its packet. */
  overstated = 0

  /** Encapsulation depth: 0 for the frame itself. */
  depth = 0
  /** What is wrong with the headers; '' when nothing is. */
  anomaly = ''
  /** What no host sends by itself, though the packet can be followed: see odd.ts. '' when nothing is. */
  odd = ''
}

export const TCP = 6
export const UDP = 17
export const ICMP = 1
export const ICMPV6 = 58

export const FIN = 1
export const SYN = 2
export const RST = 4
export const ACK = 16
