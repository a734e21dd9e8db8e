/** The sink of one conversation: adds who, when and where to what its protocol says, and folds repetition. */
import type { AssetAttribute, Endpoint, Evidence, Observation, Seen, Statement, TagValue } from '@isthmus/model'
import type { Conversation, Side } from '@isthmus/wire'
import { Fold, folds, sayingKey } from './fold.ts'
import type { OperationStatement, Sink } from './protocol.ts'
import { HEARTBEAT_US, TagMemory } from './tag-memory.ts'

/** Entries one conversation may hold: protects memory against ever new objects. The oldest go first. */
const MAX_OPERATIONS = 8192
const MAX_BLOCKS = 2048
const MAX_TAGS = 16_384
const MAX_HINTS = 512
const NO_PART = ''

/** Where a speaker's words go: the pipeline. */
export interface Mouth {
  readonly site: string
  readonly sensor: string
  readonly capture: string
  emit(observation: Observation): void
  /** Repetition across conversations; undefined when the statement is new in this window. */
  repeated(key: string): Fold | undefined
  remember(key: string, fold: Fold): void
  /** Has something to tell at the window's end. */
  waits(teller: { tell(): void }): void
  countAnomaly(protocol: string): void
  droppedEntry(protocol: string): void
}

type Block = { bytes: Uint8Array; at: number; times: number }
type TagEntry = { memory: TagMemory; statement: Statement; waiting: boolean }

export class Speaker implements Sink {
  readonly #mouth: Mouth
  readonly #conversation: Conversation
  readonly #protocol: string
  #client: Endpoint | undefined = undefined
  #server: Endpoint | undefined = undefined
  #operations: Map<number | string, Fold> | undefined = undefined
  #blocks: Map<number | string, Block> | undefined = undefined
  #reads: Map<string, TagEntry> | undefined = undefined
  #writes: Map<string, TagEntry> | undefined = undefined
  #hints: Set<string> | undefined = undefined
  readonly #dirty: Fold[] = []
  readonly #dirtyTags: TagEntry[] = []
  #isWaiting = false
  /** Readings that the current block stands for. */
  #times = 1

  constructor(mouth: Mouth, conversation: Conversation, protocol: string) {
    this.#mouth = mouth
    this.#conversation = conversation
    this.#protocol = protocol
  }

  say(statement: Statement): void {
    this.sayFrom('client', statement)
  }

  sayFrom(side: Side, statement: Statement): void {
    const turned = side === 'server'
    if (!folds(statement.kind)) return this.#mouth.emit({ ...this.#seen(turned), ...statement } as Observation)
    const { flow } = this.#conversation
    const key = `${turned ? flow.serverIp ?? flow.serverMac : flow.clientIp ?? flow.clientMac}>${turned ? flow.clientIp ?? flow.clientMac : flow.serverIp ?? flow.serverMac}:${flow.serverPort}|${this.#protocol}|${sayingKey(statement)}`
    const known = this.#mouth.repeated(key)
    if (known !== undefined) return this.#count(known)
    const seen = this.#seen(turned)
    const observation = { ...seen, ...statement, first: seen.at, count: 1 } as Fold['observation']
    this.#mouth.remember(key, new Fold(observation))
    this.#mouth.emit(observation)
  }

  again(key: number | string): boolean {
    const known = this.#operations?.get(key)
    if (known === undefined) return false
    this.#count(known)
    return true
  }

  operation(key: number | string, operation: OperationStatement): void {
    const operations = (this.#operations ??= new Map<number | string, Fold>())
    if (operations.size >= MAX_OPERATIONS) {
      const [oldest, fold] = operations.entries().next().value!
      if (fold.count > 0) this.#mouth.emit(fold.take())
      operations.delete(oldest)
      this.#mouth.droppedEntry(this.#protocol)
    }
    const seen = this.#seen(false)
    const observation = { ...seen, kind: 'operation.done', ...operation, first: seen.at, count: 1 } as const
    operations.set(key, new Fold(observation))
    this.#mouth.emit(observation)
  }

  sameBytes(key: number | string, data: Uint8Array): boolean {
    const blocks = (this.#blocks ??= new Map<number | string, Block>())
    const at = this.#conversation.seen.at
    const known = blocks.get(key)
    this.#times = 1
    if (known === undefined) {
      if (blocks.size >= MAX_BLOCKS) {
        blocks.delete(blocks.keys().next().value!)
        this.#mouth.droppedEntry(this.#protocol)
      }
      blocks.set(key, { bytes: data.slice(), at, times: 0 })
      return false
    }
    const isSame = equal(known.bytes, data)
    // The heartbeat lets every value through once, with the readings it stands for.
    if (isSame && at - known.at < HEARTBEAT_US && at >= known.at) {
      known.times++
      return true
    }
    this.#times = known.times + 1
    known.times = 0
    known.at = at
    if (!isSame) {
      if (known.bytes.length === data.length) known.bytes.set(data)
      else known.bytes = data.slice()
    }
    return false
  }

  read(tag: string, value: TagValue, dataType: string, part?: string, quality?: 'good' | 'uncertain' | 'bad'): void {
    const reads = (this.#reads ??= new Map<string, TagEntry>())
    const entry = this.#tag(reads, tag, part)
    const times = this.#times
    const at = this.#conversation.seen.at
    entry.statement = { kind: 'process.read', tag, part, value, dataType, quality, unit: undefined }
    if (entry.memory.readIsNews(value, at, times)) this.#tellTag(entry)
    else this.#queueTag(entry)
  }

  wrote(tag: string, value: TagValue, dataType: string, ok: boolean | undefined, part?: string): void {
    const writes = (this.#writes ??= new Map<string, TagEntry>())
    const entry = this.#tag(writes, tag, part)
    const before = entry.memory.reported ?? this.#reads?.get(tagKey(tag, part))?.memory.value
    const at = this.#conversation.seen.at
    entry.statement = { kind: 'process.write', tag, part, value, dataType, quality: undefined, unit: undefined, ok, previous: before }
    if (entry.memory.writeIsNews(value, at)) this.#tellTag(entry)
    else this.#queueTag(entry)
  }

  hint(about: Side, attribute: AssetAttribute, value: string | undefined, confidence: number, part?: string): void {
    if (value === undefined || value === '') return
    const text = value.length > 512 ? value.slice(0, 512) : value
    const hints = (this.#hints ??= new Set<string>())
    const key = `${about}${attribute}\u0001${part ?? NO_PART}\u0001${text}`
    if (hints.has(key)) return
    if (hints.size >= MAX_HINTS) hints.clear()
    hints.add(key)
    this.#mouth.emit({ ...this.#seen(false), kind: 'asset.hinted', about, part, attribute, value: text, confidence })
  }

  anomaly(name: string, detail = ''): void {
    this.#mouth.countAnomaly(this.#protocol)
    this.say({ kind: 'protocol.anomaly', name, detail })
  }

  /** The window is over: what was counted is said. */
  tell(): void {
    this.#isWaiting = false
    for (const fold of this.#dirty) if (fold.count > 0) this.#mouth.emit(fold.take())
    this.#dirty.length = 0
    for (const entry of this.#dirtyTags) {
      entry.waiting = false
      // An unchanged reading waits for its heartbeat.
      if (entry.memory.count > 0 && entry.memory.value !== entry.memory.reported) this.#tellTag(entry)
    }
    this.#dirtyTags.length = 0
  }

  /** The conversation is over: nothing may stay unsaid. */
  end(): void {
    this.tell()
    for (const entries of [this.#reads, this.#writes]) {
      if (entries === undefined) continue
      for (const entry of entries.values()) if (entry.memory.count > 0) this.#tellTag(entry)
    }
  }

  get evidence(): Evidence {
    const { seen } = this.#conversation
    return { capture: this.#mouth.capture, packets: [seen.firstPacket, seen.lastPacket], bytes: [seen.fromByte, seen.toByte] }
  }

  #count(fold: Fold): void {
    const { seen } = this.#conversation
    if (fold.count === 0) {
      fold.first = seen.at
      this.#dirty.push(fold)
      this.#wait()
    }
    fold.count++
    fold.last = seen.at
  }

  #wait(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#mouth.waits(this)
  }

  #tag(entries: Map<string, TagEntry>, tag: string, part: string | undefined): TagEntry {
    const key = tagKey(tag, part)
    const known = entries.get(key)
    if (known !== undefined) return known
    if (entries.size >= MAX_TAGS) {
      const [oldest, entry] = entries.entries().next().value!
      if (entry.memory.count > 0) this.#tellTag(entry)
      entries.delete(oldest)
      this.#mouth.droppedEntry(this.#protocol)
    }
    const entry: TagEntry = { memory: new TagMemory(), statement: { kind: 'process.read', tag, part, value: 0, dataType: '', quality: undefined, unit: undefined }, waiting: false }
    entries.set(key, entry)
    return entry
  }

  #tellTag(entry: TagEntry): void {
    const { memory } = entry
    const seen = this.#seen(false)
    this.#mouth.emit({ ...seen, ...entry.statement, at: memory.last, first: memory.first, count: memory.count } as Observation)
    memory.told()
  }

  #queueTag(entry: TagEntry): void {
    if (entry.waiting) return
    entry.waiting = true
    this.#dirtyTags.push(entry)
    this.#wait()
  }

  #seen(turned: boolean): Seen {
    const { flow, seen } = this.#conversation
    this.#client ??= { ip: flow.clientIp, mac: flow.clientMac === '' ? undefined : flow.clientMac, port: flow.clientPort }
    this.#server ??= { ip: flow.serverIp, mac: flow.serverMac === '' ? undefined : flow.serverMac, port: flow.serverPort }
    return {
      site: this.#mouth.site,
      sensor: this.#mouth.sensor,
      at: seen.at,
      client: turned ? this.#server : this.#client,
      server: turned ? this.#client : this.#server,
      directionKnown: flow.directionKnown,
      protocol: this.#protocol,
      evidence: this.evidence,
    }
  }
}

function tagKey(tag: string, part: string | undefined): string {
  return part === undefined ? tag : `${part}\u0001${tag}`
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
