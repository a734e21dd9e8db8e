/** Findings of one story between the same two hosts become one alert, told by its strongest finding. */
import {
  type Alert,
  derivedId,
  type Endpoint,
  type Evidence,
  type Exceeded,
  type Finding,
  hostOf,
  isGroup,
  joinEvidence,
  LEVELS,
  type Level,
  type Wording,
} from '@isthmus/model'
import { levelFor } from './criticality.ts'
import type { Effect } from './effect.ts'
import { fill } from './fill.ts'
import { type Ends, nameOf } from './host.ts'
import { addUp, weigh } from './score.ts'
import { type Stage, type Techniques, tacticOf } from './stage.ts'

/** Ids an alert names; its `findingCount` goes on. */
const MAX_FINDINGS = 200
const MAX_EVIDENCE = 10
const MAX_USERS = 20
const MAX_EXCEEDED = 10

export type AlertContext = { readonly site: string; readonly techniques: Techniques; readonly wording: ReadonlyMap<string, Wording> }

/** Which alert a finding belongs to, as far as it can be told without time. Looking around is one story, however many it looks at. */
export function storyKey(client: Endpoint, server: Endpoint, stage: Stage, change?: string | undefined): string {
  const key = `${hostOf(client)}\u001f${stage === 'look' ? '' : hostOf(server)}\u001f${stage}`
  // What one authorised change explains is a story of its own: nothing else is told in it.
  return change === undefined ? key : `${key}\u001f${change}`
}

export function rank(level: Level): number {
  return LEVELS.indexOf(level)
}

/** The alert with one more finding, or with a finding of its own grown. `alert` undefined: a new one. */
export function addFinding(
  alert: Alert | undefined,
  given: Finding,
  ends: Ends,
  stage: Stage,
  context: AlertContext,
  effect: Effect,
): Alert {
  // An alert is as grave as what its findings come to after people's decisions; its score starts from what the rules say.
  const grave = effect.level ?? levelFor(given.level, ends)
  const finding = grave === given.level ? given : { ...given, level: grave }
  const isKnown = alert?.findings.includes(finding.id) === true
  const isLeader = alert === undefined || leads(finding, alert, context) || (isKnown && alert.rules[0] === finding.rule)
  const level = isLeader && !(alert?.exceeds !== undefined && effect.level === undefined) ? finding.level : alert!.level
  const rules = isLeader ? union([finding.rule], alert?.rules ?? []) : union(alert.rules, [finding.rule])
  const attack = isLeader ? union(finding.attack, alert?.attack ?? []) : union(alert.attack, finding.attack)
  const findingCount = (alert?.findingCount ?? 0) + (isKnown ? 0 : 1)
  const scoreParts = weigh(alert?.scoreParts ?? [], { finding: given, ends, rules: rules.length, findings: findingCount, effect })
  const told = isLeader ? tell(finding, ends, context, effect) : alert
  const client = commonEnd(alert?.client, finding.client)
  const server = commonEnd(alert?.server, finding.server)
  const isOneClient = hostOf(client) !== ''
  const isOneServer = hostOf(server) !== ''
  return {
    // The count is part of it: when a finding grows whose alert has left memory, its successor is another row.
    id:
      alert?.id ??
      derivedId('alr', context.site, storyKey(finding.client, finding.server, stage, finding.authorisedBy), finding.id, finding.count),
    site: context.site,
    title: told.title,
    what: told.what,
    means: told.means,
    checkFirst: told.checkFirst,
    doNot: told.doNot,
    level,
    score: addUp(scoreParts),
    scoreParts,
    attack,
    rules,
    client,
    server,
    clientAsset: isOneClient ? (ends.client?.id ?? alert?.clientAsset) : undefined,
    serverAsset: isOneServer ? (ends.server?.id ?? alert?.serverAsset) : undefined,
    clientName:
      isOneClient && ends.client === undefined && alert !== undefined
        ? alert.clientName
        : nameOf(isOneClient ? ends.client : undefined, client),
    serverName:
      isOneServer && ends.server === undefined && alert !== undefined
        ? alert.serverName
        : nameOf(isOneServer ? ends.server : undefined, server),
    clientPurdue: ends.client?.purdueLevel ?? alert?.clientPurdue,
    serverPurdue: isOneServer ? (ends.server?.purdueLevel ?? alert?.serverPurdue) : lowest(alert?.serverPurdue, ends.server?.purdueLevel),
    tactic: tacticOf(attack, context.techniques),
    users: finding.user === undefined ? (alert?.users ?? []) : union(alert?.users ?? [], [finding.user]).slice(0, MAX_USERS),
    firstAt: Math.min(alert?.firstAt ?? finding.first, finding.first),
    lastAt: Math.max(alert?.lastAt ?? finding.at, finding.at),
    findings: isKnown ? alert!.findings : [...(alert?.findings ?? []), finding.id].slice(-MAX_FINDINGS),
    findingCount,
    procedure: told.procedure,
    evidence: joinEvidence(alert?.evidence ?? [], finding.evidence, MAX_EVIDENCE).map(shapeEvidence),
    ...(effect.authorised === undefined ? {} : { authorised: effect.authorised }),
    ...withExceeded(alert?.exceeds, effect.exceeded),
    // Last: it is added to rows that came back without one.
    incident: alert?.incident,
  }
}

function withExceeded(known: Alert['exceeds'], more: Exceeded | undefined): Pick<Alert, 'exceeds'> {
  if (more === undefined) return known === undefined ? {} : { exceeds: known }
  const all = new Map([...(known ?? []), more].map((one) => [`${one.change}\u001f${one.says}`, one]))
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
  return { exceeds: sorted.slice(0, MAX_EXCEEDED) }
}

/** What a rule speaks of: an act, or a threat known as such, says more than that something is unusual or new. */
const WEIGHT: Readonly<Record<Finding['engine'], number>> = { threat: 3, operation: 3, violation: 2, anomaly: 2, custom: 2, policy: 1 }

function leads(finding: Finding, alert: Alert, context: AlertContext): boolean {
  if (finding.level !== alert.level) return rank(finding.level) > rank(alert.level)
  const leader = context.wording.get(alert.rules[0] ?? '')
  return leader !== undefined && WEIGHT[finding.engine] > WEIGHT[leader.engine]
}

type Told = Pick<Alert, 'title' | 'what' | 'means' | 'checkFirst' | 'doNot' | 'procedure'>

function tell(finding: Finding, ends: Ends, context: AlertContext, { authorised }: Effect): Told {
  const words = context.wording.get(finding.rule)
  const say = (line: string) => fill(line, finding, ends)
  const names = [nameOf(ends.client, finding.client), nameOf(ends.server, finding.server)]
  // A scan has no one server, a flood no one client: then the other end alone names it.
  const between = isGroup(finding.server) ? names[0] : isGroup(finding.client) ? names[1] : names.join(' to ')
  return {
    title: `${finding.ruleTitle}: ${between}`,
    what: [capital(fill(words?.what ?? `${finding.ruleTitle}: {client} to {server}.`, finding, ends, true)), authorised?.says ?? '']
      .join(' ')
      .trim(),
    means: say(words?.means ?? ''),
    checkFirst: [...(words?.checkFirst ?? []), ...(words?.triage ?? [])].map(say),
    doNot: (words?.doNot ?? []).map(say),
    procedure: words?.procedure,
  }
}

function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1)
}

/** What all findings share of an end: several hosts are nobody in particular. */
function commonEnd(kept: Endpoint | undefined, seen: Endpoint): Endpoint {
  if (kept === undefined) return { ip: seen.ip, mac: seen.mac, port: seen.port }
  const isSame = hostOf(kept) === hostOf(seen)
  return { ip: isSame ? kept.ip : undefined, mac: isSame ? kept.mac : undefined, port: kept.port === seen.port ? kept.port : undefined }
}

/** Of several hosts the one nearest to the process counts. */
function lowest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

export function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])]
}

/** Its fields in one order, whatever a store did to them: equal alerts are equal bytes. */
function shapeEvidence({ capture, packets, bytes }: Evidence): Evidence {
  return { capture, packets: [packets[0], packets[1]], bytes: [bytes[0], bytes[1]] }
}
