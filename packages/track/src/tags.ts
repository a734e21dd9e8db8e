/** Process values: what each tag holds, has held, and who touches it. */
import { derivedId, hostOf, type Micros, type ProcessRead, type ProcessWrite, type Sample, type Tag, type TagValue } from '@isthmus/model'
import type { AssetRecord } from './asset-record.ts'
import type { ChangeLog } from './change.ts'
import { inOrder, LiveCollection, type Mutable } from './live-collection.ts'
import type { Refusals } from './row-set.ts'

/** Readers and writers listed per tag. */
const MAX_LISTED = 32
/** A value that stays the same is still a point of its curve this often. */
const HEARTBEAT_US: Micros = 60e6

export type TagCaps = { readonly tags: number; readonly tagsOfServer: number; readonly samples: number }

const FIELDS = [
  'id',
  'site',
  'server',
  'asset',
  'part',
  'protocol',
  'tag',
  'dataType',
  'unit',
  'value',
  'quality',
  'min',
  'max',
  'changes',
  'reads',
  'writes',
  'readers',
  'writers',
  'firstAt',
  'lastAt',
  'lastChangeAt',
  'evidence',
] as const satisfies readonly (keyof Tag)[]

export class Tags {
  readonly all = new LiveCollection<Tag>()
  readonly #site: string
  readonly #caps: TagCaps
  readonly #log: ChangeLog
  readonly #refusals: Refusals
  readonly #byKey = new Map<string, Mutable<Tag>>()
  readonly #perServer = new Map<string, number>()
  #samples: Sample[] = []

  constructor(site: string, caps: TagCaps, log: ChangeLog, refusals: Refusals) {
    this.#site = site
    this.#caps = caps
    this.#log = log
    this.#refusals = refusals
  }

  /** `holder` is where the value lives; its asset may be unknown. */
  apply(o: ProcessRead | ProcessWrite, host: string, asset: AssetRecord | undefined): void {
    const key = `${host}|${o.part ?? ''}|${o.protocol}|${o.tag}`
    const known = this.#byKey.get(key)
    const isWrite = o.kind === 'process.write'
    const isRefused = isWrite && o.ok === false
    // A refused write of a tag never seen otherwise: there may be no such tag.
    if (known === undefined && isRefused) return
    const tag = known ?? this.#create(o, host, key)
    if (tag === undefined) return
    if (asset?.confirmed) tag.asset = asset.id
    if (isWrite) {
      tag.writes += o.count
      tag.writers = listed(tag.writers, hostOf(o.client))
    } else {
      tag.reads += o.count
      tag.readers = listed(tag.readers, hostOf(o.client))
    }
    tag.firstAt = Math.min(tag.firstAt, o.first)
    if (!isRefused && (known === undefined || o.at >= tag.lastAt)) this.#take(tag, o, known === undefined)
    tag.lastAt = Math.max(tag.lastAt, o.at)
    this.all.touch(tag.id)
  }

  takeSamples(): Sample[] {
    const samples = this.#samples
    this.#samples = []
    return samples
  }

  load(tag: Tag): void {
    const live = inOrder(FIELDS, tag)
    this.all.load(tag.id, live)
    this.#byKey.set(`${tag.server}|${tag.part ?? ''}|${tag.protocol}|${tag.tag}`, live)
    this.#perServer.set(tag.server, (this.#perServer.get(tag.server) ?? 0) + 1)
  }

  /** The tag now holds the value of `o`. */
  #take(tag: Mutable<Tag>, o: ProcessRead | ProcessWrite, isFirst: boolean): void {
    const value = storable(o.value)
    const isChanged = !isFirst && tag.value !== value
    if (isChanged) tag.changes += 1
    if (isChanged || isFirst) {
      tag.lastChangeAt = o.at
      tag.evidence = o.evidence
    }
    if (isFirst || isChanged || o.kind === 'process.write' || o.at - tag.lastAt >= HEARTBEAT_US) this.#sample(tag, o, value)
    tag.value = value
    // A range over two readings of the same bytes (integer, float) means nothing.
    if (tag.dataType !== o.dataType) tag.min = tag.max = undefined
    tag.dataType = o.dataType
    tag.quality = o.quality
    tag.unit = o.unit ?? tag.unit
    if (typeof value !== 'number') return
    if (tag.min === undefined || value < tag.min) tag.min = value
    if (tag.max === undefined || value > tag.max) tag.max = value
  }

  #sample(tag: Tag, o: ProcessRead | ProcessWrite, value: TagValue): void {
    if (this.#samples.length >= this.#caps.samples) {
      this.#refusals.add('samples')
      return
    }
    const isWrite = o.kind === 'process.write'
    const { at, quality } = o
    this.#samples.push({ tag: tag.id, at, value, quality, by: isWrite ? 'write' : 'read', writer: isWrite ? hostOf(o.client) : undefined })
  }

  #create(o: ProcessRead | ProcessWrite, host: string, key: string): Mutable<Tag> | undefined {
    const ofServer = this.#perServer.get(host) ?? 0
    if (this.all.size >= this.#caps.tags || ofServer >= this.#caps.tagsOfServer) {
      this.#refusals.add('tags')
      return undefined
    }
    this.#perServer.set(host, ofServer + 1)
    const tag: Mutable<Tag> = {
      id: derivedId('tag', this.#site, key),
      site: this.#site,
      server: host,
      asset: undefined,
      part: o.part,
      protocol: o.protocol,
      tag: o.tag,
      dataType: o.dataType,
      unit: o.unit,
      value: storable(o.value),
      quality: o.quality,
      min: undefined,
      max: undefined,
      changes: 0,
      reads: 0,
      writes: 0,
      readers: [],
      writers: [],
      firstAt: o.first,
      lastAt: o.at,
      lastChangeAt: o.at,
      evidence: o.evidence,
    }
    this.all.set(tag.id, tag)
    this.#byKey.set(key, tag)
    this.#log.add('tag.new', tag.id, undefined, undefined, o.tag)
    return tag
  }
}

function listed(hosts: readonly string[], host: string): readonly string[] {
  return hosts.includes(host) || hosts.length >= MAX_LISTED ? hosts : [...hosts, host]
}

/** No JSON knows NaN or infinity: they are kept as words. */
function storable(value: TagValue): TagValue {
  return typeof value !== 'number' || Number.isFinite(value) ? value : String(value)
}
