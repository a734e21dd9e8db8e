/** What belongs to the values of some fields, made once where the same values come again. */
import type { Getter, Subject } from './rule.ts'

/** Choices of values that are remembered, and how long their texts may be; when there are more, it begins anew. */
const MAX_KNOWN = 4_096
const MAX_REMEMBERED = 256

type Node<T> = Map<unknown, Node<T> | Leaf<T>>
class Leaf<T> {
  readonly of: T
  constructor(of: T) {
    this.of = of
  }
}

export class KeyTree<T> {
  /** Most values are others than before: nothing is remembered of them. */
  isVain = false
  readonly #fields: readonly Getter[]
  readonly #make: (subject: Subject) => T
  #root: Node<T> = new Map()
  #size = 0
  #hits = 0
  /** The values that led to what was found last, and where each led. */
  readonly #way: unknown[] = []
  readonly #nodes: (Node<T> | Leaf<T>)[] = []

  constructor(fields: readonly Getter[], make: (subject: Subject) => T) {
    this.#fields = fields
    this.#make = make
  }

  /** Goes as far as the way is the one that was gone last without looking. */
  find(subject: Subject): T {
    let node: Node<T> | Leaf<T> = this.#root
    let isSame = true
    for (let i = 0; i < this.#fields.length; i++) {
      const value = this.#fields[i]!(subject)
      if (isSame && i < this.#way.length && value === this.#way[i]) {
        node = this.#nodes[i]!
        continue
      }
      isSame = false
      const next: Node<T> | Leaf<T> | undefined = (node as Node<T>).get(value)
      if (next === undefined) return this.#add(subject)
      this.#way[i] = value
      this.#nodes[i] = next
      this.#way.length = i + 1
      node = next
    }
    // Without fields there is nothing to look up.
    if (!(node instanceof Leaf)) return this.#add(subject)
    this.#hits++
    return node.of
  }

  #add(subject: Subject): T {
    const of = this.#make(subject)
    const values = this.#fields.map((get) => get(subject))
    if (!isRemembered(values)) return of
    if (++this.#size > MAX_KNOWN) {
      this.isVain = this.#hits < MAX_KNOWN
      this.#root = new Map()
      this.#way.length = 0
      this.#size = 1
      this.#hits = 0
    }
    const last = values.pop()
    let node = this.#root
    for (const value of values) {
      const next = (node.get(value) as Node<T> | undefined) ?? new Map()
      node.set(value, next)
      node = next
    }
    node.set(last, new Leaf(of))
    return of
  }
}

/** A list may change in place. */
function isRemembered(values: readonly unknown[]): boolean {
  let length = 0
  for (const value of values) {
    if (typeof value === 'object' && value !== null) return false
    if (typeof value === 'string') length += value.length
  }
  return length <= MAX_REMEMBERED
}
