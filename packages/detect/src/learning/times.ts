/** How long is learnt, and when what is new is told: published defaults, a site's settings, and the phase of an end. */
import { addressKind, hostOf, type Micros, type ObservationKind } from '@isthmus/model'
import { SET_BACK_US } from '../clock.ts'
import type { Rule, Subject } from '../rule.ts'
import type { DetectorState, Slots } from '../state.ts'

const DAY_US: Micros = 86_400e6

/** `learning`: new behaviour is learnt in silence; `dynamic`: told low and learnt; `operational`: told, and learnt only by a person's word. */
export type LearningPhase = 'learning' | 'dynamic' | 'operational'

/** Rules that watch the same sort of behaviour come to rest together. */
export const BEHAVIOURS = ['connections', 'accounts', 'operations', 'values'] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

export type LearningTimes = {
  /** From a site's first observation. 0: nothing is learnt, so nothing can be said to be new. */
  readonly siteUs: Micros
  /** From the first sight of an asset that appears later. */
  readonly assetUs: Micros
  /** An asset stays dynamic until it has shown nothing new of this sort for so long. 0: it does not become dynamic. */
  readonly quietUs: Readonly<Record<Behaviour, Micros>>
  /** However much is new, dynamic ends so long after learning. */
  readonly longestUs: Micros
}

export const LEARNING_DEFAULTS: LearningTimes = {
  siteUs: 14 * DAY_US,
  assetUs: 7 * DAY_US,
  quietUs: { connections: 3 * DAY_US, accounts: 7 * DAY_US, operations: 7 * DAY_US, values: 3 * DAY_US },
  longestUs: 28 * DAY_US,
}

/** What a setting may be at most. */
export const LEARNING_LIMITS = { siteUs: 90 * DAY_US, assetUs: 90 * DAY_US, quietUs: 30 * DAY_US, longestUs: 90 * DAY_US } as const

/** Learning, then operational: a capture analysed by itself. */
export function plainTimes(siteUs: Micros): LearningTimes {
  return { siteUs, assetUs: 0, quietUs: { connections: 0, accounts: 0, operations: 0, values: 0 }, longestUs: 0 }
}

/** Where learning was begun again: a host's address to the event time, '' for the whole site. */
export type Restarts = ReadonlyMap<string, Micros>

const ACCOUNTS: ReadonlySet<ObservationKind> = new Set(['login.tried', 'credential.exposed'])
const CONNECTIONS: ReadonlySet<ObservationKind> = new Set(['session.updated', 'service.used', 'name.resolved', 'protocol.misplaced'])

function behaviourOf({ kinds, firstSeen }: Pick<Rule, 'kinds' | 'firstSeen'>): Behaviour {
  if (firstSeen === undefined) return 'values'
  if (kinds.some((kind) => ACCOUNTS.has(kind))) return 'accounts'
  return kinds.some((kind) => CONNECTIONS.has(kind)) ? 'connections' : 'operations'
}

/** When each sort of new behaviour was last met while dynamic; plain data, kept over restarts. */
export type LastNews = { [behaviour in Behaviour]?: Micros }
export const NEWS_TABLE = 'news'

/** How far an end has come. `until`: when the phase ends if nothing new is met; undefined for operational, which does not end. */
export type Standing = { readonly phase: LearningPhase; readonly since: Micros; readonly until: Micros | undefined }

/** `end`: when learning is over. `news`: what came last of this sort. */
export function standingAt(at: Micros, begun: Micros, end: Micros, news: Micros | undefined, quiet: Micros, longest: Micros): Standing {
  const rest = restAt(at, end, news, quiet, longest)
  const phase = phaseAt(at, end, rest)
  if (phase === 'learning') return { phase, since: begun, until: end }
  if (phase === 'dynamic') return { phase, since: end, until: rest }
  return { phase, since: Math.max(rest, end), until: undefined }
}

function phaseAt(at: Micros, end: Micros, rest: Micros): LearningPhase {
  return at < end ? 'learning' : at < rest ? 'dynamic' : 'operational'
}

/** When the dynamic phase is over. */
function restAt(at: Micros, end: Micros, news: Micros | undefined, quiet: Micros, longest: Micros): Micros {
  const last = news === undefined || news > at + SET_BACK_US ? end : Math.max(news, end)
  return Math.min(last + quiet, end + longest)
}

/** When an asset's learning begins and ends; the site's own where the asset was there from the beginning. */
export function learningOf(
  times: LearningTimes,
  site: Micros,
  appeared: Micros | undefined,
  restarted: Micros | undefined,
): [Micros, Micros] {
  const begun = begunAt(site, appeared, restarted)
  return [begun, endOf(times, site, begun)]
}

function begunAt(site: Micros, appeared: Micros | undefined, restarted: Micros | undefined): Micros {
  return Math.max(site, restarted ?? appeared ?? site)
}

function endOf({ siteUs, assetUs }: LearningTimes, site: Micros, begun: Micros): Micros {
  const siteEnd = site + siteUs
  return begun <= site ? siteEnd : Math.max(siteEnd, begun + assetUs)
}

/** Hosts with news of their own; the ones met longest ago leave first and are at rest. */
const SLOTS = 64
const CAP = 256

export type Phases = {
  /** The phase in which the rule's subject is. `startedAt`: of the site. */
  of(rule: Rule, subject: Subject, startedAt: Micros): LearningPhase
  /** New behaviour was met while dynamic: the phase goes on. */
  extend(rule: Rule, subject: Subject): void
  /** When the site's learning began: when it was first seen, or when a person had it begin again. */
  siteStart(startedAt: Micros): Micros
}

export function createPhases(state: DetectorState, times: LearningTimes, restarts: Restarts): Phases {
  const news: Slots<LastNews> = state.table(NEWS_TABLE, SLOTS, CAP)
  const behaviours = new Map<Rule, Behaviour>()
  const siteStart = (startedAt: Micros) => Math.max(startedAt, restarts.get('') ?? startedAt)

  function behaviour(rule: Rule): Behaviour {
    const known = behaviours.get(rule)
    if (known !== undefined) return known
    const sort = behaviourOf(rule)
    behaviours.set(rule, sort)
    return sort
  }

  return {
    siteStart,
    of(rule, subject, startedAt) {
      const { at } = subject.observation
      const side = watchedBy(rule, subject)
      const host = side === undefined ? '' : hostOf(subject.observation[side])
      const appeared = side === undefined ? undefined : subject[side]?.firstAt
      const site = siteStart(startedAt)
      const end = endOf(times, site, begunAt(site, appeared, side && restarts.get(host)))
      if (at < end) return 'learning'
      const sort = behaviour(rule)
      return phaseAt(at, end, restAt(at, end, news.peek(host)?.[sort], times.quietUs[sort], times.longestUs))
    },
    extend(rule, subject) {
      const side = watchedBy(rule, subject)
      const host = side === undefined ? '' : hostOf(subject.observation[side])
      news.put(host, { ...news.get(host), [behaviour(rule)]: subject.observation.at })
    },
  }
}

/** Whose habit a rule watches: an end that is an asset of the plant, or undefined for the site as a whole. */
function watchedBy({ firstSeen, outsideRange, outOfHabit, aboveUsual }: Rule, subject: Subject): 'client' | 'server' | undefined {
  const { whose } = (firstSeen ?? outsideRange ?? outOfHabit ?? aboveUsual)!
  if (whose === 'site') return undefined
  const [asset, { ip }] = [subject[whose], subject.observation[whose]]
  return asset !== undefined && !asset.isExternal && (ip === undefined || addressKind(ip) !== 'outside') ? whose : undefined
}
