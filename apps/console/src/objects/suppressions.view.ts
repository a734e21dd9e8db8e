/** Suppressions in words, and the scope of one as it is typed; worked out without a browser. */
import type { Alert, Suppression, SuppressionPreview } from '../api/types.ts'
import { count, plural, words } from '../ui/format.ts'

export const PARTS = ['rule', 'engine', 'level', 'client', 'server', 'protocol', 'user'] as const
export type Part = (typeof PARTS)[number]
export type ScopeText = Readonly<Record<Part, string>>
export const NO_SCOPE: ScopeText = { rule: '', engine: '', level: '', client: '', server: '', protocol: '', user: '' }

/** What is given of it; undefined where nothing is. */
export function scopeOf(typed: ScopeText): Partial<Record<Part, string>> | undefined {
  const given = PARTS.map((part) => [part, typed[part].trim()] as const).filter(([, value]) => value !== '')
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

/** A first scope for what an alert tells of: its rule between its two ends. */
export function scopeOfAlert(alert: Pick<Alert, 'rules' | 'client' | 'server'>): ScopeText {
  const host = ({ ip, mac }: Alert['client']): string => ip ?? mac ?? ''
  return { ...NO_SCOPE, rule: alert.rules[0] ?? '', client: host(alert.client), server: host(alert.server) }
}

/** `Port scan, from 10.1.1.0/24, up to medium`. */
export function scopeText(scope: Suppression['scope'], titleOf: (rule: string) => string): string {
  const parts = [
    scope.rule === undefined ? undefined : titleOf(scope.rule),
    scope.engine === undefined ? undefined : `${words(scope.engine).toLowerCase()} rules`,
    scope.level === undefined ? undefined : `up to ${scope.level}`,
    scope.client === undefined ? undefined : `from ${scope.client}`,
    scope.server === undefined ? undefined : `to ${scope.server}`,
    scope.protocol === undefined ? undefined : `over ${scope.protocol}`,
    scope.user === undefined ? undefined : `by ${scope.user}`,
  ]
  const text = parts.filter((part) => part !== undefined).join(', ')
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** `12 findings hidden by 1 suppression`; undefined where nothing is. */
export function hiddenText(items: readonly Pick<Suppression, 'hits' | 'state'>[]): string | undefined {
  const acting = items.filter(({ hits, state }) => hits > 0 || state === 'in-force')
  if (acting.length === 0) return undefined
  const hits = acting.reduce((sum, one) => sum + one.hits, 0)
  return `${plural(hits, 'finding')} hidden by ${plural(acting.length, 'suppression')}`
}

/** What would have happened, in a sentence. */
export function previewText({ findings, hidden, alerts, incidents, isWhole }: SuppressionPreview): string {
  const of = `${count(hidden)} of ${isWhole ? '' : 'the latest '}${plural(findings, 'finding')} would have been hidden`
  if (hidden === 0) return `None of ${isWhole ? '' : 'the latest '}${plural(findings, 'finding')} would have been hidden.`
  const told = (list: SuppressionPreview['alerts'], one: string): string[] => {
    const gone = list.filter(({ after }) => after === null).length
    const less = list.length - gone
    return [
      ...(gone > 0 ? [`${plural(gone, one)} would never have been raised`] : []),
      ...(less > 0 ? [`${plural(less, one)} would have had fewer findings`] : []),
    ]
  }
  const effects = [...told(alerts, 'alert'), ...told(incidents, 'incident')]
  return `${of}. ${effects.length === 0 ? 'No alert would have changed.' : `${effects.join(', ')}.`}`.replace(
    /\. (\w)/,
    (_, letter: string) => `. ${letter.toUpperCase()}`,
  )
}

/** `80 to 45`, `high, 80 to medium, 45`, `never raised`. */
export function standingText({ before, after }: SuppressionPreview['alerts'][number]): string {
  if (after === null) return `${before.level}, score ${before.score}: never raised`
  if (before.level === after.level)
    return before.score === after.score
      ? `${plural(before.findings - after.findings, 'finding')} fewer, same score`
      : `score ${before.score} to ${after.score}`
  return `${before.level}, score ${before.score} to ${after.level}, score ${after.score}`
}

export const LENGTHS = [
  ['1', 'For a day'],
  ['7', 'For a week'],
  ['30', 'For 30 days'],
  ['90', 'For 90 days'],
  ['365', 'For a year'],
  ['time', 'Until a time'],
] as const

export function untilOf(choice: string, time: string, fromMs: number): string {
  const end = choice === 'time' ? new Date(time) : new Date(fromMs + Number(choice) * 86_400_000)
  if (Number.isNaN(end.getTime())) throw new Error('Say until when.')
  return end.toISOString()
}
