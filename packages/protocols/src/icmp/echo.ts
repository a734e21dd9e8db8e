/** What an echo carries (RFC 792: the data comes back as it was sent), and whether somebody speaks through it. */
import { byteText } from '../byte-text.ts'

/** Protects against the largest datagrams: words are looked for in the first bytes. */
const MAX_WORDS = 64
/** A row of fewer is a coincidence; times that many programs put first are rarely longer. */
const MIN_WORDS = 12
/** Fewer letters are words as well where only zeros follow: this many. */
const MIN_ZEROS = 32

/** Times and counts that ping programs put first end here; what follows is the same in every echo of a run. */
const PATTERN_FROM = 16
/** So much of the pattern is compared, that runs with growing echoes are one. */
const PATTERN_LENGTH = 32
/** Protects against a host that begins a run with every echo. */
const MAX_RUNS = 16

/** What the last echo of each run (side and identifier) of a conversation carried. */
export type EchoState = { readonly runs: Map<string, number> }

/** A sum over what stays the same in every echo of a run; undefined where there is too little to compare. */
export function patternOf(data: Uint8Array): number | undefined {
  return data.length < PATTERN_FROM + PATTERN_LENGTH ? undefined : sumOf(data.subarray(PATTERN_FROM, PATTERN_FROM + PATTERN_LENGTH))
}

/** True where the echo before it in this run carried another pattern. */
export function changes({ runs }: EchoState, run: string, pattern: number): boolean {
  const before = runs.get(run)
  if (before === undefined && runs.size >= MAX_RUNS) runs.delete(runs.keys().next().value!)
  runs.set(run, pattern)
  return before !== undefined && before !== pattern
}

/** FNV-1a over the data. */
export function sumOf(data: Uint8Array): number {
  let sum = 0x811c9dc5
  for (const byte of data) sum = Math.imul(sum ^ byte, 0x0100_0193) >>> 0
  return sum
}

/** The words that data begins with; '' where it is a pattern (`abcd…`, one letter again and again), a time or binary. */
export function wordsOf(data: Uint8Array): string {
  let n = 0
  while (n < data.length && n < MAX_WORDS && isText(data[n]!)) n++
  if (n < MIN_WORDS && !(n >= 3 && zerosAfter(data, n))) return ''
  let steps = 0
  for (let i = 1; i < n; i++) if (data[i] === data[i - 1] || data[i] === data[i - 1]! + 1) steps++
  return steps * 2 >= n - 1 ? '' : byteText(data.subarray(0, n))
}

const isText = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13

function zerosAfter(data: Uint8Array, from: number): boolean {
  if (data.length < from + MIN_ZEROS) return false
  for (let i = from; i < from + MIN_ZEROS; i++) if (data[i] !== 0) return false
  return true
}
