/**
 * The facts of one asset or one of its parts, bounded per attribute, and which of them is believed.
 *
 * Belief: each protocol's current word on an attribute is its most confident, then most recent fact; between
 * protocols the more confident wins, then the one restated on a later day, then the first in lexical order. Days
 * rather than moments, so that two equally sure protocols do not swap the value with every poll.
 */
import type { AssetAttribute, Evidence, Fact, Micros } from '@isthmus/model'

export type MutableFact = { -readonly [K in keyof Fact]: Fact[K] }

export type NewFact = {
  readonly attribute: AssetAttribute
  readonly value: string
  readonly protocol: string
  readonly confidence: number
  readonly at: Micros
  readonly evidence: Evidence
}

/** Values kept per attribute; the least believed leaves. Protects against a host that never says the same twice. */
const CAP = 6
const CAPS: Partial<Record<AssetAttribute, number>> = { name: 12, role: 40, software: 16, user: 16, interface: 24, type: 12 }
const VALUE_LENGTH = 256
const DAY_US = 86_400e6

export class FactSet {
  readonly #byAttribute = new Map<AssetAttribute, MutableFact[]>()

  /** True when the set's order may have changed: a new fact, or an old one restated where others compete with it. */
  add(fact: NewFact): boolean {
    const value = fact.value.trim().slice(0, VALUE_LENGTH)
    if (value === '') return false
    const facts = this.#byAttribute.get(fact.attribute)
    if (facts === undefined) {
      this.#byAttribute.set(fact.attribute, [entryOf(fact, value)])
      return true
    }
    const known = facts.find((f) => f.value === value && f.protocol === fact.protocol)
    if (known !== undefined) return restate(known, fact) || facts.length > 1
    facts.push(entryOf(fact, value))
    const cap = CAPS[fact.attribute] ?? CAP
    if (facts.length > cap) facts.sort(compareFacts).pop()
    return true
  }

  /** Takes over all facts of another set. */
  addAll(other: FactSet): void {
    for (const facts of other.#byAttribute.values()) {
      for (const fact of facts) this.#restore(fact)
    }
  }

  load(facts: readonly Fact[]): void {
    for (const fact of facts) this.#restore(fact)
  }

  find(attribute: AssetAttribute, value: string, protocol: string): MutableFact | undefined {
    return this.#byAttribute.get(attribute)?.find((f) => f.value === value && f.protocol === protocol)
  }

  remove(attribute: AssetAttribute, protocol: string): void {
    const facts = this.#byAttribute.get(attribute)
    if (facts === undefined) return
    const left = facts.filter((fact) => fact.protocol !== protocol)
    if (left.length > 0) this.#byAttribute.set(attribute, left)
    else this.#byAttribute.delete(attribute)
  }

  best(attribute: AssetAttribute): Fact | undefined {
    const facts = this.#byAttribute.get(attribute)
    if (facts === undefined) return undefined
    return facts.length === 1 ? facts[0] : facts.toSorted(compareFacts)[0]
  }

  /** Different values of an attribute, the most believed first. */
  values(attribute: AssetAttribute): string[] {
    const facts = this.#byAttribute.get(attribute)
    if (facts === undefined) return []
    return [...new Set(facts.toSorted(compareFacts).map((fact) => fact.value))]
  }

  of(attribute: AssetAttribute): readonly Fact[] {
    return this.#byAttribute.get(attribute) ?? []
  }

  /** All facts: by attribute, the most believed first. */
  all(): Fact[] {
    const attributes = [...this.#byAttribute.keys()].sort()
    return attributes.flatMap((attribute) => this.#byAttribute.get(attribute)!.toSorted(compareFacts))
  }

  #restore(fact: Fact): void {
    const facts = this.#byAttribute.get(fact.attribute)
    if (facts === undefined) {
      this.#byAttribute.set(fact.attribute, [{ ...fact }])
      return
    }
    const known = facts.find((f) => f.value === fact.value && f.protocol === fact.protocol)
    if (known === undefined) facts.push({ ...fact })
    else {
      if (fact.firstAt < known.firstAt) [known.firstAt, known.evidence] = [fact.firstAt, fact.evidence]
      known.lastAt = Math.max(known.lastAt, fact.lastAt)
      known.confidence = Math.max(known.confidence, fact.confidence)
    }
    const cap = CAPS[fact.attribute] ?? CAP
    if (facts.length > cap) facts.sort(compareFacts).pop()
  }
}

function entryOf(fact: NewFact, value: string): MutableFact {
  const { attribute, protocol, confidence, at, evidence } = fact
  return { attribute, value, protocol, confidence, firstAt: at, lastAt: at, evidence }
}

/** Its evidence stays that of its first occurrence, until it is said with more confidence. */
function restate(known: MutableFact, fact: NewFact): boolean {
  if (fact.at > known.lastAt) known.lastAt = fact.at
  if (fact.confidence <= known.confidence) return false
  known.confidence = fact.confidence
  known.evidence = fact.evidence
  return true
}

/** The more believed first. A total order: no two facts of one attribute share value and protocol. */
function compareFacts(a: Fact, b: Fact): number {
  if (a.confidence !== b.confidence) return b.confidence - a.confidence
  if (a.protocol === b.protocol) return b.lastAt - a.lastAt || compareText(a.value, b.value)
  return day(b) - day(a) || compareText(a.protocol, b.protocol)
}

const day = (fact: Fact): number => Math.floor(fact.lastAt / DAY_US)

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
