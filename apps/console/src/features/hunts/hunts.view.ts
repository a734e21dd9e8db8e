/** How hunts are told. */
import type { Hunt } from '../../api/types.ts'
import { count, plural } from '../../ui/format.ts'

/** What was looked for, in a few words. */
export function aimOf({ rules, hasSource, hasIndicators }: Pick<Hunt, 'rules' | 'hasSource' | 'hasIndicators'>): string {
  const aims: string[] = []
  if (rules === 'all') aims.push('All rules')
  else if (rules === 'changed') aims.push('Rules that changed')
  else if (rules === 'threats') aims.push('Known threats')
  else if (rules !== 'none') aims.push(rules.length === 1 ? `Rule ${rules[0]}` : `${count(rules.length)} rules`)
  if (hasSource) aims.push('own rules')
  if (hasIndicators) aims.push('own indicators')
  const text = aims.join(', ')
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

const STATES: Readonly<Record<Hunt['state'], string>> = {
  waiting: 'Waits its turn',
  running: 'Runs',
  done: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
}

export const stateText = ({ state }: Pick<Hunt, 'state'>): string => STATES[state]

export const isUnderWay = ({ state }: Pick<Hunt, 'state'>): boolean => state === 'waiting' || state === 'running'

/** From 0 to 1; undefined before anything is known of how much there is. */
export function shareOf({ progress }: Pick<Hunt, 'progress'>): number | undefined {
  return progress.total === 0 ? undefined : progress.done / progress.total
}

/** What came of it. */
export function foundText({ state, outcome, error }: Pick<Hunt, 'state' | 'outcome' | 'error'>): string {
  if (state === 'failed') return error ?? 'The server log names the cause'
  if (outcome === null) return ''
  const known = outcome.findings - outcome.fresh
  if (outcome.findings === 0) return 'Nothing found'
  if (outcome.fresh === 0) return `${plural(known, 'finding')}, ${known === 1 ? '' : 'all '}known before`
  return `${plural(outcome.fresh, 'new finding')}${known > 0 ? `, ${count(known)} known before` : ''}`
}
