/** What the page of known threats shows, worked out without a browser. */
import type { Finding, ThreatSource } from '../../api/types.ts'
import { count, plural } from '../../ui/format.ts'

export type SourceKind = 'indicators' | 'yara'

export function kindOf(fileName: string): SourceKind {
  return /\.yara?$/i.test(fileName) ? 'yara' : 'indicators'
}

/** `1,204 of 1,300 looked for`. */
export function usedWords({ used, read }: Pick<ThreatSource, 'used' | 'read'>): string {
  if (read === 0) return 'nothing yet'
  return used === read ? `all ${count(read)}` : `${count(used)} of ${count(read)}`
}

export function endWords({ expired, used, endless }: Pick<ThreatSource, 'expired' | 'used' | 'endless'>): string {
  if (expired > 0) return expired === used ? 'all past their time' : `${count(expired)} past their time`
  return used > 0 && endless === used ? 'no end' : ''
}

/** Everything that is not looked for, most frequent reason first. */
export function unusableWords({ unusable, skipped }: Pick<ThreatSource, 'unusable' | 'skipped'>): string[] {
  const counted = (reasons: Readonly<Record<string, number>>) => Object.entries(reasons).sort(([, a], [, b]) => b - a)
  return [
    ...counted(unusable).map(([why, n]) => `${count(n)} × ${why}`),
    ...counted(skipped).map(([why, n]) => `${count(n)} left out by the list itself: ${why}`),
  ]
}

/** How often a feed is asked, in words. */
export function paceWords(minutes: number): string {
  if (minutes % 1440 === 0) return minutes === 1440 ? 'every day' : `every ${minutes / 1440} days`
  if (minutes % 60 === 0) return minutes === 60 ? 'every hour' : `every ${minutes / 60} hours`
  return `every ${minutes} minutes`
}

export function problemWords({ problems, unusable }: Pick<ThreatSource, 'problems' | 'unusable'>): string {
  const all = Object.values(unusable).reduce((sum, n) => sum + n, 0)
  return all === 0 ? '' : plural(Math.max(all, problems.length), 'problem')
}

/** What was seen, and which entry or rule says so. */
export function matchWords({ fields }: Pick<Finding, 'fields'>): { readonly seen: string; readonly says: string } {
  const text = (name: string): string => String(fields[name] ?? '')
  if (fields['matches'] !== undefined) return { seen: text('name') || text('hash'), says: text('matches') }
  return { seen: text('indicator.value'), says: `${text('indicator.name')} (${text('indicator.source')})` }
}

/** Newest first, of both kinds. */
export function lastMatches(lists: readonly (readonly Finding[])[], most: number): Finding[] {
  return lists
    .flat()
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    .slice(0, most)
}
