/** The key of a group: the values of its fields, as one text. */
import type { Getter, Subject } from './rule.ts'

/** Keys remembered for one choice of fields, and how long they may be; when there are more, it begins anew. */
const MAX_KEYS = 4_096
const MAX_REMEMBERED = 256

const TREES = new WeakMap<readonly Getter[], KeyTree>()

export function groupKey(groupBy: readonly Getter[], subject: Subject): string {
  const known = TREES.get(groupBy)
  if (known !== undefined) return known.keyOf(subject)
  const tree = new KeyTree(groupBy)
  TREES.set(groupBy, tree)
  return tree.keyOf(subject)
}

/** By names that are equal where the values are: rules that group alike share what is known of their groups. */
const GETTERS = new Map<string, readonly Getter[]>()
const MAX_SHARED = 1000

export function shared(names: readonly string[], groupBy: readonly Getter[]): readonly Getter[] {
  const name = names.join(' ')
  const known = GETTERS.get(name)
  if (known === undefined && GETTERS.size < MAX_SHARED) GETTERS.set(name, groupBy)
  return known ?? groupBy
}

function keyOf(groupBy: readonly Getter[], subject: Subject): string {
  let key = ''
  for (let i = 0; i < groupBy.length; i++) key += `${textOf(groupBy[i]!(subject))}\u001f`
  return key
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
  #hits = 0
  /** Most groups are others than before: their keys are not remembered. */
  #isVain = false
  /** The values that led to the key found last, but for the last of them, and where they led. */
  readonly #way: unknown[] = []
  readonly #nodes: Node[] = []
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
      this.#key = this.#isVain ? keyOf(this.#groupBy, subject) : this.#find(subject)
      asked.observation = observation
      asked.client = client
      asked.server = server
      asked.indicator = indicator
    }
    return this.#key
  }

  /** Goes as far as the way is the one that was gone last without looking. */
  #find(subject: Subject): string {
    let node = this.#root
    let isSame = true
    for (let i = 0; i < this.#groupBy.length; i++) {
      const value = this.#groupBy[i]!(subject)
      if (isSame && i < this.#way.length && value === this.#way[i]) {
        node = this.#nodes[i]!
        continue
      }
      isSame = false
      const next = node.get(value)
      if (typeof next === 'string') {
        this.#hits++
        return next
      }
      if (next === undefined) break
      this.#way[i] = value
      this.#nodes[i] = next
      this.#way.length = i + 1
      node = next
    }
    return this.#add(subject)
  }

  #add(subject: Subject): string {
    const values = this.#groupBy.map((get) => get(subject))
    const key = keyOf(this.#groupBy, subject)
    // A list may change in place.
    if (key.length > MAX_REMEMBERED || values.some((value) => typeof value === 'object' && value !== null)) return key
    if (++this.#size > MAX_KEYS) {
      this.#isVain = this.#hits < MAX_KEYS
      this.#root = new Map()
      this.#way.length = 0
      this.#size = 1
      this.#hits = 0
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
