/**
 * IP fragments → whole datagrams (RFC 791 §3.2, RFC 8200 §4.5). First bytes win where fragments overlap.
 * Bounded: `MAX_DATAGRAMS` open, 64 KiB each, 30 s of event time.
 */
import { decodeExtensions } from './net.ts'
import { odd } from './odd.ts'
import { ICMPV6, type Packet } from './packet.ts'

const MAX_DATAGRAMS = 1024
const MAX_BYTES = 65_535
/** Of one datagram, and bytes of all datagrams together: many tiny or repeated pieces are an attack on memory. */
const MAX_PIECES = 1024
const MAX_HELD = 32 * 1024 * 1024
const MAX_AGE_US = 30_000_000
/** RFC 6980 §5: neighbour discovery (ICMPv6 types 133 to 137) is never sent in fragments. */
const isDiscovery = (type: number): boolean => type >= 133 && type <= 137

type Piece = { at: number; bytes: Uint8Array }
type Datagram = { startedAt: number; pieces: Piece[]; held: number; total: number }

export class Fragments {
  readonly #open = new Map<string, Datagram>()
  #held = 0
  /** Datagrams given up: too old, too many, or impossible. */
  dropped = 0

  /** Takes a fragment; true when it was the last one missing: the packet is the whole datagram then. */
  push(p: Packet): boolean {
    const length = p.ipPayloadEnd - p.ipPayloadAt
    if (length === 0) return false
    if (p.fragmentOffset === 0 && p.ipProtocol === ICMPV6 && isDiscovery(p.bytes[p.ipPayloadAt]!)) odd(p, 'discovery-in-fragments')
    const key = this.#key(p)
    let d = this.#open.get(key)
    if (d !== undefined && p.atUs - d.startedAt > MAX_AGE_US) {
      this.#giveUp(key, d)
      d = undefined
    }
    while (this.#open.size > 0 && ((d === undefined && this.#open.size >= MAX_DATAGRAMS) || this.#held + length > MAX_HELD)) {
      const [oldest, given] = this.#open.entries().next().value!
      this.#giveUp(oldest, given)
      if (given === d) d = undefined
    }
    if (d === undefined) {
      d = { startedAt: p.atUs, pieces: [], held: 0, total: -1 }
      this.#open.set(key, d)
    }
    const end = p.fragmentOffset + length
    if (end > MAX_BYTES || d.held + length > 2 * MAX_BYTES || d.pieces.length >= MAX_PIECES) {
      this.#giveUp(key, d)
      p.anomaly = 'fragment-too-long'
      if (end > MAX_BYTES) odd(p, 'fragments-too-long')
      return false
    }
    if (!p.moreFragments) d.total = end
    if (d.pieces.some((piece) => overlaps(piece, p.fragmentOffset, length))) odd(p, 'fragments-overlap')
    d.pieces.push({ at: p.fragmentOffset, bytes: p.bytes.slice(p.ipPayloadAt, p.ipPayloadEnd) })
    d.held += length
    this.#held += length
    const whole = d.total >= 0 && d.held >= d.total ? assemble(d) : undefined
    if (whole === undefined) return false
    this.#close(key, d)
    rebuild(p, whole, d.pieces.find(({ at }) => at === 0)!.bytes.length)
    return true
  }

  #giveUp(key: string, d: Datagram): void {
    this.#close(key, d)
    this.dropped++
  }

  #close(key: string, d: Datagram): void {
    this.#open.delete(key)
    this.#held -= d.held
  }

  #key(p: Packet): string {
    let key = `${p.ipVersion}.${p.ipProtocol}.${p.fragmentId}.`
    const size = p.ipVersion === 4 ? 8 : 32
    for (let i = 0; i < size; i++) key += String.fromCharCode(p.bytes[p.srcAt + i]!)
    return key
  }
}

/** The same piece again is a repetition, anything else that lies over it was made. */
function overlaps({ at, bytes }: Piece, from: number, length: number): boolean {
  return from < at + bytes.length && at < from + length && !(from === at && length === bytes.length)
}

/** The reassembled payload behind a copy of the last fragment's headers, as if it had come in one piece. */
function rebuild(p: Packet, whole: Uint8Array, first: number): void {
  const header = p.ipVersion === 4 ? p.ipPayloadAt - p.ipAt : 40
  const bytes = new Uint8Array(header + whole.length)
  bytes.set(p.bytes.subarray(p.ipAt, p.ipAt + header))
  bytes.set(whole, header)
  p.srcAt -= p.ipAt
  const dstAt = p.ipVersion === 4 ? 16 : 24
  // A routing header, which is not rebuilt, may have told for whom it is.
  bytes.set(p.bytes.subarray(p.dstAt, p.dstAt + (p.ipVersion === 4 ? 4 : 16)), dstAt)
  p.dstAt = dstAt
  p.ipAt = 0
  p.macAt = -1
  p.bytes = bytes
  p.ipPayloadAt = header
  p.ipPayloadEnd = bytes.length
  p.ipLength = bytes.length
  p.ipStated = bytes.length
  p.frameAt = 0
  p.frameEnd = bytes.length
  p.moreFragments = false
  p.fragmentOffset = 0
  if (p.ipVersion === 6 && decodeExtensions(p, p.ipProtocol, header, bytes.length) && p.ipPayloadAt > header + first)
    odd(p, 'headers-split')
}

function assemble(d: Datagram): Uint8Array | undefined {
  const whole = new Uint8Array(d.total)
  let reached = 0
  const sorted = [...d.pieces].sort((a, b) => a.at - b.at)
  for (const { at, bytes } of sorted) {
    if (at > reached) return undefined
    const fresh = reached - at
    if (fresh >= bytes.length) continue
    whole.set(bytes.subarray(fresh, Math.min(bytes.length, d.total - at)), reached)
    reached = Math.min(d.total, at + bytes.length)
  }
  return reached >= d.total ? whole : undefined
}
