/**
 * The sink of one link (client, server, port, protocol), whatever number of connections it is made of: adds who, when and
 * where to what the protocol says, and folds repetition.
 */
import type { AssetAttribute, Endpoint, Evidence, Observation, Seen, Statement, TagValue } from '@isthmus/model'
import type { Conversation, FlowRecord, Side } from '@isthmus/wire'
import { Fold, folds, sayingKey } from './fold.ts'
import type { OperationStatement, Sink } from './protocol.ts'
import { HEARTBEAT_US, TagEntry } from './tag-memory.ts'

/** Entries one link may hold: protects memory against ever new objects. The oldest go first. */
const MAX_OPERATIONS = 8192
const MAX_BLOCKS = 2048
const MAX_TAGS = 16_384
const MAX_HINTS = 512
const NO_PART = ''
/** What an operation or a tag takes, about; a block takes its bytes on top. */
const ENTRY_BYTES = 400

/** Where a speaker's words go: the pipeline. */
export interface Mouth {
  readonly site: string
  readonly sensor: string
  readonly capture: string
  emit(observation: Observation): void
  /** Whose packet is another once repetition begins anew. */
  readonly window: { readonly packet: number }
  /** Repetition across conversations; undefined when the statement is new in this window. */
  repeated(key: string): Fold | undefined
  remember(key: string, fold: Fold): void
  /** Has something to tell at the window's end. */
  waits(teller: { tell(): void }): void
  countAnomaly(protocol: string): void
  droppedEntry(protocol: string): void
  /** So many bytes more (or fewer) are remembered. */
  hold(bytes: number): void
}

type Block = { bytes: Uint8Array; at: number; times: number }

export class Speaker implements Sink {
  readonly #mouth: Mouth
  /** The connection that speaks at the moment. */
  #conversation: Conversation
  readonly #protocol: string
  #client: Endpoint | undefined = undefined
  #server: Endpoint | undefined = undefined
  #operations: Map<number | string, Fold> | undefined = undefined
  #blocks: Map<number | string, Block> | undefined = undefined
  #reads: Map<string, TagEntry> | undefined = undefined
  #writes: Map<string, TagEntry> | undefined = undefined
  #hints: Set<string> | undefined = undefined
  /** The operation done last: most links repeat one. */
  #lastKey: number | string | undefined = undefined
  #lastOperation: Fold | undefined = undefined
  /** The anomaly last repeated, and in which window: one that comes with every message is not spelt out each time. */
  #lastAnomaly: { name: string; detail: string; length: number | undefined; window: number; fold: Fold } | undefined = undefined
  #dirty: Fold[] = []
  #dirtyTags: TagEntry[] = []
  #isWaiting = false
  /** Readings that the current block stands for. */
  #times = 1
  #held = 0
  /** Event time of the last message. */
  heardAt = 0
  /** Its memory is gone: whoever speaks on this link next begins anew. */
  isOver = false

  constructor(mouth: Mouth, conversation: Conversation, protocol: string) {
    this.#mouth = mouth
    this.#conversation = conversation
    this.#protocol = protocol
  }

  /** Another connection of the same link speaks from here on. */
  hear(conversation: Conversation): this {
    if (conversation !== this.#conversation) {
      this.#conversation = conversation
      this.#client = undefined
      this.#server = undefined
    }
    this.heardAt = conversation.seen.at
    return this
  }

  say(statement: Statement): void {
    this.sayFrom('client', statement)
  }

  sayFrom(side: Side, statement: Statement): void {
    this.#saying(side === 'server', statement)
  }

  /** What counts the same statement of this window; undefined for one that is new. */
  #saying(turned: boolean, statement: Statement): Fold | undefined {
    if (!folds(statement.kind)) {
      this.#mouth.emit({ ...this.#seen(turned), ...statement } as Observation)
      return undefined
    }
    const { flow } = this.#conversation
    const key = `${turned ? (flow.serverIp ?? flow.serverMac) : (flow.clientIp ?? flow.clientMac)}>${turned ? (flow.clientIp ?? flow.clientMac) : (flow.serverIp ?? flow.serverMac)}:${flow.serverPort}|${this.#protocol}|${sayingKey(statement)}`
    const known = this.#mouth.repeated(key)
    if (known !== undefined) {
      this.#count(known)
      return known
    }
    const seen = this.#seen(turned)
    const observation = { ...seen, ...statement, first: seen.at, count: 1 } as Fold['observation']
    this.#mouth.remember(key, new Fold(observation))
    this.#mouth.emit(observation)
    return undefined
  }

  again(key: number | string): boolean {
    const known = key === this.#lastKey ? this.#lastOperation : this.#operations?.get(key)
    if (known === undefined) return false
    this.#lastKey = key
    this.#lastOperation = known
    this.#count(known)
    return true
  }

  operation(key: number | string, operation: OperationStatement): void {
    const operations = (this.#operations ??= new Map<number | string, Fold>())
    if (operations.size >= MAX_OPERATIONS) {
      const [oldest, fold] = operations.entries().next().value!
      if (fold.count > 0) this.#mouth.emit(fold.take())
      operations.delete(oldest)
      this.#lastKey = undefined
      this.#lastOperation = undefined
      this.#mouth.droppedEntry(this.#protocol)
    } else this.#hold(ENTRY_BYTES)
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
        const [oldest, block] = blocks.entries().next().value!
        blocks.delete(oldest)
        this.#hold(-block.bytes.length - ENTRY_BYTES)
        this.#mouth.droppedEntry(this.#protocol)
      }
      this.#hold(data.length + ENTRY_BYTES)
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
      else {
        this.#hold(data.length - known.bytes.length)
        known.bytes = data.slice()
      }
    }
    return false
  }

  read(tag: string, value: TagValue, dataType: string, part?: string, quality?: 'good' | 'uncertain' | 'bad'): void {
    const reads = (this.#reads ??= new Map<string, TagEntry>())
    const entry = this.#tag(reads, tag, part, false)
    entry.dataType = dataType
    entry.quality = quality
    if (entry.readIsNews(value, this.#conversation.seen, this.#times)) this.#tellTag(entry)
    else this.#queueTag(entry)
  }

  wrote(tag: string, value: TagValue, dataType: string, ok: boolean | undefined, part?: string): void {
    const writes = (this.#writes ??= new Map<string, TagEntry>())
    const entry = this.#tag(writes, tag, part, true)
    entry.dataType = dataType
    entry.ok = ok
    entry.previous = entry.reported ?? this.#reads?.get(tagKey(tag, part))?.value
    if (entry.writeIsNews(value, this.#conversation.seen)) this.#tellTag(entry)
    else this.#queueTag(entry)
  }

  hint(about: Side, attribute: AssetAttribute, value: string | undefined, confidence: number, part?: string, host?: Endpoint): void {
    if (value === undefined || value === '') return
    const text = value.length > 512 ? value.slice(0, 512) : value
    const hints = (this.#hints ??= new Set<string>())
    const key = `${about}${attribute}\u0001${part ?? NO_PART}\u0001${text}\u0001${host?.mac ?? ''}`
    if (hints.has(key)) return
    if (hints.size >= MAX_HINTS) hints.clear()
    hints.add(key)
    const seen = this.#seen(false)
    const ends = host === undefined ? seen : about === 'client' ? { ...seen, client: host } : { ...seen, server: host }
    this.#mouth.emit({ ...ends, kind: 'asset.hinted', about, part, attribute, value: text, confidence })
  }

  anomaly(name: string, detail = '', length?: number): void {
    this.#mouth.countAnomaly(this.#protocol)
    const window = this.#mouth.window.packet
    const last = this.#lastAnomaly
    const isLast = last?.window === window && last.name === name && last.detail === detail && last.length === length
    if (isLast) return this.#count(last.fold)
    const fold = this.#saying(false, { kind: 'protocol.anomaly', name, detail, ...(length === undefined ? {} : { length }) })
    if (fold !== undefined) this.#lastAnomaly = { name, detail, length, window, fold }
  }

  missing(from: Side): number {
    const { upHalf, downHalf } = this.#conversation.flow as FlowRecord
    return (from === 'client' ? upHalf : downHalf)?.gapBytes ?? 0
  }

  /** The window is over: what was counted is said. */
  tell(): void {
    this.#isWaiting = false
    for (const fold of this.#dirty) if (fold.count > 0) this.#mouth.emit(fold.take())
    this.#dirty.length = 0
    for (const entry of this.#dirtyTags) {
      entry.waiting = false
      // An unchanged reading waits for its heartbeat.
      if (entry.count > 0 && entry.value !== entry.reported) this.#tellTag(entry)
    }
    this.#dirtyTags.length = 0
  }

  /** The link is over: nothing may stay unsaid. */
  end(): void {
    this.tell()
    for (const entries of [this.#reads, this.#writes]) {
      if (entries === undefined) continue
      for (const entry of entries.values()) if (entry.count > 0) this.#tellTag(entry)
    }
    this.#hold(-this.#held)
    this.isOver = true
  }

  #hold(bytes: number): void {
    this.#held += bytes
    this.#mouth.hold(bytes)
  }

  get evidence(): Evidence {
    const { seen } = this.#conversation
    return { capture: this.#mouth.capture, packets: [seen.firstPacket, seen.lastPacket], bytes: [seen.fromByte, seen.toByte] }
  }

  #count(fold: Fold): void {
    const { seen } = this.#conversation
    if (fold.count === 0) {
      fold.first = seen.at
      // What is told again rests on packets of its own window, which are still at hand when an alert wants them.
      fold.evidence = this.evidence
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

  #tag(entries: Map<string, TagEntry>, tag: string, part: string | undefined, isWrite: boolean): TagEntry {
    const key = tagKey(tag, part)
    const known = entries.get(key)
    if (known !== undefined) return known
    if (entries.size >= MAX_TAGS) {
      const [oldest, entry] = entries.entries().next().value!
      if (entry.count > 0) this.#tellTag(entry)
      entries.delete(oldest)
      this.#mouth.droppedEntry(this.#protocol)
    } else this.#hold(ENTRY_BYTES)
    const entry = new TagEntry(tag, part, isWrite)
    entries.set(key, entry)
    return entry
  }

  #tellTag(entry: TagEntry): void {
    const { site, sensor, capture } = this.#mouth
    const { flow } = this.#conversation
    const evidence: Evidence = { capture, packets: [entry.firstPacket, entry.lastPacket], bytes: [entry.fromByte, entry.toByte] }
    // Spelt out: of all that is told, readings are most, and spreading would make each three times.
    const reading: Observation = {
      kind: 'process.read',
      site,
      sensor,
      at: entry.last,
      client: this.#clientEnd(),
      server: this.#serverEnd(),
      directionKnown: flow.directionKnown,
      protocol: this.#protocol,
      evidence,
      tag: entry.tag,
      part: entry.part,
      value: entry.value!,
      dataType: entry.dataType,
      quality: entry.quality,
      unit: undefined,
      first: entry.first,
      count: entry.count,
    }
    this.#mouth.emit(entry.isWrite ? { ...reading, kind: 'process.write', ok: entry.ok, previous: entry.previous } : reading)
    entry.told()
  }

  #queueTag(entry: TagEntry): void {
    if (entry.waiting) return
    entry.waiting = true
    this.#dirtyTags.push(entry)
    this.#wait()
  }

  #clientEnd(): Endpoint {
    const { flow } = this.#conversation
    return (this.#client ??= { ip: flow.clientIp, mac: flow.clientMac === '' ? undefined : flow.clientMac, port: flow.clientPort })
  }

  #serverEnd(): Endpoint {
    const { flow } = this.#conversation
    return (this.#server ??= { ip: flow.serverIp, mac: flow.serverMac === '' ? undefined : flow.serverMac, port: flow.serverPort })
  }

  #seen(turned: boolean): Seen {
    const { flow, seen } = this.#conversation
    return {
      site: this.#mouth.site,
      sensor: this.#mouth.sensor,
      at: seen.at,
      client: turned ? this.#serverEnd() : this.#clientEnd(),
      server: turned ? this.#clientEnd() : this.#serverEnd(),
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
