/** One direction of a conversation between two segments. */

export class End {
  kept: Uint8Array | undefined = undefined
  keptPacket = 0
  /** Bytes of a lost message still to step over. */
  skip = 0
  tries = 0
  /** Lost its place: waits for a message's start. */
  lost = false
}

export function join(a: Uint8Array, b: Uint8Array, at: number, end: number): Uint8Array {
  const both = new Uint8Array(a.length + end - at)
  both.set(a)
  both.set(b.subarray(at, end), a.length)
  return both
}
