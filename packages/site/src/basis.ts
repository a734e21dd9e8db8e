/** What an alert rests on besides its packets: enough for the same rules to raise it again from them. */
import type { Indicator, Learned, LearningTimes, StateRow } from '@isthmus/detect'
import type { Alert, Asset, Finding, Micros, Observation } from '@isthmus/model'
import type { Controls } from '@isthmus/respond'
import type { Ground, GroundRow } from './grounds.ts'

/** What was known of a host from a moment on, until the next entry of the host. */
export type KnownHost = { readonly host: string; readonly at: Micros; readonly asset: Asset }

/** How the site's findings are judged, as far as a replay needs to be told. */
export type Settings = {
  /** How long the site learns. */
  readonly learningUs: Micros
  readonly learning: Omit<LearningTimes, 'siteUs'> | null
  /** Where learning was begun again: address, event time. */
  readonly restarts: readonly (readonly [host: string, at: Micros])[]
  readonly controls: Controls
}

export type Memory = {
  /** The detector's rows as far as they were asked for. */
  readonly remembered: readonly (readonly [key: string, row: StateRow])[]
  /** What had been learnt, as it was before the packets. */
  readonly learned: readonly Learned[]
}

export type Basis = Settings &
  Memory & {
    readonly site: string
    readonly alert: Alert
    readonly findings: readonly Finding[]
    readonly known: readonly KnownHost[]
    /** Known threats that the packets show. */
    readonly indicators: readonly Indicator[]
    /** Observations that no packet of ours carried: other products' words. */
    readonly told: readonly Observation[]
  }

const NOTHING: Memory = { remembered: [], learned: [] }
/** What people decided about this time may bear on an alert. */
const AROUND_US = 86_400e6

/** Without memory and indicators, which only a first replay can name: see `memoryOf`. */
export function basisOf(alert: Alert, findings: readonly Finding[], grounds: readonly GroundRow[], settings: Settings): Basis {
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
  const bears = ({ from, until }: { from: Micros; until: Micros }) => from <= alert.lastAt + AROUND_US && until >= alert.firstAt - AROUND_US
  const { suppressions = [], changes = [] } = settings.controls
  return {
    ...settings,
    controls: { suppressions: suppressions.filter(bears), changes: changes.filter(bears) },
    ...NOTHING,
    site: alert.site,
    alert,
    findings: findings.toSorted((a, b) => a.first - b.first || (a.id < b.id ? -1 : 1)),
    known: [...known.values()].sort((a, b) => (a.host === b.host ? a.at - b.at : a.host < b.host ? -1 : 1)),
    indicators: [],
    told: [...told.values()].sort((a, b) => a.at - b.at),
  }
}
