/** What changed, told to live consoles: nouns and ids, never content, so a notice reveals nothing a read would not. */

export type Noun =
  | 'alerts'
  | 'assets'
  | 'incidents'
  | 'captures'
  | 'sessions'
  | 'operations'
  | 'tags'
  | 'programs'
  | 'findings'
  | 'coverage'
  | 'sites'
  | 'suppressions'
  | 'threats'
  | 'hunts'
  | 'authorised-changes'
  | 'rules'
export type Notice = { readonly kind: Noun; readonly site: string; readonly ids?: readonly string[] }
export type Listener = (notice: Notice) => void

/** More ids than this are not listed: the console reads the list again anyway. */
const MAX_IDS = 50

export class Notices {
  readonly #listeners = new Set<Listener>()

  get size(): number {
    return this.#listeners.size
  }

  tell(site: string, kind: Noun, ids: readonly string[] = []): void {
    const notice: Notice = ids.length > 0 && ids.length <= MAX_IDS ? { kind, site, ids } : { kind, site }
    for (const listener of this.#listeners) listener(notice)
  }

  /** Returns what ends the listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
