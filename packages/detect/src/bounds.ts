/** What a rule may ask for: a hostile or careless one is refused with a reason before it costs anything. */
import { isMap, type Path, Refused } from './refused.ts'

export const RULE_BOUNDS = {
  /** Maps and lists within one another. */
  depth: 24,
  /** Keys and values of one document. */
  values: 20_000,
  /** Characters of one text. */
  text: 16_384,
  /** Selections of one detection. */
  selections: 500,
  /** Words and parentheses of a condition. */
  words: 2000,
  /** Characters of a regular expression. */
  pattern: 1024,
  /** What evaluating the rule may cost, in comparisons of a short text; a long list of plain texts counts as twenty. */
  cost: 1000,
} as const

/** Walks without recursion: depth is what is asked about. */
export function checkBounds(document: unknown): void {
  let waiting: { readonly value: unknown; readonly path: Path }[] = [{ value: document, path: [] }]
  let values = 0
  for (let depth = 0; waiting.length > 0; depth++) {
    if (depth > RULE_BOUNDS.depth) throw new Refused([], `nested deeper than ${RULE_BOUNDS.depth} levels`)
    const inner: typeof waiting = []
    for (const { value, path } of waiting) {
      if (typeof value === 'string' && value.length > RULE_BOUNDS.text)
        throw new Refused(path, `a text of ${value.length} characters: at most ${RULE_BOUNDS.text}`)
      const entries = Array.isArray(value) ? value.entries() : isMap(value) ? Object.entries(value) : []
      for (const [key, item] of entries) {
        if (++values > RULE_BOUNDS.values) throw new Refused([], `more than ${RULE_BOUNDS.values} keys and values`)
        inner.push({ value: item, path: path.length < 3 ? [...path, key] : path })
      }
    }
    waiting = inner
  }
}

/** Adds up what a rule's tests cost. */
export class Cost {
  #sum = 0
  get sum(): number {
    return this.#sum
  }
  add(n: number, path: Path): void {
    this.#sum += n
    if (this.#sum > RULE_BOUNDS.cost)
      throw new Refused(path, `the rule is too expensive: more than ${RULE_BOUNDS.cost} comparisons for each observation`)
  }
}
