/**
 * bytes → frames: a capture file or stream, fed in chunks of any size. Classic pcap (µs and ns, both byte
 * orders, Kuznetzov's variant) and pcapng are told apart by their first bytes.
 *
 * What cannot be read is a `Problem` with its offset, never an exception; what came before it was delivered.
 */
import { PcapParser } from './pcap.ts'
import { PcapngParser } from './pcapng.ts'

/** One captured frame, bytes borrowed until the call returns. */
export interface FrameSink {
  /**
   * @param bytes the chunk; the frame is [at, end)
   * @param wireLength length on the wire; larger than end - at when the snap length cut it
   * @param atUs µs since 1970
   * @param linkType as registered at tcpdump.org/linktypes.html
   */
  frame(bytes: Uint8Array, at: number, end: number, wireLength: number, atUs: number, linkType: number): void
}

/** What could not be read: byte offset in the (decompressed) capture and why. */
export type Problem = { readonly offset: number; readonly reason: string }

/** A format: eats whole records from the buffer, says how far it came. */
export interface RecordParser {
  /** Consumes whole records of `bytes` from `at` to `end`; returns the offset of the first incomplete one, or -1 to stop for good. */
  eat(bytes: Uint8Array, at: number, end: number, offset: number): number
  /** Why it stopped for good. */
  readonly stopped: Problem | undefined
  /** Problems that did not stop it. */
  readonly problems: Problem[]
}

/** No honest record is longer; protects memory against a length field that lies. */
export const MAX_RECORD = 4 * 1024 * 1024
/** Bytes of the next chunk that complete a record cut by the previous one. */
const JOINT = 65_536
const EMPTY = new Uint8Array(0)

export class CaptureReader {
  readonly #sink: FrameSink
  #parser: RecordParser | undefined
  #kept: Uint8Array = EMPTY
  /** Offset in the capture of the first kept byte. */
  #offset = 0
  #stopped = false
  readonly #problems: Problem[] = []

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  get problems(): readonly Problem[] {
    return [...this.#problems, ...(this.#parser?.problems ?? [])]
  }

  /** False once nothing more can be read: the caller may stop feeding. */
  push(chunk: Uint8Array): boolean {
    if (this.#stopped) return false
    // A Node Buffer's slice is a view, not a copy: everything downstream relies on Uint8Array's.
    const plain = chunk.constructor === Uint8Array ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)
    let from = 0
    while (this.#kept.length > 0 && from < plain.length) {
      // The cut record is completed from a short piece of the chunk, so that the chunk itself is read in place.
      const before = this.#kept.length
      const taken = Math.min(plain.length - from, Math.max(JOINT, before))
      const joint = join(this.#kept, plain.subarray(from, from + taken))
      this.#kept = EMPTY
      const at = this.#eat(joint, joint.length)
      if (at < 0) return false
      if (at >= before) from += at - before
      else {
        this.#keep(joint, at)
        from += taken
      }
    }
    if (from >= plain.length) return true
    const rest = from === 0 ? plain : plain.subarray(from)
    const at = this.#eat(rest, rest.length)
    if (at < 0) return false
    this.#keep(rest, at)
    return true
  }

  /** Reads whole records; how far it came, or -1 when it stopped for good. Moves the offset of what is kept. */
  #eat(bytes: Uint8Array, length: number): number {
    if (this.#parser === undefined) {
      if (length < 4) return 0
      this.#parser = parserFor(bytes, this.#sink)
      if (this.#parser === undefined) return this.#stop({ offset: 0, reason: 'not a capture: neither pcap nor pcapng begins like this' })
    }
    const at = this.#parser.eat(bytes, 0, length, this.#offset)
    if (at < 0) return this.#stop(this.#parser.stopped ?? { offset: this.#offset, reason: 'unreadable' })
    this.#offset += at
    if (length - at > MAX_RECORD) return this.#stop({ offset: this.#offset, reason: `a record claims more than ${MAX_RECORD} bytes` })
    return at
  }

  /** The capture is over: what is left is a cut record. */
  finish(): void {
    if (this.#stopped) return
    if (this.#parser === undefined) {
      this.#problems.push({ offset: 0, reason: this.#kept.length === 0 ? 'empty: no bytes' : 'too short to be a capture' })
    } else if (this.#kept.length > 0) {
      this.#problems.push({
        offset: this.#offset,
        reason: `cut off: the last record needs more than the ${this.#kept.length} bytes there are`,
      })
    }
    this.#stopped = true
  }

  #keep(bytes: Uint8Array, at: number): void {
    this.#kept = at === bytes.length ? EMPTY : bytes.slice(at)
  }

  #stop(problem: Problem): number {
    this.#problems.push(problem)
    this.#kept = EMPTY
    this.#stopped = true
    return -1
  }
}

function parserFor(bytes: Uint8Array, sink: FrameSink): RecordParser | undefined {
  return PcapngParser.matches(bytes) ? new PcapngParser(sink) : PcapParser.matches(bytes) ? new PcapParser(sink) : undefined
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
