/** What an alert rests on besides its packets: enough for the same rules to raise it again from them. */
import type { StateRow } from '@isthmus/detect'
import type { Alert, Asset, Finding, Micros, Observation } from '@isthmus/model'
import type { Ground, GroundRow } from './grounds.ts'

/** What was known of a host from a moment on, until the next entry of the host. */
export type KnownHost = { readonly host: string; readonly at: Micros; readonly asset: Asset }

export type Basis = {
  readonly site: string
  readonly alert: Alert
  readonly findings: readonly Finding[]
  /** How long the site learns. */
  readonly learningUs: Micros
  readonly known: readonly KnownHost[]
  /** The detector's memory as far as it was asked: what had been learnt, and since when. */
  readonly remembered: readonly (readonly [key: string, row: StateRow])[]
  /** Observations that no packet of ours carried: other products' words. */
  readonly told: readonly Observation[]
}

/** Without what is remembered, which only a first replay can name: see `rememberedOf`. */
export function basisOf(alert: Alert, findings: readonly Finding[], grounds: readonly GroundRow[], learningUs: Micros): Basis {
  const ordered = findings.toSorted((a, b) => a.first - b.first || compare(a.id, b.id))
  const known = new Map<string, KnownHost>()
  const told = new Map<string, Observation>()
  const add = (ground: Ground): void => {
    for (const [host, asset] of Object.entries(ground.known)) known.set(`${host}\u001f${ground.at}`, { host, at: ground.at, asset })
    if (ground.told !== undefined) told.set(JSON.stringify(ground.told), ground.told)
  }
  for (const { first, last } of grounds) {
    add(first)
    add(last)
  }
  return {
    site: alert.site,
    alert,
    findings: ordered,
    learningUs,
    known: [...known.values()].sort((a, b) => compare(a.host, b.host) || a.at - b.at),
    remembered: [],
    told: [...told.values()].sort((a, b) => a.at - b.at),
  }
}

type Entries = ReadonlyMap<string, unknown>
/** The row of the clock: since when a site is learnt, for each clock it was shown. */
const CLOCK = 'clock#0'
type Clock = { readonly minute: number; readonly epochs: readonly { readonly startedAt: Micros; readonly latest: Micros }[] }

/**
 * Of what a site remembers, the part that a replay asked for and that was there before the packets of the replay.
 *
 * @param asked the detector's rows after a replay without memory: what it put there it looked for
 * @param rows the site's rows of the same keys, and the clock
 * @param from event time of the first packet
 */
export function rememberedOf(
  asked: readonly (readonly [string, StateRow | null])[],
  rows: ReadonlyMap<string, StateRow>,
  from: Micros,
): Basis['remembered'] {
  const kept: [string, StateRow][] = []
  const clock = rows.get(CLOCK)?.entries[0]?.[1] as Clock | undefined
  const epoch = clock?.epochs.find(({ startedAt, latest }) => from >= startedAt && from <= latest) ?? clock?.epochs[0]
  if (epoch !== undefined) {
    const began = { minute: Math.floor(from / 60e6), epochs: [{ startedAt: Math.min(epoch.startedAt, from), latest: from }] }
    kept.push([CLOCK, { kind: 'slot', entries: [['clock', began]] }])
  }
  for (const [key, row] of asked) {
    const live = isLearnt(key) ? rows.get(key) : undefined
    if (row === null || live === undefined) continue
    const before: Entries = new Map(live.entries)
    const own: Entries = new Map(row.entries)
    const entries = [...own.keys()].flatMap((group): [string, unknown][] => {
      const value = before.get(group)
      // What was first met in these packets is what makes them news.
      return value === undefined || (typeof value === 'number' && value >= (own.get(group) as number)) ? [] : [[group, value]]
    })
    if (entries.length > 0) kept.push([key, { kind: 'slot', entries }])
  }
  return kept
}

/** Keys of rows that a replay may ask for. */
export const isLearnt = (key: string): boolean => /^(seen|range|habit):/.test(key)
export const isClock = (key: string): boolean => key === CLOCK

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
