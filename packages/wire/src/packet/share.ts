/** Whose packet it is when several readers share a capture: both directions of two hosts belong to one reader. */
import { IPV4, IPV6 } from './link.ts'
import type { Packet } from './packet.ts'

/** `index` from 0 of `of` readers. */
export type Share = { readonly index: number; readonly of: number }

/**
 * True when `p`, whose link layer is decoded, is read here. By the pair of addresses, ports left out: fragments, what a
 * conversation announces and what a host says of itself to another stay together.
 */
export function isOfShare(p: Packet, { index, of }: Share): boolean {
  return (pairHash(p) >>> 8) % of === index
}

function pairHash(p: Packet): number {
  const at = p.linkPayloadAt
  let mixed = 0
  if (p.etherType === IPV4 && p.linkPayloadEnd - at >= 20) mixed = word(p.bytes, at + 12) ^ word(p.bytes, at + 16)
  else if (p.etherType === IPV6 && p.linkPayloadEnd - at >= 40) for (let i = 8; i < 40; i += 4) mixed ^= word(p.bytes, at + i)
  else if (p.macAt >= 0) mixed = word(p.macs, p.macAt + 2) ^ word(p.macs, p.macAt + 8)
  // Addresses of one plant differ in few bits: multiplied (Knuth, 6.4), they spread.
  return Math.imul(mixed, 0x9e3779b1)
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}
