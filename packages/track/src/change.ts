/** What a change of the site's picture was: one dated event, for the change log and the live views. */
import type { Evidence, Micros } from '@isthmus/model'

export type ChangeKind =
  /** A host spoke for the first time. */
  | 'asset.new'
  /** One attribute of it has another value; `from` and `to` hold them. */
  | 'asset.changed'
  /** Two assets were one: `id` is gone, `to` is the one that stays. */
  | 'asset.merged'
  /** It left because a cap was reached; its row is to be deleted. */
  | 'asset.removed'
  /** Two MACs claim one address at the same time: `from` holds it, `to` claims it. */
  | 'address.conflict'
  /** An address went from one MAC to another. */
  | 'address.moved'
  /** Two hosts talked for the first time. */
  | 'link.new'
  | 'tag.new'

export type Change = {
  readonly kind: ChangeKind
  /** Of the asset, link or tag. */
  readonly id: string
  readonly at: Micros
  readonly attribute: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  readonly evidence: Evidence | undefined
}

/** Gathers the changes of one observation. Times and evidence are those of the observation in hand. */
export class ChangeLog {
  #changes: Change[] = []
  at: Micros = 0
  evidence: Evidence | undefined = undefined

  begin(at: Micros, evidence: Evidence | undefined): void {
    this.at = at
    this.evidence = evidence
  }

  add(kind: ChangeKind, id: string, attribute?: string, from?: string, to?: string): void {
    this.#changes.push({ kind, id, at: this.at, attribute, from, to, evidence: this.evidence })
  }

  take(): readonly Change[] {
    if (this.#changes.length === 0) return NONE
    const taken = this.#changes
    this.#changes = []
    return taken
  }
}

const NONE: readonly Change[] = []
