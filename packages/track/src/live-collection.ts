/**
 * A collection whose documents change in place, for a tracker that counts hundreds of thousands of things a second.
 * Whoever reads it gets copies: a document handed out never changes afterwards.
 */
import { Collection } from '@isthmus/model'

export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * A document as it was before it was stored: every field there, in the order of its making. A store drops what is
 * undefined and may sort the rest; a restart must not show in the bytes.
 */
export function inOrder<T extends object>(fields: readonly (keyof T)[], stored: T): Mutable<T> {
  return Object.fromEntries(fields.map((field) => [field, stored[field]])) as Mutable<T>
}

export class LiveCollection<T extends object> extends Collection<T> {
  readonly #items = new Map<string, Mutable<T>>()
  readonly #dirty = new Set<string>()
  /** Out of memory, but with a change not yet taken. */
  readonly #leaving = new Map<string, T>()
  readonly #copy: (item: T) => T

  /** The owner keeps the cap; this class never evicts. */
  constructor(copy: (item: T) => T = (item) => ({ ...item })) {
    super(0)
    this.#copy = copy
  }

  override get size(): number {
    return this.#items.size
  }

  override get(key: string): T | undefined {
    const item = this.#items.get(key)
    return item === undefined ? undefined : this.#copy(item)
  }

  override has(key: string): boolean {
    return this.#items.has(key)
  }

  override set(key: string, value: T): void {
    this.#items.set(key, value)
    this.#dirty.add(key)
  }

  override load(key: string, value: T): void {
    this.#items.set(key, value)
  }

  override drop(key: string): void {
    if (!this.#dirty.has(key)) this.#items.delete(key)
  }

  override *values(): Generator<T, undefined> {
    for (const item of this.#items.values()) yield this.#copy(item)
  }

  override *entries(): Generator<[string, T], undefined> {
    for (const [key, item] of this.#items) yield [key, this.#copy(item)]
  }

  override takeChanges(): [string, T][] {
    const changes: [string, T][] = []
    for (const key of this.#dirty) {
      const item = this.#items.get(key) ?? this.#leaving.get(key)
      if (item !== undefined) changes.push([key, this.#copy(item)])
    }
    this.#dirty.clear()
    this.#leaving.clear()
    return changes
  }

  /** The document itself, to be changed in place; `touch` afterwards. */
  live(key: string): Mutable<T> | undefined {
    return this.#items.get(key)
  }

  lives(): IterableIterator<Mutable<T>> {
    return this.#items.values()
  }

  livesById(): IterableIterator<[string, Mutable<T>]> {
    return this.#items.entries()
  }

  touch(key: string): void {
    this.#dirty.add(key)
  }

  /** Out of memory; a change not yet taken is still given out. */
  retire(key: string): void {
    const item = this.#items.get(key)
    this.#items.delete(key)
    if (item !== undefined && this.#dirty.has(key)) this.#leaving.set(key, item)
  }

  /** Forgets it altogether; its durable row is the caller's to delete. */
  remove(key: string): void {
    this.#items.delete(key)
    this.#dirty.delete(key)
  }
}
