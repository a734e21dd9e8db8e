/**
 * Which rules of one kind an observation matches. A condition can hold in several ways, its arms; what these ask of single fields is
 * asked once a value and remembered, for all arms of all rules at once. What else an arm asks is evaluated where the arm is left.
 */
import type { ObservationKind } from '@isthmus/model'
import type { Arm, Getter, Predicate, Rule, Subject } from './rule.ts'
import { both } from './selection.ts'

/** Fields that are looked at; those asked about by most arms. */
const MAX_FIELDS = 12
/** Values of a field that are remembered. */
const MAX_VALUES = 512
const BITS = 32

/** One bit an arm, in the order of the rules. */
type Mask = Int32Array

/** `matches` is what is still to be asked of the subject; undefined when nothing is. */
export type Candidate = { readonly rule: Rule; readonly matches: Predicate | undefined }

export type Dispatch = {
  /** In the rules' order; valid until the next call. */
  candidates(subject: Subject): readonly Candidate[]
}

type RuleArm = Arm & { readonly rule: Rule }

export function createDispatch(rules: readonly Rule[], kind: ObservationKind): Dispatch {
  const arms = rules.flatMap((rule) => rule.arms.filter((arm) => allows(arm, kind)).map((arm) => armOf(rule, arm)))
  const columns = fieldsOf(arms).map((field) => new Column(field, arms))
  const asked = askedBeyond(arms, columns)
  const whole = new Map(rules.map((rule) => [rule, { rule, matches: rule.matches }]))
  const all = maskOf(arms, () => true)
  const left = all.slice()
  const words = left.length
  const found: Candidate[] = []
  /** The arms that `found` was made of: one observation is often like the one before. */
  const foundOf = new Int32Array(words)
  let isFound = false

  function candidates(subject: Subject): readonly Candidate[] {
    for (let i = 0; i < words; i++) left[i] = all[i]!
    let isSure = true
    for (let n = 0; n < columns.length; n++) {
      const column = columns[n]!
      if (!meets(left, column.asking)) continue
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

function askedBeyond(arms: readonly RuleArm[], columns: readonly Column[]): readonly Candidate[] {
  const known = new Set(columns.map(({ field }) => field))
  return arms.map(({ rule, gates, rest }) => {
    let matches = rest
    for (const [field, { get, holds }] of gates) if (!known.has(field)) matches = both((subject) => holds(get(subject)), matches)
    return { rule, matches }
  })
}

class Column {
  readonly field: string
  /** Arms that ask about the field. */
  readonly asking: Mask
  readonly #arms: readonly Arm[]
  readonly #get: Getter
  readonly #known = new Map<unknown, Mask>()
  /** What was asked last. */
  #value: unknown
  #mask: Mask | undefined

  constructor(field: string, arms: readonly Arm[]) {
    this.field = field
    this.asking = maskOf(arms, ({ gates }) => gates.has(field))
    this.#arms = arms
    this.#get = arms.find(({ gates }) => gates.has(field))!.gates.get(field)!.get
  }

  /** Leaves the arms that the value allows. False where that could not be asked: a condition that throws is a matter of its rule. */
  narrow(left: Mask, subject: Subject): boolean {
    const value = this.#get(subject)
    if (this.#mask === undefined || value !== this.#value) {
      this.#mask = this.#known.get(value)
      this.#value = value
    }
    try {
      if (this.#mask === undefined && !this.#canRemember(value)) this.#ask(value, left)
      else {
        this.#mask ??= this.#remember(value)
        for (let i = 0; i < left.length; i++) left[i]! &= this.#mask[i]!
      }
      return true
    } catch {
      return false
    }
  }

  /** A list may change in place. */
  #canRemember(value: unknown): boolean {
    return this.#known.size < MAX_VALUES && (typeof value !== 'object' || value === null)
  }

  #remember(value: unknown): Mask {
    const mask = maskOf(this.#arms, ({ gates }) => gates.get(this.field)?.holds(value) ?? true)
    this.#known.set(value, mask)
    return mask
  }

  #ask(value: unknown, left: Mask): void {
    for (let i = 0; i < left.length; i++)
      for (let word = left[i]! & this.asking[i]!; word !== 0; word &= word - 1) {
        const bit = word & -word
        if (!this.#arms[i * BITS + 31 - Math.clz32(bit)]!.gates.get(this.field)!.holds(value)) left[i]! &= ~bit
      }
  }
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
