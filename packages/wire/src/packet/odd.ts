/**
 * Packets that no host sends by itself: made to stop their receiver, or to get past what guards it. The first oddity counts.
 *
 *   source-route            the sender says the way (RFC 791 §3.1, options 131 and 137; RFC 5095: IPv6 routing header type 0)
 *   headers-split           the header chain goes on in a second fragment (RFC 7112 §5)
 *   longer-than-frame       the IP length is beyond the frame, though the capture has all of it
 *   fragments-overlap       a fragment lies over another one's bytes (RFC 5722 forbids it, RFC 791 has no use for it)
 *   fragments-too-long      together beyond 65,535 bytes
 *   discovery-in-fragments  neighbour discovery in fragments (RFC 6980 §5)
 *   to-itself               source and destination are one host and port
 *   group-source            the sender's MAC address is a group
 */
import { type Packet, TCP, UDP } from './packet.ts'

const LOOSE = 131
const STRICT = 137
const END = 0
const NOTHING = 1

export function odd(p: Packet, what: string): void {
  if (p.odd === '') p.odd = what
}

/** IPv4 options at [at, end): type, length with these two, data; types 0 and 1 are one byte. */
export function oddOptions(p: Packet, at: number, end: number): void {
  for (let here = at; here < end; ) {
    const type = p.bytes[here]!
    if (type === END) return
    if (type === LOOSE || type === STRICT) odd(p, 'source-route')
    const length = type === NOTHING ? 1 : here + 1 < end ? p.bytes[here + 1]! : 0
    if (length === 0) return
    here += length
  }
}

/** The frame is whole, not inside another packet, and ends before the IP packet does. */
export function oddLength(p: Packet, end: number): void {
  if (p.depth === 0 && end === p.frameEnd && p.wireLength <= p.frameEnd - p.frameAt) odd(p, LONGER)
}

const LONGER = 'longer-than-frame'
export const isLongerThanFrame = (p: Packet): boolean => p.odd === LONGER

/** A frame of Ethernet as it was on the wire: macs that are made up of a radio's or a cooked frame's are none. */
export function oddSource(p: Packet): void {
  if (isOnEthernet(p) && (p.bytes[p.macAt + 6]! & 1) === 1) odd(p, 'group-source')
}

/** Not what a host sends over its loopback, which has no MAC addresses. */
export function oddEnds(p: Packet, isSame: boolean): void {
  if (!isSame || p.srcPort !== p.dstPort || (p.ipProtocol !== TCP && p.ipProtocol !== UDP) || !isOnEthernet(p)) return
  for (let i = 6; i < 12; i++) {
    if (p.bytes[p.macAt + i] !== 0) return odd(p, 'to-itself')
  }
}

const isOnEthernet = (p: Packet): boolean => p.linkType === 1 && p.depth === 0 && p.macAt >= 0 && p.macs === p.bytes
