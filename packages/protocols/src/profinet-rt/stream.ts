/** The cyclic frames of one frame id and sender: what the last one held, so that the next tells only what is new. */

export class Stream {
  readonly frameId: number
  /** Counts 31.25 µs. */
  cycle: number
  /** How far the last frame was ahead of the one before; zero before there were two. */
  step = 0
  dataStatus: number
  transferStatus: number
  /** The process data, status bytes of modules included. Own bytes. */
  data: Uint8Array
  /** Against the frame before. */
  isFirst = true
  hasNewData = true
  oldStatus: number
  /** When the data was told last, µs. */
  toldAt = 0

  constructor(frameId: number, cycle: number, dataStatus: number, transferStatus: number, data: Uint8Array) {
    this.frameId = frameId
    this.cycle = cycle
    this.dataStatus = dataStatus
    this.oldStatus = dataStatus
    this.transferStatus = transferStatus
    this.data = data
  }

  /** The next frame of the stream: `size` bytes of data at `at`. */
  take(bytes: Uint8Array, at: number, size: number, cycle: number, dataStatus: number, transferStatus: number): void {
    this.isFirst = false
    this.step = (cycle - this.cycle) & 0xffff
    this.cycle = cycle
    this.oldStatus = this.dataStatus
    this.dataStatus = dataStatus
    this.transferStatus = transferStatus
    const { data } = this
    let same = 0
    if (data.length === size) while (same < size && data[same] === bytes[at + same]) same++
    this.hasNewData = same < size || data.length !== size
    if (!this.hasNewData) return
    if (data.length === size) data.set(bytes.subarray(at, at + size))
    else this.data = bytes.slice(at, at + size)
  }
}

/** Streams one pair of stations may have; the oldest go first. Real pairs have one to eight. */
const MAX_STREAMS = 64

export class Streams {
  readonly #all = new Map<number, Stream>()

  get(key: number): Stream | undefined {
    return this.#all.get(key)
  }

  add(key: number, stream: Stream): Stream {
    if (this.#all.size >= MAX_STREAMS) this.#all.delete(this.#all.keys().next().value!)
    this.#all.set(key, stream)
    return stream
  }
}
