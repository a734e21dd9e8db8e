/**
 * One end of a TCP conversation as a passive observer believes it: what it has said, what was acknowledged, which
 * bytes were never seen. Integers only; nothing here grows with the traffic but a short list of ranges above a hole.
 *
 * Sequence numbers are 32-bit counters with a count of wraps; relative ones count from the SYN (RFC 9293 §3.4).
 */

export const INACTIVE = 0
export const SYN_SENT = 1
export const SYN_ACK_SENT = 2
export const PARTIAL = 3
export const ESTABLISHED = 4
export const CLOSED = 5
export const RESET = 6

const WRAP = 0x1_0000_0000
const NONE: number[] = []
/** Ranges kept above a hole; beyond it the hole is counted as lost. */
const MAX_RANGES = 64
/** Data above a hole that nobody acknowledged: the other direction is not seen, a hole means nothing. */
const MAX_UNACKED_ABOVE_HOLE = 16_384

/** Signed distance of two 32-bit sequence numbers. */
export const distance = (a: number, b: number): number => (a - b) | 0

export class TcpEnd {
  state = INACTIVE
  previous = INACTIVE
  start = 0
  last = 0
  lastWraps = 0
  acked = 0
  ackedWraps = 0
  fins = 0
  finAt = 0
  /** Its closing has been taken into account: nothing it says later prolongs the conversation. */
  closed = false
  /** A FIN or RST came while bytes before it were missing. */
  closePending = false

  seen = 0
  lastSyn = 0
  lastFin = 0
  lastRst = 0
  retransmissions = 0
  retransmissionMark = 1
  zeroWindows = 0
  zeroWindowMark = 1
  gaps = 0
  gapMark = 1
  missedBytes = 0

  /** Relative: everything below has been seen or given up. */
  delivered = 1
  #trimmed = 1
  /** Shared while nothing waits above a hole, which is nearly always. */
  #ranges: number[] = NONE
  #deaf = false

  move(state: number): void {
    if (state === this.state) return
    this.previous = this.state
    this.state = state
  }

  /** Sequence numbering starts with the SYN's number. */
  begin(syn: number, last: number): void {
    this.start = syn
    this.acked = syn
    this.last = last
  }

  advanceLast(seq: number): void {
    if (seq < this.last) this.lastWraps++
    this.last = seq
  }

  advanceAcked(seq: number): void {
    if (seq < this.acked) this.ackedWraps++
    this.acked = seq
  }

  /** Relative position of `seq`, which lies near `near`; negative when it lies before the start. */
  relative(seq: number, near: number, wraps: number): number {
    const delta = distance(seq, near)
    let w = wraps
    if (delta < 0) {
      if (w > 0 && seq > near) w--
    } else if (delta > 0 && seq < near) w++
    return w === 0 ? distance(seq, this.start) : w * WRAP + seq - this.start
  }

  get nothingAcked(): boolean {
    const ack = this.ackedWraps * WRAP + this.acked
    return ack === this.start || ack === this.start + 1
  }

  /** Payload bytes by sequence numbers: what was sent or what the peer acknowledged, whichever is more. */
  size(peer: TcpEnd): number {
    // A half-open conversation found and aborted: the numbers say nothing about data.
    if (this.previous === SYN_SENT && this.state === RESET && peer.state === INACTIVE && !this.nothingAcked) return 0
    const sent = this.lastWraps * WRAP + this.last
    const acked = this.ackedWraps * WRAP + this.acked
    let size = (sent > acked ? sent : acked) - this.start
    if (size > 0) size--
    if (this.fins > 0 && size > 0) size--
    return size > 0 ? size : 0
  }

  /** Payload at [from, from + length), relative. */
  data(at: number, length: number): void {
    if (this.#deaf) return
    let from = at
    const to = at + length
    const ack = this.ackedWraps * WRAP + this.acked - this.start
    if (from < ack) from = ack
    if (from < this.#trimmed) from = this.#trimmed
    if (to <= from) return
    if (from <= this.delivered && this.#ranges.length === 0) {
      if (to > this.delivered) this.delivered = to
      return
    }
    this.#insert(from, to)
    this.#join()
    const above = this.#ranges.length === 0 ? 0 : this.#ranges[this.#ranges.length - 1]! - this.delivered
    if (this.#ranges.length > MAX_RANGES * 2 || (above > MAX_UNACKED_ABOVE_HOLE && this.nothingAcked)) {
      this.#ranges = NONE
      this.#deaf = true
    }
  }

  /**
   * The peer acknowledged up to `seq`, relative. Returns how many holes that uncovered; their bytes are in
   * `missedBytes` when `counts`.
   */
  acknowledged(seq: number, partial: boolean, counts: boolean): number {
    const to = this.fins > 0 && seq >= this.finAt ? this.finAt - 1 : seq
    if (to <= this.#trimmed) return 0
    let holes = 0
    if (to > this.delivered && !(to <= 2 && partial)) {
      while (!this.#deaf && this.delivered < to) {
        const next = this.#ranges.length > 0 && this.#ranges[0]! < to ? this.#ranges[0]! : to
        if (next > this.delivered) {
          holes++
          if (counts) this.missedBytes += next - this.delivered
          this.delivered = next
        }
        if (next === to) break
        this.#join()
      }
      if (this.delivered < to) this.delivered = to
    }
    this.#trimmed = to
    if (this.#ranges.length > 0) this.#join()
    return holes
  }

  /** Bytes it sent before its FIN or RST are still missing. */
  pending(peer: TcpEnd): boolean {
    if (this.#deaf) return false
    const delivered = this.start + this.delivered
    const last = this.lastWraps * WRAP + this.last
    if (last < delivered) return false
    if (delivered !== last - 1 && delivered !== last) return true
    return this.state !== RESET && peer.#ranges.length > 0
  }

  #insert(from: number, to: number): void {
    if (this.#ranges === NONE) this.#ranges = []
    const r = this.#ranges
    let i = 0
    while (i < r.length && r[i + 1]! < from) i += 2
    let low = from
    let high = to
    let n = 0
    while (i + n < r.length && r[i + n]! <= high) {
      if (r[i + n]! < low) low = r[i + n]!
      if (r[i + n + 1]! > high) high = r[i + n + 1]!
      n += 2
    }
    r.splice(i, n, low, high)
  }

  /** Takes the ranges that now join what was delivered. */
  #join(): void {
    const r = this.#ranges
    let n = 0
    while (n < r.length && r[n]! <= this.delivered) {
      if (r[n + 1]! > this.delivered) this.delivered = r[n + 1]!
      n += 2
    }
    if (n > 0) r.splice(0, n)
  }
}
