/** The networks of a site (/24, /64) and what lives in each: a host's level depends on its neighbours. */
import type { AssetRecord } from './asset-record.ts'
import { compareText } from './facts.ts'
import { type NetworkKind, SUPERVISORS } from './levels.table.ts'

type Weight = 'controller' | 'supervisor' | 'host' | 'none'

/** Share of a network's hosts that must supervise for it to be the plant's. */
const SUPERVISING_SHARE = 1 / 3

class Network {
  readonly members = new Map<AssetRecord, Weight>()
  #controllers = 0
  #supervisors = 0
  #hosts = 0

  get kind(): NetworkKind {
    if (this.#controllers > 0) return 'control'
    return this.#supervisors > 0 && this.#supervisors >= this.#hosts * SUPERVISING_SHARE ? 'plant' : 'other'
  }

  count(weight: Weight, by: 1 | -1): void {
    if (weight === 'none') return
    this.#hosts += by
    if (weight === 'controller') this.#controllers += by
    if (weight === 'supervisor') this.#supervisors += by
  }
}

export class Networks {
  readonly #all = new Map<string, Network>()

  join(record: AssetRecord, name: string): void {
    const network = this.#all.get(name) ?? new Network()
    this.#all.set(name, network)
    if (!network.members.has(record)) network.members.set(record, 'none')
  }

  /** Returns the neighbours whose level may have changed by it. */
  leave(record: AssetRecord, name: string): readonly AssetRecord[] {
    const network = this.#all.get(name)
    if (network === undefined) return []
    const before = network.kind
    network.count(network.members.get(record) ?? 'none', -1)
    network.members.delete(record)
    if (network.members.size === 0) this.#all.delete(name)
    return network.kind === before ? [] : this.members(name)
  }

  /** Counts a host as what its view says it is. Returns those, itself included, whose level may have changed by it. */
  weigh(record: AssetRecord, names: readonly string[]): readonly AssetRecord[] {
    const weight = weightOf(record)
    let turned: readonly AssetRecord[] = []
    for (const name of names) {
      const network = this.#all.get(name)
      const known = network?.members.get(record)
      if (network === undefined || known === undefined || known === weight) continue
      const before = network.kind
      network.count(known, -1)
      network.count(weight, 1)
      network.members.set(record, weight)
      if (network.kind !== before) turned = turned.concat(this.members(name))
    }
    return turned
  }

  /** The kind closest to the process among a host's networks. */
  kindOf(names: readonly string[]): NetworkKind {
    let kind: NetworkKind = 'other'
    for (const name of names) {
      const of = this.#all.get(name)?.kind
      if (of === 'control') return of
      if (of === 'plant') kind = of
    }
    return kind
  }

  hasLocals(name: string): boolean {
    for (const member of this.#all.get(name)?.members.keys() ?? []) if (!member.isExternal) return true
    return false
  }

  /** In an order that a restart does not change: it is the order of the change log. */
  members(name: string): AssetRecord[] {
    return [...(this.#all.get(name)?.members.keys() ?? [])].sort((a, b) => compareText(a.id, b.id))
  }
}

function weightOf({ view }: AssetRecord): Weight {
  if (!view.confirmed || view.isExternal) return 'none'
  if (view.role === 'controller' || view.roles.includes('controller')) return 'controller'
  return SUPERVISORS.has(view.type) ? 'supervisor' : 'host'
}
