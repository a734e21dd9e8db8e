/**
 * Which network interface belongs to which host. A MAC is bound to an address by a claim (ARP, neighbour discovery,
 * DHCP), by an IPv6 interface id made from it, or, weakly, by being the only address seen behind it. A MAC that sends
 * for several addresses it never claimed is a router: those hosts are behind it and stay apart.
 */
import { type AddressClaimed, addressKind, type Evidence, isHostMac, type Micros, macWithin, networkOf } from '@isthmus/model'
import type { AssetRecord } from './asset-record.ts'
import type { Hosts } from './hosts.ts'
import { inOrder } from './live-collection.ts'
import type { Bond, Claim, MacRow } from './row.ts'

/** Addresses sent for without a claim, from which on a MAC is a router. */
const ROUTER_SOURCES = 3
/** IPv4 addresses of one network that a MAC may claim and still be one host: beyond it answers for others (proxy ARP). */
const MAX_CLAIMED = 3
/** Claims remembered per MAC: a router has an address in each network. */
const MAX_CLAIMS = 64
/** A holder silent for longer than this gives its address up to the next who claims it. */
const QUIET_US: Micros = 600e6
/** How exact the time of the last claim is: a claim each second is not a change each second. */
const CLAIM_STEP_US: Micros = 30e6

const FIELDS = ['kind', 'mac', 'asset', 'bond', 'claims', 'sourced', 'isRouter', 'isShared'] as const satisfies readonly (keyof MacRow)[]

type MutableMacRow = { -readonly [K in keyof MacRow]: MacRow[K] }

export class Macs {
  readonly #hosts: Hosts
  readonly #cap: number
  readonly #vendorOf: (mac: string) => string | undefined
  readonly #rows = new Map<string, MutableMacRow>()
  /** Which MAC holds an address by claim. */
  readonly #holders = new Map<string, string>()
  /** Of the observation in hand, for what is concluded from it. */
  evidence: Evidence | undefined = undefined

  constructor(hosts: Hosts, cap: number, vendorOf: (mac: string) => string | undefined) {
    this.#hosts = hosts
    this.#cap = cap
    this.#vendorOf = vendorOf
  }

  owner(mac: string | undefined): AssetRecord | undefined {
    return mac === undefined ? undefined : this.#hosts.byId(this.#rows.get(mac)?.asset)
  }

  /** A host spoke without any address: the MAC is its identity. */
  speaker(mac: string | undefined): AssetRecord | undefined {
    if (!isHostMac(mac)) return undefined
    const row = this.#row(mac)
    if (row === undefined) return undefined
    const owner = this.#hosts.byId(row.asset)
    // Whose address was the only one seen behind it need not be who speaks: a router says its name as well.
    if (owner !== undefined && row.bond !== 'weak') return owner
    if (owner !== undefined) this.#unbind(row)
    const record = this.#hosts.create({ mac }, false)
    if (record !== undefined) this.#bind(record, row, 'own')
    return record
  }

  /** The host has `ip` by its own word or a lease. Returns the host. */
  claim(ip: string, mac: string, by: AddressClaimed['by']): AssetRecord | undefined {
    const kind = addressKind(ip)
    if (!isHostMac(mac) || kind === 'none' || kind === 'unspecified') return undefined
    const row = this.#row(mac)
    if (row === undefined) return undefined
    const known = row.claims.find((claim) => claim.ip === ip)
    if (known !== undefined && !known.isDisputed) {
      this.#refresh(row, known)
      return this.#hosts.byIp(ip)
    }
    if (!this.#mayHold(ip, row, known, by === 'dhcp')) return this.#hosts.byIp(ip)
    this.#setClaim(row, { ip, at: this.#hosts.log.at, isDisputed: false })
    this.#holders.set(ip, mac)
    const owner = this.#own(ip, row)
    if (owner !== undefined) this.#hosts.makeLocal(owner)
    return owner
  }

  /** `record` sent a frame as `ip` from `mac`: it is its own, or a router's. */
  sourced(record: AssetRecord, ip: string, mac: string): void {
    // Every frame comes by here: a MAC already decided on is one look-up.
    const row = this.#rows.get(mac) ?? (isHostMac(mac) ? this.#row(mac) : undefined)
    if (row === undefined || row.asset === record.id) return
    if (macWithin(ip) === mac) {
      this.#own(ip, row)
      return
    }
    if (row.isRouter || ip.startsWith('fe80:')) return
    if (this.#mayBeItsOwn(record, ip, row)) {
      const owner = this.#hosts.byId(row.asset)
      row.sourced = [sourceOf(ip)]
      if (owner === undefined) this.#bind(record, row, 'weak')
      else this.#hosts.merge(owner, record)
      this.#changed(row)
      return
    }
    this.#addSource(row, sourceOf(ip))
  }

  /** A merged host's interfaces are those of the one that stays. */
  repoint(lost: AssetRecord, into: AssetRecord): void {
    for (const mac of lost.macs) {
      const row = this.#rows.get(mac)
      if (row?.asset === lost.id) this.#point(row, into, row.bond)
    }
  }

  release(record: AssetRecord): void {
    for (const mac of record.macs) {
      const row = this.#rows.get(mac)
      if (row?.asset === record.id) this.#unbind(row)
    }
  }

  /** True when nothing says that the two sit on different interfaces. */
  mayShare(a: AssetRecord, b: AssetRecord): boolean {
    const strong = (record: AssetRecord): string[] => record.macs.filter((mac) => this.#isStrong(this.#rows.get(mac)))
    const [ofA, ofB] = [strong(a), strong(b)]
    return ofA.length === 0 || ofB.length === 0 || ofA.some((mac) => ofB.includes(mac))
  }

  load(row: MacRow): void {
    this.#rows.set(row.mac, inOrder(FIELDS, row))
    for (const claim of row.claims) if (!claim.isDisputed) this.#holders.set(claim.ip, row.mac)
  }

  /** A sender for one address of the site, on an interface that speaks for nobody else. */
  #mayBeItsOwn(record: AssetRecord, ip: string, row: MutableMacRow): boolean {
    if (row.isShared || record.isExternal || row.sourced.some((source) => source !== sourceOf(ip)) || this.#hasStrong(record)) return false
    const rival = this.#weakRowOf(record)
    if (rival !== undefined) {
      for (const shared of [row, rival]) shared.isShared = true
      this.#unbind(rival)
      this.#changed(row)
      return false
    }
    const owner = this.#hosts.byId(row.asset)
    if (owner === undefined) return true
    return row.bond === 'own' && owner.ips.length === 0 && !owner.facts.values('type').some((type) => NETWORK_GEAR.has(type))
  }

  #weakRowOf(record: AssetRecord): MutableMacRow | undefined {
    for (const mac of record.macs) {
      const row = this.#rows.get(mac)
      if (row?.bond === 'weak' && row.asset === record.id) return row
    }
    return undefined
  }

  #hasStrong(record: AssetRecord): boolean {
    return record.macs.some((mac) => this.#isStrong(this.#rows.get(mac)))
  }

  #isStrong(row: MacRow | undefined): boolean {
    return row?.bond === 'claimed' || row?.bond === 'own'
  }

  #addSource(row: MutableMacRow, source: string): void {
    if (row.sourced.includes(source)) return
    row.sourced = [...row.sourced, source]
    if (row.bond === 'weak' && row.sourced.length > 1) this.#unbind(row)
    if (row.sourced.length >= ROUTER_SOURCES) this.#becomeRouter(row)
    this.#changed(row)
  }

  #becomeRouter(row: MutableMacRow): void {
    row.isRouter = true
    const owner = this.#hosts.byId(row.asset) ?? this.speaker(row.mac)
    if (owner === undefined || this.evidence === undefined) return
    this.#hosts.confirm(owner)
    const fact = { protocol: 'ethernet', at: this.#hosts.log.at, evidence: this.evidence }
    owner.addFact({ attribute: 'role', value: 'router', confidence: 0.6, ...fact })
    owner.addFact({ attribute: 'type', value: 'router', confidence: 0.45, ...fact })
    this.#hosts.touch(owner)
  }

  /** Decides between two MACs that claim one address: the holder keeps it while it is heard, a lease moves it. */
  #mayHold(ip: string, row: MutableMacRow, known: Claim | undefined, isLease: boolean): boolean {
    const rival = this.#rows.get(this.#holders.get(ip) ?? '')
    if (rival === undefined || rival === row) return true
    const owner = this.#hosts.byIp(ip)
    const { log } = this.#hosts
    const theirs = rival.claims.find((claim) => claim.ip === ip)
    if (!isLease && theirs !== undefined && log.at - theirs.at <= QUIET_US) {
      if (known === undefined) log.add('address.conflict', owner?.id ?? '', ip, rival.mac, row.mac)
      this.#setClaim(row, { ip, at: log.at, isDisputed: true })
      return false
    }
    log.add('address.moved', owner?.id ?? '', ip, rival.mac, row.mac)
    rival.claims = rival.claims.filter((claim) => claim.ip !== ip)
    this.#changed(rival)
    if (owner !== undefined && owner.id === rival.asset) this.#hosts.detachIp(owner, ip)
    return true
  }

  /** Makes the owner of the MAC and the owner of the address one host, as far as that is safe. */
  #own(ip: string, row: MutableMacRow): AssetRecord | undefined {
    const hosts = this.#hosts
    if (claimsBeside(row, ip) > MAX_CLAIMED) return hosts.byIp(ip) ?? this.#createLocal(ip)
    if (row.bond === 'weak' && hosts.byIp(ip)?.id !== row.asset) this.#unbind(row)
    const byMac = hosts.byId(row.asset)
    const byIp = hosts.byIp(ip) ?? (byMac === undefined ? this.#createLocal(ip) : undefined)
    if (byIp !== undefined && byIp !== byMac) this.#dropWeak(byIp)
    if (byMac === undefined) {
      if (byIp !== undefined) this.#bind(byIp, row, 'claimed')
      return byIp
    }
    row.bond = 'claimed'
    this.#changed(row)
    if (byIp === undefined) hosts.attachIp(byMac, ip)
    else if (byIp !== byMac) {
      if (this.mayShare(byIp, byMac)) return hosts.merge(byIp, byMac)
      hosts.detachIp(byIp, ip)
      hosts.attachIp(byMac, ip)
    }
    return byMac
  }

  #createLocal(ip: string): AssetRecord | undefined {
    return this.#hosts.create({ ip }, false)
  }

  #dropWeak(record: AssetRecord): void {
    const row = this.#weakRowOf(record)
    if (row !== undefined) this.#unbind(row)
  }

  #bind(record: AssetRecord, row: MutableMacRow, bond: Bond): void {
    record.addMac(row.mac)
    this.#point(row, record, bond)
    const vendor = this.#vendorOf(row.mac)
    if (vendor !== undefined && this.evidence !== undefined) {
      const confidence = bond === 'weak' ? 0.2 : 0.3
      record.addFact({
        attribute: 'vendor',
        value: vendor,
        protocol: 'ethernet',
        confidence,
        at: this.#hosts.log.at,
        evidence: this.evidence,
      })
    }
    this.#hosts.touch(record)
  }

  #point(row: MutableMacRow, record: AssetRecord, bond: Bond): void {
    record.addMac(row.mac)
    row.asset = record.id
    row.bond = bond
    this.#changed(row)
  }

  #unbind(row: MutableMacRow): void {
    const record = this.#hosts.byId(row.asset)
    row.asset = undefined
    row.bond = 'none'
    this.#changed(row)
    if (record === undefined) return
    record.dropMac(row.mac)
    record.facts.remove('vendor', 'ethernet')
    this.#hosts.touch(record)
  }

  #refresh(row: MutableMacRow, claim: Claim): void {
    if (this.#hosts.log.at - claim.at >= CLAIM_STEP_US) this.#setClaim(row, { ...claim, at: this.#hosts.log.at })
  }

  #setClaim(row: MutableMacRow, claim: Claim): void {
    const others = row.claims.filter((other) => other.ip !== claim.ip)
    if (others.length >= MAX_CLAIMS) {
      const oldest = others.shift()
      if (oldest !== undefined && this.#holders.get(oldest.ip) === row.mac) this.#holders.delete(oldest.ip)
    }
    row.claims = [...others, claim]
    this.#changed(row)
  }

  #row(mac: string): MutableMacRow | undefined {
    const known = this.#rows.get(mac)
    if (known !== undefined) return known
    if (this.#rows.size >= this.#cap) {
      this.#hosts.refusals.add('macs')
      return undefined
    }
    const row: MutableMacRow = {
      kind: 'mac',
      mac,
      asset: undefined,
      bond: 'none',
      claims: [],
      sourced: [],
      isRouter: false,
      isShared: false,
    }
    this.#rows.set(mac, row)
    this.#changed(row)
    return row
  }

  #changed(row: MutableMacRow): void {
    this.#hosts.rows.put(`mac:${row.mac}`, row)
  }
}

const NETWORK_GEAR: ReadonlySet<string> = new Set(['switch', 'router', 'firewall', 'access-point'])

/** How many IPv4 addresses the MAC claims in the network of `ip`, itself included. */
function claimsBeside(row: MacRow, ip: string): number {
  if (ip.includes(':')) return 0
  const network = networkOf(ip)
  return row.claims.filter((claim) => !claim.ip.includes(':') && networkOf(claim.ip) === network).length
}

/** What counts as one source: an IPv4 address, or a whole IPv6 network, since a host changes its addresses within one. */
function sourceOf(ip: string): string {
  return ip.includes(':') ? (networkOf(ip) ?? ip) : ip
}
