/** What an alert rests on besides its packets: enough for the same rules to raise it again from them. */
import type { Heard, Indicator, Learned, LearningTimes, StateRow } from '@isthmus/detect'
import type { Alert, Asset, Finding, Micros, Observation } from '@isthmus/model'
import type { Controls } from '@isthmus/respond'
import type { Ground, GroundRow } from './grounds.ts'
import { historyOf, knownOf } from './history.ts'

/** What was known of a host from a moment on, until the next entry of the host. */
export type KnownHost = {
  readonly host: string
  readonly at: Micros
  /** Undefined: it had not been heard yet. */
  readonly asset?: Asset | undefined
  /** Attributes that became different at that moment, with which of its observations is not said; absent where a finding was told. */
  readonly became?: readonly string[] | undefined
}

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
    /** When its findings were told: at the latest then what was due by time alone was due. */
    readonly passed: readonly Micros[]
    /** What was told late: the observation that did it, and the latest event time that had been heard before. */
    readonly late: readonly (readonly [of: string, heardAt: Micros])[]
    /** Of what did not come: moments, and how much of the time until them was listened to. */
    readonly heard: readonly Heard[]
    /** Files on the wire, by the observation that tells of them, the patterns that they matched, and their SHA-256 where it is known. */
    readonly matched: readonly (readonly [of: string, names: readonly string[], hash?: string | null])[]
    /** Known threats that the packets show. */
    readonly indicators: readonly Indicator[]
    /** Observations that no packet of ours carried: other products' words. */
    readonly told: readonly Observation[]
    /** For each of them, the event time after which it was heard: words about a capture often come when it has been read. */
    readonly toldAfter: readonly Micros[]
  }

const NOTHING: Memory = { remembered: [], learned: [] }
/** What people decided about this time may bear on an alert. */
const AROUND_US = 86_400e6

/** What is kept of an alert. */
export type Kept = {
  readonly alert: Alert
  readonly findings: readonly Finding[]
  readonly grounds: readonly GroundRow[]
  /** What is known by now of the hosts that the grounds name. */
  readonly assets: readonly Asset[]
  /** Of these assets, in order: what became different, and when. */
  readonly changes: readonly AssetChange[]
}

/** An attribute of an asset has another value, or one of several came (`to`) or went (`from`); with no attribute: it was first heard. */
export type AssetChange = {
  readonly id: string
  readonly at: Micros
  readonly attribute: string
  readonly from: string | null
  readonly to: string | null
}

/** Without memory and indicators, which only a first replay can name: see `memoryOf`. */
export function basisOf({ alert, findings, grounds, assets, changes: became }: Kept, settings: Settings): Basis {
  const known = new Map<string, KnownHost>()
  const told = new Map<string, { readonly word: Observation; readonly after: Micros }>()
  const toldAt = new Map(grounds.map(({ finding, first }) => [finding, first.at]))
  const passed = new Set<Micros>()
  const late = new Map<string, Micros>()
  const matched = new Map<string, NonNullable<Ground['matched']>>()
  const add = (finding: string, ground: Ground): void => {
    passed.add(ground.at)
    if (ground.matched !== undefined) matched.set(ground.matched.of, ground.matched)
    if (ground.late !== undefined) late.set(ground.late.of, ground.late.heardAt)
    for (const [host, asset] of Object.entries(ground.known)) {
      const key = `${host}\u001f${ground.at}`
      const other = known.get(key)?.asset
      // Told twice at one moment: the second time more was known.
      if (other === undefined || knownOf(other) <= knownOf(asset)) known.set(key, { host, at: ground.at, asset })
    }
    if (ground.told === undefined) return
    const earlier = alert.findings.slice(0, Math.max(0, alert.findings.indexOf(finding)))
    const after = Math.max(ground.told.at, ...earlier.flatMap((id) => toldAt.get(id) ?? []))
    told.set(JSON.stringify(ground.told), { word: ground.told, after })
  }
  for (const { finding, first, last } of grounds) {
    add(finding, first)
    add(finding, last)
  }
  const words = [...told.values()].sort((a, b) => a.after - b.after || a.word.at - b.word.at)
  const bears = ({ from, until }: { from: Micros; until: Micros }) => from <= alert.lastAt + AROUND_US && until >= alert.firstAt - AROUND_US
  const { suppressions = [], changes = [] } = settings.controls
  return {
    ...settings,
    controls: { suppressions: suppressions.filter(bears), changes: changes.filter(bears) },
    ...NOTHING,
    site: alert.site,
    alert,
    findings: findings.toSorted((a, b) => a.first - b.first || (a.id < b.id ? -1 : 1)),
    known: historyOf([...known.values()], became, assets),
    passed: [...passed].sort((a, b) => a - b),
    late: [...late],
    matched: [...matched.values()].map(({ of, names, hash = null }) => [of, names, hash]),
    heard: grounds.flatMap(({ first }) => first.remembered?.heard ?? []).sort((a, b) => a[0] - b[0]),
    indicators: [],
    told: words.map(({ word }) => word),
    toldAfter: words.map(({ after }) => after),
  }
}
