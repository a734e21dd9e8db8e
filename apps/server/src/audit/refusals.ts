/**
 * Keeps refusals from filling a trail that nothing may ever be deleted from: a few of each caller a minute get an entry of
 * their own, the others are counted and told in one.
 */
import type { ErrorCode } from '../http/errors.table.ts'

export type Refused = { readonly what: string; readonly code: ErrorCode; readonly by: string | null; readonly address: string }
export type Folded = Refused & { readonly more: number }

const WINDOW_US = 60_000_000
/** Entries a minute: of one caller, and of all who have not signed in together. */
const FREE = { caller: 10, nobody: 30 }
/** Callers whose folded refusals are told apart; those beyond share one entry. */
const MAX_FOLDED = 20

export class RefusalTally {
  #window = 0
  #nobody = 0
  readonly #callers = new Map<string, number>()
  readonly #folded = new Map<string, Folded>()

  /** True when this refusal gets an entry; false when it is counted, or not worth telling at all. */
  admits(refused: Refused, now: number): boolean {
    // Anybody can be nobody, at no cost: that says nothing about anyone.
    if (refused.code === 'not-signed-in' || refused.code === 'database-lost') return false
    const window = Math.floor(now / WINDOW_US)
    if (window !== this.#window) this.#begin(window)
    // Waiting callers are told once a minute, however often they knock.
    const isWaiting = refused.code === 'too-many'
    const key = `${refused.by ?? refused.address}${isWaiting ? ` ${refused.what}` : ''}`
    const count = this.#callers.get(key) ?? 0
    const isFree = count < (isWaiting ? 1 : FREE.caller) && (refused.by !== null || this.#nobody < FREE.nobody)
    if (!isFree) {
      this.#fold(refused)
      return false
    }
    this.#callers.set(key, count + 1)
    if (refused.by === null) this.#nobody++
    return true
  }

  /** What was counted only, once. */
  take(): readonly Folded[] {
    const folded = [...this.#folded.values()]
    this.#folded.clear()
    return folded
  }

  #begin(window: number): void {
    this.#window = window
    this.#nobody = 0
    this.#callers.clear()
  }

  #fold(refused: Refused): void {
    const key = `${refused.what} ${refused.code} ${refused.by} ${refused.address}`
    const isOwn = this.#folded.has(key) || this.#folded.size < MAX_FOLDED
    const kept: Refused = isOwn ? refused : { what: 'several', code: refused.code, by: null, address: 'several' }
    const at = isOwn ? key : `several ${refused.code}`
    this.#folded.set(at, { ...kept, more: (this.#folded.get(at)?.more ?? 0) + 1 })
  }
}
