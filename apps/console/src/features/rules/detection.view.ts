/** What is set of engines and rules, and what a change makes of it, worked out without a browser. */
import { ApiError } from '../../api/request.ts'
import type { DetectionDocument, DetectionSettings, Rule, RuleInForce, RuleThreshold } from '../../api/types.ts'
import { plural, words } from '../../ui/format.ts'

type Engine = string
type Value = boolean | number | string

export const ENGINES: readonly (readonly [engine: Engine, about: string])[] = [
  ['operation', 'What is done to controllers: mode, program, firmware, force, restart, time.'],
  ['policy', 'What is new at the site: a host, a link, a command, a writer. Silent while the site is learnt.'],
  ['anomaly', 'What is out of the ordinary: values, timing, volume, refusals.'],
  ['threat', 'What attackers do, and what is known of them: scans, guessing, tunnels, indicators.'],
  ['violation', 'Messages that break the specification of their protocol.'],
  ['custom', 'Rules that people here wrote.'],
]

/** The same document with one key of an engine set; undefined: as it is for all sites, or as published. */
export function withEngine({ engines, rules }: DetectionDocument, engine: Engine, on: boolean | undefined): DetectionDocument {
  const { [engine]: _, ...others } = engines
  return { engines: on === undefined ? others : { ...others, [engine]: on }, rules }
}

/** The same document with keys of rules set; undefined takes a key away. */
export function withRule(
  { engines, rules }: DetectionDocument,
  changes: Readonly<Record<string, Readonly<Record<string, Value | undefined>>>>,
): DetectionDocument {
  const next = new Map(Object.entries(rules))
  for (const [rule, keys] of Object.entries(changes)) {
    const all = { ...(next.get(rule) ?? {}), ...keys }
    const kept = Object.entries(all).filter((entry): entry is [string, Value] => entry[1] !== undefined)
    if (kept.length === 0) next.delete(rule)
    else next.set(rule, Object.fromEntries(kept))
  }
  return { engines, rules: Object.fromEntries(next) }
}

export type Choice3 = '' | 'on' | 'off'

export function choiceOf(on: Value | undefined): Choice3 {
  return on === undefined ? '' : on === true ? 'on' : 'off'
}

export function isChosenOn(choice: string): boolean | undefined {
  return choice === '' ? undefined : choice === 'on'
}

/** On, off, and what holds where this site says nothing. */
export function choices(isSite: boolean, forAll: boolean): readonly (readonly [Choice3, string])[] {
  const both = [
    ['on', 'On'],
    ['off', 'Off'],
  ] as const
  return isSite ? [['', `As for all sites (${forAll ? 'on' : 'off'})`] as const, ...both] : both
}

/** A number typed in a field; a text that is none stays a text, and the server says what is wrong with it. */
export function typed({ kind }: Pick<RuleThreshold, 'kind'>, text: string): Value | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  return kind === 'number' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed
}

/** What is to be stored of a value: nothing where all sites, or the published rule, say the same. */
export function stored(
  { site, all }: Pick<DetectionSettings, 'site' | 'all'>,
  rule: string,
  key: string,
  usual: Value,
  value: Value | undefined,
): Value | undefined {
  const otherwise = (site === null ? undefined : all.rules[rule]?.[key]) ?? usual
  return value === otherwise ? undefined : value
}

export const PUBLISHED = 'as published'

/** Where the setting of a key comes from, and what it is. */
export function inForce(
  { own, all, site }: DetectionSettings,
  rule: string,
  key: string,
  usual: Value,
): { readonly value: Value; readonly from: string } {
  const here = own.rules[rule]?.[key]
  if (here !== undefined) return { value: here, from: site === null ? 'set for all sites' : 'set for this site' }
  const there = site === null ? undefined : all.rules[rule]?.[key]
  return there === undefined ? { value: usual, from: PUBLISHED } : { value: there, from: 'set for all sites' }
}

export function labelOf({ key, of, rule }: RuleThreshold, lead: string): string {
  const name = key === 'timespan' ? 'Within' : key === 'count' ? `At least (${of})` : `${words(key)}${key === of ? '' : ` (${of})`}`
  return rule === lead ? name : `${name}, of ${rule}`
}

/** What a list says of a rule: off, changed, or nothing. */
export function setText({ sites, offIn, changedIn }: Pick<RuleInForce, 'sites' | 'offIn' | 'changedIn'>): string {
  const where = (some: readonly string[]) => (some.length >= sites ? '' : ` in ${plural(some.length, 'site')}`)
  if (offIn.length > 0) return `Off${where(offIn)}`
  return changedIn.length > 0 ? `Changed${where(changedIn)}` : ''
}

export type Difference = {
  readonly rule: string
  readonly title: string
  readonly key: string
  readonly is: string
  readonly published: string
  readonly at: readonly [rule: string, key: string]
}

/** Everything this document says of rules, a line each, by the rule's title. */
export function differences({ rules: set }: DetectionDocument, rules: readonly Rule[]): readonly Difference[] {
  const thresholds = new Map(
    rules.flatMap((lead) => lead.inForce.thresholds.map((one) => [`${one.rule} ${one.key}`, { one, lead }] as const)),
  )
  const named = new Map(rules.map((rule) => [rule.name, rule]))
  return Object.entries(set)
    .flatMap(([rule, setting]) =>
      Object.entries(setting).map(([key, value]) => {
        const threshold = thresholds.get(`${rule} ${key}`)
        const lead = named.get(rule) ?? threshold?.lead
        const published = key === 'on' ? 'On' : key === 'level' ? words(named.get(rule)?.level ?? '') : String(threshold?.one.default ?? '')
        const is = typeof value === 'boolean' ? (value ? 'On' : 'Off') : key === 'level' ? words(String(value)) : String(value)
        const name =
          key === 'on'
            ? 'Raises findings'
            : key === 'level'
              ? 'Level'
              : threshold === undefined
                ? words(key)
                : labelOf(threshold.one, lead?.name ?? rule)
        return { rule: lead?.name ?? rule, title: lead?.title ?? rule, key: name, is, published, at: [rule, key] as const }
      }),
    )
    .toSorted((a, b) => a.title.localeCompare(b.title) || a.key.localeCompare(b.key))
}

/** What the server says of single keys of a rule, by `rule.key`. */
export function complaints(error: unknown): ReadonlyMap<string, string> {
  const details = error instanceof ApiError && Array.isArray(error.details) ? (error.details as { field?: unknown; why?: unknown }[]) : []
  return new Map(details.map(({ field, why }) => [String(field).replace(/^rules\./, ''), String(why)]))
}
