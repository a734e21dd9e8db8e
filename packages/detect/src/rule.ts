/** What a rule is before and after compilation, and how a rule that cannot be compiled says so. */
import type { Asset, Finding, Level, Micros, Observation, ObservationKind, Wording } from '@isthmus/model'
import type { Hit } from './indicators/match.ts'
import type { MemorySpec } from './memory/keys.ts'
import type { AboveUsual } from './memory/volume.ts'
import type { HabitKind } from './process/habit.ts'

/** Compiles a pattern into a test. Must be linear in the text (RE2): patterns come from rule authors, text from attackers. */
export type Regex = (pattern: string, flags: string) => (text: string) => boolean

/** One parsed YAML document of a rule file. */
export type RuleSource = {
  readonly file: string
  readonly document: unknown
  /** The line of a path within the document (from 1); undefined when the parser cannot tell. */
  readonly lineOf?: ((path: readonly (string | number)[]) => number | undefined) | undefined
  /** Written by people of the site: its correlations do not silence the rules they rest on that are not. */
  readonly isOwn?: boolean | undefined
}

/** Why a rule was refused: which file and line, which key, what is wrong. The other rules work on. */
export type RuleError = {
  readonly file: string
  readonly rule: string
  readonly path: string
  readonly line: number | undefined
  readonly reason: string
}

/** A rule document whose name is known and whose rest is not yet understood. */
export type Draft = { readonly source: RuleSource; readonly doc: Record<string, unknown>; readonly name: string }

export type Engine = Finding['engine']

/** What a rule looks at: the observation, what is known of its two ends, and when the site stopped learning. */
export type Subject = {
  observation: Observation
  client: Asset | undefined
  server: Asset | undefined
  learnedAt: Micros
  /** The indicator that the observation shows, while rules that ask of one are evaluated. */
  indicator?: Hit | undefined
}

export type Getter = (subject: Subject) => unknown

export type FieldRead = {
  readonly get: Getter
  /** Equal where the values are: rules that ask about it are found together. */
  readonly key: string
  /** The field of ours behind it. */
  readonly from: string
  readonly isTime: boolean
}

export type Predicate = (subject: Subject) => boolean

/** What a rule asks of one field alone: where this does not hold of the field's value, the rule cannot match. */
export type Gate = { readonly get: Getter; readonly holds: (value: unknown) => boolean }
/** By the field's name. */
export type Gates = ReadonlyMap<string, Gate>
/** One way in which a condition can hold: what it asks of single fields, and what it asks besides. It holds where all of that does. */
export type Arm = { readonly gates: Gates; readonly rest: Predicate | undefined }
/** A part of a condition. It holds where one of its arms does. */
export type Test = { readonly holds: Predicate; readonly arms: readonly Arm[] }

/** `first_seen`: fires for groups not met while learning, once a day until a person approves them. */
export type FirstSeen = {
  readonly groupBy: readonly Getter[]
  /** Names of the fields of `groupBy`. */
  readonly names: readonly string[]
  /** Tells this memory from one by other fields. */
  readonly key: string
  /** Learning time of its own: then it fires once per group and for good. */
  readonly afterUs: Micros | undefined
  /** Whose habit it is: an asset that appears later has a learning time of its own for what is done to (or by) it. */
  readonly whose: 'site' | 'client' | 'server'
}

/** `outside_range`: fires when a number leaves the range its group has shown so far. */
export type OutsideRange = FirstSeen & {
  readonly field: Getter
  /** Share of the range's span that a value may exceed it by. */
  readonly margin: number
  /** Values a group must have shown before it is judged. */
  readonly minValues: number
}

/** `out_of_habit`: fires when a number breaks a habit that its group has shown; the finding carries HABIT_FIELDS. */
export type OutOfHabit = FirstSeen & {
  readonly field: Getter
  readonly habits: ReadonlySet<HabitKind>
  /** How many times what is allowed it takes. */
  readonly distance: number
}

/** What a finding of `out_of_habit` says: which habit, what is broken of it in words, what was measured, the limit learnt, how many times the limit. */
export const HABIT_FIELDS = ['habit', 'breach', 'measured', 'limit', 'distance'] as const

/** `adopts`: the finding says what the observation says of itself; one finding a `per` and pair of hosts. */
export type Adopts = { readonly per: readonly Getter[]; readonly title: Getter; readonly level: Getter; readonly attack: Getter }

export type CorrelationType = 'event_count' | 'value_count' | 'value_sum' | 'value_avg' | 'temporal' | 'temporal_ordered'

export type Correlation = {
  readonly type: CorrelationType
  readonly rules: readonly string[]
  /** Per referenced rule, because `aliases` may name another field in each. */
  readonly groupBy: ReadonlyMap<string, readonly Getter[]>
  readonly groupNames: readonly string[]
  /** Per referenced rule, as `groupBy`. */
  readonly field: ReadonlyMap<string, Getter> | undefined
  readonly fieldName: string | undefined
  readonly timespanUs: Micros
  readonly holds: (n: number) => boolean
  /** The smallest count that can satisfy the condition; how much a window must remember. */
  readonly least: number
  /** True when the condition also bounds from above: it can only be judged once the window is over. */
  readonly bounded: boolean
}

/** A compiled rule. `meaning` parts are what `version` is a hash of. */
export type Rule = {
  readonly name: string
  readonly id: string
  readonly title: string
  readonly description: string
  readonly version: string
  readonly engine: Engine
  readonly level: Level
  readonly attack: readonly string[]
  readonly status: string
  /** Kinds it looks at; empty for a correlation, which looks at other rules. */
  readonly kinds: readonly ObservationKind[]
  readonly matches: Predicate
  /** What evaluating it costs, in comparisons of a short text. */
  readonly cost: number
  /** A field as this rule may name it: correlations group by those. */
  readonly fieldOf: (name: string) => FieldRead | undefined
  /** The ways in which `matches` can hold: rules are found by what these ask of single fields. */
  readonly arms: readonly Arm[]
  readonly firstSeen: FirstSeen | undefined
  readonly outsideRange: OutsideRange | undefined
  readonly outOfHabit: OutOfHabit | undefined
  /** `above_usual`: fires when a group carries far more in a window of time than in any that was learnt. */
  readonly aboveUsual: AboveUsual | undefined
  /** `changed`, `outside_hours` or `overdue`. */
  readonly memory: MemorySpec | undefined
  readonly adopts: Adopts | undefined
  /** It asks of an indicator: evaluated once for each that an observation shows, and for nothing else. */
  readonly asksIndicator: boolean
  readonly correlation: Correlation | undefined
  /** False for a rule that only feeds correlations. */
  readonly generates: boolean
  /** Fields carried on its findings, for the sentence and the page. */
  readonly carried: readonly { readonly name: string; readonly get: Getter }[]
  readonly falsePositives: readonly string[]
  readonly misses: readonly string[]
  readonly references: readonly string[]
  readonly wording: Wording
  readonly file: string
  readonly isOwn: boolean
}

export type RuleSet = { readonly rules: readonly Rule[]; readonly errors: readonly RuleError[] }

export type Ends = { readonly client: Asset | undefined; readonly server: Asset | undefined }
