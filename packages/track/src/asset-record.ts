/** An asset while it is being learnt: what changes often in place, what is derived from facts in a view rebuilt when they change. */
import type { Asset, AssetAttribute, AssetType, Fact, Micros, Module, OperatingMode } from '@isthmus/model'
import { FactSet, type MutableFact, type NewFact } from './facts.ts'
import { LEVELS, type NetworkKind, ROLE_LEVELS, ROLE_OF } from './levels.table.ts'
import type { Mutable } from './live-collection.ts'
import { operatingAfter } from './operating.ts'
import { ROLES } from './roles.table.ts'
import { visibilityOf } from './visibility.ts'

/** Modules of one asset and VLANs, MACs and addresses shown: each protects against a host that invents them. */
const MAX_MODULES = 256
const MAX_LISTED = 64
/** How exact the last time of a fact from behaviour is. */
const FACT_STEP_US: Micros = 60e6
const OFFICE_LEVEL = 4
/** From this weight on a type is the device's own word. */
const STATED_TYPE = 0.7
/** From this weight on a type is believed of a host outside the site; below it is just somebody on the internet. */
const EXTERNAL_TYPE_WEIGHT = 0.4

export class AssetRecord {
  readonly id: string
  readonly site: string
  ips: readonly string[] = []
  macs: readonly string[] = []
  vlans: readonly number[] = []
  protocols: readonly string[] = []
  overrides: Readonly<Record<string, string>> = {}
  confirmed = false
  isExternal = false
  operating: OperatingMode | undefined = undefined
  readonly facts = new FactSet()
  readonly modules = new Map<string, FactSet>()
  /** A single part without facts: not shown until there is a second (kept by a row of its own). */
  onlyPart: string | undefined = undefined
  /** Hosts whose process it reads or writes: how many decides between a panel and a supervisor. */
  readonly controls = new Set<string>()
  isStale = true
  view: Mutable<Asset>

  constructor(id: string, site: string, at: Micros) {
    this.id = id
    this.site = site
    this.view = emptyAsset(id, site, at)
  }

  addFact(fact: NewFact): void {
    if (this.facts.add(fact)) this.isStale = true
  }

  /** The fact still holds. Only to the minute, because what is believed may turn on it and is decided anew. */
  refresh(fact: MutableFact, at: Micros): void {
    if (at - fact.lastAt < FACT_STEP_US) return
    fact.lastAt = at
    this.isStale = true
  }

  addPartFact(part: string, fact: NewFact): void {
    const facts = this.#module(part)
    if (facts?.add(fact)) this.isStale = true
  }

  operates(mode: OperatingMode['mode'], at: Micros): void {
    const now = operatingAfter(this.operating, mode, at)
    if (now === this.operating) return
    this.operating = now
    this.isStale = true
  }

  /** A part has answered without saying anything of itself. True when the record changed. */
  addPart(part: string): boolean {
    if (this.modules.has(part) || this.onlyPart === part) return false
    if (this.onlyPart === undefined && this.modules.size === 0) {
      this.onlyPart = part
      return true
    }
    this.#module(part)
    this.isStale = true
    return true
  }

  absorbModule(part: string, facts: FactSet): void {
    this.#module(part)?.addAll(facts)
    this.isStale = true
  }

  restoreModule(part: string, facts: readonly Fact[]): void {
    const set = new FactSet()
    set.load(facts)
    this.modules.set(part, set)
  }

  addVlan(vlan: number): void {
    if (this.vlans.includes(vlan) || this.vlans.length >= MAX_LISTED) return
    this.vlans = [...this.vlans, vlan]
    this.isStale = true
  }

  addProtocol(protocol: string): void {
    if (protocol.length === 0 || this.protocols.includes(protocol) || this.protocols.length >= MAX_LISTED) return
    this.protocols = [...this.protocols, protocol].sort()
    this.isStale = true
  }

  /** True when it was added. */
  addIp(ip: string): boolean {
    if (this.ips.includes(ip)) return true
    if (this.ips.length >= MAX_LISTED) return false
    this.ips = [...this.ips, ip]
    this.isStale = true
    return true
  }

  addMac(mac: string): void {
    if (this.macs.includes(mac) || this.macs.length >= MAX_LISTED) return
    this.macs = [...this.macs, mac]
    this.isStale = true
  }

  dropIp(ip: string): void {
    this.ips = this.ips.filter((other) => other !== ip)
    this.isStale = true
  }

  dropMac(mac: string): void {
    this.macs = this.macs.filter((other) => other !== mac)
    this.isStale = true
  }

  seenAt(first: Micros, last: Micros): void {
    if (first < this.view.firstAt) this.view.firstAt = first
    if (last > this.view.lastAt) this.view.lastAt = last
  }

  /** Derives everything that facts decide. `network`: of those it lives in, the one closest to the process. */
  rebuild(network: NetworkKind): void {
    const { facts, overrides } = this
    const set = (attribute: AssetAttribute): string | undefined => overrides[attribute] ?? facts.best(attribute)?.value
    const type = this.#type()
    const inferred = this.#level(type, network)
    const chosen = overrides.purdueLevel === undefined ? Number.NaN : Number(overrides.purdueLevel)
    const purdueLevel = Number.isNaN(chosen) ? inferred : chosen
    const believed = facts.values('role')
    const role = overrides.role ?? this.#role(type, believed)
    const names = facts.values('name')
    const view: Mutable<Asset> = {
      id: this.id,
      site: this.site,
      names: overrides.name === undefined ? names : [...new Set([overrides.name, ...names])],
      ips: this.ips,
      macs: this.macs,
      vlans: this.vlans,
      vendor: set('vendor'),
      model: set('model'),
      family: set('family'),
      orderCode: set('orderCode'),
      hardware: set('hardware'),
      firmware: set('firmware'),
      serial: set('serial'),
      os: set('os'),
      type,
      role: role ?? 'unknown',
      roles: role === undefined ? [] : [...new Set([role, ...believed])],
      purdueLevel,
      purdueSource: purdueLevel === undefined ? undefined : Number.isNaN(chosen) ? 'inferred' : 'set',
      confirmed: this.confirmed,
      isExternal: this.isExternal,
      firstAt: this.view.firstAt,
      lastAt: this.view.lastAt,
      protocols: this.protocols,
      modules: [...this.modules].map(([part, of]) => moduleOf(part, of)).sort((a, b) => compareParts(a.part, b.part)),
      operating: this.operating,
      facts: facts.all(),
      overrides,
      visibility: 0,
    }
    view.visibility = visibilityOf(view)
    this.view = view
    this.isStale = false
  }

  /** True when it has been known as a computer of the office, and of no network of the plant, since before `at`. */
  isOfficeSince(at: Micros): boolean {
    if ((this.view.purdueLevel ?? 0) < OFFICE_LEVEL) return false
    return this.facts.of('type').some((fact) => fact.firstAt < at && ROLES[fact.protocol]?.world === 'office')
  }

  #type(): AssetType {
    const chosen = this.overrides.type
    if (chosen !== undefined && isAssetType(chosen)) return chosen
    const facts = this.facts.of('type').filter((fact) => isAssetType(fact.value))
    const best = this.facts.values('type').find(isAssetType)
    if (!this.isExternal) return best ?? 'unknown'
    const weight = facts.find((fact) => fact.value === best)?.confidence ?? 0
    return best !== undefined && weight > EXTERNAL_TYPE_WEIGHT ? best : 'external'
  }

  #level(type: AssetType, network: NetworkKind): number | undefined {
    if (this.isExternal) return (LEVELS[type].other ?? 5) < 3 ? LEVELS[type].other : 5
    for (const fact of this.facts.of('role')) {
      const level = ROLE_LEVELS[fact.value]
      if (level !== undefined) return level
    }
    const level = LEVELS[type][network]
    if (level === undefined && type === 'unknown' && this.facts.of('role').some((fact) => ROLES[fact.protocol]?.world === 'plant')) return 2
    return level
  }

  /** The role that goes with the type where it has it or says its type itself; else the most believed. */
  #role(type: AssetType, believed: readonly string[]): string | undefined {
    const fitting = ROLE_OF[type]
    if (fitting === undefined || believed.includes(fitting)) return fitting ?? believed[0]
    const isStated = this.facts.of('type').some((fact) => fact.value === type && fact.confidence >= STATED_TYPE)
    return isStated ? fitting : (believed[0] ?? fitting)
  }

  #module(part: string): FactSet | undefined {
    if (this.onlyPart !== undefined && this.onlyPart !== part) {
      this.modules.set(this.onlyPart, new FactSet())
    }
    this.onlyPart = undefined
    const known = this.modules.get(part)
    if (known !== undefined || this.modules.size >= MAX_MODULES) return known
    const facts = new FactSet()
    this.modules.set(part, facts)
    this.isStale = true
    return facts
  }
}

function isAssetType(text: string): text is AssetType {
  return Object.hasOwn(LEVELS, text)
}

function moduleOf(part: string, facts: FactSet): Module {
  const best = (attribute: AssetAttribute): string | undefined => facts.best(attribute)?.value
  return {
    part,
    vendor: best('vendor'),
    model: best('model'),
    orderCode: best('orderCode'),
    firmware: best('firmware'),
    serial: best('serial'),
    facts: facts.all(),
  }
}

/** `slot 2` before `slot 10`. */
function compareParts(a: string, b: string): number {
  const [wordA, numberA] = splitPart(a)
  const [wordB, numberB] = splitPart(b)
  return wordA < wordB ? -1 : wordA > wordB ? 1 : numberA - numberB || (a < b ? -1 : a > b ? 1 : 0)
}

function splitPart(part: string): [word: string, number: number] {
  const digits = /\d+$/.exec(part)?.[0]
  return digits === undefined ? [part, -1] : [part.slice(0, -digits.length), Number(digits)]
}

function emptyAsset(id: string, site: string, at: Micros): Mutable<Asset> {
  return {
    id,
    site,
    names: [],
    ips: [],
    macs: [],
    vlans: [],
    vendor: undefined,
    model: undefined,
    family: undefined,
    orderCode: undefined,
    hardware: undefined,
    firmware: undefined,
    serial: undefined,
    os: undefined,
    type: 'unknown',
    role: 'unknown',
    roles: [],
    purdueLevel: undefined,
    purdueSource: undefined,
    confirmed: false,
    isExternal: false,
    firstAt: at,
    lastAt: at,
    protocols: [],
    modules: [],
    operating: undefined,
    facts: [],
    overrides: {},
    visibility: 0,
  }
}
