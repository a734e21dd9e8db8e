/** Observations become what a site holds: assets, links, sessions, operations, tags, coverage. */
import type {
  Asset,
  Collection,
  Coverage,
  Endpoint,
  KeptContent,
  Link,
  Micros,
  Observation,
  Operation,
  ProgramSection,
  Sample,
  Session,
  Tag,
} from '@isthmus/model'
import type { Caps } from './caps.ts'
import type { Change } from './change.ts'
import type { TrackRow } from './row.ts'

export type TrackerOptions = {
  /** Who made the network interface, by its MAC; undefined when unknown. */
  readonly vendorOf?: ((mac: string) => string | undefined) | undefined
  readonly caps?: Partial<Caps> | undefined
}

/** Durable rows as a store gives them back, in any order. */
export type TrackRows = {
  readonly assets?: Iterable<Asset>
  readonly links?: Iterable<Link>
  readonly sessions?: Iterable<Session>
  readonly operations?: Iterable<Operation>
  readonly tags?: Iterable<Tag>
  readonly programs?: Iterable<ProgramSection>
  readonly coverage?: Iterable<Coverage>
  readonly state?: Iterable<readonly [string, TrackRow]>
}

export interface Tracker {
  apply(observation: Observation): readonly Change[]
  /** The asset behind an endpoint. A live view: read it before the next `apply`. */
  asset(endpoint: Endpoint): Asset | undefined
  /** The id under which an asset goes on after merges; its own when there were none. */
  current(asset: string): string
  /** A person sets an attribute, or with undefined gives it back to the facts. */
  override(asset: string, attribute: string, value: string | undefined, at: Micros): readonly Change[]
  readonly assets: Collection<Asset>
  readonly links: Collection<Link>
  readonly sessions: Collection<Session>
  readonly operations: Collection<Operation>
  readonly tags: Collection<Tag>
  readonly programs: Collection<ProgramSection>
  readonly coverage: Collection<Coverage>
  takeSamples(): Sample[]
  /** Bytes of sections to be kept, since the last call. */
  takeContents(): KeptContent[]
  /** Ids of assets whose rows are to be deleted, since the last call. */
  takeRemoved(): string[]
  /** Other rows to keep, since the last call; null deletes. */
  takeState(): [string, TrackRow | null][]
  /** Hosts and state all at once, before anything is applied; sessions that left memory at any time. */
  load(rows: TrackRows): void
  /** What caps refused so far, by name. */
  refused(): Readonly<Record<string, number>>
}
