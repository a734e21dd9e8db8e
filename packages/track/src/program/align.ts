/**
 * Where two sequences differ: what is unchanged is anchored on pieces that occur once, what lies between is compared step by
 * step (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986). Time and memory are bounded whatever the input: what
 * costs too much is told as replaced.
 */

/** `length` elements at `at` of the first become `newLength` at `newAt` of the second. */
export type Stretch = { readonly at: number; readonly length: number; readonly newAt: number; readonly newLength: number }
export type Alignment = {
  /** In order; what lies between is equal. */
  readonly stretches: readonly Stretch[]
  /** A stretch may hold more than what differs: the bound on work was reached. */
  readonly isCoarse: boolean
}
type Sequence = Uint8Array | Int32Array

/** Differences within one gap between anchors; the trace of them takes 4 bytes times its square. */
const MAX_DIFFERENCES = 1024
/** Steps of all gaps together. */
const MAX_STEPS = 4_000_000

/** @param anchor elements that a piece has which is looked for elsewhere */
export function align(a: Sequence, b: Sequence, anchor: number): Alignment {
  const run = new Run(a, b, 4 * anchor)
  let at = 0
  let newAt = 0
  for (const [x, y, length] of anchors(a, b, anchor)) {
    run.gap(at, x, newAt, y)
    at = x + length
    newAt = y + length
  }
  run.gap(at, a.length, newAt, b.length)
  return { stretches: run.stretches, isCoarse: run.isCoarse }
}

class Run {
  readonly stretches: Stretch[] = []
  isCoarse = false
  readonly #a: Sequence
  readonly #b: Sequence
  readonly #short: number
  #steps = MAX_STEPS

  /** @param short up to this length, what keeps its length is taken as changed in place */
  constructor(a: Sequence, b: Sequence, short: number) {
    this.#a = a
    this.#b = b
    this.#short = short
  }

  /** From `at` before `end` in the first, `newAt` before `newEnd` in the second. */
  gap(at: number, end: number, newAt: number, newEnd: number): void {
    const a = this.#a
    const b = this.#b
    while (at < end && newAt < newEnd && a[at] === b[newAt]) {
      at++
      newAt++
    }
    while (end > at && newEnd > newAt && a[end - 1] === b[newEnd - 1]) {
      end--
      newEnd--
    }
    if (at === end || newAt === newEnd) return this.#add(at, end - at, newAt, newEnd - newAt)
    const isSameLength = end - at === newEnd - newAt
    // In a longer stretch of which most differs, something may have moved.
    const isInPlace = isSameLength && (end - at <= this.#short || this.#inPlace(at, end, newAt, false) * 2 <= end - at)
    if (isInPlace) return void this.#inPlace(at, end, newAt, true)
    const found = this.#myers(at, end, newAt, newEnd)
    if (found !== undefined) for (const one of joined(found, this.#short / 16)) this.#add(one.at, one.length, one.newAt, one.newLength)
    else if (isSameLength) this.#inPlace(at, end, newAt, true)
    else {
      this.isCoarse = true
      this.#add(at, end - at, newAt, newEnd - newAt)
    }
  }

  #add(at: number, length: number, newAt: number, newLength: number): void {
    if (length > 0 || newLength > 0) this.stretches.push({ at, length, newAt, newLength })
  }

  /** @returns how many elements differ at their own place */
  #inPlace(at: number, end: number, newAt: number, isKept: boolean): number {
    const a = this.#a
    const b = this.#b
    let differing = 0
    let from = -1
    for (let i = at; i <= end; i++) {
      const isEqual = i === end || a[i] === b[newAt + i - at]
      if (!isEqual) {
        differing++
        if (from < 0) from = i
      } else if (from >= 0) {
        if (isKept) this.#add(from, i - from, newAt + from - at, i - from)
        from = -1
      }
    }
    return differing
  }

  /** The fewest differences; undefined where they are too many to be looked for. */
  #myers(at: number, end: number, newAt: number, newEnd: number): Stretch[] | undefined {
    const a = this.#a
    const b = this.#b
    const n = end - at
    const m = newEnd - newAt
    const max = Math.min(n + m, MAX_DIFFERENCES)
    if (Math.abs(n - m) > max) return undefined
    const reach = new Int32Array(2 * max + 3)
    const trace: Int32Array[] = []
    for (let d = 0; d <= max; d++) {
      trace.push(reach.slice(max - d, max + d + 3))
      for (let k = -d; k <= d; k += 2) {
        const i = k + max + 1
        const goesDown = k === -d || (k !== d && reach[i - 1]! < reach[i + 1]!)
        let x = goesDown ? reach[i + 1]! : reach[i - 1]! + 1
        let y = x - k
        const start = x
        while (x < n && y < m && a[at + x] === b[newAt + y]) {
          x++
          y++
        }
        this.#steps -= 1 + x - start
        reach[i] = x
        if (x >= n && y >= m) return walkBack(trace, d, n, m, at, newAt)
      }
      if (this.#steps <= 0) return undefined
    }
    return undefined
  }
}

/** Between two differences, fewer equal elements than this are chance: told as one difference. */
function joined(found: readonly Stretch[], chance: number): Stretch[] {
  const all: Stretch[] = []
  for (const one of found) {
    const last = all.at(-1)
    if (last === undefined || one.at - last.at - last.length >= chance) all.push(one)
    else {
      const { at, newAt } = last
      all[all.length - 1] = { at, newAt, length: one.at + one.length - at, newLength: one.newAt + one.newLength - newAt }
    }
  }
  return all
}

/** The trace of round d holds, from index 0, the reach on diagonals -d-1 to d+1 before it. */
function walkBack(trace: readonly Int32Array[], d: number, n: number, m: number, at: number, newAt: number): Stretch[] {
  const stretches: Stretch[] = []
  let x = n
  let y = m
  for (let round = d; round > 0; round--) {
    const reach = trace[round]!
    const k = x - y
    const i = k + round + 1
    const cameDown = k === -round || (k !== round && reach[i - 1]! < reach[i + 1]!)
    const before = cameDown ? k + 1 : k - 1
    const fromX = reach[before + round + 1]!
    const fromY = fromX - before
    const [toX, toY] = cameDown ? [fromX, fromY + 1] : [fromX + 1, fromY]
    const next = stretches.at(-1)
    if (next !== undefined && next.at === at + toX && next.newAt === newAt + toY) {
      stretches[stretches.length - 1] = {
        at: at + fromX,
        newAt: newAt + fromY,
        length: next.length + (toX - fromX),
        newLength: next.newLength + (toY - fromY),
      }
    } else stretches.push({ at: at + fromX, length: toX - fromX, newAt: newAt + fromY, newLength: toY - fromY })
    x = fromX
    y = fromY
  }
  return stretches.reverse()
}

type Match = readonly [at: number, newAt: number, length: number]

/** Equal pieces in the same order in both, without overlap: of the first, pieces that occur once, wherever they are in the second. */
function anchors(a: Sequence, b: Sequence, size: number): Match[] {
  if (Math.min(a.length, b.length) < 4 * size) return []
  const places = new Map<number, number>()
  for (let at = 0; at + size <= a.length; at += size) {
    const key = hashOf(a, at, size)
    places.set(key, places.has(key) ? -1 : at)
  }
  const found: Match[] = []
  const factor = power(size - 1)
  let hash = hashOf(b, 0, size)
  for (let y = 0; y + size <= b.length; ) {
    const x = places.get(hash) ?? -1
    let length = 0
    if (x >= 0) while (x + length < a.length && y + length < b.length && a[x + length] === b[y + length]) length++
    if (length >= size) {
      found.push([x, y, length])
      y += length
      if (y + size <= b.length) hash = hashOf(b, y, size)
      continue
    }
    if (y + size < b.length) hash = (Math.imul((hash - Math.imul(b[y]!, factor)) | 0, BASE) + b[y + size]!) | 0
    y++
  }
  return inOrderOfBoth(found)
}

const BASE = 0x01000193

function hashOf(s: Sequence, at: number, size: number): number {
  let hash = 0
  for (let i = at; i < at + size; i++) hash = (Math.imul(hash, BASE) + s[i]!) | 0
  return hash
}

function power(times: number): number {
  let product = 1
  for (let i = 0; i < times; i++) product = Math.imul(product, BASE)
  return product
}

/** The longest run of matches that rises in the first too (they rise in the second), cut where they overlap. */
function inOrderOfBoth(found: readonly Match[]): Match[] {
  const tails: number[] = []
  const before = new Int32Array(found.length)
  for (const [i, [at]] of found.entries()) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (found[tails[middle]!]![0] < at) low = middle + 1
      else high = middle
    }
    before[i] = low > 0 ? tails[low - 1]! : -1
    tails[low] = i
  }
  const chain: Match[] = []
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i]!) chain.push(found[i]!)
  const kept: Match[] = []
  let end = 0
  for (const [at, newAt, length] of chain.reverse()) {
    const cut = Math.max(0, end - at)
    if (length > cut) kept.push([at + cut, newAt + cut, length - cut])
    end = Math.max(end, at + length)
  }
  return kept
}
