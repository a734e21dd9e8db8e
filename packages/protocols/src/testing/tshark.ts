/** What a protocol folder's `tshark.table.ts` exports: which fields of tshark say what our message says. */
import type { SeenMessage } from '@isthmus/wire'

/** One occurrence's value; several, in any order; none. Numbers match hexadecimal and decimal text, booleans match 1 and 0. */
export type FieldValue = string | number | bigint | boolean | undefined | readonly (string | number | bigint | boolean)[]

export interface TsharkComparison<M, S = undefined> {
  /** The protocol's name in the registry. */
  readonly protocol: string
  /** tshark's display filter for packets that take part. */
  readonly filter: string
  /** Captures or folders of captures below `../shared/captures`. */
  readonly captures: readonly string[]
  /** Preferences and `-d` rules that tshark needs, as arguments. */
  readonly arguments?: readonly string[]
  /** tshark's field name → the same of our message. */
  readonly fields: Readonly<Record<string, (message: M, seen: SeenMessage<M, S>) => FieldValue>>
  /** Frames in which tshark is known to be wrong or to know something else: capture (as listed) → reason. */
  readonly except?: Readonly<Record<string, string>>
  /** Share of field occurrences that agree; 0.99 when absent. Lower only with a reason in the folder's README. */
  readonly atLeast?: number
}
