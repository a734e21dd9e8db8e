/** What is shown of a section's versions and of the difference between two, worked out without a browser. */
import type { ProgramByteChange, ProgramDetail, ProgramDiff, ProgramLineChange, ProgramVersion } from '../../api/types.ts'
import { count, plural } from '../../ui/format.ts'

export const HOW_WORDS: Readonly<Record<ProgramVersion['how'], readonly [word: string, means: string]>> = {
  loaded: ['loaded', 'Loaded into the controller'],
  read: ['read out', 'Read out of the controller, which was not changed by it'],
  edited: ['edited', 'Edited while the controller ran; the bytes are what was put in, not the whole section'],
}

export type Numbered = {
  readonly version: ProgramVersion
  /** Equal contents have one number, whichever way they went; none where the section was not seen whole. */
  readonly number: number | undefined
  /** Its bytes can be compared and had. */
  readonly isKept: boolean
  /** It is, and no later version has the same bytes: the one that stands for them. */
  readonly isLatest: boolean
}

/** In the order in which they came. */
export function numbered({ versions, kept }: Pick<ProgramDetail, 'versions' | 'kept'>): readonly Numbered[] {
  const numbers = new Map<string, number>()
  return versions.map((version, i) => {
    const { hash, content } = version
    if (hash !== undefined && !numbers.has(hash)) numbers.set(hash, numbers.size + 1)
    const isKept = content !== undefined && kept.includes(content)
    const isLatest = isKept && !versions.slice(i + 1).some((later) => later.content === content)
    return { version, number: hash === undefined ? undefined : numbers.get(hash), isKept, isLatest }
  })
}

export const ALL = 'all'
export type Pair = { readonly from: string; readonly to: string }

/** What is compared where nobody chose: the newest content with the one before it, moved the same way where there is one. */
export function pairOf(rows: readonly Numbered[], chosen: Pair): Pair {
  const kept = rows.filter((row) => row.isKept && row.version.how !== 'edited')
  const has = (content: string): boolean => rows.some((row) => row.isKept && row.version.content === content)
  const newest = kept.at(-1) ?? rows.findLast((row) => row.isKept)
  const to = has(chosen.to) ? chosen.to : (newest?.version.content ?? '')
  const after = rows.findLast(({ version }) => version.content === to)
  const others = kept.filter(({ version }) => version.content !== to && after !== undefined && version.firstAt <= after.version.firstAt)
  const same = others.findLast(({ version }) => version.how === after?.version.how)
  if (chosen.from === ALL || has(chosen.from)) return { from: chosen.from, to }
  return { from: after?.version.how === 'edited' ? ALL : ((same ?? others.at(-1))?.version.content ?? ALL), to }
}

/** Rows as people count them: `14 bytes differ in 3 places`. */
export function inShort({ form, differing, places, bytes, newBytes }: ProgramDiff): string {
  if (places === 0) return 'Nothing differs.'
  const what = plural(differing, form === 'text' ? 'line' : 'byte')
  const where = places === 1 ? 'one place' : `${count(places)} places`
  const size = bytes === newBytes ? `${plural(newBytes, 'byte')} as before` : `${count(bytes)} bytes before, ${count(newBytes)} after`
  return `${what} in ${where}; ${size}`
}

export const offset = (at: number): string => `0x${at.toString(16).padStart(4, '0')}`

export function byteTitle({ at, newAt, length, newLength, part }: ProgramByteChange): string {
  const where = at === newAt || length === 0 ? offset(newAt) : newLength === 0 ? offset(at) : `${offset(at)}, now ${offset(newAt)}`
  const what =
    length === 0
      ? `${plural(newLength, 'byte')} put in`
      : newLength === 0
        ? `${plural(length, 'byte')} taken out`
        : length === newLength
          ? `${plural(length, 'byte')} changed`
          : `${plural(length, 'byte')} replaced by ${count(newLength)}`
  return `${where}${part === '' ? '' : `, ${part}`}: ${what}`
}

export type Line = { readonly sign: ' ' | '−' | '+'; readonly number: number; readonly text: string }

/** One change as lines with their numbers: in the earlier text where a line went, in the later one elsewhere. */
export function linesOf({ at, newAt, newLength, removed, added, lead, trail }: ProgramLineChange): readonly Line[] {
  const put = (sign: Line['sign'], lines: readonly string[], from: number): Line[] =>
    lines.map((text, i) => ({ sign, number: from + i, text }))
  return [
    ...put(' ', lead, newAt - lead.length),
    ...put('−', removed, at),
    ...put('+', added, newAt),
    ...put(' ', trail, newAt + newLength),
  ]
}

/** `7e630000` → `7e 63 00 00`. */
export const hexPairs = (hex: string): string => hex.replace(/(..)(?=.)/g, '$1 ')

/** Bytes that print, and a dot for each that does not. */
export function asText(hex: string): string {
  return (hex.match(/../g) ?? []).map((two) => printable(Number.parseInt(two, 16))).join('')
}

const printable = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')
