/**
 * The hosts of a site by address, by MAC and by id: who exists, who has only been heard of, who leaves when there are
 * too many. Which MAC belongs to whom is decided in `macs.ts`; that two hosts are one, there and in `names.ts`.
 */
import { type Asset, derivedId, networkOf } from '@isthmus/model'
import { AssetRecord } from './asset-record.ts'
import type { Caps } from './caps.ts'
import type { ChangeLog } from './change.ts'
import { logDifferences } from './difference.ts'
import { compareText } from './facts.ts'
import { LiveCollection } from './live-collection.ts'
import { Networks } from './networks.ts'
import type { Refusals, RowSet } from './row-set.ts'

/** Share of the hosts that leaves when a cap is reached, so that the search for the oldest is rare. */
const EVICTED_SHARE = 0.1
/** Broadcast addresses remembered: one a network, and a site has not that many. */
const MAX_BROADCASTS = 1024

export class Hosts {
  readonly site: string
  readonly assets = new LiveCollection<Asset>(copyAsset)
  readonly log: ChangeLog
  readonly rows: RowSet
  readonly refusals: Refusals
  readonly #caps: Caps
  readonly #byId = new Map<string, AssetRecord>()
  readonly #byIp = new Map<string, AssetRecord>()
  readonly #candidates = new Set<AssetRecord>()
  readonly #external = new Set<AssetRecord>()
  readonly #networks = new Networks()
  readonly #merged = new Map<string, string>()
  readonly #broadcasts = new Set<string>()
  readonly #stale = new Set<AssetRecord>()
  #removed: string[] = []
  /** Called after `lost` became a part of `into`. */
  onMerged: (lost: AssetRecord, into: AssetRecord) => void = () => {}
  onRemoved: (record: AssetRecord) => void = () => {}

  constructor(site: string, caps: Caps, log: ChangeLog, rows: RowSet, refusals: Refusals) {
    this.site = site
    this.#caps = caps
    this.log = log
    this.rows = rows
    this.refusals = refusals
  }

  byId(id: string | undefined): AssetRecord | undefined {
    return id === undefined ? undefined : this.#byId.get(id)
  }

  byIp(ip: string): AssetRecord | undefined {
    return this.#byIp.get(ip)
  }

  /** A frame for everybody went to this address. A host that has spoken for itself stays: anybody can send such a frame. */
  noteBroadcast(ip: string): void {
    const record = this.#byIp.get(ip)
    if (record?.confirmed || this.#broadcasts.has(ip) || this.#broadcasts.size >= MAX_BROADCASTS) return
    this.#broadcasts.add(ip)
    this.rows.put(`broadcast:${ip}`, { kind: 'broadcast', ip })
    if (record !== undefined) this.#remove(record)
  }

  /** Both ends were spoken to as one host and answered: where the network is larger, an address that ends in 255 is a host. */
  noteExchange(ip: string | undefined): void {
    if (ip !== undefined && this.#broadcasts.delete(ip)) this.rows.remove(`broadcast:${ip}`)
  }

  restoreBroadcast(ip: string): void {
    this.#broadcasts.add(ip)
  }

  /** A host not known so far; undefined when there is no room. Its first identity makes its id. */
  create(identity: { readonly ip: string } | { readonly mac: string }, isExternal: boolean): AssetRecord | undefined {
    if ('ip' in identity && this.#broadcasts.has(identity.ip)) return undefined
    if (!this.#makeRoom(isExternal)) return undefined
    const record = new AssetRecord(this.#freshId('ip' in identity ? identity.ip : identity.mac), this.site, this.log.at)
    record.isExternal = isExternal && !('ip' in identity && this.#networks.hasLocals(networkOf(identity.ip) ?? ''))
    this.#byId.set(record.id, record)
    this.#candidates.add(record)
    if ('ip' in identity) this.attachIp(record, identity.ip)
    this.touch(record)
    return record
  }

  attachIp(record: AssetRecord, ip: string): void {
    if (!record.addIp(ip)) return
    this.#byIp.set(ip, record)
    const network = networkOf(ip)
    if (network !== undefined) this.#networks.join(record, network)
    this.touch(record)
  }

  detachIp(record: AssetRecord, ip: string): void {
    record.dropIp(ip)
    if (this.#byIp.get(ip) === record) this.#byIp.delete(ip)
    const network = networkOf(ip)
    if (network !== undefined && !record.ips.some((other) => networkOf(other) === network)) this.#leaveNetwork(record, network)
    this.touch(record)
  }

  /** The host has spoken: from here on it is an asset. */
  confirm(record: AssetRecord): void {
    if (record.confirmed) return
    record.confirmed = true
    record.isStale = true
    record.view.firstAt = this.log.at
    record.view.lastAt = this.log.at
    if (this.#candidates.delete(record)) this.rows.remove(`candidate:${record.id}`)
    if (record.isExternal) {
      if (this.#external.size >= this.#caps.external) this.#evict('external assets', this.#external)
      this.#external.add(record)
    }
    this.log.add('asset.new', record.id)
    this.touch(record)
  }

  /** An address range says public; a claim on this very network says it is ours. */
  makeLocal(record: AssetRecord): void {
    if (!record.isExternal) return
    record.isExternal = false
    record.isStale = true
    this.#external.delete(record)
    this.touch(record)
  }

  /** A public address talks to another one of its network where we listen: that network is the site's own. */
  noteNeighbours(record: AssetRecord, ip: string): void {
    const network = networkOf(ip)
    if (network === undefined || !record.ips.some((own) => own !== ip && networkOf(own) === network)) return
    for (const member of this.#networks.members(network)) this.makeLocal(member)
  }

  /** Marks for `settle`. Call after any change of a record. */
  touch(record: AssetRecord): void {
    if (record.confirmed && !record.isStale) this.assets.touch(record.id)
    else this.#stale.add(record)
  }

  /** Makes the views true again after an observation, and logs what became different. */
  settle(): void {
    // A rebuilt host can move its neighbours' levels, which rebuilds them: at most once each, since levels name no one else.
    for (const record of this.#stale) {
      this.#stale.delete(record)
      if (this.#byId.get(record.id) === record) this.#rebuild(record)
    }
  }

  /** `lost` and `kept` were one host. Returns the one that stays: confirmed before not, then older, then by id. */
  merge(a: AssetRecord, b: AssetRecord): AssetRecord {
    const [kept, lost] = compareSeniority(a, b) <= 0 ? [a, b] : [b, a]
    if (lost.confirmed) {
      this.log.add('asset.merged', lost.id, undefined, undefined, kept.id)
      this.confirm(kept)
    }
    this.#forget(lost)
    this.#merged.set(lost.id, kept.id)
    this.rows.put(`merged:${lost.id}`, { kind: 'merged', lost: lost.id, into: kept.id })
    if (!lost.isExternal) this.makeLocal(kept)
    for (const ip of lost.ips) this.attachIp(kept, ip)
    for (const vlan of lost.vlans) kept.addVlan(vlan)
    for (const protocol of lost.protocols) kept.addProtocol(protocol)
    for (const server of lost.controls) kept.controls.add(server)
    for (const [part, facts] of lost.modules) kept.absorbModule(part, facts)
    if (lost.onlyPart !== undefined) kept.addPart(lost.onlyPart)
    kept.facts.addAll(lost.facts)
    if ((lost.operating?.heardAt ?? 0) > (kept.operating?.heardAt ?? 0)) kept.operating = lost.operating
    kept.overrides = { ...lost.overrides, ...kept.overrides }
    kept.seenAt(lost.confirmed ? lost.view.firstAt : kept.view.firstAt, lost.view.lastAt)
    kept.isStale = true
    this.onMerged(lost, kept)
    this.touch(kept)
    return kept
  }

  takeRemoved(): string[] {
    const removed = this.#removed.filter((id) => !this.assets.has(id))
    this.#removed = []
    return [...new Set(removed)]
  }

  records(): IterableIterator<AssetRecord> {
    return this.#byId.values()
  }

  /** Restores a host; its neighbours' levels are those of its row, so nothing is rebuilt. */
  restore(asset: Asset): AssetRecord {
    const record = new AssetRecord(asset.id, this.site, asset.firstAt)
    record.vlans = asset.vlans
    record.macs = asset.macs
    record.protocols = asset.protocols
    record.overrides = asset.overrides
    record.confirmed = asset.confirmed
    record.isExternal = asset.isExternal
    record.operating = asset.operating
    record.facts.load(asset.facts)
    for (const module of asset.modules) record.restoreModule(module.part, module.facts)
    record.view = { ...asset }
    this.#byId.set(record.id, record)
    if (!record.confirmed) this.#candidates.add(record)
    else if (record.isExternal) this.#external.add(record)
    for (const ip of asset.ips) this.attachIp(record, ip)
    return record
  }

  restoreMerged(lost: string, into: string): void {
    this.#merged.set(lost, into)
  }

  /** The id under which an asset goes on: its own, or that of the one it became a part of. */
  current(id: string): string {
    let now = id
    for (let into = this.#merged.get(now); into !== undefined; into = this.#merged.get(now)) now = into
    return now
  }

  /** After all rows are there: views as they were, nothing marked as changed. */
  restored(): void {
    for (const record of this.#byId.values()) {
      record.rebuild('other')
      this.#networks.weigh(record, networksOf(record))
    }
    for (const record of this.#byId.values()) {
      record.rebuild(this.#networks.kindOf(networksOf(record)))
      if (record.confirmed) this.assets.load(record.id, record.view)
    }
    this.#stale.clear()
  }

  #rebuild(record: AssetRecord): void {
    if (!record.isStale) {
      if (record.confirmed) this.assets.touch(record.id)
      return
    }
    const before = record.view
    const networks = networksOf(record)
    record.rebuild(this.#networks.kindOf(networks))
    const turned = this.#networks.weigh(record, networks)
    if (turned.length > 0) {
      this.#markLevels(turned)
      record.rebuild(this.#networks.kindOf(networks))
      this.#stale.delete(record)
    }
    if (record.confirmed) {
      this.assets.set(record.id, record.view)
      if (before.confirmed) logDifferences(this.log, before, record.view)
    } else this.rows.put(`candidate:${record.id}`, { kind: 'candidate', asset: copyAsset(record.view) })
  }

  #markLevels(records: readonly AssetRecord[]): void {
    for (const record of records) {
      record.isStale = true
      this.#stale.add(record)
    }
  }

  #leaveNetwork(record: AssetRecord, network: string): void {
    this.#markLevels(this.#networks.leave(record, network))
  }

  #forget(record: AssetRecord): void {
    this.#byId.delete(record.id)
    this.#external.delete(record)
    this.#stale.delete(record)
    if (this.#candidates.delete(record)) this.rows.remove(`candidate:${record.id}`)
    if (record.onlyPart !== undefined) this.rows.remove(`part:${record.id}`)
    for (const ip of record.ips) {
      if (this.#byIp.get(ip) === record) this.#byIp.delete(ip)
      const network = networkOf(ip)
      if (network !== undefined) this.#leaveNetwork(record, network)
    }
    if (!record.confirmed) return
    this.assets.remove(record.id)
    this.#removed.push(record.id)
  }

  #makeRoom(isExternal: boolean): boolean {
    if (this.#candidates.size >= this.#caps.candidates) this.#evict('candidates', this.#candidates)
    if (isExternal || this.#byId.size - this.#external.size - this.#candidates.size < this.#caps.assets) return true
    this.refusals.add('assets')
    return false
  }

  /** The longest unheard leave first; a host that a person has described stays. */
  #evict(what: string, from: ReadonlySet<AssetRecord>): void {
    const oldest = [...from]
      .filter((record) => Object.keys(record.overrides).length === 0)
      .sort((a, b) => a.view.lastAt - b.view.lastAt || compareText(a.id, b.id))
      .slice(0, Math.max(1, Math.ceil(from.size * EVICTED_SHARE)))
    for (const record of oldest) {
      this.refusals.add(what)
      this.#remove(record)
    }
  }

  #remove(record: AssetRecord): void {
    if (record.confirmed) this.log.add('asset.removed', record.id)
    this.#forget(record)
    this.onRemoved(record)
  }

  /** An address that went to another asset must not bring the old id back. */
  #freshId(identity: string): string {
    for (let n = 0; ; n++) {
      const id = derivedId('asset', this.site, identity, n === 0 ? undefined : n)
      if (!this.#byId.has(id) && !this.#merged.has(id)) return id
    }
  }
}

function networksOf(record: AssetRecord): string[] {
  return record.ips.flatMap((ip) => networkOf(ip) ?? [])
}

function compareSeniority(a: AssetRecord, b: AssetRecord): number {
  return Number(b.confirmed) - Number(a.confirmed) || a.view.firstAt - b.view.firstAt || compareText(a.id, b.id)
}

/** Facts change in place while an asset is learnt; a copy must not. */
function copyAsset(asset: Asset): Asset {
  return {
    ...asset,
    facts: asset.facts.map((fact) => ({ ...fact })),
    modules: asset.modules.map((module) => ({ ...module, facts: module.facts.map((fact) => ({ ...fact })) })),
  }
}
