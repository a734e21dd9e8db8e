/** link payload → IPv4, IPv6 with its extension headers → TCP, UDP. RFC 791, RFC 8200, RFC 9293, RFC 768. */
import { odd, oddLength, oddOptions } from './odd.ts'
import { type Packet, TCP, UDP } from './packet.ts'

/** Extension headers that hide the upper-layer protocol (RFC 8200 §4.1). */
const isExtension = (next: number): boolean => next === 0 || next === 43 || next === 60 || next === 51 || next === 135
const MAX_EXTENSIONS = 16
const ROUTING = 43
/** RFC 5095: the sender lists the hops; RFC 6275 §6.4: one hop, a mobile node's home. */
const SOURCE_ROUTE = 0
const HOME = 2

/** An IPv4 packet at `at`; false when it is none. `end` bounds it by its carrier. */
export function decodeIpv4(p: Packet, at: number, end: number): boolean {
  const b = p.bytes
  if (end - at < 20) return bad(p, 'ip-truncated')
  const first = b[at]!
  const header = (first & 15) * 4
  if (first >> 4 !== 4 || header < 20) return bad(p, 'ip-header')
  const total = (b[at + 2]! << 8) | b[at + 3]!
  // Offloading network cards leave the total length zero.
  const length = total === 0 ? end - at : total
  p.ipVersion = 4
  p.ipAt = at
  p.srcAt = at + 12
  p.dstAt = at + 16
  p.ttl = b[at + 8]!
  p.ipProtocol = b[at + 9]!
  p.ipLength = length
  p.ipStated = total
  const fragment = (b[at + 6]! << 8) | b[at + 7]!
  p.moreFragments = (fragment & 0x2000) !== 0
  p.fragmentOffset = (fragment & 0x1fff) * 8
  p.fragmentId = (b[at + 4]! << 8) | b[at + 5]!
  p.ipPayloadAt = at + header
  p.ipPayloadEnd = Math.min(end, at + length)
  if (header > 20) oddOptions(p, at + 20, Math.min(p.ipPayloadAt, end))
  if (length > end - at) oddLength(p, end)
  return p.ipPayloadAt <= p.ipPayloadEnd || bad(p, 'ip-truncated')
}

export function decodeIpv6(p: Packet, at: number, end: number): boolean {
  const b = p.bytes
  if (end - at < 40) return bad(p, 'ip-truncated')
  if (b[at]! >> 4 !== 6) return bad(p, 'ip-header')
  const claimed = (b[at + 4]! << 8) | b[at + 5]!
  p.ipVersion = 6
  p.ipAt = at
  p.srcAt = at + 8
  p.dstAt = at + 24
  p.ttl = b[at + 7]!
  p.moreFragments = false
  p.fragmentOffset = 0
  const length = claimed === 0 ? end - at : claimed + 40
  p.ipLength = length
  p.ipStated = claimed + 40
  if (length > end - at) oddLength(p, end)
  return decodeExtensions(p, b[at + 6]!, at + 40, Math.min(end, at + length))
}

/** The extension headers from `at` on, where `next` begins; behind those of a fragment nothing can be read before all are there. */
export function decodeExtensions(p: Packet, first: number, at: number, stop: number): boolean {
  const b = p.bytes
  let next = first
  let here = at
  for (let i = 0; i < MAX_EXTENSIONS; i++) {
    if (next === 44) {
      if (stop - here < 8) return bad(p, 'ip-truncated')
      const fragment = (b[here + 2]! << 8) | b[here + 3]!
      p.fragmentOffset = fragment & 0xfff8
      p.moreFragments = (fragment & 1) === 1
      p.fragmentId = ((b[here + 4]! << 24) | (b[here + 5]! << 16) | (b[here + 6]! << 8) | b[here + 7]!) >>> 0
      next = b[here]!
      here += 8
      if (p.moreFragments || p.fragmentOffset > 0) break
    } else if (isExtension(next)) {
      if (stop - here < 8) return bad(p, 'ip-truncated')
      const size = next === 51 ? (b[here + 1]! + 2) * 4 : (b[here + 1]! + 1) * 8
      if (next === ROUTING) route(p, here, size, stop)
      next = b[here]!
      here += size
      if (here > stop) return bad(p, 'ip-truncated')
    } else break
  }
  p.ipProtocol = next
  p.ipPayloadAt = here
  p.ipPayloadEnd = stop
  return true
}

/** While hops are left, the packet's destination is only the next one: the last address listed is whom it is for. */
function route(p: Packet, at: number, size: number, stop: number): void {
  const type = p.bytes[at + 2]
  if (type === SOURCE_ROUTE) odd(p, 'source-route')
  const isAddresses = (type === SOURCE_ROUTE || type === HOME) && size % 16 === 8
  if (isAddresses && size > 8 && p.bytes[at + 3]! > 0 && at + size <= stop) p.dstAt = at + size - 16
}

/** Ports, sequence numbers and payload bounds; false when the header does not fit. */
export function decodeTransport(p: Packet): boolean {
  const b = p.bytes
  const at = p.ipPayloadAt
  const left = p.ipPayloadEnd - at
  const claimed = p.ipAt + p.ipLength - at
  p.overstated = 0
  if (p.ipProtocol === TCP) {
    if (left < 20) return bad(p, 'tcp-truncated')
    const header = (b[at + 12]! >> 4) * 4
    if (header < 20 || header > claimed) return bad(p, 'tcp-header')
    p.srcPort = (b[at]! << 8) | b[at + 1]!
    p.dstPort = (b[at + 2]! << 8) | b[at + 3]!
    p.seq = ((b[at + 4]! << 24) | (b[at + 5]! << 16) | (b[at + 6]! << 8) | b[at + 7]!) >>> 0
    p.ack = ((b[at + 8]! << 24) | (b[at + 9]! << 16) | (b[at + 10]! << 8) | b[at + 11]!) >>> 0
    p.flags = b[at + 13]!
    p.window = (b[at + 14]! << 8) | b[at + 15]!
    p.payloadAt = Math.min(at + header, p.ipPayloadEnd)
    p.payloadEnd = p.ipPayloadEnd
    p.payloadLength = claimed - header
    return true
  }
  if (p.ipProtocol === UDP) {
    if (left < 8) return bad(p, 'udp-truncated')
    p.srcPort = (b[at]! << 8) | b[at + 1]!
    p.dstPort = (b[at + 2]! << 8) | b[at + 3]!
    const length = (b[at + 4]! << 8) | b[at + 5]!
    p.payloadAt = at + 8
    // Length 0 is a jumbogram or offloading; a length beyond the packet lies.
    const said = length === 0 || length > claimed ? claimed : length
    p.overstated = length > claimed ? length - claimed : 0
    if (said < 8) return bad(p, 'udp-length')
    p.payloadEnd = Math.min(p.ipPayloadEnd, at + said)
    p.payloadLength = said - 8
    return true
  }
  p.srcPort = 0
  p.dstPort = 0
  p.payloadAt = at
  p.payloadEnd = p.ipPayloadEnd
  p.payloadLength = claimed
  return true
}

function bad(p: Packet, anomaly: string): false {
  p.anomaly = anomaly
  return false
}
