/** What a row of the baseline says, worked out without a browser. */
import type { BaselineRow } from '../../api/types.ts'
import { bytes, count, duration, reading, words } from '../../ui/format.ts'

const STATE_WORDS: Readonly<Record<BaselineRow['state'], string>> = {
  known: 'Learnt',
  new: 'New',
  decided: 'Approved',
  expired: 'Expired',
}

/** A rule with a learning time of its own tells a group once and knows it from there on. */
export function stateOf({ state, phase, kind }: Pick<BaselineRow, 'state' | 'phase' | 'kind'>): string {
  return state === 'known' && phase === 'operational' && kind === 'group' ? 'Told once' : STATE_WORDS[state]
}

/** The group without the two hosts, which have columns of their own: `tag DB1.DBW4`. */
export function restOf({ group }: Pick<BaselineRow, 'group'>): string {
  return Object.entries(group)
    .filter(([name, value]) => name !== 'client' && name !== 'server' && value !== '')
    .map(([name, value]) => `${words(name).toLowerCase()} ${value}`)
    .join(', ')
}

type Limited = Pick<BaselineRow, 'kind' | 'min' | 'max' | 'people' | 'state' | 'volume'>

/** The limits in force: a person's where one is set. Of a volume, the most that was learnt or set. */
export function limitsOf(row: Limited): string {
  const { kind, min, max, people, state } = row
  if (kind === 'group') return ''
  const isSet = people !== null && state === 'decided'
  if (kind === 'volume') {
    if (isSet && people.max === null) return 'any amount'
    const most = isSet ? people.max : max
    return most === null ? '' : amountOf(row, most)
  }
  const [low, high] = [(isSet ? people.min : null) ?? min, (isSet ? people.max : null) ?? max]
  return low === null || high === null ? '' : `${reading(low)} to ${reading(high)}`
}

/** An amount that a volume's window carries: `31 MB an hour`. */
export function amountOf({ volume }: Pick<BaselineRow, 'volume'>, amount: number): string {
  const every = duration((volume?.everyUs ?? 0) / 1000)
  return `${volume?.isBytes === true ? bytes(amount) : count(amount)} ${every === '1 h' ? 'an hour' : `in ${every}`}`
}

const SIZES: readonly string[] = ['', 'k', 'M', 'G', 'T']

/** An amount as it was typed: `500 MB`, or a number alone. */
export function amountFrom(text: string): number {
  const match = /^(\d+(?:[.,]\d+)?)\s*([kMGT]?)B?$/.exec(text.trim())
  if (match === null) throw new Error(`${text.trim() === '' ? 'The most' : text} must be an amount such as 500 MB.`)
  return Math.round(Number(match[1]!.replace(',', '.')) * 1000 ** SIZES.indexOf(match[2]!))
}

/** How long an approval counts, as choices; 'time' asks for one. */
export const ENDS = [
  ['', 'For good'],
  ['1', 'For a day'],
  ['7', 'For 7 days'],
  ['30', 'For 30 days'],
  ['time', 'Until a time'],
] as const

/** The end that was chosen, on the site's own clock: a site that reads old captures is in the past. */
export function endOf(choice: string, time: string, now: string | null): string | null {
  if (choice === '') return null
  const end = choice === 'time' ? new Date(time) : new Date((now === null ? Date.now() : Date.parse(now)) + Number(choice) * 86_400_000)
  if (Number.isNaN(end.getTime())) throw new Error('Say until when.')
  return end.toISOString()
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** A learning time in the largest unit that needs no fraction: `14 d`, `36 h`. */
export function lengthOf(seconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? UNITS[3]
  return `${seconds / size} ${unit}`
}

/** The time that was typed, in seconds; a number without a unit is days. */
export function secondsOf(text: string, most: number): number {
  const match = /^(\d+(?:[.,]\d+)?)\s*(d|h|min|s|)$/.exec(text.trim())
  if (match === null) throw new Error(`${text.trim() === '' ? 'A time' : text} must be a number and one of d, h, min, s, such as 14 d.`)
  const size = UNITS.find(([unit]) => unit === match[2])?.[1] ?? 86_400
  const seconds = Math.round(Number(match[1]!.replace(',', '.')) * size)
  if (seconds > most) throw new Error(`${text} is too long: at most ${lengthOf(most)}.`)
  return seconds
}

/** A limit as it was typed; empty: the one that was learnt. */
export function limitFrom(text: string): number | null {
  if (text.trim() === '') return null
  const value = Number(text.replace(',', '.'))
  if (!Number.isFinite(value)) throw new Error(`${text} is no number.`)
  return value
}
