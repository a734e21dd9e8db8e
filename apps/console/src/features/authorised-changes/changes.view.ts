/** Authorised changes in words, and a form's texts as an order; worked out without a browser. */
import type { AuthorisedChange } from '../../api/types.ts'
import { plural, words } from '../../ui/format.ts'

export type Order = Pick<
  AuthorisedChange,
  'site' | 'kind' | 'reference' | 'title' | 'assets' | 'users' | 'hosts' | 'activities' | 'from' | 'until' | 'expectedHashes'
>
export type Kind = AuthorisedChange['kind']
export type Activity = AuthorisedChange['activities'][number]

export const KINDS: readonly (readonly [Kind, string])[] = [
  ['work-order', 'Work order'],
  ['maintenance-window', 'Maintenance window'],
  ['remote-session', 'Remote session'],
]

export const ACTIVITIES: readonly (readonly [Activity, string])[] = [
  ['program-download', 'Program download'],
  ['program-upload', 'Program upload'],
  ['program-edit', 'Program edit'],
  ['mode-change', 'Change of mode'],
  ['restart', 'Restart'],
  ['firmware', 'Firmware'],
  ['configuration', 'Configuration'],
  ['force', 'Force values'],
  ['write', 'Write values'],
  ['time', 'Set the clock'],
  ['login', 'Login'],
  ['file-transfer', 'File transfer'],
]
const ACTIVITY_WORDS = new Map(ACTIVITIES)

/** What a click on a state means for the work. */
export const STATE_WORDS: Readonly<Record<AuthorisedChange['state'], string>> = {
  planned: 'Planned',
  'in-force': 'In force',
  over: 'Over',
  ended: 'Ended by hand',
}

export function kindText(kind: Kind): string {
  return KINDS.find(([each]) => each === kind)?.[1] ?? words(kind)
}

export function activitiesText(activities: readonly Activity[]): string {
  return activities.length === 0 ? 'Any engineering work' : activities.map((each) => ACTIVITY_WORDS.get(each) ?? words(each)).join(', ')
}

export function peopleText({ users, hosts }: Pick<AuthorisedChange, 'users' | 'hosts'>): string {
  const parts = [users.join(', '), hosts.length === 0 ? '' : `${users.length === 0 ? '' : 'from '}${hosts.join(', ')}`]
  const text = parts.filter((part) => part !== '').join(' ')
  return text === '' ? 'Anybody' : text
}

/** How often it was exceeded; undefined where it was not. */
export function exceededText({ deviations, more }: Pick<AuthorisedChange, 'deviations' | 'more'>): string | undefined {
  const ways = deviations.filter(({ exceeds }) => exceeds.length > 0).length
  return ways === 0 ? undefined : `${plural(ways, 'way')}${more > 0 ? ' and more' : ''}`
}

/** One of several texts a line, or by commas. */
export function listed(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[\n,;]+/)
        .map((each) => each.trim())
        .filter((each) => each !== ''),
    ),
  ]
}

/** An id the server takes, out of the number of the order. */
export function idOf(reference: string): string {
  const id = reference
    .trim()
    .replace(/[^A-Za-z0-9._:-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100)
  if (id === '') throw new Error('Give the number under which the work was ordered.')
  return id
}

export function momentOf(text: string, field: string): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new Error(`Say when it ${field}.`)
  return at.toISOString()
}

/** What an input of type datetime-local holds for it, in this computer's zone. */
export function localMoment(iso: string): string {
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
