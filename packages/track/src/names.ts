/**
 * A name as a bridge between a host's IPv4 and IPv6 address. Safe only when the host states the name itself, nobody
 * else in the site does, one side has no IPv4 address and the interfaces do not contradict.
 */
import type { AssetRecord } from './asset-record.ts'
import type { Hosts } from './hosts.ts'
import type { Macs } from './macs.ts'

/** From here on a name is the host's own word. */
const STATED = 0.8
/** Names that many hosts carry from the factory or by habit. */
const COMMON: ReadonlySet<string> = new Set([
  'localhost',
  'localhost.localdomain',
  'workgroup',
  'raspberrypi',
  'ubuntu',
  'debian',
  'plc',
  'hmi',
  'switch',
  'router',
])
const SHORTEST = 4
/** Names that may be noted before stale ones are looked for. */
const ROOM = 10_000

export class Names {
  readonly #hosts: Hosts
  readonly #macs: Macs
  /** By name in lower case. At most twice the names that assets keep, or `ROOM`: hosts may state ever new ones. */
  readonly #ids = new Map<string, Set<string>>()
  #room = ROOM

  constructor(hosts: Hosts, macs: Macs) {
    this.#hosts = hosts
    this.#macs = macs
  }

  /** Takes note of a stated name. Returns the host, which may have become another one's part. */
  note(record: AssetRecord, name: string, confidence: number): AssetRecord {
    const key = name.trim().toLowerCase()
    if (confidence < STATED || key.length < SHORTEST || COMMON.has(key)) return record
    if (this.#ids.size >= this.#room) this.#makeRoom()
    const ids = this.#ids.get(key) ?? new Set<string>()
    this.#ids.set(key, ids)
    ids.add(record.id)
    if (ids.size === 1) return record
    let holders = 0
    for (const id of ids) {
      if (!this.#states(this.#hosts.byId(id), key)) ids.delete(id)
      // Many carry it: the rest need not be looked at each time.
      else if (++holders > 2) return record
    }
    if (holders !== 2) return record
    const other = [...ids].map((id) => this.#hosts.byId(id)).find((candidate) => candidate !== record)
    if (other === undefined || !this.#areOne(record, other)) return record
    const kept = this.#hosts.merge(record, other)
    ids.delete(kept === record ? other.id : record.id)
    return kept
  }

  load(record: AssetRecord): void {
    for (const fact of record.facts.of('name')) {
      const key = fact.value.toLowerCase()
      if (fact.confidence < STATED || key.length < SHORTEST || COMMON.has(key)) continue
      const ids = this.#ids.get(key) ?? new Set<string>()
      this.#ids.set(key, ids.add(record.id))
    }
  }

  #makeRoom(): void {
    for (const [key, ids] of this.#ids) {
      for (const id of ids) if (!this.#states(this.#hosts.byId(id), key)) ids.delete(id)
      if (ids.size === 0) this.#ids.delete(key)
    }
    this.#room = Math.max(ROOM, 2 * this.#ids.size)
  }

  #states(record: AssetRecord | undefined, key: string): boolean {
    return record?.facts.of('name').some((fact) => fact.confidence >= STATED && fact.value.toLowerCase() === key) ?? false
  }

  #areOne(a: AssetRecord, b: AssetRecord): boolean {
    if (a.isExternal || b.isExternal || !this.#macs.mayShare(a, b)) return false
    const [only4, only6] = [a, b].map(familyOf).sort()
    return only4 === 4 && only6 === 6
  }
}

/** 4 or 6 when all its addresses are of that family, else 0. */
function familyOf(record: AssetRecord): 0 | 4 | 6 {
  if (record.ips.length === 0) return 0
  const six = record.ips.filter((ip) => ip.includes(':')).length
  return six === 0 ? 4 : six === record.ips.length ? 6 : 0
}
