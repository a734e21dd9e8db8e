/**
 * A list of plain texts as one test, whatever its length: a look-up for each length there is, and for texts anywhere within another one
 * look-up a character. A rule with 5,000 names costs what a rule with twenty costs.
 */
import { parsePattern, plainText } from './glob.ts'

/** From this many on; a few are faster one by one. */
export const LONG_LIST = 16
/** Characters by which texts within another are found. */
const GRAM = 3

export type Place = 'equals' | 'contains' | 'startswith' | 'endswith'

/** Undefined where a value is no text or has wildcards: then each is its own test. */
export function compileWords(values: readonly unknown[], place: Place, cased: boolean): ((text: string) => boolean) | undefined {
  const words = new Set<string>()
  for (const value of values) {
    const plain = typeof value === 'string' ? plainText(parsePattern(value)) : undefined
    if (plain === undefined || plain === '') return undefined
    words.add(cased ? plain : plain.toLowerCase())
  }
  const test = place === 'contains' ? within(words) : place === 'equals' ? (text: string) => words.has(text) : atEnd(words, place)
  return cased ? test : (text) => test(text.toLowerCase())
}

function atEnd(words: ReadonlySet<string>, place: 'startswith' | 'endswith'): (text: string) => boolean {
  const lengths = [...new Set([...words].map((word) => word.length))].sort((a, b) => a - b)
  return (text) => {
    for (const length of lengths) {
      if (length > text.length) return false
      if (words.has(place === 'startswith' ? text.slice(0, length) : text.slice(text.length - length))) return true
    }
    return false
  }
}

function within(words: ReadonlySet<string>): (text: string) => boolean {
  const short = [...words].filter((word) => word.length < GRAM)
  const byStart = new Map<string, string[]>()
  for (const word of words) {
    if (word.length < GRAM) continue
    const start = word.slice(0, GRAM)
    const known = byStart.get(start)
    if (known === undefined) byStart.set(start, [word])
    else known.push(word)
  }
  return (text) => {
    for (const word of short) if (text.includes(word)) return true
    for (let at = 0; at + GRAM <= text.length; at++) {
      const found = byStart.get(text.slice(at, at + GRAM))
      if (found === undefined) continue
      for (const word of found) if (text.startsWith(word, at)) return true
    }
    return false
  }
}
