/**
 * A forward cursor over borrowed bytes. Nothing is copied and nothing throws: reading past the end
 * yields zero (or an empty view) and leaves `short` set, so a dissector is written as if its input
 * were whole and its caller looks at `short` once, at the end.
 *
 * Every read takes an optional label. Here it is ignored; a `TraceReader` (trace.ts) records it with
 * its byte offset, which makes the evidence view come from the same parser.
 */
import { byteText } from './byte-text.ts'

const utf8 = new TextDecoder('utf-8')
const utf16 = new TextDecoder('utf-16le')
const float = new DataView(new ArrayBuffer(8))

export class Reader {
  short = false
  bytes: Uint8Array
  at: number
  end: number

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end < bytes.length ? end : bytes.length
  }

  /** Points this reader at other bytes: the engine reuses one per conversation. */
  reset(bytes: Uint8Array, at: number, end: number): this {
    this.bytes = bytes
    this.at = at
    this.end = end < bytes.length ? end : bytes.length
    this.short = false
    return this
  }

  get left(): number {
    return this.end - this.at
  }

  u8(_label?: string): number {
    const i = this.#claim(1)
    return i < 0 ? 0 : this.bytes[i]!
  }

  u16(_label?: string): number {
    const i = this.#claim(2)
    return i < 0 ? 0 : (this.bytes[i]! << 8) | this.bytes[i + 1]!
  }

  u16le(_label?: string): number {
    const i = this.#claim(2)
    return i < 0 ? 0 : (this.bytes[i + 1]! << 8) | this.bytes[i]!
  }

  u24(_label?: string): number {
    const i = this.#claim(3)
    return i < 0 ? 0 : (this.bytes[i]! << 16) | (this.bytes[i + 1]! << 8) | this.bytes[i + 2]!
  }

  u24le(_label?: string): number {
    const i = this.#claim(3)
    return i < 0 ? 0 : (this.bytes[i + 2]! << 16) | (this.bytes[i + 1]! << 8) | this.bytes[i]!
  }

  u32(_label?: string): number {
    const i = this.#claim(4)
    if (i < 0) return 0
    const b = this.bytes
    return ((b[i]! << 24) | (b[i + 1]! << 16) | (b[i + 2]! << 8) | b[i + 3]!) >>> 0
  }

  u32le(_label?: string): number {
    const i = this.#claim(4)
    if (i < 0) return 0
    const b = this.bytes
    return ((b[i + 3]! << 24) | (b[i + 2]! << 16) | (b[i + 1]! << 8) | b[i]!) >>> 0
  }

  /** 48 bits as a number. */
  u48(_label?: string): number {
    const i = this.#claim(6)
    if (i < 0) return 0
    const b = this.bytes
    return ((b[i]! << 8) | b[i + 1]!) * 0x1_0000_0000 + (((b[i + 2]! << 24) | (b[i + 3]! << 16) | (b[i + 4]! << 8) | b[i + 5]!) >>> 0)
  }

  u64(_label?: string): bigint {
    const i = this.#claim(8)
    return i < 0 ? 0n : (BigInt(be32(this.bytes, i)) << 32n) | BigInt(be32(this.bytes, i + 4))
  }

  u64le(_label?: string): bigint {
    const i = this.#claim(8)
    return i < 0 ? 0n : (BigInt(le32(this.bytes, i + 4)) << 32n) | BigInt(le32(this.bytes, i))
  }

  i8(_label?: string): number {
    return (this.u8() << 24) >> 24
  }

  i16(_label?: string): number {
    return (this.u16() << 16) >> 16
  }

  i16le(_label?: string): number {
    return (this.u16le() << 16) >> 16
  }

  i32(_label?: string): number {
    return this.u32() | 0
  }

  i32le(_label?: string): number {
    return this.u32le() | 0
  }

  i64le(_label?: string): bigint {
    return BigInt.asIntN(64, this.u64le())
  }

  f32(_label?: string): number {
    float.setUint32(0, this.u32())
    return float.getFloat32(0)
  }

  f32le(_label?: string): number {
    float.setUint32(0, this.u32le())
    return float.getFloat32(0)
  }

  f64(_label?: string): number {
    float.setUint32(0, this.u32())
    float.setUint32(4, this.u32())
    return float.getFloat64(0)
  }

  f64le(_label?: string): number {
    const low = this.u32le()
    float.setUint32(0, this.u32le())
    float.setUint32(4, low)
    return float.getFloat64(0)
  }

  /** The next byte without taking it; 0 at the end, and `short` stays as it is. */
  peek(ahead = 0): number {
    return this.at + ahead < this.end ? this.bytes[this.at + ahead]! : 0
  }

  skip(n: number, _label?: string): this {
    this.#claim(n)
    return this
  }

  /** A view of the next `n` bytes, or of what is left of them. Borrowed: copy to keep. */
  view(n: number, _label?: string): Uint8Array {
    const from = this.at
    const to = n > this.end - from ? this.end : from + (n > 0 ? n : 0)
    if (to - from < n) this.short = true
    this.at = to
    return this.bytes.subarray(from, to)
  }

  /** A reader that cannot see past the next `n` bytes: how a length field becomes a wall. */
  sub(n: number, _label?: string): Reader {
    const to = n > this.end - this.at ? this.end : this.at + (n > 0 ? n : 0)
    const r = new Reader(this.bytes, this.at, to)
    if (to - this.at < n) {
      r.short = true
      this.short = true
    }
    this.at = to
    return r
  }

  /** `n` bytes as Latin-1, trailing NULs and blanks dropped: how devices pad names. */
  text(n: number, label?: string): string {
    const bytes = this.view(n, label)
    let end = bytes.length
    while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--
    return byteText(bytes.subarray(0, end))
  }

  utf8(n: number, label?: string): string {
    return utf8.decode(this.view(n, label))
  }

  utf16(n: number, label?: string): string {
    return utf16.decode(this.view(n, label))
  }

  /** Latin-1 up to a NUL (which is taken) or to `max` bytes. */
  cstring(max: number, label?: string): string {
    const limit = Math.min(this.end, this.at + max)
    let i = this.at
    while (i < limit && this.bytes[i] !== 0) i++
    const text = byteText(this.view(i - this.at, label))
    if (this.at < this.end && this.bytes[this.at] === 0) this.at++
    return text
  }

  /** Explains the field read last, in the decoded tree; nothing here. */
  note(_text: string): this {
    return this
  }

  #claim(n: number): number {
    const i = this.at
    if (n > this.end - i || n < 0) {
      this.short = true
      this.at = this.end
      return -1
    }
    this.at = i + n
    return i
  }
}

function be32(b: Uint8Array, i: number): number {
  return ((b[i]! << 24) | (b[i + 1]! << 16) | (b[i + 2]! << 8) | b[i + 3]!) >>> 0
}

function le32(b: Uint8Array, i: number): number {
  return ((b[i + 3]! << 24) | (b[i + 2]! << 16) | (b[i + 1]! << 8) | b[i]!) >>> 0
}
