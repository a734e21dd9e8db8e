/** Chunks of any size, read as one run of bytes: what header parsers need in front of a stream. */

export class ByteSource {
  readonly #source: AsyncGenerator<Uint8Array>
  #held: Uint8Array = new Uint8Array(0)
  #ended = false
  /** Bytes handed out so far. */
  taken = 0

  constructor(source: AsyncGenerator<Uint8Array>) {
    this.#source = source
  }

  /** The next `n` bytes without taking them; fewer at the end. */
  async peek(n: number): Promise<Uint8Array> {
    while (this.#held.length < n && !this.#ended) {
      const { value, done } = await this.#source.next()
      if (done === true) this.#ended = true
      else this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value])
    }
    return this.#held.subarray(0, n)
  }

  /** Some bytes, at most `n`; none at the end. Valid until the next call. */
  async take(n: number): Promise<Uint8Array> {
    if (this.#held.length === 0) await this.peek(1)
    const bytes = this.#held.subarray(0, n)
    this.skip(bytes.length)
    return bytes
  }

  /** Lets go of bytes that were peeked at. */
  skip(n: number): void {
    const length = Math.min(n, this.#held.length)
    this.#held = this.#held.subarray(length)
    this.taken += length
  }

  /** Puts back the end of what was taken last. */
  putBack(bytes: Uint8Array): void {
    this.taken -= bytes.length
    this.#held = this.#held.length === 0 ? bytes.slice() : Buffer.concat([bytes, this.#held])
  }

  async close(): Promise<void> {
    this.#ended = true
    await this.#source.return(undefined)
  }
}
