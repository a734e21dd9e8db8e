/**
 * A bounded, keyed set of documents that knows which of them changed: how pure stages hold state that
 * a server must make durable. `takeChanges` after a batch gives exactly the rows to write.
 */
export class Collection<T> {
  /** In the order in which they were last set. */
  readonly #items = new Map<string, T>()
  readonly #dirty = new Set<string>()
  readonly #cap: number
  /** Documents that left because the cap was reached; shown to the user. */
  evicted = 0
  /** Told of each document that leaves, so that what its owner knows by it can leave too. */
  onEvicted: (key: string, value: T) => void = () => {}

  /** `cap` protects memory: the least recently set document leaves first, those not yet durable last. */
  constructor(cap: number) {
    this.#cap = cap
  }

  get size(): number {
    return this.#items.size
  }

  get(key: string): T | undefined {
    return this.#items.get(key)
  }

  has(key: string): boolean {
    return this.#items.has(key)
  }

  /** Puts a document and marks it changed. */
  set(key: string, value: T): void {
    // A Map keeps the place of a key it has: only one put anew stands last.
    if (!this.#items.delete(key)) while (this.#items.size >= this.#cap && this.#evict());
    this.#items.set(key, value)
    this.#dirty.add(key)
  }

  /** Puts a document that is already durable. Load the least recently set first: they leave first. */
  load(key: string, value: T): void {
    this.#items.set(key, value)
  }

  /** Forgets a document in memory only: its durable row stays. A change not yet taken is kept. */
  drop(key: string): void {
    if (!this.#dirty.has(key)) this.#items.delete(key)
  }

  values(): IterableIterator<T> {
    return this.#items.values()
  }

  entries(): IterableIterator<[string, T]> {
    return this.#items.entries()
  }

  /** The documents changed since the last call, in the order of their first change. */
  takeChanges(): [string, T][] {
    const changes: [string, T][] = []
    for (const key of this.#dirty) {
      const value = this.#items.get(key)
      if (value !== undefined) changes.push([key, value])
    }
    this.#dirty.clear()
    return changes
  }

  /** True when one left. */
  #evict(): boolean {
    for (const key of this.#items.keys()) if (!this.#dirty.has(key)) return this.#leave(key)
    const oldest = this.#items.keys().next().value
    return oldest !== undefined && this.#leave(oldest)
  }

  #leave(key: string): boolean {
    const value = this.#items.get(key)!
    this.#items.delete(key)
    this.#dirty.delete(key)
    this.evicted++
    this.onEvicted(key, value)
    return true
  }
}
