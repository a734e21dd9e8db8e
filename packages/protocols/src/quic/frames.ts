/** Frames of an opened Initial packet (RFC 9000 §19): pieces of the handshake, and why a connection is refused. */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { FRAME } from './quic.table.ts'

export type Frames = {
  readonly pieces: { readonly at: number; readonly bytes: Uint8Array }[]
  closed: { code: number; reason: string } | undefined
  isBad: boolean
}

const MAX_FRAMES = 512
const MAX_RANGES = 256

/** Google's versions have frames of their own: of them only handshake bytes are read. */
export function readFrames(r: Reader, isGoogle: boolean): Frames {
  const found: Frames = { pieces: [], closed: undefined, isBad: false }
  for (let n = 0; n < MAX_FRAMES && r.left > 0; n++) {
    const type = r.u8('frame')
    if (type === FRAME.padding) while (r.left > 0 && r.peek() === 0) r.at++
    else if (isGoogle && type !== FRAME.googleCrypto) return found
    else if (type === FRAME.ack || type === FRAME.ackEcn) acknowledged(r, type === FRAME.ackEcn)
    else if (type === (isGoogle ? FRAME.googleCrypto : FRAME.crypto)) {
      const at = varint(r, 'offset')
      found.pieces.push({ at, bytes: r.view(varint(r, 'length'), 'handshake') })
    } else if (type === FRAME.close || type === FRAME.closeByUser) {
      const code = varint(r, 'error code')
      if (type === FRAME.close) varint(r, 'frame type')
      found.closed = { code, reason: byteText(r.view(Math.min(varint(r, 'reason length'), 1024), 'reason')) }
    } else if (type !== FRAME.ping) {
      found.isBad = true
      break
    }
  }
  found.isBad ||= r.short
  return found
}

function acknowledged(r: Reader, hasCounts: boolean): void {
  varint(r, 'largest acknowledged')
  varint(r, 'delay')
  const ranges = varint(r, 'ranges')
  varint(r, 'first range')
  for (let i = 0; i < ranges && i < MAX_RANGES && r.left > 0; i++) {
    varint(r, 'gap')
    varint(r, 'range')
  }
  if (hasCounts) for (let i = 0; i < 3; i++) varint(r, 'count')
}

/** RFC 9000 §16: the first two bits tell the length. */
export function varint(r: Reader, label: string): number {
  const first = r.peek()
  if (first < 0x40) return r.u8(label)
  if (first < 0x80) return r.u16(label) & 0x3fff
  if (first < 0xc0) return r.u32(label) & 0x3fffffff
  return Number(r.u64(label) & 0x3fffffffffffffffn)
}

/** One direction's handshake bytes, put in order; bounded by what a hello may be. */
export class Crypto {
  /** Grows by doubling: a hello in pieces of a byte is not copied for each. */
  #room = new Uint8Array(0)
  #length = 0
  readonly #ahead: { at: number; bytes: Uint8Array }[] = []
  isDone = false
  static readonly most = 16_640

  /** Everything up to the first hole. Borrowed until the next piece. */
  add(at: number, bytes: Uint8Array): Uint8Array {
    if (at + bytes.length <= Crypto.most) this.#put(at, bytes)
    return this.#room.subarray(0, this.#length)
  }

  #put(at: number, bytes: Uint8Array): void {
    if (at > this.#length) {
      if (this.#ahead.length < 64) this.#ahead.push({ at, bytes: bytes.slice() })
      return
    }
    this.#append(at, bytes)
    for (let i = 0; i < this.#ahead.length; ) {
      const piece = this.#ahead[i]!
      if (piece.at > this.#length) i++
      else {
        this.#ahead.splice(i, 1)
        this.#append(piece.at, piece.bytes)
        i = 0
      }
    }
  }

  /** What came first stands. */
  #append(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length
    if (end <= this.#length) return
    if (end > this.#room.length) {
      const room = new Uint8Array(Math.min(Crypto.most, Math.max(end, 2 * this.#room.length)))
      room.set(this.#room)
      this.#room = room
    }
    this.#room.set(bytes.subarray(this.#length - at), this.#length)
    this.#length = end
  }
}
