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
    const bytes = this.#kept.length === 0 ? plain : join(this.#kept, plain)
    if (this.#parser === undefined) {
      if (bytes.length < 4) return this.#keep(bytes, 0)
      this.#parser = parserFor(bytes, this.#sink)
      if (this.#parser === undefined) return this.#stop({ offset: 0, reason: 'not a capture: neither pcap nor pcapng begins like this' })
    }
    const at = this.#parser.eat(bytes, 0, bytes.length, this.#offset)
    if (at < 0) return this.#stop(this.#parser.stopped ?? { offset: this.#offset, reason: 'unreadable' })
    if (bytes.length - at > MAX_RECORD)
      return this.#stop({ offset: this.#offset + at, reason: `a record claims more than ${MAX_RECORD} bytes` })
    return this.#keep(bytes, at)
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

  #keep(bytes: Uint8Array, at: number): boolean {
    this.#offset += at
    this.#kept = at === bytes.length ? EMPTY : bytes.slice(at)
    return true
  }

  #stop(problem: Problem): boolean {
    this.#problems.push(problem)
    this.#kept = EMPTY
    this.#stopped = true
    return false
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
