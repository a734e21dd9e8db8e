/** What routes reach besides their transaction. One object, made once at the start, passed as an argument. */
import type { BaselineEdit } from '@isthmus/detect'
import type { Database } from './database/connect.ts'
import type { Notices } from './events/notices.ts'
import type { Slices } from './evidence/slices.ts'
import type { Hunts } from './hunts/hunts.ts'
import type { SelfTestResult } from './known-threats/self-test.ts'
import type { Library } from './rules/library.ts'
import type { Guard } from './sign-ins/guard.ts'

export type Services = {
  readonly database: Database
  readonly notices: Notices
  readonly guard: Guard
  readonly library: Library
  readonly captures: CaptureRoom
  /** Alerts' packets as files. */
  readonly slices: Slices
  readonly hunts: Pick<Hunts, 'wake' | 'cancelled' | 'longestMs'>
  /** The last try of the way from packets to a match, with a test file; undefined before the first. */
  readonly selfTest: () => SelfTestResult | undefined
  readonly settings: ServerSettings
  /** Platform time in microseconds; the one clock of the server. */
  readonly now: () => number
  readonly state: () => 'ready' | 'starting' | 'database-lost' | 'disk-full' | 'stopping'
}

export type Decision =
  | { readonly kind: 'settled' | 'reopened'; readonly site: string; readonly alert: string }
  | { readonly kind: 'moved'; readonly site: string; readonly incident: string; readonly to: 'open' | 'contained' | 'closed' }
  | { readonly kind: 'baseline'; readonly site: string; readonly edit: BaselineEdit }
  /** Settings, suppressions, rules, indicators … changed: the fold starts from its rows again, with the new ones. */
  | { readonly kind: 'controls'; readonly site: string }
  | { readonly kind: 'override'; readonly site: string; readonly asset: string; readonly attribute: string; readonly value: string | null }

/** Where captures are kept, and who reads them. */
export type CaptureRoom = {
  readonly folder: string
  /** Largest upload accepted, in bytes. */
  readonly maxBytes: number
  /** Everything in the folder, in bytes. */
  readonly maxTotalBytes: number
  /** What uploads leave free on the disk, in bytes. */
  readonly minFreeBytes: number
  /** Bytes that are read out of one compressed capture at most. */
  readonly maxUnpackedBytes: number
  /** Something waits to be read. */
  wake(): void
  /** What people decided, told to the fold of the site; it reads the same from the rows when it starts. */
  decided(decision: Decision): void
}

export type ServerSettings = {
  readonly version: string
  /** Who must have a second factor to finish a sign-in. */
  readonly requireTotp: 'nobody' | 'administrators' | 'everybody'
  readonly idleUs: number
  readonly absoluteUs: number
  /** How often a stream shows it is there, and is asked whether it still may be. */
  readonly heartbeatMs: number
  /** Certificate chain and key as PEM text; without them the server speaks clear HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  /** Proxies whose word on the caller's address and protocol is taken. */
  readonly trustProxy: readonly string[]
}
