/** The key of a group: the values of its fields, as one text. */
import type { Getter, Subject } from './rule.ts'

/** Keys remembered for one choice of fields, and how long they may be; when there are more, it begins anew. */
const MAX_KEYS = 8_192
const MAX_REMEMBERED = 256

const TREES = new WeakMap<readonly Getter[], KeyTree>()

export function groupKey(groupBy: readonly Getter[], subject: Subject): string {
  const known = TREES.get(groupBy)
  if (known !== undefined) return known.keyOf(subject)
  const tree = new KeyTree(groupBy)
  TREES.set(groupBy, tree)
  return tree.keyOf(subject)
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.join(',') : String(value)
}

type Node = Map<unknown, Node | string>

/** The same groups come again and again: a text that was made once is found faster than it is made, and in every table after that. */
class KeyTree {
  readonly #groupBy: readonly Getter[]
  #root: Node = new Map()
  #size = 0
  /** Rules that group alike ask one right after the other. */
  #asked: Partial<Subject> = {}
  #key = ''

  constructor(groupBy: readonly Getter[]) {
    this.#groupBy = groupBy
  }

  keyOf(subject: Subject): string {
    const { observation, client, server, indicator } = subject
    const asked = this.#asked
    // The ends as well: who an address belongs to differs from detector to detector.
    if (asked.observation !== observation || asked.client !== client || asked.server !== server || asked.indicator !== indicator) {
      this.#key = this.#find(subject)
      asked.observation = observation
      asked.client = client
      asked.server = server
      asked.indicator = indicator
    }
    return this.#key
  }

  #find(subject: Subject): string {
    let node = this.#root
    for (let i = 0; i < this.#groupBy.length; i++) {
      const next = node.get(this.#groupBy[i]!(subject))
      if (typeof next === 'string') return next
      if (next === undefined) break
      node = next
    }
    return this.#add(subject)
  }

  #add(subject: Subject): string {
    const values = this.#groupBy.map((get) => get(subject))
    const key = values.map((value) => `${textOf(value)}\u001f`).join('')
    // A list may change in place.
    if (key.length > MAX_REMEMBERED || values.some((value) => typeof value === 'object' && value !== null)) return key
    if (++this.#size > MAX_KEYS) {
      this.#root = new Map()
      this.#size = 1
    }
    const last = values.pop()
    let node = this.#root
    for (const value of values) {
      const next = (node.get(value) as Node | undefined) ?? new Map()
      node.set(value, next)
      node = next
    }
    node.set(last, key)
    return key
  }
}
