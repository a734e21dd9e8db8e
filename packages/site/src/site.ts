/** One site's whole server half: observations in, rows to write out. Pure; the same in the server and the command line. */

import type { Rule, StateRow } from '@isthmus/detect'
import type { Alert, Batch, Incident, Micros, Observation } from '@isthmus/model'
import type { DeskContent } from '@isthmus/respond'
import type { Tracker, TrackerOptions, TrackRows } from '@isthmus/track'
import type { SiteChanges } from './changes.ts'

export type SiteOptions = {
  readonly site: string
  readonly rules: readonly Rule[]
  /** How long a site is learnt before "never seen before" means something; 0 in a capture analysed by itself. */
  readonly learningUs: Micros
  readonly content: DeskContent
  readonly vendorOf?: TrackerOptions['vendorOf']
  readonly caps?: TrackerOptions['caps']
}

/** Durable rows, as a store gives them back, in any order. */
export type SiteRows = TrackRows & {
  readonly alerts?: Iterable<Alert>
  readonly incidents?: Iterable<Incident>
  /** Alerts that a person has resolved. */
  readonly settled?: Iterable<string>
  readonly detectorState?: Iterable<readonly [string, StateRow]>
  /** Last applied batch number per sensor. */
  readonly batches?: Iterable<readonly [sensor: string, number: number]>
}

/** Why a batch was not applied. `repeated`: it was before, acknowledge it. `gap`: send `expected` first. */
export type BatchRefusal = { readonly refused: 'repeated' | 'gap' | 'other-site'; readonly expected: number }

export interface Site {
  /** Applies a batch whole, or says why not. */
  apply(batch: Batch): SiteChanges | BatchRefusal
  /** Applies one observation without numbering; rows are gathered until `takeChanges`. */
  applyObservation(observation: Observation): void
  takeChanges(): SiteChanges
  /** Counts still held back: call once, at the end of a finite input, then `takeChanges`. */
  finish(): void
  /** A person sets an attribute of an asset, or with undefined gives it back to the facts. */
  override(asset: string, attribute: string, value: string | undefined, at: Micros): SiteChanges
  /** A person resolved an alert: what comes after is a new one. */
  settle(alert: string): void
  /** A person moved or merged an incident. */
  replaceIncident(incident: Incident): void
  load(rows: SiteRows): void
  /** Read only. */
  readonly tracker: Tracker
  /** Last applied batch number of a sensor; 0 before the first. */
  lastBatch(sensor: string): number
  /** What caps refused so far, by name. */
  refused(): Readonly<Record<string, number>>
}

export function isBatchRefusal(result: SiteChanges | BatchRefusal): result is BatchRefusal {
  return 'refused' in result
}
