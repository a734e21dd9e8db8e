/** What repetition folds into: the first occurrence is reported at once, the rest of a window as one observation. */
import type { Evidence, Observation, ObservationKind, Statement } from '@isthmus/model'

/** Kinds whose equal statements are counted instead of repeated. */
const FOLDS: ReadonlySet<ObservationKind> = new Set<ObservationKind>([
  'address.claimed',
  'address.asked',
  'name.resolved',
  'operation.done',
  'process.read',
  'process.write',
  'device.diagnosed',
  'login.tried',
  'web.requested',
  'encryption.negotiated',
  'service.used',
  'protocol.anomaly',
])

export function folds(kind: ObservationKind): boolean {
  return FOLDS.has(kind)
}

/** Equal for statements that say the same; the sides are the caller's to add. */
export function sayingKey(statement: Statement): string {
  let key = ''
  for (const value of Object.values(statement)) key += `${String(value)}\u0001`
  return key
}

/** An observation waiting to be repeated as a count. */
export class Fold {
  readonly observation: Observation & { readonly count: number; readonly first: number }
  count = 0
  first = 0
  last = 0
  evidence: Evidence

  constructor(observation: Observation & { readonly count: number; readonly first: number }) {
    this.observation = observation
    this.evidence = observation.evidence
  }

  /** The window's observation, and the count starts anew. */
  take(): Observation {
    const folded = { ...this.observation, at: this.last, first: this.first, count: this.count, evidence: this.evidence } as Observation
    this.count = 0
    return folded
  }
}
