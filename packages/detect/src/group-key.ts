/**
 * The key of a group: the values of its fields, as one text. The same groups come again and again, and a dozen rules ask for theirs with
 * every observation: what any of them asks of a kind is looked up together, and leads to the keys of all.
 */
import type { Observation, ObservationKind } from '@isthmus/model'
import { isOfObservation } from './fields.ts'
import { KeyTree } from './key-tree.ts'
import type { Getter, Subject } from './rule.ts'

/** By names that are equal where the values are: rules that group alike share what is known of their groups. */
const GETTERS = new Map<string, readonly Getter[]>()
const MAX_SHARED = 1000

export function shared(names: readonly string[], groupBy: readonly Getter[]): readonly Getter[] {
  const name = names.join(' ')
  const known = GETTERS.get(name)
  if (known === undefined && GETTERS.size < MAX_SHARED) GETTERS.set(name, groupBy)
  return known ?? groupBy
}

const PLANS = new Map<ObservationKind, Plan>()
/** That of the kind asked for last. */
let plan: Plan | undefined
let planned: ObservationKind | undefined

export function groupKey(groupBy: readonly Getter[], subject: Subject): string {
  const { kind } = subject.observation
  if (plan === undefined || planned !== kind) {
    plan = PLANS.get(kind) ?? new Plan()
    planned = kind
    PLANS.set(kind, plan)
  }
  return plan.keyOf(groupBy, subject)
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.join(',') : String(value)
}

function makeKey(groupBy: readonly Getter[], subject: Subject): string {
  let key = ''
  for (let i = 0; i < groupBy.length; i++) key += `${textOf(groupBy[i]!(subject))}\u001f`
  return key
}

/** All that groups of one kind of observation are made of. */
class Plan {
  /** The place of a choice of fields among the keys; none for one that asks about more than the observation. */
  readonly #places = new WeakMap<readonly Getter[], number>()
  #size = 0
  #fields: Getter[] = []
  #tree = new KeyTree<string[]>([], () => [])
  #asked: Observation | undefined
  #keys: string[] = []

  keyOf(groupBy: readonly Getter[], subject: Subject): string {
    const place = this.#places.get(groupBy) ?? this.#enter(groupBy)
    if (place < 0 || this.#tree.isVain) return keyAlone(groupBy, subject)
    if (this.#asked !== subject.observation) {
      this.#keys = this.#tree.find(subject)
      this.#asked = subject.observation
    }
    return (this.#keys[place] ??= makeKey(groupBy, subject))
  }

  #enter(groupBy: readonly Getter[]): number {
    const isShared = this.#size < MAX_SHARED && groupBy.every(isOfObservation)
    const place = isShared ? this.#size++ : -1
    this.#places.set(groupBy, place)
    const more = isShared ? groupBy.filter((field) => !this.#fields.includes(field)) : []
    if (more.length > 0) {
      this.#fields = [...this.#fields, ...more]
      this.#tree = new KeyTree(this.#fields, () => [])
      this.#asked = undefined
    }
    return place
  }
}

type Alone = { readonly tree: KeyTree<string>; asked: Partial<Subject>; key: string }

const ALONE = new WeakMap<readonly Getter[], Alone>()

/** Where others of its kind do not help. */
function keyAlone(groupBy: readonly Getter[], subject: Subject): string {
  let alone = ALONE.get(groupBy)
  if (alone === undefined) ALONE.set(groupBy, (alone = { tree: new KeyTree(groupBy, (of) => makeKey(groupBy, of)), asked: {}, key: '' }))
  const { observation, client, server, indicator } = subject
  const { asked } = alone
  // Rules that group alike ask one right after the other. The ends as well: who an address belongs to differs from detector to detector.
  if (asked.observation === observation && asked.client === client && asked.server === server && asked.indicator === indicator)
    return alone.key
  alone.asked = { observation, client, server, indicator }
  alone.key = alone.tree.isVain ? makeKey(groupBy, subject) : alone.tree.find(subject)
  return alone.key
}
