/** What people decide beforehand: which findings are known to be nothing, and which work on the plant is wanted. */
import type { Endpoint, Evidence, Micros } from './endpoint.ts'
import type { Level } from './observation.ts'

/** All that is given must hold; at least one is. A host is an asset's id, an address or a network (`10.1.2.0/24`). */
export type SuppressionScope = {
  readonly rule?: string | undefined
  readonly engine?: string | undefined
  /** Findings of this level and below. */
  readonly level?: Level | undefined
  readonly client?: string | undefined
  readonly server?: string | undefined
  readonly protocol?: string | undefined
  readonly user?: string | undefined
}

/** Findings a person has judged in advance, until a day that is named: they are kept, but raise no alert. */
export type Suppression = {
  readonly id: string
  readonly site: string
  readonly scope: SuppressionScope
  readonly reason: string
  readonly by: string
  /** In force from here, in event time … */
  readonly from: Micros
  /** … up to and without here. */
  readonly until: Micros
}

/** What is done to a device, in the words of a work order. */
export type Activity =
  | 'program-download'
  | 'program-upload'
  | 'program-edit'
  | 'mode-change'
  | 'restart'
  | 'firmware'
  | 'configuration'
  | 'force'
  | 'write'
  | 'time'
  | 'login'
  | 'file-transfer'

export type ChangeKind = 'work-order' | 'maintenance-window' | 'remote-session'

/** Work on the plant that somebody ordered: on what, by whom, what and when. */
export type AuthorisedChange = {
  readonly id: string
  readonly site: string
  readonly kind: ChangeKind
  /** Its number where it was ordered: `WO-4711`; of a remote session the grant it rests on. */
  readonly reference: string
  readonly title: string
  /** What may be worked on: ids of assets, addresses, networks. */
  readonly assets: readonly string[]
  /** Accounts; none: whoever works at one of `hosts`. */
  readonly users: readonly string[]
  /** The hosts they work from, as in `assets`; none: from anywhere. */
  readonly hosts: readonly string[]
  /** None: whatever engineering it takes. */
  readonly activities: readonly Activity[]
  readonly from: Micros
  readonly until: Micros
  /** SHA-256 of each program section that may be loaded, in hex; none: whatever is loaded. */
  readonly expectedHashes: readonly string[]
}

/** In which respect something went beyond a change. */
export type Excess = 'asset' | 'person' | 'activity' | 'hash' | 'time'

/** One way in which a change was exceeded, or could not be shown to be kept, within an hour. */
export type Deviation = {
  /** The finding that tells of it; undefined where it is only unproven. */
  readonly finding: string | undefined
  /** Empty: nothing shows that it was exceeded, and nothing that it was kept. */
  readonly exceeds: readonly Excess[]
  readonly says: string
  readonly activity: Activity
  readonly client: Endpoint
  readonly server: Endpoint
  readonly user: string | undefined
  readonly first: Micros
  readonly at: Micros
  readonly count: number
  /** The count when it was last told. */
  readonly told: number
  readonly evidence: readonly Evidence[]
}

/** What was seen of a change on the wire. */
export type ChangeUse = {
  /** The change's. */
  readonly id: string
  readonly site: string
  /** The remote session it is ended here; one that is opened again loses it. */
  readonly closedAt: Micros | undefined
  /** The change itself where a remote session was opened that nobody had planned. */
  readonly own: AuthorisedChange | undefined
  /** In the order they began. */
  readonly deviations: readonly Deviation[]
  /** Deviations beyond those kept. */
  readonly more: number
}
