/** The tracker: what one observation says of hosts, their behaviour, and the rows they share, in that order. */
import {
  type AddressClaimed,
  type Asset,
  type AssetHinted,
  addressKind,
  type Collection,
  type Coverage,
  type Endpoint,
  EVERYBODY,
  hostOf,
  isGroup,
  type KeptContent,
  type Link,
  type Micros,
  type NameResolved,
  type Observation,
  type Operation,
  type ProcessRead,
  type ProcessWrite,
  type ProgramSection,
  type Sample,
  type Session,
  type Tag,
} from '@isthmus/model'
import { addressOfReverseName } from './address.ts'
import type { AssetRecord } from './asset-record.ts'
import { noteName, noteParts, noteReach, noteService, noteSpeaking, noteStatement, reachOf } from './behaviour.ts'
import { type Caps, DEFAULT_CAPS } from './caps.ts'
import { type Change, ChangeLog } from './change.ts'
import { CoverageSums } from './coverage.ts'
import { Hosts } from './hosts.ts'
import { Links } from './links.ts'
import { Macs } from './macs.ts'
import { Names } from './names.ts'
import { modeTold } from './operating.ts'
import { Operations } from './operations.ts'
import { Programs } from './program/programs.ts'
import { type Pairs, repointEnds } from './repoint.ts'
import type { TrackRow } from './row.ts'
import { Refusals, RowSet } from './row-set.ts'
import { Sessions } from './sessions.ts'
import { clientSpoke, serverSpoke } from './spoke.ts'
import { Tags } from './tags.ts'
import type { Tracker, TrackerOptions, TrackRows } from './tracker.ts'

/** The tracker of one site. Give it the site's observations in order. */
export function createTracker(site: string, options: TrackerOptions = {}): Tracker {
  return new SiteTracker(site, options)
}

type Party = AssetRecord | undefined

/** How sure a resolver's answer is of a host's name: somebody else's word, but one that the network works by. */
const RESOLVED = 0.6
/** Answers of one name taken note of. */
const MAX_ANSWERS = 16

/** Record types that tie a name to an address: RFC 1035, RFC 3596, RFC 1002. */
const ADDRESS_TYPES: ReadonlySet<string> = new Set(['A', 'AAAA', 'PTR', 'NB'])

class SiteTracker implements Tracker {
  readonly #log = new ChangeLog()
  readonly #rows = new RowSet()
  readonly #refusals = new Refusals(this.#rows)
  readonly #hosts: Hosts
  readonly #macs: Macs
  readonly #names: Names
  readonly #links: Links
  readonly #sessions: Sessions
  readonly #operations: Operations
  readonly #tags: Tags
  readonly #programs: Programs
  readonly #coverage = new CoverageSums(this.#refusals)

  constructor(site: string, options: TrackerOptions) {
    const caps: Caps = { ...DEFAULT_CAPS, ...options.caps }
    this.#hosts = new Hosts(site, caps, this.#log, this.#rows, this.#refusals)
    this.#macs = new Macs(this.#hosts, caps.macs, options.vendorOf ?? (() => undefined))
    this.#names = new Names(this.#hosts, this.#macs)
    this.#links = new Links(site, caps.links, this.#log, this.#refusals)
    this.#sessions = new Sessions(caps.sessions, this.#refusals)
    this.#operations = new Operations(site, caps, this.#refusals)
    this.#tags = new Tags(site, caps, this.#log, this.#refusals)
    this.#programs = new Programs(site, caps, this.#refusals)
    this.#hosts.onMerged = (lost, into) => this.#repoint(lost, into)
    this.#hosts.onRemoved = (record) => this.#macs.release(record)
  }

  apply(o: Observation): readonly Change[] {
    this.#log.begin(o.at, o.evidence)
    this.#macs.evidence = o.evidence
    if (o.kind === 'coverage.reported') {
      this.#coverage.apply(o)
      return this.#log.take()
    }
    // RFC 919: all ones in the host part; the frame's own broadcast address tells it from a host that ends in 255.
    if (o.server.mac === EVERYBODY && o.server.ip?.endsWith('.255')) this.#hosts.noteBroadcast(o.server.ip)
    if (o.kind === 'address.claimed') this.#claim(o.ip, o.mac, o.by)
    else if (o.kind === 'address.asked' && o.client.ip !== undefined && o.client.mac !== undefined)
      this.#claim(o.client.ip, o.client.mac, 'arp')
    const isAnswered = serverSpoke(o)
    if (isAnswered && clientSpoke(o) && !isGroup(o.server)) {
      this.#hosts.noteExchange(o.client.ip)
      this.#hosts.noteExchange(o.server.ip)
    }
    const asker = clientSpoke(o) && !this.#mayBeForged(o) ? this.#speaker(o.client) : this.#known(o.client)
    const server = isAnswered ? this.#speaker(o.server) : this.#known(o.server)
    // The server's first words can show that it and the client are one host.
    const client = asker !== undefined && this.#hosts.byId(asker.id) !== asker ? this.#known(o.client) : asker
    if (client !== undefined && clientSpoke(o)) client.seenAt(o.kind === 'session.updated' ? o.startedAt : firstOf(o), o.at)
    if (server !== undefined && isAnswered) server.seenAt(firstOf(o), o.at)
    this.#behave(o, client, server, isAnswered)
    this.#record(o, client, server)
    if (client !== undefined) this.#hosts.touch(client)
    if (server !== undefined) this.#hosts.touch(server)
    this.#hosts.settle()
    return this.#log.take()
  }

  asset(endpoint: Endpoint): Asset | undefined {
    const record = this.#known(endpoint)
    return record?.confirmed ? record.view : undefined
  }

  current(asset: string): string {
    return this.#hosts.current(asset)
  }

  override(id: string, attribute: string, value: string | undefined, at: Micros): readonly Change[] {
    const record = this.#hosts.byId(id)
    if (record === undefined) return []
    this.#log.begin(at, undefined)
    const { [attribute]: _, ...others } = record.overrides
    record.overrides = value === undefined ? others : { ...others, [attribute]: value }
    record.isStale = true
    this.#hosts.touch(record)
    this.#hosts.settle()
    return this.#log.take()
  }

  get assets(): Collection<Asset> {
    return this.#hosts.assets
  }
  get links(): Collection<Link> {
    return this.#links.all
  }
  get sessions(): Collection<Session> {
    return this.#sessions.all
  }
  get operations(): Collection<Operation> {
    return this.#operations.all
  }
  get tags(): Collection<Tag> {
    return this.#tags.all
  }
  get programs(): Collection<ProgramSection> {
    return this.#programs.all
  }
  get coverage(): Collection<Coverage> {
    return this.#coverage.all
  }

  takeSamples(): Sample[] {
    return this.#tags.takeSamples()
  }

  takeContents(): KeptContent[] {
    return this.#programs.takeContents()
  }

  takeRemoved(): string[] {
    return this.#hosts.takeRemoved()
  }

  takeState(): [string, TrackRow | null][] {
    return this.#rows.take()
  }

  refused(): Readonly<Record<string, number>> {
    return this.#refusals.all()
  }

  load(rows: TrackRows): void {
    if (rows.assets !== undefined || rows.state !== undefined)
      this.#loadHosts(
        rows.assets ?? [],
        [...(rows.state ?? [])].map(([, row]) => row),
      )
    for (const link of rows.links ?? []) {
      this.#links.load(link)
      if (link.reaches.length > 0) this.#hosts.byId(link.clientAsset)?.controls.add(link.server)
    }
    this.#sessions.load(rows.sessions ?? [])
    for (const operation of rows.operations ?? []) this.#operations.load(operation)
    for (const tag of rows.tags ?? []) this.#tags.load(tag)
    for (const section of rows.programs ?? []) this.#programs.load(section)
    for (const sum of rows.coverage ?? []) this.#coverage.all.load(sum.protocol, { ...sum })
  }

  #loadHosts(assets: Iterable<Asset>, state: readonly TrackRow[]): void {
    for (const asset of assets) this.#hosts.restore(asset)
    for (const row of state) this.#loadRow(row)
    for (const row of state) if (row.kind === 'part') this.#hosts.byId(row.asset)?.addPart(row.part)
    for (const record of this.#hosts.records()) this.#names.load(record)
    this.#hosts.restored()
  }

  #loadRow(row: TrackRow): void {
    if (row.kind === 'mac') this.#macs.load(row)
    else if (row.kind === 'candidate') this.#hosts.restore(row.asset)
    else if (row.kind === 'merged') this.#hosts.restoreMerged(row.lost, row.into)
    else if (row.kind === 'broadcast') this.#hosts.restoreBroadcast(row.ip)
    else if (row.kind === 'refused') this.#refusals.load(row.what, row.count)
  }
  #claim(ip: string, mac: string, by: AddressClaimed['by']): void {
    const record = this.#macs.claim(ip, mac, by)
    if (record === undefined) return
    this.#hosts.confirm(record)
    this.#hosts.touch(record)
  }

  /** The host behind an endpoint that has sent something. */
  #speaker({ ip, mac }: Endpoint): Party {
    const record = ip === undefined ? this.#macs.speaker(mac) : this.#speakerAt(ip, mac)
    if (record !== undefined) this.#hosts.confirm(record)
    return record
  }

  /** A public address that nobody has answered yet may be anybody's invention: a flood of them is no inventory. */
  #mayBeForged(o: Observation): boolean {
    if (o.kind !== 'session.updated' || o.delta.serverPackets > 0 || o.client.ip === undefined || isGroup(o.server)) return false
    return this.#hosts.byIp(o.client.ip)?.confirmed !== true && addressKind(o.client.ip) === 'outside'
  }

  #speakerAt(ip: string, mac: string | undefined): Party {
    let record: Party = this.#hosts.byIp(ip)
    if (record === undefined) {
      const kind = addressKind(ip)
      if (kind === 'none') return undefined
      if (kind === 'unspecified') return this.#macs.speaker(mac)
      record = this.#hosts.create({ ip }, kind === 'outside')
    }
    if (record === undefined || mac === undefined) return record
    this.#macs.sourced(record, ip, mac)
    return this.#hosts.byIp(ip)
  }

  #known({ ip, mac }: Endpoint): Party {
    return ip === undefined || ip === '0.0.0.0' || ip === '::' ? this.#macs.owner(mac) : this.#hosts.byIp(ip)
  }

  #behave(o: Observation, client: Party, server: Party, isAnswered: boolean): void {
    if (client?.isExternal && o.server.ip !== undefined) this.#hosts.noteNeighbours(client, o.server.ip)
    const isSession = o.kind === 'session.updated'
    if (isSession && (!o.directionKnown || o.state === 'tried' || o.state === 'rejected')) return
    if (server === undefined || !isAnswered) {
      const isPublished = isGroup(o.server)
      // An unanswered session may be an empty one; an unanswered request is spoken all the same.
      if (client === undefined || (isSession && !isPublished)) return
      noteSpeaking(client, 'client', o)
      const reach = isPublished ? reachOf(o) : undefined
      if (reach !== undefined) noteReach(reach, client, undefined, o)
      return
    }
    noteSpeaking(server, 'server', o)
    if (client === undefined || client === server) return
    noteSpeaking(client, 'client', o)
    const reach = reachOf(o)
    const link = this.#links.note(o, client, server)
    if (reach === undefined) return
    if (link !== undefined) {
      this.#links.reach(link, reach)
      client.controls.add(link.server)
    }
    noteReach(reach, client, server, o)
  }

  #record(o: Observation, client: Party, server: Party): void {
    switch (o.kind) {
      case 'session.updated': {
        const isFirstAnswer = this.#sessions.apply(o, client, server)
        this.#links.count(o, isFirstAnswer)
        if (o.vlan !== undefined) for (const end of [client, server]) end?.addVlan(o.vlan)
        return
      }
      case 'operation.done':
        this.#operations.apply(o, client, server)
        if (o.part !== undefined && o.ok === true && server !== undefined) this.#part(server, () => server.addPart(o.part!))
        return
      case 'process.read':
      case 'process.write':
        return this.#value(o, client, server)
      case 'program.downloaded':
      case 'program.uploaded':
      case 'program.edited':
        return this.#programs.apply(o, client, server)
      case 'asset.hinted':
        return this.#hint(o, client, server)
      case 'name.resolved':
        return this.#resolved(o)
      case 'mode.changed': {
        const mode = modeTold(o)
        if (mode !== undefined) server?.operates(mode, o.at)
        return
      }
      case 'firmware.updated':
        if (o.version === undefined || o.ok === false || server === undefined) return
        return server.addFact({
          attribute: 'firmware',
          value: o.version,
          protocol: o.protocol,
          confidence: 0.9,
          at: o.at,
          evidence: o.evidence,
        })
      default:
        return
    }
  }

  /** A value lives on the server; where a publisher speaks to a group, on the publisher. */
  #value(o: ProcessRead | ProcessWrite, client: Party, server: Party): void {
    const isPublished = isGroup(o.server)
    const holder = isPublished ? client : server
    this.#tags.apply(o, hostOf(isPublished ? o.client : o.server), holder)
    if (holder !== undefined && o.part !== undefined) noteParts(holder, o)
  }

  #hint(o: AssetHinted, client: Party, server: Party): void {
    const record = o.about === 'client' ? client : (server ?? this.#heardOf(o.server.ip))
    if (record === undefined) return
    const { attribute, value, protocol, confidence, at, evidence, part } = o
    const fact = { attribute, value, protocol, confidence, at, evidence }
    record.addProtocol(protocol)
    const mode = modeTold(o)
    if (mode !== undefined) record.operates(mode, at)
    if (part !== undefined) this.#part(record, () => record.addPartFact(part, fact))
    else record.addFact(fact)
    if (part === undefined) noteStatement(record, o)
    if (attribute === 'name' && part === undefined && !record.isExternal) noteName(record, value, o)
    const kept = attribute === 'name' && part === undefined ? this.#names.note(record, value, confidence) : record
    this.#hosts.touch(kept)
  }

  /** What a resolver says is kept for hosts that have not spoken too: the name comes before the first packet. */
  #resolved(o: NameResolved): void {
    if (!ADDRESS_TYPES.has(o.type)) return
    const isReverse = o.type === 'PTR'
    const reverse = isReverse ? addressOfReverseName(o.name) : undefined
    if (isReverse && reverse === undefined) return
    const pairs = reverse === undefined ? o.answers.map((ip) => [ip, o.name] as const) : o.answers.map((name) => [reverse, name] as const)
    for (const [ip, name] of pairs.slice(0, MAX_ANSWERS)) {
      const record = this.#hosts.byIp(ip) ?? this.#heardOf(ip)
      if (record === undefined) continue
      if (!noteService(record, name, o)) {
        record.addFact({ attribute: 'name', value: name, protocol: o.protocol, confidence: RESOLVED, at: o.at, evidence: o.evidence })
        if (!record.isExternal) noteName(record, name, o)
      }
      this.#hosts.touch(record)
    }
  }

  /** A host that others tell of: no asset until it speaks. */
  #heardOf(ip: string | undefined): Party {
    if (ip === undefined) return undefined
    const kind = addressKind(ip)
    return kind === 'inside' || kind === 'outside' ? this.#hosts.create({ ip }, kind === 'outside') : undefined
  }

  #part(record: AssetRecord, change: () => void): void {
    const before = record.onlyPart
    change()
    if (record.onlyPart === before) return
    const key = `part:${record.id}`
    if (record.onlyPart === undefined) this.#rows.remove(key)
    else this.#rows.put(key, { kind: 'part', asset: record.id, part: record.onlyPart })
  }

  #repoint(lost: AssetRecord, into: AssetRecord): void {
    this.#macs.repoint(lost, into)
    if (into.onlyPart !== undefined) this.#rows.put(`part:${into.id}`, { kind: 'part', asset: into.id, part: into.onlyPart })
    else this.#rows.remove(`part:${into.id}`)
    for (const all of [this.#links.all, this.#sessions.all, this.#operations.all] satisfies Pairs[]) repointEnds(all, lost.id, into.id)
    for (const [id, tag] of this.#tags.all.livesById()) {
      if (tag.asset !== lost.id) continue
      tag.asset = into.id
      this.#tags.all.touch(id)
    }
    this.#programs.repoint(lost.id, into.id)
  }
}

function firstOf(o: Observation): Micros {
  return 'first' in o ? o.first : o.at
}
