/**
 * One direction of a TCP connection → its bytes in order. First bytes win where segments overlap (as most
 * stacks do); what is missing is reported as a gap once the peer has acknowledged it or too much waits.
 */

import type { Budget } from './budget.ts'
import type { Echoes } from './echoes.ts'

/** Bytes and segments that may wait for a missing one: bounds memory against a million half-open connections. */
const MAX_WAITING_BYTES = 512 * 1024
const MAX_WAITING = 256

type Waiting = { seq: number; bytes: Uint8Array; packet: number }

/** Where ordered bytes go. */
export interface StreamSink {
  readonly budget: Budget
  readonly echoes: Echoes
  /** In order; borrowed. `packet` is the one that carried them, `frameAt` the offset of bytes[at] in its frame, or -1. */
  bytes(bytes: Uint8Array, at: number, end: number, packet: number, frameAt: number): void
  gap(length: number): void
  /** A segment says other bytes than the one before did for the same place. */
  differs(half: Half): void
}

export class Half {
  /** Sequence number of the next byte wanted; -1 until the first segment. */
  next = -1
  retransmissions = 0
  /** Bytes never seen though the peer acknowledged them or went on past them. */
  gapBytes = 0
  /** Bytes delivered in order. */
  delivered = 0
  /** Of its latest segment: where its first bytes lie among the echoes, its sequence number as a signed one, how many are kept. */
  echo = -1
  echoSeq = 0
  echoLength = 0
  /** When it reset the connection, in µs since 1970; 0 while it has not. */
  resetAt = 0
  #waiting: Waiting[] | undefined = undefined
  #waitingBytes = 0

  get isWaiting(): boolean {
    return this.#waiting !== undefined
  }

  /** Payload [at, end) at `seq`; `missing` bytes at its end were cut by the snap length. */
  push(seq: number, bytes: Uint8Array, at: number, end: number, missing: number, packet: number, frameAt: number, sink: StreamSink): void {
    if (this.next < 0) this.next = seq
    const ahead = (seq - this.next) | 0
    if (ahead === 0 && this.#waiting === undefined) {
      this.next = (seq + (end - at)) >>> 0
      this.delivered += end - at
      sink.echoes.keep(this, seq, bytes, at, end)
      sink.bytes(bytes, at, end, packet, frameAt)
      if (missing > 0) this.#lose(missing, sink)
      return
    }
    this.#slow(seq, ahead, bytes, at, end, missing, packet, frameAt, sink)
  }

  #slow(
    seq: number,
    ahead: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    missing: number,
    packet: number,
    frameAt: number,
    sink: StreamSink,
  ): void {
    const length = end - at
    if (ahead < 0) {
      this.retransmissions++
      if (sink.echoes.differs(this, seq, bytes, at, end)) sink.differs(this)
      const fresh = length + ahead
      if (fresh <= 0) return
      sink.echoes.keep(this, seq, bytes, at, end)
      this.#deliver(bytes, at - ahead, end, packet, frameAt < 0 ? -1 : frameAt - ahead, sink)
      if (missing > 0) this.#lose(missing, sink)
    } else if (ahead === 0) {
      sink.echoes.keep(this, seq, bytes, at, end)
      this.#deliver(bytes, at, end, packet, frameAt, sink)
      if (missing > 0) this.#lose(missing, sink)
    } else if (ahead > 0x4000_0000) {
      // A jump no window allows: the sender started over without our seeing it.
      this.next = seq
      sink.budget.held -= this.#waitingBytes
      this.#waiting = undefined
      this.#waitingBytes = 0
      sink.gap(0)
      this.#deliver(bytes, at, end, packet, frameAt, sink)
    } else this.#wait(seq, bytes.slice(at, end), packet, sink)
    this.#drain(sink)
  }

  /** The peer has acknowledged up to `ack`: what is still missing below it was lost to the capture, not to the peer. */
  acknowledged(ack: number, sink: StreamSink): void {
    const waiting = this.#waiting
    if (waiting === undefined || this.next < 0) return
    const first = waiting[0]!
    if (((ack - first.seq) | 0) > 0) this.#skipTo(first.seq, sink)
  }

  /** The connection is over: delivers what waits, gaps and all. */
  finish(sink: StreamSink): void {
    while (this.#waiting !== undefined) this.#skipTo(this.#waiting[0]!.seq, sink)
  }

  #deliver(bytes: Uint8Array, at: number, end: number, packet: number, frameAt: number, sink: StreamSink): void {
    if (end <= at) return
    this.next = (this.next + (end - at)) >>> 0
    this.delivered += end - at
    sink.bytes(bytes, at, end, packet, frameAt)
  }

  #lose(length: number, sink: StreamSink): void {
    this.gapBytes += length
    this.next = (this.next + length) >>> 0
    sink.gap(length)
  }

  #wait(seq: number, bytes: Uint8Array, packet: number, sink: StreamSink): void {
    const waiting = (this.#waiting ??= [])
    let i = waiting.length
    while (i > 0 && ((waiting[i - 1]!.seq - seq) | 0) > 0) i--
    if (i > 0 && waiting[i - 1]!.seq === seq && waiting[i - 1]!.bytes.length >= bytes.length) {
      this.retransmissions++
      return
    }
    waiting.splice(i, 0, { seq, bytes, packet })
    const fits = sink.budget.allows(bytes.length)
    this.#waitingBytes += bytes.length
    sink.budget.held += bytes.length
    if (!fits || waiting.length > MAX_WAITING || this.#waitingBytes > MAX_WAITING_BYTES) this.#skipTo(waiting[0]!.seq, sink)
  }

  #skipTo(seq: number, sink: StreamSink): void {
    const lost = (seq - this.next) | 0
    if (lost > 0) this.#lose(lost, sink)
    this.#drain(sink)
  }

  #drain(sink: StreamSink): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    while (waiting.length > 0) {
      const first = waiting[0]!
      const ahead = (first.seq - this.next) | 0
      if (ahead > 0) return
      waiting.shift()
      this.#waitingBytes -= first.bytes.length
      sink.budget.held -= first.bytes.length
      if (first.bytes.length + ahead > 0) this.#deliver(first.bytes, -ahead, first.bytes.length, first.packet, -1, sink)
    }
    this.#waiting = undefined
    this.#waitingBytes = 0
  }
}
