/** What one batch did to a site: the rows to write in one transaction. */

import type { Learned, StateRow } from '@isthmus/detect'
import type {
  Alert,
  Asset,
  ChangeUse,
  Coverage,
  Finding,
  Incident,
  KeptContent,
  Link,
  Operation,
  ProgramSection,
  Sample,
  Session,
  Tag,
} from '@isthmus/model'
import type { Change, TrackRow } from '@isthmus/track'
import type { GroundRow } from './grounds.ts'

export type SiteChanges = {
  /** To be put (insert or replace by id). */
  readonly assets: readonly Asset[]
  /** Assets whose rows are to be deleted: merged into another, or beyond a cap. */
  readonly removedAssets: readonly string[]
  /** Rows anywhere that name asset `from` are to name `into`. */
  readonly mergedAssets: readonly { readonly from: string; readonly into: string }[]
  readonly links: readonly Link[]
  readonly sessions: readonly Session[]
  readonly operations: readonly Operation[]
  readonly tags: readonly Tag[]
  readonly programs: readonly ProgramSection[]
  /** Keyed by site and protocol. */
  readonly coverage: readonly Coverage[]
  /** To be appended. */
  readonly samples: readonly Sample[]
  /** Bytes of program sections; put by hash, which says all there is to say of them. */
  readonly contents: readonly KeptContent[]
  /** To be put by id: the same finding again means that it has grown. */
  readonly findings: readonly Finding[]
  /** To be put by finding; `first` stays as it was put first. */
  readonly grounds: readonly GroundRow[]
  readonly alerts: readonly Alert[]
  readonly incidents: readonly Incident[]
  /** What was seen of authorised changes; put by id. */
  readonly changeUses: readonly ChangeUse[]
  /** Opaque documents of the detector, and how far event time has come, by key; null deletes. */
  readonly detectorState: readonly (readonly [key: string, row: StateRow | null])[]
  /** What the detector learnt, by id; null deletes. What people decided of a row (`people`) is theirs: it is not written here. */
  readonly learned: readonly (readonly [id: string, row: Learned | null])[]
  /** Opaque documents of the tracker, by key; null deletes. */
  readonly trackState: readonly (readonly [key: string, row: TrackRow | null])[]
  /** Dated events for the change log and live views, to be appended. */
  readonly changes: readonly Change[]
}
