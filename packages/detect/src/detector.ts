import { Collection, type Finding, type Micros, type Observation } from '@isthmus/model'
import type { Ends, Rule } from './rule.ts'
import type { StateRow } from './state.ts'

export type DetectorOptions = { readonly site: string; readonly learningUs: Micros }

export type Detector = {
  /** Findings that one observation raises; the same id again means: its count and time have grown. */
  evaluate(observation: Observation, ends: Ends): readonly Finding[]
  /** Counts still held back by collapsing: call once, at the end of a finite input. */
  finish(): readonly Finding[]
  readonly state: Collection<StateRow>
  load(rows: Iterable<readonly [string, StateRow]>): void
}

export function createDetector(_rules: readonly Rule[], _options: DetectorOptions): Detector {
  const state = new Collection<StateRow>(100_000)
  return { evaluate: () => [], finish: () => [], state, load: () => {} }
}
