/**
 * Observations → the indicators they show. A hash table a type of term: what one statement costs does not depend on how
 * many indicators there are. What an observation shows beside the term that found it decides where several must hold.
 */
import { addressBytes, addressText, isoTime, type Level, type Micros, type Observation } from '@isthmus/model'
import type { Indicator, Term } from './indicator.ts'
import { domainOf, masked, urlOf } from './term.ts'

/** What a rule may ask of the indicator that an observation showed, as `indicator.name`. */
export type Hit = {
  readonly id: string
  readonly name: string
  readonly source: string
  /** The kind of term it was found by, and what the wire showed. */
  readonly type: Term['type']
  readonly value: string
  readonly pattern: string
  readonly level: Level
  readonly attack: readonly string[]
  /** Until when it counts; `no expiry` where its source sets none. */
  readonly until: string
}

export type Indicators = {
  /** A bounded number of hits, one an indicator. */
  match(observation: Observation): readonly Hit[]
  readonly size: number
  /** Terms left out because too many indicators name the same value. */
  readonly crowded: number
  /** Matches outside the time of validity: seen, not told. */
  readonly outOfTime: number
}

/** Indicators of one value, from as many sources. */
const MAX_PER_VALUE = 16
const MAX_HITS = 8
const NONE: readonly Hit[] = []

type Entry = { readonly indicator: Indicator; readonly terms: readonly Term[]; readonly by: Term }
type Table = Map<string, Entry[]>
type Tables = Readonly<Record<Exclude<Term['type'], 'port'>, Table>>

/** What an observation shows. Addresses trigger only where `isConversation`; elsewhere they confirm. */
type Shown = {
  readonly isConversation: boolean
  readonly client: string | undefined
  readonly server: string | undefined
  readonly port: number | undefined
  /** Addresses that are no end: what a name resolved to. */
  readonly answers: readonly string[]
  readonly domains: readonly string[]
  readonly url: string | undefined
  readonly hashes: readonly string[]
  readonly ja4: string | undefined
}

/** The term to look up: the one that says most first; a port alone finds nothing. */
const PREFERENCE: readonly Term['type'][] = ['hash', 'ja4', 'url', 'domain', 'ip', 'network']

export function createIndicators(all: Iterable<Indicator>): Indicators {
  const tables: Tables = { ip: new Map(), network: new Map(), domain: new Map(), url: new Map(), hash: new Map(), ja4: new Map() }
  const prefixes = { 4: new Set<number>(), 16: new Set<number>() }
  let size = 0
  let crowded = 0
  let outOfTime = 0

  for (const indicator of all) {
    size++
    for (const terms of indicator.alternatives) {
      const by = PREFERENCE.flatMap((type) => terms.filter((term) => term.type === type))[0]
      if (by === undefined || by.type === 'port') continue
      const entries = tables[by.type].get(by.value)
      if (entries === undefined) tables[by.type].set(by.value, [{ indicator, terms, by }])
      else if (entries.length < MAX_PER_VALUE) entries.push({ indicator, terms, by })
      else crowded++
      if (by.type === 'network') prefixes[by.value.includes(':') ? 16 : 4].add(Number(by.value.split('/')[1]))
    }
  }

  function* found(shown: Shown): Generator<readonly [Entry, string]> {
    for (const hash of shown.hashes) yield* of(tables.hash, hash)
    if (shown.ja4 !== undefined) yield* of(tables.ja4, shown.ja4)
    if (shown.url !== undefined && tables.url.size > 0) yield* of(tables.url, shown.url)
    for (const domain of shown.domains) yield* of(tables.domain, domain)
    for (const ip of shown.isConversation ? endsOf(shown) : shown.answers) {
      yield* of(tables.ip, ip)
      for (const network of networksOf(ip)) for (const [entry] of of(tables.network, network)) yield [entry, ip]
    }
  }

  /** One look-up a length of prefix in use: at most 25 of IPv4, 113 of IPv6. */
  function* networksOf(ip: string): Generator<string> {
    if (tables.network.size === 0) return
    const bytes = addressBytes(ip)
    if (bytes === undefined) return
    for (const prefix of prefixes[bytes.length as 4 | 16]) yield `${addressText(masked(bytes, prefix))}/${prefix}`
  }

  return {
    match(observation) {
      const shown = size === 0 ? undefined : shownBy(observation)
      if (shown === undefined) return NONE
      let hits: Hit[] | undefined
      for (const [{ indicator, terms, by }, value] of found(shown)) {
        if (!terms.every((term) => holds(term, shown))) continue
        if (!isValid(indicator, 'first' in observation ? observation.first : observation.at, observation.at)) {
          outOfTime++
          continue
        }
        hits ??= []
        if (hits.length < MAX_HITS && !hits.some((hit) => hit.id === indicator.id)) hits.push(hitOf(indicator, by, value))
      }
      return hits ?? NONE
    },
    get size() {
      return size
    },
    get crowded() {
      return crowded
    },
    get outOfTime() {
      return outOfTime
    },
  }
}

function* of(table: Table, value: string): Generator<readonly [Entry, string]> {
  for (const entry of table.get(value) ?? []) yield [entry, value]
}

function endsOf({ client, server }: Shown): string[] {
  return [client, server].filter((ip) => ip !== undefined)
}

/** Counts when any moment of what was folded lies within. */
function isValid({ validFrom, validUntil }: Indicator, first: Micros, last: Micros): boolean {
  return (validFrom === undefined || last >= validFrom) && (validUntil === undefined || first < validUntil)
}

function hitOf({ id, name, source, pattern, level, attack, validUntil }: Indicator, { type }: Term, value: string): Hit {
  const until = validUntil === undefined ? 'no expiry' : (isoTime(validUntil) ?? 'no expiry')
  return { id, name, source, type, value, pattern, level, attack, until }
}

function holds(term: Term, shown: Shown): boolean {
  switch (term.type) {
    case 'ip':
      return addressesFor(term, shown).includes(term.value)
    case 'network':
      return addressesFor(term, shown).some((ip) => isWithin(ip, term.value))
    case 'port':
      return shown.port === Number(term.value)
    case 'domain':
      return shown.domains.includes(term.value)
    case 'url':
      return shown.url === term.value
    case 'hash':
      return shown.hashes.includes(term.value)
    case 'ja4':
      return shown.ja4 === term.value
  }
}

function addressesFor({ end }: Term, shown: Shown): readonly (string | undefined)[] {
  return end === undefined ? [shown.client, shown.server, ...shown.answers] : [shown[end]]
}

function isWithin(ip: string | undefined, network: string): boolean {
  const bytes = ip === undefined ? undefined : addressBytes(ip)
  if (bytes === undefined) return false
  const prefix = Number(network.split('/')[1])
  return prefix <= bytes.length * 8 && `${addressText(masked(bytes, prefix))}/${prefix}` === network
}

/** Undefined where an observation shows nothing that an indicator could name. */
function shownBy(o: Observation): Shown | undefined {
  switch (o.kind) {
    case 'session.updated':
      return show(o, { isConversation: true })
    case 'name.resolved': {
      const answers = o.answers.filter((answer) => addressBytes(answer) !== undefined)
      const names = o.answers.length === answers.length ? [] : o.answers.filter((answer) => addressBytes(answer) === undefined)
      return show(o, { answers, domains: [o.name, ...names].map(domainOf) })
    }
    case 'web.requested':
      return show(o, {
        domains: [domainOf(hostName(o.host))],
        url: urlOf(/^https?:\/\//i.test(o.path) ? o.path : `http://${o.host}${o.path}`),
      })
    case 'encryption.negotiated':
      return show(o, {
        domains: o.serverName === '' ? [] : [domainOf(o.serverName)],
        ja4: o.fingerprint === '' ? undefined : o.fingerprint.toLowerCase(),
      })
    case 'file.moved':
      return show(o, { hashes: [o.hash, o.sha1, o.md5].flatMap((hash) => (hash === undefined ? [] : [hash.toLowerCase()])) })
    default:
      return undefined
  }
}

function show({ client, server }: Observation, more: Partial<Shown>): Shown {
  return {
    isConversation: false,
    client: client.ip,
    server: server.ip,
    port: server.port,
    answers: [],
    domains: [],
    url: undefined,
    hashes: [],
    ja4: undefined,
    ...more,
  }
}

/** The host of a request without its port. */
function hostName(host: string): string {
  return host.replace(/:\d{1,5}$/, '')
}
