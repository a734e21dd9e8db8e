/**
 * Reads a scenario of observations: a story in YAML, a line an event, in which hosts have names and what is not said
 * has its plain default. The tests of detections and the quiet plant are written in it; see scenarios/README.md.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { categoryOf, DELTA_FIELDS, type Ends, type FieldType, KINDS, OWN_FIELDS } from '@isthmus/detect'
import type { Asset, Endpoint, Micros, Observation } from '@isthmus/model'
import { parse } from 'yaml'

export const SCENARIOS = join(import.meta.dirname, '../scenarios/detections')

export type Scenario = {
  readonly learningUs: Micros
  /** A list of indicators as a file would hold it; empty where none is given. */
  readonly indicators: string
  readonly events: readonly { readonly observation: Observation; readonly ends: Ends }[]
}
export type Params = Readonly<Record<string, number | string>>

type Event = Readonly<Record<string, unknown>>
type Cast = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** 2026-03-02 08:00:00 UTC, a Monday. */
const START: Micros = 1_772_438_400_000_000
const UNITS: Readonly<Record<string, number>> = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 }
/** Events one line may stand for. */
const MAX_TIMES = 100_000

/** `folder` is a scenario's whole file, `folder/episode` one of its episodes; `params` fill its `$names`. */
export function readScenario(name: string, params: Params = {}, directory: string = SCENARIOS): Scenario {
  const whole = join(directory, name, 'observations.yaml')
  const file = existsSync(whole) ? whole : join(directory, dirname(name), 'observations.yaml')
  if (!existsSync(file)) throw new Error(`no scenario ${name}`)
  const document = parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const episode = existsSync(whole) ? 'events' : basename(name)
  const events = document[episode]
  if (!Array.isArray(events)) throw new Error(`no episode ${episode} in ${file}`)
  const hosts = { ...readCast(directory), ...((document.hosts as Cast | undefined) ?? {}) }
  const story = events.flatMap((event: Event) => unfold(event, params)).sort((a, b) => (a.at as number) - (b.at as number))
  return {
    learningUs: duration(document.learning ?? '1h'),
    indicators: typeof document.indicators === 'string' ? document.indicators : '',
    events: story.map((event, i) => ({
      observation: observe(event, hosts, i),
      ends: { client: assetOf(event.from, hosts), server: assetOf(event.to, hosts) },
    })),
  }
}

function readCast(directory: string): Cast {
  const file = join(directory, 'hosts.yaml')
  return existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Cast) : {}
}

/** One line may stand for many events: `times` and `every`, with `{i}` counting from 0. */
function unfold(event: Event, params: Params): Event[] {
  const filled = substitute(event, (text) =>
    text.startsWith('$') && params[text.slice(1)] !== undefined ? params[text.slice(1)] : text,
  ) as Event
  const { times = 1, every = '1s', at = '0s', ...rest } = filled
  const n = Number(times)
  if (!(n >= 0 && n <= MAX_TIMES)) throw new Error(`times is a number up to ${MAX_TIMES}, not ${String(times)}`)
  return Array.from({ length: n }, (_, i) => {
    const count = (text: string) => (text === '{i}' ? i : text.replaceAll('{i}', String(i)))
    return { ...(substitute(rest, count) as Event), at: duration(at) + i * duration(every) }
  })
}

function substitute(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => substitute(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substitute(inner, change)]))
}

function duration(value: unknown): Micros {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(value))
  if (match === null) throw new Error(`a duration is a number and one of ms s m h d, not ${String(value)}`)
  return Math.round(Number(match[1]) * UNITS[match[2]!]!)
}

const STRUCTURE: ReadonlySet<string> = new Set(['at', 'see', 'from', 'to', 'protocol', 'client-port', 'port', 'client-mac', 'server-mac'])

function observe(event: Event, hosts: Cast, index: number): Observation {
  const kind = KINDS.find((k) => k === event.see || categoryOf(k) === event.see)
  if (kind === undefined) throw new Error(`no kind of observation "${String(event.see)}"`)
  const at = START + (event.at as number)
  const own = OWN_FIELDS[kind] as Readonly<Record<string, FieldType>>
  const fields: Record<string, unknown> = {}
  // `to` is also a field of its own in one kind: written `its-to`.
  const keyOf = (name: string) => (STRUCTURE.has(name) ? `its-${name}` : name)
  for (const [name, type] of Object.entries(own)) fields[name] = keyOf(name) in event ? event[keyOf(name)] : plain(name, type, at)
  const delta = kind === 'session.updated' ? { delta: deltaOf(event.delta as Readonly<Record<string, number>> | undefined) } : {}
  for (const name of Object.keys(event)) {
    if (!STRUCTURE.has(name) && !(name.replace(/^its-/, '') in own) && !(name === 'delta' && kind === 'session.updated'))
      throw new Error(`${kind} has no field "${name}"`)
  }
  return {
    kind,
    site: 'scenario',
    sensor: 'scenario',
    at,
    client: endpoint(event.from, event['client-mac'], event['client-port'] ?? 40_000, hosts),
    server: endpoint(event.to, event['server-mac'], event.port, hosts),
    directionKnown: true,
    protocol: String(event.protocol ?? 'any'),
    evidence: { capture: 'scenario', packets: [index + 1, index + 1], bytes: [0, 60] },
    ...fields,
    ...delta,
  } as unknown as Observation
}

function plain(name: string, type: FieldType, at: Micros): unknown {
  if (name === 'first' || name === 'startedAt') return at
  if (name === 'count') return 1
  if (type === 'texts') return []
  if (type === 'text') return ABSENT.has(name) ? undefined : ''
  if (type === 'number') return NUMBERS.has(name) ? 0 : undefined
  return undefined
}
const ABSENT: ReadonlySet<string> = new Set(['part', 'hash', 'quality', 'unit', 'version', 'session'])
const NUMBERS: ReadonlySet<string> = new Set(['bytes', 'confidence', 'packets', 'messages', 'anomalies', 'undecoded', 'dropped'])

function deltaOf(known: Readonly<Record<string, number>> | undefined): Record<string, number> {
  return Object.fromEntries(DELTA_FIELDS.map((name) => [name, known?.[name] ?? 0]))
}

function endpoint(who: unknown, mac: unknown, port: unknown, hosts: Cast): Endpoint {
  if (who === undefined) return { ip: undefined, mac: mac as string | undefined, port: undefined }
  const host = hosts[String(who)]
  const ip = host === undefined ? String(who) : (host.ip as string)
  return { ip, mac: (mac ?? host?.mac) as string | undefined, port: port as number | undefined }
}

/** A host without an entry in the cast is one nothing is known of. */
function assetOf(who: unknown, hosts: Cast): Asset | undefined {
  const name = String(who)
  const host = hosts[name] ?? Object.values(hosts).find((other) => other.ip === who)
  if (host === undefined) return undefined
  const { ip, mac, level, firstAt = '0s', ...known } = host
  return {
    id: `ast-${name}`,
    site: 'scenario',
    names: [name],
    ips: [ip],
    macs: mac === undefined ? [] : [mac],
    vendor: undefined,
    model: undefined,
    os: undefined,
    type: 'unknown',
    role: '',
    roles: [],
    isExternal: false,
    overrides: {},
    confirmed: true,
    purdueLevel: level,
    firstAt: START + duration(firstAt),
    ...known,
  } as unknown as Asset
}
