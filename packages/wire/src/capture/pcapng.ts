/**
 * pcapng: sections of typed blocks, several interfaces with their own link type and clock.
 *
 *   | type u32 | total length u32 | body … | total length u32 |
 *
 * Spec: draft-ietf-opsawg-pcapng, §3.1 (block), §4.1 section header, §4.2 interface, §4.3 enhanced packet,
 * §4.4 simple packet, appendix A (obsolete packet block). Other blocks are stepped over.
 */
import { type FrameSink, MAX_RECORD, type Problem, type RecordParser } from './capture-reader.ts'
import { Clock } from './clock.ts'
import { be32, le32 } from './words.ts'

const SECTION = 0x0a0d0d0a
const INTERFACE = 1
const OLD_PACKET = 2
const SIMPLE = 3
const ENHANCED = 6
const BYTE_ORDER = 0x1a2b3c4d
/** A section with more interfaces is an attack on memory. */
const MAX_INTERFACES = 4096

/** `unitsPerSecond` of the timestamp, and seconds to add (if_tsresol, if_tsoffset). */
type Interface = { linkType: number; unitsPerSecond: number; offsetSeconds: number; snapLength: number }

export class PcapngParser implements RecordParser {
  readonly #sink: FrameSink
  readonly #clock = new Clock()
  #little = false
  #interfaces: Interface[] = []
  stopped: Problem | undefined = undefined
  readonly problems: Problem[] = []

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  static matches(b: Uint8Array): boolean {
    return b[0] === 0x0a && b[1] === 0x0d && b[2] === 0x0d && b[3] === 0x0a
  }

  eat(bytes: Uint8Array, from: number, end: number, offset: number): number {
    let at = from
    while (end - at >= 12) {
      let type = this.#u32(bytes, at)
      if (be32(bytes, at) === SECTION) {
        type = SECTION
        if (be32(bytes, at + 8) === BYTE_ORDER) this.#little = false
        else if (le32(bytes, at + 8) === BYTE_ORDER) this.#little = true
        else return this.#stop(offset + at, 'corrupt section header: no byte-order mark')
      }
      const total = this.#u32(bytes, at + 4)
      if (total < 12 || total > MAX_RECORD) return this.#stop(offset + at, `corrupt block: it claims ${total} bytes`)
      const padded = (total + 3) & ~3
      if (end - at < padded) return at
      // Packets are nearly all there is: they do not go through the general path.
      if (type === ENHANCED && total >= 32) {
        const captured = this.#u32(bytes, at + 20)
        this.#packet(bytes, at, 28, total - 32, captured, this.#u32(bytes, at + 24), this.#u32(bytes, at + 8), offset + at)
      } else this.#block(type, bytes, at, total, offset + at)
      at += padded
    }
    return at
  }

  #block(type: number, bytes: Uint8Array, at: number, total: number, offset: number): void {
    if (type === SECTION) this.#interfaces = []
    else if (type === INTERFACE && total >= 20) this.#interface(new DataView(bytes.buffer, bytes.byteOffset + at, total), total, offset)
    else if (type === OLD_PACKET && total >= 32) {
      const id = this.#u32(bytes, at + 8)
      this.#packet(
        bytes,
        at,
        28,
        total - 32,
        this.#u32(bytes, at + 20),
        this.#u32(bytes, at + 24),
        this.#little ? id & 0xffff : id >>> 16,
        offset,
      )
    } else if (type === SIMPLE && total >= 16) {
      const wire = this.#u32(bytes, at + 8)
      const snap = this.#interfaces[0]?.snapLength ?? 0
      const captured = Math.min(wire, total - 16, snap === 0 ? wire : snap)
      const face = this.#interfaces[0]
      if (face === undefined) this.#note(offset, 'packet of an interface that was never described (0)')
      else this.#sink.frame(bytes, at + 12, at + 12 + captured, Math.max(wire, captured), this.#clock.last, face.linkType)
    }
  }

  /** A packet block at `at` whose bytes begin `head` further on; its time stands at 12. */
  #packet(bytes: Uint8Array, at: number, head: number, room: number, captured: number, wire: number, id: number, offset: number): void {
    const face = this.#interfaces[id]
    if (face === undefined) {
      this.#note(offset, `packet of an interface that was never described (${id})`)
      return
    }
    if (captured > room) {
      this.#note(offset, `packet claims ${captured} captured bytes in a block that holds ${room}`)
      return
    }
    const start = at + head
    const time = this.#clock.read(micros(this.#u32(bytes, at + 12), this.#u32(bytes, at + 16), face), offset, this.problems)
    this.#sink.frame(bytes, start, start + captured, wire > captured ? wire : captured, time, face.linkType)
  }

  #u32(b: Uint8Array, at: number): number {
    return this.#little ? le32(b, at) : be32(b, at)
  }

  #interface(view: DataView, total: number, offset: number): void {
    if (this.#interfaces.length >= MAX_INTERFACES) return this.#note(offset, 'too many interfaces in one section')
    const little = this.#little
    const face: Interface = {
      linkType: view.getUint16(8, little),
      unitsPerSecond: 1_000_000,
      offsetSeconds: 0,
      snapLength: view.getUint32(12, little),
    }
    for (let at = 16; at + 4 <= total - 4; ) {
      const code = view.getUint16(at, little)
      const length = view.getUint16(at + 2, little)
      if (code === 0 || at + 4 + length > total - 4) break
      // if_tsresol: bit 7 tells a power of 2 from a power of 10 (§4.2).
      if (code === 9 && length === 1) {
        const resolution = view.getUint8(at + 4)
        face.unitsPerSecond = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution
      } else if (code === 14 && length === 8) face.offsetSeconds = Number(view.getBigInt64(at + 4, little))
      at += 4 + ((length + 3) & ~3)
    }
    this.#interfaces.push(face)
  }

  #note(offset: number, reason: string): void {
    if (this.problems.length < 100) this.problems.push({ offset, reason })
  }

  #stop(offset: number, reason: string): number {
    this.stopped = { offset, reason }
    return -1
  }
}

/** µs since 1970. Whole seconds and rest apart: nanosecond counts do not fit a double. */
function micros(high: number, low: number, face: Interface): number {
  const units = face.unitsPerSecond
  if (units === 1_000_000) return high * 0x1_0000_0000 + low + face.offsetSeconds * 1_000_000
  const ticks = (BigInt(high) << 32n) | BigInt(low)
  const perSecond = BigInt(Math.max(1, Math.min(units, Number.MAX_SAFE_INTEGER)))
  const seconds = Number(ticks / perSecond)
  return (seconds + face.offsetSeconds) * 1_000_000 + Math.floor((Number(ticks % perSecond) * 1_000_000) / Number(perSecond))
}
