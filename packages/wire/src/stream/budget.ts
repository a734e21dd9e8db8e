/** Bytes that all conversations together may hold back: bounds memory where the caps of a single one do not. */

/** Waiting segments and unfinished messages of a whole engine. */
const LIMIT = 64 * 1024 * 1024

export class Budget {
  held = 0
  /** Times somebody had to give up what it held; shown as coverage. */
  refused = 0

  /** False when there is no room for `bytes` more: the caller gives up its own. */
  allows(bytes: number): boolean {
    if (this.held + bytes <= LIMIT) return true
    this.refused++
    return false
  }
}
