/**
 * Which rules of one kind an observation matches. A condition can hold in several ways, its arms; what these ask of single fields is
 * asked once a value and remembered, for all arms of all rules at once. What else an arm asks is evaluated where the arm is left.
 */
import type { ObservationKind } from '@isthmus/model'
import type { Judge } from './baseline.ts'
import type { Arm, Getter, Predicate, Rule, Subject } from './rule.ts'
import { both } from './selection.ts'

/** Fields that are looked at; those asked about by most arms. */
const MAX_FIELDS = 12
/** Values of a field that are remembered; when there are more, it begins anew. */
const MAX_VALUES = 4096
/** A longer text is asked each time: what is remembered is bounded in bytes as well. */
const MAX_TEXT = 512
/** A longer list is asked each time. */
const MAX_LIST = 8
const BITS = 32

/** One bit an arm, in the order of the rules. */
type Mask = Int32Array

/** `matches` is what is still to be asked of the subject; undefined when nothing is. `judge` then says what is news. */
export type Candidate = { readonly rule: Rule; readonly matches: Predicate | undefined; readonly judge: Judge }

export type Dispatch = {
  /** In the rules' order; valid until the next call. */
  candidates(subject: Subject): readonly Candidate[]
}

type RuleArm = Arm & { readonly rule: Rule }

export function createDispatch(rules: readonly Rule[], kind: ObservationKind, judges: ReadonlyMap<Rule, Judge>): Dispatch {
  const arms = rules.flatMap((rule) => rule.arms.filter((arm) => allows(arm, kind)).map((arm) => armOf(rule, arm)))
  const columns = fieldsOf(arms).map((field) => new Column(field, arms))
  const asked = askedBeyond(arms, columns, judges)
  const whole = new Map(rules.map((rule) => [rule, { rule, matches: rule.matches, judge: judges.get(rule)! }]))
  const all = maskOf(arms, () => true)
  const left = all.slice()
  const words = left.length
  const found: Candidate[] = []
  /** The arms that `found` was made of, and the columns that said so: one observation is often like the one before. */
  const foundOf = new Int32Array(words)
  const foundBy: Column[] = []
  let isFound = false

  function isLikeLast(subject: Subject): boolean {
    for (let i = 0; i < foundBy.length; i++) if (!foundBy[i]!.isLikeLast(subject)) return false
    return true
  }

  function candidates(subject: Subject): readonly Candidate[] {
    if (isFound && isLikeLast(subject)) return found
    for (let i = 0; i < words; i++) left[i] = all[i]!
    let isSure = true
    foundBy.length = 0
    for (let n = 0; n < columns.length; n++) {
      const column = columns[n]!
      if (!meets(left, column.asking)) continue
      foundBy.push(column)
      if (!column.narrow(left, subject)) isSure = false
    }
    if (isFound && isSure && isEqual(left, foundOf)) return found
    foundOf.set(left)
    isFound = isSure
    found.length = 0
    let last: Candidate | undefined
    for (let i = 0; i < words; i++)
      for (let word = left[i]!; word !== 0; word &= word - 1) {
        const candidate = asked[i * BITS + 31 - Math.clz32(word & -word)]!
        const isOther = last?.rule !== candidate.rule
        if (isOther) last = isSure ? candidate : whole.get(candidate.rule)!
        // Of a rule with several arms left that are not sure, all is asked.
        else if (isSure && last!.matches !== undefined) last = candidate.matches === undefined ? candidate : whole.get(candidate.rule)!
        if (isOther) found.push(last!)
        else found[found.length - 1] = last!
      }
    return found
  }

  return { candidates }
}

/** Rules of every kind often name theirs. */
function allows({ gates }: Arm, kind: ObservationKind): boolean {
  return gates.get('kind')?.holds(kind) ?? true
}

function armOf(rule: Rule, { gates, rest }: Arm): RuleArm {
  return { rule, gates: new Map([...gates].filter(([field]) => field !== 'kind')), rest }
}

/** The fields that arms ask about, the most asked first. */
function fieldsOf(arms: readonly Arm[]): string[] {
  const asked = new Map<string, number>()
  for (const { gates } of arms) for (const field of gates.keys()) asked.set(field, (asked.get(field) ?? 0) + 1)
  return [...asked]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, MAX_FIELDS)
    .map(([field]) => field)
}

function askedBeyond(arms: readonly RuleArm[], columns: readonly Column[], judges: ReadonlyMap<Rule, Judge>): readonly Candidate[] {
  const known = new Set(columns.map(({ field }) => field))
  return arms.map(({ rule, gates, rest }) => {
    let matches = rest
    for (const [field, { get, holds }] of gates) if (!known.has(field)) matches = both((subject) => holds(get(subject)), matches)
    return { rule, matches, judge: judges.get(rule)! }
  })
}

class Column {
  readonly field: string
  /** Arms that ask about the field. */
  readonly asking: Mask
  readonly #arms: readonly Arm[]
  readonly #get: Getter
  readonly #known = new Map<unknown, Mask>()
  readonly #ofLists = new Map<string, Mask>()
  #hits = 0
  /** Most values are others than before: they are not remembered. */
  #isVain = false
  /** What was asked last, and what it allows; of a list, nothing. */
  #value: unknown
  #mask: Mask | undefined

  constructor(field: string, arms: readonly Arm[]) {
    this.field = field
    this.asking = maskOf(arms, ({ gates }) => gates.has(field))
    this.#arms = arms
    this.#get = arms.find(({ gates }) => gates.has(field))!.gates.get(field)!.get
  }

  /** True where the field is what it was when `narrow` was asked last. */
  isLikeLast(subject: Subject): boolean {
    return this.#mask !== undefined && alone(this.#get(subject)) === this.#value
  }

  /** Leaves the arms that the value allows. False where that could not be asked: a condition that throws is a matter of its rule. */
  narrow(left: Mask, subject: Subject): boolean {
    const value = alone(this.#get(subject))
    try {
      if (this.#mask === undefined || value !== this.#value) {
        this.#mask = undefined
        const mask = this.#maskOf(value)
        if (mask === undefined) return this.#ask(value, left)
        // A list may change in place.
        if (typeof value !== 'object') this.#mask = mask
        this.#value = value
        for (let i = 0; i < left.length; i++) left[i]! &= mask[i]!
      } else for (let i = 0; i < left.length; i++) left[i]! &= this.#mask[i]!
      return true
    } catch {
      return false
    }
  }

  /** What the value allows, where that is remembered. */
  #maskOf(value: unknown): Mask | undefined {
    if (this.#isVain) return undefined
    const list = Array.isArray(value) ? textOf(value) : undefined
    if (list === undefined && typeof value === 'object' && value !== null) return undefined
    if ((list ?? (typeof value === 'string' ? value : '')).length > MAX_TEXT) return undefined
    const known = list === undefined ? this.#known.get(value) : this.#ofLists.get(list)
    if (known !== undefined) {
      this.#hits++
      return known
    }
    if (this.#known.size + this.#ofLists.size >= MAX_VALUES) {
      this.#isVain = this.#hits < MAX_VALUES
      this.#known.clear()
      this.#ofLists.clear()
      this.#hits = 0
    }
    const mask = maskOf(this.#arms, ({ gates }) => gates.get(this.field)?.holds(value) ?? true)
    if (list === undefined) this.#known.set(value, mask)
    else this.#ofLists.set(list, mask)
    return mask
  }

  #ask(value: unknown, left: Mask): true {
    for (let i = 0; i < left.length; i++)
      for (let word = left[i]! & this.asking[i]!; word !== 0; word &= word - 1) {
        const bit = word & -word
        if (!this.#arms[i * BITS + 31 - Math.clz32(bit)]!.gates.get(this.field)!.holds(value)) left[i]! &= ~bit
      }
    return true
  }
}

/** A list of one text is asked like the text. */
function alone(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' ? value[0] : value
}

/** Lists of the same texts are one value; undefined for other lists. */
function textOf(values: readonly unknown[]): string | undefined {
  if (values.length > MAX_LIST) return undefined
  let text = ''
  for (const value of values) {
    if (typeof value !== 'string') return undefined
    text += `${value.length} ${value}`
  }
  return text
}

function isEqual(a: Mask, b: Mask): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function meets(a: Mask, b: Mask): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i]! & b[i]!) !== 0) return true
  return false
}

function maskOf<T>(arms: readonly T[], isIn: (arm: T) => boolean): Mask {
  const mask = new Int32Array(Math.ceil(arms.length / BITS))
  arms.forEach((arm, i) => {
    if (isIn(arm)) mask[Math.floor(i / BITS)]! |= 1 << (i % BITS)
  })
  return mask
}
