/** Where a site and its assets stand, read from the detector's rows: for those who show it, without a detector. */
import { type Asset, addressKind, type Micros } from '@isthmus/model'
import { CLOCK_TABLE, type Clock, present } from '../clock.ts'
import type { StateRow } from '../state.ts'
import {
  BEHAVIOURS,
  type Behaviour,
  type LastNews,
  type LearningPhase,
  type LearningTimes,
  learningOf,
  NEWS_TABLE,
  type Restarts,
  type Standing,
  standingAt,
} from './times.ts'

/** Keys of the rows a view is read from begin with these. */
export const VIEW_ROWS = [`${CLOCK_TABLE}#`, `${NEWS_TABLE}#`] as const

/** `phase` is the least advanced of the behaviours. */
export type Learning = Standing & { readonly behaviours: Readonly<Record<Behaviour, Standing>> }

export type LearningView = {
  /** Event time as far as the site has come; undefined before its first observation. */
  readonly now: Micros | undefined
  site(): Learning | undefined
  /** An external asset has no habits of its own: undefined. */
  asset(asset: Pick<Asset, 'ips' | 'macs' | 'firstAt' | 'isExternal'>): Learning | undefined
}

const ORDER: readonly LearningPhase[] = ['learning', 'dynamic', 'operational']

export function readLearning(rows: Iterable<readonly [string, StateRow]>, times: LearningTimes, restarts: Restarts): LearningView {
  let clock: Clock | undefined
  const news = new Map<string, LastNews>()
  for (const [key, { entries }] of rows) {
    if (key.startsWith(VIEW_ROWS[0])) clock = entries[0]?.[1] as Clock | undefined
    if (key.startsWith(VIEW_ROWS[1])) for (const [host, last] of entries) news.set(host, last as LastNews)
  }
  const epoch = clock && present(clock)
  const start = epoch === undefined ? 0 : Math.max(epoch.startedAt, restarts.get('') ?? epoch.startedAt)
  const now = epoch?.latest

  function learning(begun: Micros, end: Micros, hosts: readonly string[]): Learning {
    const of = (behaviour: Behaviour): Standing => {
      const last = hosts.map((host) => news.get(host)?.[behaviour]).filter((at) => at !== undefined)
      const latest = last.length === 0 ? undefined : Math.max(...last)
      return standingAt(now!, begun, end, latest, times.quietUs[behaviour], times.longestUs)
    }
    const behaviours = Object.fromEntries(BEHAVIOURS.map((behaviour) => [behaviour, of(behaviour)])) as Record<Behaviour, Standing>
    const all = Object.values(behaviours)
    const phase = ORDER.find((one) => all.some((standing) => standing.phase === one))!
    const here = all.filter((standing) => standing.phase === phase)
    const ends = here.flatMap(({ until }) => (until === undefined ? [] : [until]))
    const since = Math[phase === 'operational' ? 'max' : 'min'](...here.map((standing) => standing.since))
    return { phase, since, until: ends.length === 0 ? undefined : Math.max(...ends), behaviours }
  }

  return {
    now,
    site() {
      if (now === undefined || times.siteUs === 0) return undefined
      return learning(...learningOf(times, start, undefined, undefined), [''])
    },
    asset({ ips, macs, firstAt, isExternal }) {
      if (now === undefined || times.siteUs === 0 || isExternal || (ips.every((ip) => addressKind(ip) === 'outside') && ips.length > 0))
        return undefined
      const hosts = [...ips, ...macs]
      const restarted = hosts.map((host) => restarts.get(host)).filter((at) => at !== undefined)
      const again = restarted.length === 0 ? undefined : Math.max(...restarted)
      return learning(...learningOf(times, start, firstAt, again), hosts)
    },
  }
}
