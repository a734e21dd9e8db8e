/**
 * Authorised changes at work. It watches observations, not findings: a second download within the minutes of the first
 * one grows its finding, and has a hash of its own. What goes beyond a change becomes a finding; what keeps to it
 * explains the findings of rules. All it knows is in `uses`.
 */
import {
  type AuthorisedChange,
  type ChangeUse,
  Collection,
  type Deviation,
  derivedId,
  type Finding,
  hostOf,
  joinEvidence,
  type Micros,
  type Observation,
} from '@isthmus/model'
import { ATTACK, activitiesOf, activityOf } from './activity.ts'
import {
  type Act,
  allows,
  endOf,
  isByPeople,
  isOnAsset,
  judge,
  LONGEST_SESSION_US,
  namesPeople,
  OUT_OF_TIME_US,
  type Verdict,
} from './change.ts'
import { EXCEEDED_RULE, EXCEEDED_TITLE, EXCEEDED_VERSION } from './change-words.ts'
import type { Ends } from './host.ts'
import type { AssetWords } from './hosts.ts'

/** Changes known at a time; sessions that were opened and never planned among them. */
const MAX_CHANGES = 5000
/** Different deviations kept of one change. */
const MAX_DEVIATIONS = 50
const MAX_EVIDENCE = 8
const HOUR_US: Micros = 3600e6

export type Guard = {
  /** The findings that one observation raises: it goes beyond a change. */
  observe(observation: Observation, ends: Ends): readonly Finding[]
  /** The change that explains a finding. */
  explains(finding: Finding): AuthorisedChange | undefined
  /** A change by its id. */
  find(change: string | undefined): AuthorisedChange | undefined
  readonly uses: Collection<ChangeUse>
  load(uses: Iterable<ChangeUse>): void
}

export function createGuard(site: string, planned: readonly AuthorisedChange[], assets: AssetWords): Guard {
  const changes = new Map(planned.slice(-MAX_CHANGES).map((change) => [change.id, change]))
  const uses = new Collection<ChangeUse>(MAX_CHANGES)
  uses.onEvicted = (id, use) => {
    if (use.own !== undefined) changes.delete(id)
  }
  let near = nothingNear()

  /** The changes that have a say at this time: looked up once for each span in which they stay the same. */
  function around(at: Micros): readonly AuthorisedChange[] {
    if (at >= near.from && at < near.until) return near.changes
    near = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, changes: [] }
    for (const change of changes.values()) {
      const from = change.from - OUT_OF_TIME_US
      const until = change.until + OUT_OF_TIME_US
      if (at >= from && at < until) near.changes.push(change)
      for (const edge of [from, until]) {
        if (edge <= at) near.from = Math.max(near.from, edge)
        else near.until = Math.min(near.until, edge)
      }
    }
    near.changes.sort((a, b) => (a.id < b.id ? -1 : 1))
    return near.changes
  }

  function use(change: string): ChangeUse {
    return uses.get(change) ?? { id: change, site, closedAt: undefined, own: undefined, deviations: [], more: 0 }
  }

  /** A remote session begins: the change that was planned for it goes on, or one of its own begins. */
  function open(reference: string, user: string, act: Pick<Act, 'at' | 'client' | 'server'>, ends: Ends): void {
    const planned = sessionOf(reference, act.at)
    if (planned !== undefined) {
      const known = uses.get(planned.id)
      if (known?.closedAt !== undefined) uses.set(planned.id, { ...known, closedAt: undefined })
      return
    }
    const [host, asset] = [ends.client?.id ?? hostOf(act.client), ends.server?.id ?? hostOf(act.server)]
    if (asset === '' || (host === '' && user === '')) return
    const own: AuthorisedChange = {
      id: derivedId('chg', site, 'session', reference, act.at),
      site,
      kind: 'remote-session',
      reference,
      title: '',
      assets: [asset],
      users: user === '' ? [] : [user],
      hosts: host === '' ? [] : [host],
      activities: [],
      from: act.at,
      until: act.at + LONGEST_SESSION_US,
      expectedHashes: [],
    }
    uses.set(own.id, { ...use(own.id), own })
    changes.set(own.id, own)
    near = nothingNear()
  }

  function sessionOf(reference: string, at: Micros): AuthorisedChange | undefined {
    return around(at).find(
      (one) =>
        one.kind === 'remote-session' &&
        one.reference === reference &&
        at >= one.from &&
        at < one.until &&
        // One that was opened by itself ends with its session.
        (uses.get(one.id)?.own === undefined || at < endOf(one, uses.get(one.id))),
    )
  }

  function close(reference: string, at: Micros): void {
    const change = sessionOf(reference, at)
    if (change !== undefined) uses.set(change.id, { ...use(change.id), closedAt: at })
  }

  function observe(o: Observation, ends: Ends): readonly Finding[] {
    if (o.kind === 'access.opened') {
      open(o.grant, o.user, o, ends)
      return []
    }
    if (changes.size === 0) return []
    if (o.kind === 'access.closed') {
      close(o.grant, o.at)
      return []
    }
    const activity = activityOf(o)
    if (activity === undefined) return []
    const act: Act = {
      activity,
      at: o.at,
      client: o.client,
      server: o.server,
      clientAsset: ends.client?.id,
      serverAsset: ends.server?.id,
      user: 'user' in o && o.user !== '' ? o.user : undefined,
      hash: 'hash' in o ? o.hash : undefined,
    }
    const said = strictest(act)
    return said === undefined ? [] : note(said.change, said.verdict, act, o)
  }

  /** What is kept by one change is exceeded by none; else the change that it is nearest to. */
  function strictest(act: Act): { change: AuthorisedChange; verdict: Exclude<Verdict, { is: 'kept' }> } | undefined {
    let found: { change: AuthorisedChange; verdict: Exclude<Verdict, { is: 'kept' }> } | undefined
    for (const change of around(act.at)) {
      const verdict = judge(change, uses.get(change.id), act, assets)
      if (verdict?.is === 'kept') return undefined
      if (verdict !== undefined && (found === undefined || distance(verdict) < distance(found.verdict))) found = { change, verdict }
    }
    return found
  }

  function note(change: AuthorisedChange, verdict: Exclude<Verdict, { is: 'kept' }>, act: Act, o: Observation): readonly Finding[] {
    const before = use(change.id)
    const exceeds = verdict.is === 'exceeded' ? verdict.exceeds : []
    const count = 'count' in o ? o.count : 1
    const hour = Math.floor(act.at / HOUR_US)
    const way = [hostOf(act.client), hostOf(act.server), act.user ?? '', act.activity, exceeds.join(' '), hour].join('\u001f')
    const known = before.deviations.findIndex((one) => wayOf(one) === way)
    if (known < 0 && before.deviations.length >= MAX_DEVIATIONS) {
      uses.set(change.id, { ...before, more: before.more + 1 })
      return []
    }
    const old = before.deviations[known]
    const counted = (old?.count ?? 0) + count
    const isTold = old === undefined || counted >= 2 * old.told
    const deviation: Deviation = {
      finding: exceeds.length === 0 ? undefined : (old?.finding ?? derivedId('fnd', site, change.id, way)),
      exceeds,
      says: old?.says ?? verdict.says,
      activity: act.activity,
      client: { ip: act.client.ip, mac: act.client.mac, port: act.client.port },
      server: { ip: act.server.ip, mac: act.server.mac, port: act.server.port },
      user: act.user,
      first: Math.min(old?.first ?? act.at, act.at),
      at: Math.max(old?.at ?? act.at, act.at),
      count: counted,
      told: isTold ? counted : old.told,
      evidence: joinEvidence(old?.evidence ?? [], [o.evidence], MAX_EVIDENCE),
    }
    const deviations = old === undefined ? [...before.deviations, deviation] : before.deviations.with(known, deviation)
    uses.set(change.id, { ...before, deviations })
    return isTold && deviation.finding !== undefined ? [toFinding(change, deviation, deviation.finding, act, o)] : []
  }

  function toFinding(change: AuthorisedChange, told: Deviation, id: string, act: Act, o: Observation): Finding {
    return {
      id,
      site,
      rule: EXCEEDED_RULE,
      ruleTitle: EXCEEDED_TITLE,
      ruleVersion: EXCEEDED_VERSION,
      engine: 'operation',
      level: 'critical',
      attack: ATTACK[act.activity],
      at: told.at,
      first: told.first,
      count: told.count,
      client: told.client,
      server: told.server,
      clientAsset: act.clientAsset,
      serverAsset: act.serverAsset,
      user: told.user,
      protocol: o.protocol,
      observed: o.kind,
      fields: {
        activity: told.activity,
        change: change.id,
        exceeds: told.exceeds.join(' '),
        kind: change.kind,
        reference: change.reference,
        says: told.says,
        title: change.title,
      },
      evidence: told.evidence,
    }
  }

  function explains(finding: Finding): AuthorisedChange | undefined {
    if (changes.size === 0 || finding.engine === 'threat' || finding.engine === 'violation' || finding.rule === EXCEEDED_RULE)
      return undefined
    const activities = activitiesOf(finding)
    if (activities !== 'any' && activities.length === 0) return undefined
    return around(finding.at).find((change) => {
      const seen = uses.get(change.id)
      if (finding.first < change.from || finding.at >= endOf(change, seen)) return false
      // What comes with every work is explained by who does it.
      if (activities === 'any' ? !namesPeople(change) : !activities.some((one) => allows(change, one))) return false
      if (!isOnAsset(change, finding.server, finding.serverAsset, assets) || isByPeople(change, finding, assets) !== 'yes') return false
      return !(seen?.deviations ?? []).some((one) => isWithin(one, finding, activities))
    })
  }

  return {
    observe,
    explains,
    find: (change) => (change === undefined ? undefined : changes.get(change)),
    uses,
    load(rows) {
      for (const row of rows) {
        uses.load(row.id, row)
        if (row.own !== undefined) changes.set(row.id, row.own)
      }
      near = nothingNear()
    },
  }
}

type Near = { from: Micros; until: Micros; readonly changes: AuthorisedChange[] }

const nothingNear = (): Near => ({ from: Number.POSITIVE_INFINITY, until: Number.NEGATIVE_INFINITY, changes: [] })

/** Fewer differences, then what is only unproven before what exceeds. */
function distance(verdict: Exclude<Verdict, { is: 'kept' }>): number {
  if (verdict.is === 'unproven') return 0
  return verdict.exceeds.includes('time') ? 100 : verdict.exceeds.length
}

function wayOf(one: Deviation): string {
  const { client, server, user, activity, exceeds, first } = one
  return [hostOf(client), hostOf(server), user ?? '', activity, exceeds.join(' '), Math.floor(first / HOUR_US)].join('\u001f')
}

/** The finding covers something that is not shown to be wanted. */
function isWithin(one: Deviation, finding: Finding, activities: ReturnType<typeof activitiesOf>): boolean {
  if (activities !== 'any' && !activities.includes(one.activity)) return false
  if (one.at < finding.first || one.first > finding.at) return false
  return hostOf(one.client) === hostOf(finding.client) && hostOf(one.server) === hostOf(finding.server)
}
