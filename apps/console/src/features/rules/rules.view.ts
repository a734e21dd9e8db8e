/** The catalogue's filters and order, worked out without a browser. */
import type { Rule } from '../../api/types.ts'
import { LEVELS } from '../../objects/words.ts'
import { percent, plural, words } from '../../ui/format.ts'

export type RuleFilter = { readonly q: string; readonly level: string; readonly engine: string; readonly sort: string }

const KEYS: Readonly<Record<string, (rule: Rule) => string>> = {
  title: (rule) => rule.title,
  level: (rule) => String(LEVELS.indexOf(rule.level)),
  engine: (rule) => rule.engine,
  category: (rule) => rule.category,
  precision: ({ health }) => (health.precision ?? 2).toFixed(3),
}

type Judged = Pick<Rule['health'], 'judged' | 'precision'>

/** What people said of the alerts a rule led. */
export function judgedText({ judged, precision }: Judged): string {
  const parts = [
    [judged.truePositive, 'true positive'],
    [judged.falsePositive, 'false positive'],
    [judged.benign, 'benign'],
    [judged.duplicate, 'duplicate'],
  ] as const
  const said = parts.filter(([n]) => n > 0).map(([n, what]) => (what === 'benign' ? `${n} benign` : plural(n, what)))
  if (said.length === 0) return 'Nobody has judged an alert that it led.'
  return `Alerts that it led: ${said.join(', ')}.${precision === null ? '' : ` Right in ${percent(precision)} of those judged true or false.`}`
}

export function chosen(rules: readonly Rule[], { q, level, engine, sort }: RuleFilter): readonly Rule[] {
  const text = q.toLowerCase()
  const key = KEYS[sort.replace('-', '')] ?? KEYS['level']!
  const sign = sort.startsWith('-') ? -1 : 1
  return rules
    .filter((rule) => (level === '' || rule.level === level) && (engine === '' || rule.engine === engine))
    .filter((rule) => `${rule.title} ${rule.name} ${rule.description} ${rule.attack.join(' ')}`.toLowerCase().includes(text))
    .toSorted((a, b) => sign * key(a).localeCompare(key(b)) || a.title.localeCompare(b.title))
}

/** The page of a rule: one whose name another rule took is found where it was written. */
export function pageOf({ name, own, notInForce }: Pick<Rule, 'name' | 'own' | 'notInForce'>): string {
  return own !== undefined && notInForce.length > 0 ? `/own-rules/${own.id}` : `/rules/${name}`
}

/** Unique in a list, though two rules may have one name while only one of them counts. */
export function keyOf({ name, own, pack, notInForce }: Pick<Rule, 'name' | 'own' | 'pack' | 'notInForce'>): string {
  return notInForce.length === 0 ? name : `${own?.id ?? pack?.name ?? ''}/${name}`
}

const ROLES: Readonly<Record<string, string>> = {
  client: 'the source',
  server: 'the target',
  at: 'that time',
  first: 'the first time',
  since: 'the beginning',
  distinct: 'how many there were',
}

/** A line that speaks of an alert, where there is none: its places read as what stands in them. */
export function plainLine(line: string): string {
  return line
    .replace(/\{([a-zA-Z][\w.]*)\}/g, (_, name: string) => ROLES[name] ?? `the ${words(name.replaceAll('.', ' ')).toLowerCase()}`)
    .replace(/^the /, 'The ')
}

/** Where a rule comes from that did not come with Isthmus; a noisy rule speaks through one finding; a failed one not at all. */
export function ruleMarks({
  own,
  pack,
  notInForce,
  health,
}: {
  readonly own?: Rule['own']
  readonly pack?: Rule['pack']
  readonly notInForce: Rule['notInForce']
  readonly health: Pick<Rule['health'], 'noisyIn' | 'failure'>
}): string[] {
  return [
    ...(own === undefined ? [] : [own.isOn ? 'own' : 'own, off']),
    ...(pack === undefined ? [] : [`pack ${pack.name} ${pack.version}`]),
    ...(notInForce.length === 0 ? [] : [`does not count at ${notInForce.map(({ site }) => site).join(', ')}: ${notInForce[0]!.why}`]),
    ...(health.noisyIn.length === 0 ? [] : [`noisy at ${health.noisyIn.join(', ')}`]),
    ...(health.failure === null ? [] : [`failed: ${health.failure}`]),
  ]
}
