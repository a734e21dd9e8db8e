/**
 * DEFLATE (RFC 1951), with the wrappers of gzip (RFC 1952) and zlib (RFC 1950): what a compressed body says. Total:
 * broken input ends the output where it breaks.
 */

const WINDOW = 32_768
const PIECE = 65_536
/** RFC 1951 §3.2.5: base and extra bits of lengths 257 to 285 and of distances. */
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12_289, 16_385,
  24_577,
]
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const MAX_BITS = 15

/** Calls `out` with pieces of what `bytes` inflates to, at most `most` bytes of it; false when the input is broken or cut. */
export function inflate(bytes: Uint8Array, most: number, out: (piece: Uint8Array) => void): boolean {
  const start = bodyStart(bytes)
  return start >= 0 && new Inflater(bytes, start, most, out).run()
}

function bodyStart(b: Uint8Array): number {
  if (b[0] === 0x1f && b[1] === 0x8b && b[2] === 8) return afterGzipHead(b)
  const isZlib = b.length > 2 && (b[0]! & 15) === 8 && ((b[0]! << 8) | b[1]!) % 31 === 0
  return isZlib ? 2 : 0
}

function afterGzipHead(b: Uint8Array): number {
  const flags = b[3] ?? 0
  let at = 10
  if (flags & 4) at += 2 + ((b[at] ?? 0) | ((b[at + 1] ?? 0) << 8))
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue
    const end = b.indexOf(0, at)
    if (end < 0) return -1
    at = end + 1
  }
  return at + (flags & 2 ? 2 : 0)
}

type Code = { readonly counts: Uint16Array; readonly symbols: Uint16Array }

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(MAX_BITS + 1)
  for (const n of lengths) counts[n]!++
  const offsets = new Uint16Array(MAX_BITS + 2)
  for (let n = 1; n <= MAX_BITS; n++) offsets[n + 1] = offsets[n]! + counts[n]!
  const symbols = new Uint16Array(lengths.length)
  lengths.forEach((n, symbol) => {
    if (n !== 0) symbols[offsets[n]!++] = symbol
  })
  counts[0] = 0
  return { counts, symbols }
}

const FIXED_LENGTHS = codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)))
const FIXED_DISTANCES = codeOf(Array.from({ length: 30 }, () => 5))

class Inflater {
  readonly #in: Uint8Array
  #at: number
  #held = 0
  #bits = 0
  readonly #window = new Uint8Array(WINDOW + PIECE)
  #end = 0
  /** Bytes at the window's start that were given out. */
  #given = 0
  #room: number
  readonly #out: (piece: Uint8Array) => void
  #broken = false

  constructor(bytes: Uint8Array, at: number, most: number, out: (piece: Uint8Array) => void) {
    this.#in = bytes
    this.#at = at
    this.#room = most
    this.#out = out
  }

  run(): boolean {
    let last = false
    while (!last && !this.#broken && this.#room > 0) {
      last = this.#take(1) === 1
      const kind = this.#take(2)
      if (kind === 0) this.#stored()
      else if (kind === 1) this.#coded(FIXED_LENGTHS, FIXED_DISTANCES)
      else if (kind === 2) this.#dynamic()
      else this.#broken = true
    }
    this.#give()
    return !this.#broken
  }

  #take(n: number): number {
    while (this.#bits < n) {
      if (this.#at >= this.#in.length) {
        this.#broken = true
        return 0
      }
      this.#held |= this.#in[this.#at++]! << this.#bits
      this.#bits += 8
    }
    const value = this.#held & ((1 << n) - 1)
    this.#held >>>= n
    this.#bits -= n
    return value
  }

  #symbol(code: Code): number {
    let value = 0
    let first = 0
    let index = 0
    for (let n = 1; n <= MAX_BITS && !this.#broken; n++) {
      value |= this.#take(1)
      const count = code.counts[n]!
      if (value - count < first) return code.symbols[index + value - first]!
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    this.#broken = true
    return 0
  }

  #stored(): void {
    this.#held = 0
    this.#bits = 0
    const length = (this.#in[this.#at] ?? 0) | ((this.#in[this.#at + 1] ?? 0) << 8)
    this.#at += 4
    for (let i = 0; i < length && this.#room > 0; i++) {
      if (this.#at >= this.#in.length) {
        this.#broken = true
        return
      }
      this.#push(this.#in[this.#at++]!)
    }
  }

  #dynamic(): void {
    const lengthCodes = this.#take(5) + 257
    const distanceCodes = this.#take(5) + 1
    const codeCodes = this.#take(4) + 4
    const codeLengths = new Array<number>(19).fill(0)
    for (let i = 0; i < codeCodes; i++) codeLengths[CODE_ORDER[i]!] = this.#take(3)
    const code = codeOf(codeLengths)
    const lengths: number[] = []
    while (lengths.length < lengthCodes + distanceCodes && !this.#broken) {
      const symbol = this.#symbol(code)
      if (symbol < 16) lengths.push(symbol)
      else {
        const value = symbol === 16 ? (lengths.at(-1) ?? 0) : 0
        const times = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7)
        for (let i = 0; i < times; i++) lengths.push(value)
      }
    }
    this.#coded(codeOf(lengths.slice(0, lengthCodes)), codeOf(lengths.slice(lengthCodes, lengthCodes + distanceCodes)))
  }

  #coded(lengths: Code, distances: Code): void {
    while (!this.#broken && this.#room > 0) {
      const symbol = this.#symbol(lengths)
      if (this.#broken || symbol === 256) return
      if (symbol < 256) {
        this.#push(symbol)
        continue
      }
      const length = LENGTH_BASE[symbol - 257]! + this.#take(LENGTH_BITS[symbol - 257] ?? 0)
      const code = this.#symbol(distances)
      const distance = (DISTANCE_BASE[code] ?? 0) + this.#take(DISTANCE_BITS[code] ?? 0)
      if (!(length > 0) || distance === 0 || distance > this.#end) {
        this.#broken = true
        return
      }
      for (let i = 0; i < length && this.#room > 0; i++) this.#push(this.#window[this.#end - distance]!)
    }
  }

  #push(byte: number): void {
    if (this.#end === this.#window.length) {
      this.#give()
      this.#window.copyWithin(0, this.#end - WINDOW, this.#end)
      this.#end = WINDOW
      this.#given = WINDOW
    }
    this.#window[this.#end++] = byte
    this.#room--
  }

  #give(): void {
    if (this.#end > this.#given) this.#out(this.#window.subarray(this.#given, this.#end))
    this.#given = this.#end
  }
}
