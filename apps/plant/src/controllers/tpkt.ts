/** ISO on TCP: TPKT frames (RFC 1006) that carry COTP (ISO 8073 class 0), as both the S7 server and the S7 tool need. */

export const COTP_DATA = 0xf0
export const COTP_CONNECT = 0xe0
export const COTP_CONFIRM = 0xd0

/** Wraps a COTP TPDU. */
export function tpkt(tpdu: Uint8Array): Buffer {
  const frame = Buffer.alloc(4 + tpdu.length)
  frame[0] = 3
  frame.writeUInt16BE(frame.length, 2)
  frame.set(tpdu, 4)
  return frame
}

/** A data TPDU, end of unit. */
export function dataFrame(payload: Uint8Array): Buffer {
  return tpkt(Buffer.concat([Buffer.of(2, COTP_DATA, 0x80), payload]))
}

/** Cuts a byte stream into frames; keeps what is not yet whole. */
export class Frames {
  #held: Buffer = Buffer.alloc(0)

  feed(bytes: Uint8Array): Buffer[] {
    this.#held = Buffer.concat([this.#held, bytes])
    const whole: Buffer[] = []
    while (this.#held.length >= 4) {
      const length = this.#held.readUInt16BE(2)
      if (length < 7) throw new Error(`a TPKT frame of ${length} bytes`)
      if (this.#held.length < length) break
      whole.push(this.#held.subarray(4, length))
      this.#held = this.#held.subarray(length)
    }
    return whole
  }
}
