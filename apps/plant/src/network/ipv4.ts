/** IPv4 packets with their checksums (RFC 791), and the UDP and ICMP messages in them (RFC 768, RFC 792). */
import type { Host } from '../hosts.table.ts'
import { ETHERTYPE_IPV4, ethernet, ipBytes, routed, type Wire } from './wire.ts'

const IP_HEADER = 20
export const IP_ICMP = 1
export const IP_TCP = 6
export const IP_UDP = 17
const DO_NOT_FRAGMENT = 0x4000

/** Identification counters: one a host, as small stacks count. */
const identifications = new WeakMap<Wire, Map<string, number>>()

function nextIdentification(wire: Wire, ip: string): number {
  let counters = identifications.get(wire)
  if (!counters) identifications.set(wire, (counters = new Map()))
  const next = ((counters.get(ip) ?? (ipBytes(ip)[3]! * 257) & 0xffff) + 1) & 0xffff
  counters.set(ip, next)
  return next
}

/** Puts one IPv4 packet on the wire. The payload's own checksum at `checksumAt` is filled in over the pseudo header. */
export function putIpv4(wire: Wire, at: number, from: Host, to: Host, protocol: number, payload: Buffer, checksumAt: number): void {
  const packet = Buffer.alloc(IP_HEADER + payload.length)
  packet[0] = 0x45
  packet.writeUInt16BE(packet.length, 2)
  packet.writeUInt16BE(nextIdentification(wire, from.ip), 4)
  packet.writeUInt16BE(protocol === IP_TCP ? DO_NOT_FRAGMENT : 0, 6)
  packet[8] = from.external ? from.ttl - 11 : from.ttl
  packet[9] = protocol
  packet.set(ipBytes(from.ip), 12)
  packet.set(ipBytes(to.ip), 16)
  packet.writeUInt16BE(fold(sum(packet, 0, IP_HEADER)), 10)
  // RFC 793 §3.1, RFC 768: addresses, protocol and length join the sum; ICMP has no pseudo header.
  const pseudo = protocol === IP_ICMP ? 0 : sum(packet, 12, IP_HEADER) + protocol + payload.length
  const checksum = fold(pseudo + sum(payload, 0, payload.length))
  payload.writeUInt16BE(protocol === IP_UDP && checksum === 0 ? 0xffff : checksum, checksumAt)
  packet.set(payload, IP_HEADER)
  const link = routed(from, to)
  const destination = to.mac === BROADCAST_MAC ? BROADCAST_MAC : link.destination
  wire.put(at, ethernet(destination, link.source, link.vlan, ETHERTYPE_IPV4, packet))
}

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff'

export function putUdp(wire: Wire, at: number, from: Host, fromPort: number, to: Host, toPort: number, data: Uint8Array): void {
  const datagram = Buffer.alloc(8 + data.length)
  datagram.writeUInt16BE(fromPort, 0)
  datagram.writeUInt16BE(toPort, 2)
  datagram.writeUInt16BE(datagram.length, 4)
  datagram.set(data, 8)
  putIpv4(wire, at, from, to, IP_UDP, datagram, 6)
}

/** An echo request or its reply: `type` 8 or 0. */
export function putEcho(wire: Wire, at: number, from: Host, to: Host, type: 0 | 8, id: number, sequence: number): void {
  const message = Buffer.alloc(40)
  message[0] = type
  message.writeUInt16BE(id, 4)
  message.writeUInt16BE(sequence, 6)
  for (let i = 8; i < message.length; i++) message[i] = 0x61 + ((i - 8) % 23)
  putIpv4(wire, at, from, to, IP_ICMP, message, 2)
}

function sum(bytes: Uint8Array, from: number, to: number): number {
  let total = 0
  for (let i = from; i + 1 < to; i += 2) total += (bytes[i]! << 8) | bytes[i + 1]!
  if ((to - from) % 2 === 1) total += bytes[to - 1]! << 8
  return total
}

/** RFC 1071: ones' complement of the ones' complement sum. */
function fold(total: number): number {
  let t = total
  while (t > 0xffff) t = (t & 0xffff) + Math.floor(t / 0x10000)
  return ~t & 0xffff
}
