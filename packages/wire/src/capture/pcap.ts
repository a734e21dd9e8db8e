/**
 * Classic libpcap files.
 *
 *   | magic u32 | major u16 | minor u16 | zone i32 | sigfigs u32 | snaplen u32 | linktype u32 |  then records:
 *   | seconds u32 | µs or ns u32 | captured u32 | on the wire u32 | bytes … |
 *
 * Spec: draft-ietf-opsawg-pcap, §4 and §5. Kuznetzov's variant (magic a1b2cd34) has 8 more bytes a record.
 */
import { type FrameSink, MAX_RECORD, type Problem, type RecordParser } from './capture-reader.ts'
import { Clock } from './clock.ts'
import { be32, le32 } from './words.ts'

const MICRO = 0xa1b2c3d4
const NANO = 0xa1b23c4d
const MODIFIED = 0xa1b2cd34
const FILE_HEADER = 24

export class PcapParser implements RecordParser {
  readonly #sink: FrameSink
  readonly #clock = new Clock()
  #header = false
  #little = false
  #nano = false
  #recordHeader = 16
  #linkType = 0
  stopped: Problem | undefined = undefined
  readonly problems: Problem[] = []

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  static matches(b: Uint8Array): boolean {
    const magic = be32(b, 0)
    const swapped = le32(b, 0)
    return [MICRO, NANO, MODIFIED].some((m) => m === magic || m === swapped)
  }

  eat(bytes: Uint8Array, from: number, end: number, offset: number): number {
    let at = from
    if (!this.#header) {
      if (end - at < FILE_HEADER) return at
      this.#readHeader(bytes, at)
      at += FILE_HEADER
    }
    const little = this.#little
    const head = this.#recordHeader
    while (end - at >= head) {
      const seconds = little ? le32(bytes, at) : be32(bytes, at)
      const fraction = little ? le32(bytes, at + 4) : be32(bytes, at + 4)
      const captured = little ? le32(bytes, at + 8) : be32(bytes, at + 8)
      const wire = little ? le32(bytes, at + 12) : be32(bytes, at + 12)
      if (captured > MAX_RECORD) {
        this.stopped = { offset: offset + at, reason: `corrupt record: it claims ${captured} captured bytes` }
        return -1
      }
      if (end - at - head < captured) return at
      const start = at + head
      at = start + captured
      const micros = this.#nano ? (fraction / 1000) | 0 : fraction
      const time = this.#clock.read(seconds * 1_000_000 + micros, offset + start - head, this.problems)
      this.#sink.frame(bytes, start, at, wire > captured ? wire : captured, time, this.#linkType)
    }
    return at
  }

  #readHeader(b: Uint8Array, at: number): void {
    const magic = be32(b, at)
    this.#little = magic !== MICRO && magic !== NANO && magic !== MODIFIED
    const kind = this.#little ? le32(b, at) : magic
    this.#nano = kind === NANO
    this.#recordHeader = kind === MODIFIED ? 24 : 16
    // The upper bits of the link type carry the length of a checksum and whether it is there (spec §4).
    this.#linkType = (this.#little ? le32(b, at + 20) : be32(b, at + 20)) & 0xffff
    this.#header = true
  }
}
