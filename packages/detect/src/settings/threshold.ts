/**
 * The numbers of a rule that a setting may change, read out of the rule itself: what its document says is the
 * published default. They are the bounds of a correlation's condition, its time, the keys of our extensions, and what
 * the rule names under `thresholds`.
 */
import { isMap, type Path, Refused, show, timespan } from '../refused.ts'

export type Threshold = {
  /** The document's name: that of the rule, or of one that feeds it. */
  readonly rule: string
  readonly key: string
  readonly kind: 'number' | 'time'
  /** What the number is of, for people: `events`, `different server.ip`. */
  readonly of: string
  /** Where it stands in the rule's document. */
  readonly path: Path
  readonly default: number | string
  /** Smallest and largest value; microseconds where it is a time. */
  readonly least: number
  readonly most: number
  readonly isWhole: boolean
}

type Doc = Record<string, unknown>

const SECOND_US = 1e6
const DAY_US = 86_400e6
/** A window counts at most so many different values (MAX_VALUES of `window.ts`). */
const MOST_VALUES = 1024
/** Two sources remember at most so many values that they agreed on (MOST_VALUES of `memory/keys.ts`). */
const MOST_AGREED = 64
/** The times of so many new values are remembered (MOST_NEW of `memory/many-new.ts`). */
const MOST_NEW = 1000
const MOST_EVENTS = 1e9
const MOST_NUMBER = 1e15
/** What a rule may not call a threshold: these are keys of a rule's setting. */
const TAKEN: ReadonlySet<string> = new Set(['on', 'level'])
const LOWER: readonly string[] = ['gte', 'gt', 'eq', 'neq']
const UPPER: readonly string[] = ['lte', 'lt']

type Spec = { readonly key: string; readonly path: Path; readonly of: string; readonly time?: true } & Partial<
  Pick<Threshold, 'least' | 'most' | 'isWhole'>
>

/** Thresholds of one rule document that compiles. */
export function thresholdsOf(rule: string, doc: Doc): readonly Threshold[] {
  const found = new Map<string, Threshold>()
  for (const spec of [...ofCorrelation(doc), ...ofMemory(), ...named(doc)]) {
    const value = valueAt(doc, spec.path)
    const isTime = spec.time === true
    if (found.has(spec.key) || typeof value !== (isTime ? 'string' : 'number')) continue
    found.set(spec.key, {
      rule,
      key: spec.key,
      kind: isTime ? 'time' : 'number',
      of: spec.of,
      path: spec.path,
      default: value as number | string,
      least: spec.least ?? 0,
      most: spec.most ?? MOST_NUMBER,
      isWhole: spec.isWhole ?? false,
    })
  }
  return [...found.values()]
}

/** Refuses a map of `thresholds` that leads nowhere. */
export function checkNamed(doc: Doc): void {
  if (doc.thresholds === undefined) return
  if (!isMap(doc.thresholds)) throw new Refused(['thresholds'], 'thresholds is a map from a name to the path of a number')
  for (const { key, path } of named(doc)) {
    const at = ['thresholds', key]
    if (TAKEN.has(key)) throw new Refused(at, `a threshold may not be called "${key}"`)
    if (path[0] !== 'detection' || typeof valueAt(doc, path) !== 'number')
      throw new Refused(at, `${show(path.join(' '))} leads to no number of the detection`)
  }
}

/** Why a value is none for this threshold; undefined when it is one. */
export function complaint({ kind, least, most, isWhole }: Threshold, value: unknown): string | undefined {
  if (kind === 'time') {
    try {
      const us = timespan(value, [])
      return us < least || us > most ? `it must be between ${spell(least)} and ${spell(most)}` : undefined
    } catch (error) {
      return (error as Error).message
    }
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return `it must be a number, not ${short(value)}`
  if (isWhole && !Number.isInteger(value)) return `it must be a whole number, not ${value}`
  return value < least || value > most ? `it must be between ${least} and ${most}, not ${value}` : undefined
}

export function short(value: unknown): string {
  const text = show(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** A copy of the document with another value at the path. */
export function withValue(doc: Doc, path: Path, value: unknown): Doc {
  const [key, ...rest] = path
  if (key === undefined) return doc
  if (Array.isArray(doc)) return doc.map((item, i) => (i === key ? put(item, rest, value) : item)) as unknown as Doc
  return { ...doc, [key]: put(doc[key], rest, value) }
}

function put(inner: unknown, rest: Path, value: unknown): unknown {
  return rest.length === 0 ? value : withValue(inner as Doc, rest, value)
}

function valueAt(doc: unknown, path: Path): unknown {
  let value = doc
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

function ofCorrelation({ correlation }: Doc): readonly Spec[] {
  if (!isMap(correlation)) return []
  const { type } = correlation
  const condition = isMap(correlation.condition) ? correlation.condition : {}
  const field = String(condition.field ?? correlation.field ?? '')
  const counted: Pick<Spec, 'of' | 'least' | 'most' | 'isWhole'> =
    type === 'event_count'
      ? { of: 'events', least: 1, most: MOST_EVENTS, isWhole: true }
      : type === 'value_count'
        ? { of: `different ${field}`, least: 1, most: MOST_VALUES, isWhole: true }
        : { of: `${type === 'value_sum' ? 'sum' : 'mean'} of ${field}`, ...(type === 'value_sum' ? {} : { least: -MOST_NUMBER }) }
  const bound = (key: string, names: readonly string[]): Spec[] =>
    names.filter((name) => name in condition).map((name) => ({ key, path: ['correlation', 'condition', name], ...counted }))
  return [
    ...bound('count', LOWER),
    ...bound('most', UPPER),
    { key: 'timespan', path: ['correlation', 'timespan'], of: 'time', time: true, least: SECOND_US, most: 31 * DAY_US },
  ]
}

function ofMemory(): readonly Spec[] {
  const after = (key: string): Spec => ({
    key: 'after',
    path: [key, 'after'],
    of: 'time of learning',
    time: true,
    least: 0,
    most: 366 * DAY_US,
  })
  return [
    after('first_seen'),
    after('outside_range'),
    after('out_of_habit'),
    { key: 'margin', path: ['outside_range', 'margin'], of: 'share of the range', most: 1000 },
    { key: 'min-values', path: ['outside_range', 'min-values'], of: 'values before it is judged', most: 1e6, isWhole: true },
    { key: 'windows', path: ['above_usual', 'windows'], of: 'windows before it is judged', least: 2, most: 10_000, isWhole: true },
    { key: 'factor', path: ['above_usual', 'factor'], of: 'times the most that was learnt', least: 1, most: 1000 },
    { key: 'least', path: ['above_usual', 'least'], of: 'amount that is always allowed' },
    { key: 'days', path: ['outside_hours', 'days'], of: 'days before it is judged', least: 1, most: 60, isWhole: true },
    { key: 'times', path: ['overdue', 'times'], of: 'times before it can be missed', least: 3, most: 1000, isWhole: true },
    { key: 'patience', path: ['overdue', 'patience'], of: 'times the longest pause', least: 1, most: 1000 },
    { key: 'least', path: ['overdue', 'least'], of: 'time it may always stay away', time: true, least: 0, most: 366 * DAY_US },
    { key: 'times', path: ['unheeded', 'times'], of: 'values taken before it is judged', least: 2, most: 1000, isWhole: true },
    { key: 'reads', path: ['unheeded', 'reads'], of: 'reads of the value before', least: 1, most: 1e6, isWhole: true },
    { key: 'settle', path: ['unheeded', 'settle'], of: 'time to take a value', time: true, least: SECOND_US, most: 3600e6 },
    { key: 'tolerance', path: ['unheeded', 'tolerance'], of: 'share of the range', most: 1 },
    {
      key: 'values',
      path: ['disagreeing', 'values'],
      of: 'values agreed on before it is judged',
      least: 2,
      most: MOST_AGREED,
      isWhole: true,
    },
    { key: 'still', path: ['disagreeing', 'still'], of: 'time that both stand still', time: true, least: SECOND_US, most: 86_400e6 },
    { key: 'rounds', path: ['disagreeing', 'rounds'], of: 'times told in turns', least: 1, most: 1e6, isWhole: true },
    { key: 'tolerance', path: ['disagreeing', 'tolerance'], of: 'share of the range', most: 1 },
    { key: 'count', path: ['many_new', 'count'], of: 'new values', least: 2, most: MOST_NEW, isWhole: true },
    { key: 'timespan', path: ['many_new', 'timespan'], of: 'time', time: true, least: SECOND_US, most: 31 * DAY_US },
    { key: 'distance', path: ['out_of_habit', 'distance'], of: 'times what is allowed', least: 1, most: 1000 },
  ]
}

function named({ thresholds }: Doc): readonly Spec[] {
  if (!isMap(thresholds)) return []
  return Object.entries(thresholds).map(([key, path]) => {
    const keys = Array.isArray(path) ? path.filter((part) => typeof part === 'string' || typeof part === 'number') : []
    return { key, path: keys, of: String(keys.at(-1) ?? key).split('|', 1)[0]! }
  })
}

const UNITS: readonly (readonly [us: number, unit: string, word: string])[] = [
  [DAY_US, 'd', 'day'],
  [3600e6, 'h', 'hour'],
  [60e6, 'm', 'minute'],
  [SECOND_US, 's', 'second'],
]

function largestUnit(us: number): readonly [n: number, unit: string, word: string] {
  const [size, unit, word] = UNITS.find(([size]) => us >= size && us % size === 0) ?? UNITS[3]!
  return [us / size, unit, word]
}

/** As a rule writes it: `2m`. */
function spell(us: number): string {
  const [n, unit] = largestUnit(us)
  return `${n}${unit}`
}

const SMALL = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] as const

/** As a sentence says it: `two minutes`, `an hour`, `90 seconds`. */
export function sayTimespan(us: number): string {
  const [n, , word] = largestUnit(us)
  if (n === 1) return `${word === 'hour' ? 'an' : 'a'} ${word}`
  return `${SMALL[n] ?? String(n)} ${word}s`
}
