/**
 * Which rules of one kind an observation matches. What their conditions ask of single fields is asked once a value and remembered, for
 * all rules at once; what remains of a condition is evaluated for the rules that are left.
 */
import type { Getter, Predicate, Rule, Subject } from './rule.ts'

/** Fields that are looked at; those asked about by most rules. */
const MAX_FIELDS = 12
/** Values of a field that are remembered. A field with more tells little of rules, and is no longer asked. */
const MAX_VALUES = 512
const BITS = 32

/** One bit a rule, in the order of the rules. */
type Mask = readonly number[]

/** `matches` is what is still to be asked of the subject; undefined when nothing is. */
export type Candidate = { readonly rule: Rule; readonly matches: Predicate | undefined }

export type Dispatch = {
  /** In the rules' order; valid until the next call. */
  candidates(subject: Subject): readonly Candidate[]
}

export function createDispatch(rules: readonly Rule[]): Dispatch {
  const all = maskOf(rules, () => true)
  const left = [...all]
  const found: Candidate[] = []
  let columns = fieldsOf(rules).map((field) => new Column(field, rules))
  let asked = askedBeyond(rules, columns)
  const whole = rules.map((rule) => ({ rule, matches: rule.matches }))

  function candidates(subject: Subject): readonly Candidate[] {
    for (let i = 0; i < all.length; i++) left[i] = all[i]!
    let isFull = false
    let isSure = true
    for (let n = 0; n < columns.length; n++) {
      const column = columns[n]!
      const mask = column.maskOf(subject)
      if (mask === undefined) {
        isFull ||= column.isFull
        isSure = false
        continue
      }
      let any = 0
      for (let i = 0; i < all.length; i++) any |= left[i]! &= mask[i]!
      if (any === 0) break
    }
    const of = isSure ? asked : whole
    found.length = 0
    for (let i = 0; i < all.length; i++)
      for (let word = left[i]!; word !== 0; word &= word - 1) found.push(of[i * BITS + 31 - Math.clz32(word & -word)]!)
    if (isFull) {
      columns = columns.filter((column) => !column.isFull)
      asked = askedBeyond(rules, columns)
    }
    return found
  }

  return { candidates }
}

/** The fields that rules ask about, the most asked first. */
function fieldsOf(rules: readonly Rule[]): string[] {
  const asked = new Map<string, number>()
  for (const { gates } of rules) for (const field of gates.keys()) asked.set(field, (asked.get(field) ?? 0) + 1)
  return [...asked]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, MAX_FIELDS)
    .map(([field]) => field)
}

function askedBeyond(rules: readonly Rule[], columns: readonly Column[]): readonly Candidate[] {
  const known = new Set(columns.map(({ field }) => field))
  return rules.map((rule) => ({ rule, matches: [...rule.gates.keys()].every((field) => known.has(field)) ? rule.rest : rule.matches }))
}

class Column {
  readonly field: string
  readonly #rules: readonly Rule[]
  readonly #get: Getter
  readonly #known = new Map<unknown, Mask>()
  isFull = false

  constructor(field: string, rules: readonly Rule[]) {
    this.field = field
    this.#rules = rules
    this.#get = rules.find(({ gates }) => gates.has(field))!.gates.get(field)!.get
  }

  /** Undefined when the rules must ask themselves. */
  maskOf(subject: Subject): Mask | undefined {
    const value = this.#get(subject)
    const known = this.#known.get(value)
    if (known !== undefined) return known
    // A list may change in place.
    if (typeof value === 'object' && value !== null) return undefined
    if (this.#known.size >= MAX_VALUES) {
      this.isFull = true
      return undefined
    }
    const mask = this.#ask(value)
    if (mask !== undefined) this.#known.set(value, mask)
    return mask
  }

  /** A condition that throws is a matter of its rule's evaluation. */
  #ask(value: unknown): Mask | undefined {
    try {
      return maskOf(this.#rules, ({ gates }) => gates.get(this.field)?.holds(value) ?? true)
    } catch {
      return undefined
    }
  }
}

function maskOf(rules: readonly Rule[], isIn: (rule: Rule) => boolean): Mask {
  const mask = new Array<number>(Math.ceil(rules.length / BITS)).fill(0)
  rules.forEach((rule, i) => {
    if (isIn(rule)) mask[Math.floor(i / BITS)]! |= 1 << (i % BITS)
  })
  return mask
}
