/**
 * One TCP conversation (RFC 9293) as it would have been on the plant's wire: handshake, segments of at most 1460
 * bytes, acknowledgements that ride on answers or follow delayed, an orderly close or a reset. The bytes inside come from
 * the stacks; sequence numbers, ports and delays come from the seed.
 */
import type { Host } from '../hosts.table.ts'
import type { Random } from '../random.ts'
import { IP_TCP, putIpv4 } from './ipv4.ts'
import type { Wire } from './wire.ts'

/** `c` spoke or `s` spoke, and what. Successive bytes of one side are one turn. */
export type Turn = { readonly by: 'c' | 's'; readonly bytes: Uint8Array }

/** Delays in microseconds. */
export type Pace = { readonly client: readonly [number, number]; readonly server: readonly [number, number] }

export const LAN: Pace = { client: [150, 900], server: [400, 2500] }
/** A controller answers at the end of its scan. */
export const SCAN: Pace = { client: [200, 900], server: [2500, 9000] }
export const INTERNET: Pace = { client: [400, 2500], server: [16_000, 34_000] }

const FIN = 0x01
const SYN = 0x02
const RST = 0x04
const PSH = 0x08
const ACK = 0x10
const MSS = 1460
/** RFC 1122 §4.2.3.2: an acknowledgement may wait, less than half a second. */
const DELAYED_ACK: readonly [number, number] = [38_000, 46_000]
const WINDOW_SCALE = 8

type End = { host: Host; port: number; sent: number; seenBySelf: number; next: number }

export class TcpFlow {
  readonly #wire: Wire
  readonly #random: Random
  readonly #pace: Pace
  readonly #ends: { c: End; s: End }

  constructor(wire: Wire, random: Random, client: Host, clientPort: number, server: Host, serverPort: number, pace: Pace = LAN) {
    this.#wire = wire
    this.#random = random
    this.#pace = pace
    this.#ends = {
      c: { host: client, port: clientPort, sent: 0, seenBySelf: 0, next: random.u32() },
      s: { host: server, port: serverPort, sent: 0, seenBySelf: 0, next: random.u32() },
    }
  }

  /** The three-way handshake; returns when it is over. */
  open(at: number): number {
    const { c, s } = this.#ends
    this.#segment(at, 'c', SYN)
    c.next = (c.next + 1) >>> 0
    const answered = at + this.#draw(this.#halfTrip())
    this.#segment(answered, 's', SYN | ACK)
    s.next = (s.next + 1) >>> 0
    const done = answered + this.#draw([60, 200])
    this.#segment(done, 'c', ACK)
    return done
  }

  /** Plays turns in their order from `at`; returns the time of the last segment. Both ends have seen all of it. */
  play(at: number, turns: readonly Turn[]): number {
    let now = at
    for (const { by, bytes } of turns) {
      now += this.#draw(by === 'c' ? this.#pace.client : this.#pace.server)
      now = this.#send(now, by, bytes)
    }
    return this.#settle(now)
  }

  close(at: number, by: 'c' | 's' = 'c'): number {
    const other = by === 'c' ? 's' : 'c'
    this.#segment(at, by, FIN | ACK)
    this.#ends[by].next = (this.#ends[by].next + 1) >>> 0
    const answered = at + this.#draw(this.#halfTrip())
    this.#segment(answered, other, FIN | ACK)
    this.#ends[other].next = (this.#ends[other].next + 1) >>> 0
    const done = answered + this.#draw([60, 200])
    this.#segment(done, by, ACK)
    return done
  }

  /** A refused attempt: the server's host answers, nothing listens. */
  refuse(at: number): number {
    this.#segment(at, 'c', SYN)
    this.#ends.c.next = (this.#ends.c.next + 1) >>> 0
    const answered = at + this.#draw(this.#halfTrip())
    this.#ends.s.next = 0
    this.#segment(answered, 's', RST | ACK)
    return answered
  }

  /** An attempt nobody answers, with `retries` repetitions (RFC 6298: 1 s, then doubled). */
  knock(at: number, retries = 0): number {
    let now = at
    for (let i = 0; i <= retries; i++) {
      this.#segment(now, 'c', SYN)
      now += 1_000_000 * 2 ** i
    }
    return now
  }

  abort(at: number, by: 'c' | 's' = 'c'): number {
    this.#segment(at, by, RST | ACK)
    return at
  }

  #send(at: number, by: 'c' | 's', bytes: Uint8Array): number {
    const end = this.#ends[by]
    const other = by === 'c' ? 's' : 'c'
    let now = at
    let unacknowledged = 0
    for (let from = 0; from < bytes.length; from += MSS) {
      const part = bytes.subarray(from, from + MSS)
      const last = from + MSS >= bytes.length
      this.#segment(now, by, last ? PSH | ACK : ACK, part)
      end.next = (end.next + part.length) >>> 0
      // RFC 1122 §4.2.3.2: at least every second full segment is acknowledged at once.
      if (++unacknowledged === 2 && !last) {
        unacknowledged = 0
        now += this.#draw([40, 110])
        this.#segment(now, other, ACK)
      }
      if (!last) now += this.#draw([12, 60])
    }
    return now
  }

  /** Who spoke last is acknowledged by itself when no answer carries the acknowledgement. */
  #settle(at: number): number {
    let now = at
    for (const side of ['c', 's'] as const) {
      const other = this.#ends[side === 'c' ? 's' : 'c']
      if (this.#ends[side].seenBySelf !== other.next) {
        now += this.#draw(DELAYED_ACK)
        this.#segment(now, side, ACK)
      }
    }
    return now
  }

  #halfTrip(): readonly [number, number] {
    return this.#pace === INTERNET ? [15_000, 24_000] : [120, 450]
  }

  #draw([low, high]: readonly [number, number]): number {
    return Math.round(this.#random.between(low, high))
  }

  #segment(at: number, by: 'c' | 's', flags: number, data?: Uint8Array): void {
    const end = this.#ends[by]
    const other = this.#ends[by === 'c' ? 's' : 'c']
    const options = flags & SYN ? synOptions(end.host) : NO_OPTIONS
    const head = 20 + options.length
    const segment = Buffer.alloc(head + (data?.length ?? 0))
    segment.writeUInt16BE(end.port, 0)
    segment.writeUInt16BE(other.port, 2)
    segment.writeUInt32BE(end.next, 4)
    if (flags & ACK) {
      segment.writeUInt32BE(other.next, 8)
      end.seenBySelf = other.next
    }
    segment[12] = (head / 4) << 4
    segment[13] = flags
    segment.writeUInt16BE(flags & RST ? 0 : windowOf(end.host, (flags & SYN) !== 0), 14)
    segment.set(options, 20)
    if (data) segment.set(data, head)
    putIpv4(this.#wire, at, end.host, other.host, IP_TCP, segment, 16)
  }
}

const NO_OPTIONS = new Uint8Array(0)
/** Maximum segment size, window scale 8, selective acknowledgement: what desktop systems offer. */
const DESKTOP = Uint8Array.of(2, 4, 0x05, 0xb4, 1, 3, 3, WINDOW_SCALE, 1, 1, 4, 2)
/** Small stacks offer the segment size and nothing else. */
const SMALL = Uint8Array.of(2, 4, 0x05, 0xb4)

function synOptions(host: Host): Uint8Array {
  return host.small ? SMALL : DESKTOP
}

function windowOf(host: Host, syn: boolean): number {
  if (host.small) return 8192
  return syn ? 64240 : 1026
}
