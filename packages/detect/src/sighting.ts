/** What a finding keeps of the observations behind it, and how several become one. */
import {
  addEvidence,
  derivedId,
  type Endpoint,
  type Evidence,
  type Finding,
  LEVELS,
  type Level,
  type Micros,
  type Observation,
  type ObservationKind,
} from '@isthmus/model'
import type { Adopts, Rule, Subject } from './rule.ts'

/** Everything a finding says besides which rule it is. Plain data: it is kept over restarts. */
export type Sighting = {
  first: Micros
  at: Micros
  count: number
  client: Endpoint
  server: Endpoint
  clientAsset: string | undefined
  serverAsset: string | undefined
  user: string | undefined
  protocol: string
  observed: ObservationKind
  fields: Record<string, string | number | boolean>
  /** Grows in place where sightings are joined: see `copySighting`. */
  evidence: Evidence[]
  /** What the observation says of itself, where its rule adopts that; `per` keeps different ones apart. */
  adopted?: Adopted | undefined
  /** Instead of the rule's: what is new where little is known yet. */
  level?: Level | undefined
}

type Adopted = { per: string; title: string; level: Level; attack: readonly string[] }

/** Pieces of evidence a finding carries. */
const MAX_EVIDENCE = 8
const MAX_TEXT = 256
const MAX_ATTACK = 16

const NO_FIELDS: Sighting['fields'] = Object.freeze({})

/** `rule` undefined: nothing of the observation's own fields is carried. */
export function sight(rule: Rule | undefined, subject: Subject): Sighting {
  const { observation: o, client, server } = subject
  return {
    first: 'first' in o ? o.first : o.at,
    at: o.at,
    count: countOf(o),
    client: o.client,
    server: o.server,
    clientAsset: client?.id,
    serverAsset: server?.id,
    user: 'user' in o && o.user !== '' ? o.user : undefined,
    protocol: o.protocol,
    observed: o.kind,
    fields: rule === undefined ? NO_FIELDS : carry(rule, subject),
    // What another product tells of without packets of ours leads to none.
    evidence: o.evidence.packets[1] === 0 ? [] : [o.evidence],
    adopted: rule?.adopts === undefined ? undefined : adopt(rule, rule.adopts, subject),
    level: undefined,
  }
}

/** One that can grow while the other stays. */
export function copySighting(seen: Sighting): Sighting {
  return { ...seen, evidence: seen.evidence.slice() }
}

function adopt(rule: Rule, { per, title, level, attack }: Adopts, subject: Subject): Adopted {
  const said = { title: title(subject), level: level(subject), attack: attack(subject) }
  return {
    per: per.map((get) => String(get(subject) ?? '').slice(0, MAX_TEXT)).join('\u001f'),
    title: typeof said.title === 'string' && said.title !== '' ? said.title.slice(0, MAX_TEXT) : rule.title,
    level: LEVELS.find((known) => known === said.level) ?? rule.level,
    attack: Array.isArray(said.attack) && said.attack.length > 0 ? said.attack.slice(0, MAX_ATTACK) : rule.attack,
  }
}

/** How often it happened: a folded observation stands for many. */
function countOf(o: Observation): number {
  return 'count' in o ? o.count : 1
}

export function carry(rule: Rule, subject: Subject): Record<string, string | number | boolean> {
  const fields: Record<string, string | number | boolean> = {}
  for (let i = 0; i < rule.carried.length; i++) {
    const { name, get } = rule.carried[i]!
    const value = get(subject)
    if (typeof value === 'number' || typeof value === 'boolean') fields[name] = value
    else if (typeof value === 'string') fields[name] = value.slice(0, MAX_TEXT)
    else if (Array.isArray(value)) fields[name] = value.join(', ').slice(0, MAX_TEXT)
  }
  return fields
}

/** Adds a later sighting to an earlier one: what differs between them is no longer said. */
export function join(into: Sighting, more: Sighting): void {
  if (more.first < into.first) into.first = more.first
  if (more.at > into.at) into.at = more.at
  into.count += more.count
  into.client = commonEnd(into.client, more.client)
  into.server = commonEnd(into.server, more.server)
  if (into.clientAsset !== more.clientAsset) into.clientAsset = hasHost(into.client) ? (into.clientAsset ?? more.clientAsset) : undefined
  if (into.serverAsset !== more.serverAsset) into.serverAsset = hasHost(into.server) ? (into.serverAsset ?? more.serverAsset) : undefined
  if (into.user !== more.user) into.user = undefined
  if (more.level === undefined) into.level = undefined
  addEvidence(into.evidence, more.evidence, MAX_EVIDENCE)
}

function hasHost(end: Endpoint): boolean {
  return end.ip !== undefined || end.mac !== undefined
}

function commonEnd(a: Endpoint, b: Endpoint): Endpoint {
  const ip = a.ip === b.ip ? a.ip : undefined
  const mac = a.ip === b.ip && a.mac === b.mac ? a.mac : undefined
  const port = a.port === b.port ? a.port : undefined
  return a.ip === ip && a.mac === mac && a.port === port ? a : { ip, mac, port }
}

/** Every field in one order, whatever a store did to the order of keys: equal findings are equal bytes. */
export function toFinding(rule: Rule, site: string, key: string, opened: Micros, s: Sighting): Finding {
  const fields: Record<string, string | number | boolean> = {}
  for (const name of Object.keys(s.fields).sort()) fields[name] = s.fields[name]!
  return {
    id: derivedId('fnd', site, rule.name, key, opened),
    site,
    rule: rule.name,
    ruleTitle: s.adopted?.title ?? rule.title,
    ruleVersion: rule.version,
    engine: rule.engine,
    level: s.adopted?.level ?? s.level ?? rule.level,
    attack: s.adopted?.attack ?? rule.attack,
    at: s.at,
    first: s.first,
    count: s.count,
    client: shapeEnd(s.client),
    server: shapeEnd(s.server),
    clientAsset: s.clientAsset,
    serverAsset: s.serverAsset,
    user: s.user,
    protocol: s.protocol,
    observed: s.observed,
    fields,
    evidence: s.evidence.map(({ capture, packets, bytes }) => ({ capture, packets, bytes })),
  }
}

function shapeEnd({ ip, mac, port }: Endpoint): Endpoint {
  return { ip, mac, port }
}
