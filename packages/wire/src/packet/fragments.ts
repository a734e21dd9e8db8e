/**
 * IP fragments → whole datagrams (RFC 791 §3.2, RFC 8200 §4.5). First bytes win where fragments overlap.
 * Bounded: `MAX_DATAGRAMS` open, 64 KiB each, 30 s of event time.
 */
import type { Packet } from './packet.ts'

const MAX_DATAGRAMS = 1024
const MAX_BYTES = 65_535
const MAX_AGE_US = 30_000_000

type Piece = { at: number; bytes: Uint8Array }
type Datagram = { startedAt: number; pieces: Piece[]; held: number; total: number }

export class Fragments {
  readonly #open = new Map<string, Datagram>()
  /** Datagrams given up: too old, too many, or impossible. */
  dropped = 0

  /** Takes a fragment; gives the whole IP payload when this was the last one missing. */
  push(p: Packet): Uint8Array | undefined {
    const key = this.#key(p)
    let d = this.#open.get(key)
    if (d !== undefined && p.atUs - d.startedAt > MAX_AGE_US) {
      this.#open.delete(key)
      this.dropped++
      d = undefined
    }
    if (d === undefined) {
      if (this.#open.size >= MAX_DATAGRAMS) {
        this.#open.delete(this.#open.keys().next().value!)
        this.dropped++
      }
      d = { startedAt: p.atUs, pieces: [], held: 0, total: -1 }
      this.#open.set(key, d)
    }
    const bytes = p.bytes.slice(p.ipPayloadAt, p.ipPayloadEnd)
    const end = p.fragmentOffset + bytes.length
    if (end > MAX_BYTES || d.held + bytes.length > 2 * MAX_BYTES) {
      this.#open.delete(key)
      this.dropped++
      p.anomaly = 'fragment-too-long'
      return undefined
    }
    if (!p.moreFragments) d.total = end
    d.pieces.push({ at: p.fragmentOffset, bytes })
    d.held += bytes.length
    const whole = d.total >= 0 && d.held >= d.total ? assemble(d) : undefined
    if (whole !== undefined) this.#open.delete(key)
    return whole
  }

  #key(p: Packet): string {
    let key = `${p.ipVersion}.${p.ipProtocol}.${p.fragmentId}.`
    const size = p.ipVersion === 4 ? 8 : 32
    for (let i = 0; i < size; i++) key += String.fromCharCode(p.bytes[p.srcAt + i]!)
    return key
  }
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
