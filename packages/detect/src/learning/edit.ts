/** What a person does to the table of what was learnt. Each gives a row anew: a store writes it, a running detector takes it over. */
import type { Micros } from '@isthmus/model'
import type { FirstSeen, Rule } from '../rule.ts'
import { type Decided, emptyRow, type Learned } from './learned.ts'

/** Who, when (event time), and until when it counts; null: for good. */
export type Word = Pick<Decided, 'by' | 'at' | 'until'>
export type BaselineEdit = { readonly kind: 'forget'; readonly id: string } | { readonly kind: 'decide'; readonly row: Learned }

/** What the row stands for is normal. A range, and a limit that a person set to a volume, takes in what was told of it. */
export function approve(row: Learned, word: Word): Learned {
  const { people, told } = row
  const [min, max] = [people?.min ?? row.min, people?.max ?? row.max]
  const hasLimits = row.kind === 'range' || (row.kind === 'volume' && people !== null && people.max !== null)
  const isWider = hasLimits && told?.min !== undefined && told.max !== undefined && min !== null && max !== null
  const limits = isWider
    ? { min: Math.min(min, told.min!), max: Math.max(max, told.max!) }
    : { min: people?.min ?? null, max: people?.max ?? null }
  return { ...row, people: { by: word.by, at: word.at, until: word.until, ...limits } }
}

/** Limits that take the place of those learnt. Undefined where the row has none, or they are no range. A volume has only a most. */
export function limit(row: Learned, word: Word, min: number | null, max: number | null): Learned | undefined {
  if (row.kind === 'volume' && (max === null || max < 0 || min !== null)) return undefined
  if ((row.kind !== 'range' && row.kind !== 'volume') || (min === null && max === null) || !isOrdered(min ?? row.min, max ?? row.max))
    return undefined
  return { ...row, people: { by: word.by, at: word.at, until: word.until, min, max } }
}

function isOrdered(min: number | null, max: number | null): boolean {
  return (min === null || Number.isFinite(min)) && (max === null || Number.isFinite(max)) && (min === null || max === null || min <= max)
}

/** The memory of a rule that has one: what a person may add to, and by which fields. */
export function memoryOf({
  firstSeen,
  outsideRange,
  outOfHabit,
  aboveUsual,
}: Rule): { kind: Learned['kind']; spec: FirstSeen } | undefined {
  if (firstSeen !== undefined) return { kind: 'group', spec: firstSeen }
  if (outsideRange !== undefined) return { kind: 'range', spec: outsideRange }
  if (outOfHabit !== undefined) return { kind: 'habit', spec: outOfHabit }
  return aboveUsual === undefined ? undefined : { kind: 'volume', spec: aboveUsual }
}

/** A group that may come, before it has. Undefined where the rule does not remember groups or a field of them is not given. */
export function expect(rule: Rule, group: Readonly<Record<string, string>>, word: Word): Learned | undefined {
  const memory = memoryOf(rule)
  if (memory === undefined || memory.kind !== 'group') return undefined
  const { names, key: fields } = memory.spec
  const texts = names.map((name) => (Object.hasOwn(group, name) ? group[name] : undefined))
  if (texts.some((text) => text === undefined)) return undefined
  const key = texts.map((text) => `${text}\u001f`).join('')
  const known = Object.fromEntries(names.map((name, i) => [name, texts[i]!]))
  const of = {
    rule: rule.name,
    memory: fields,
    kind: memory.kind,
    key,
    group: known,
    client: known.client ?? '',
    server: known.server ?? '',
  }
  const people = { by: word.by, at: word.at, until: word.until, min: null, max: null }
  return { ...emptyRow({ ...of, phase: 'added' }, word.at as Micros), state: 'new', hours: 0, people }
}
