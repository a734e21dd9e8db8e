/** Who talks to whom, over all time: one row a pair of hosts that have answered each other. */
import { derivedId, hostOf, type Link, type Observation, type SessionUpdated } from '@isthmus/model'
import { OutsideShare } from './address.ts'
import type { AssetRecord } from './asset-record.ts'
import type { Reach } from './behaviour.ts'
import type { ChangeLog } from './change.ts'
import { inOrder, LiveCollection, type Mutable } from './live-collection.ts'
import type { Refusals } from './row-set.ts'

const MAX_PROTOCOLS = 32

const FIELDS = [
  'id',
  'site',
  'client',
  'server',
  'clientAsset',
  'serverAsset',
  'protocols',
  'reaches',
  'sessions',
  'clientWireBytes',
  'serverWireBytes',
  'firstAt',
  'lastAt',
  'evidence',
] as const satisfies readonly (keyof Link)[]

export class Links {
  readonly all = new LiveCollection<Link>()
  readonly #site: string
  readonly #cap: number
  readonly #log: ChangeLog
  readonly #refusals: Refusals
  readonly #outside: OutsideShare
  /** Rows by address pair: shorter to build than an id, thousands of times a second. */
  readonly #byPair = new Map<string, Mutable<Link>>()

  constructor(site: string, cap: number, log: ChangeLog, refusals: Refusals) {
    this.#site = site
    this.#cap = cap
    this.#outside = new OutsideShare(cap)
    this.#log = log
    this.#refusals = refusals
  }

  /** The server has answered the client in `o`. Undefined when there is no room. */
  note(o: Observation, client: AssetRecord, server: AssetRecord): Mutable<Link> | undefined {
    const clientHost = hostOf(o.client)
    const serverHost = hostOf(o.server)
    const link = this.#byPair.get(`${clientHost}|${serverHost}`) ?? this.#create(o, clientHost, serverHost)
    if (link === undefined) return undefined
    link.clientAsset = client.id
    link.serverAsset = server.id
    if (o.at > link.lastAt) link.lastAt = o.at
    if (!link.protocols.includes(o.protocol) && o.protocol.length > 0 && link.protocols.length < MAX_PROTOCOLS) {
      link.protocols = [...link.protocols, o.protocol].sort()
    }
    this.all.touch(link.id)
    return link
  }

  /** Adds a session's bytes to its pair, once there is one. */
  count(o: SessionUpdated, isFirstAnswer: boolean): void {
    const link = this.#byPair.get(`${hostOf(o.client)}|${hostOf(o.server)}`)
    if (link === undefined) return
    if (isFirstAnswer) link.sessions += 1
    link.clientWireBytes += o.delta.clientWireBytes
    link.serverWireBytes += o.delta.serverWireBytes
    this.all.touch(link.id)
  }

  reach(link: Mutable<Link>, reach: Reach): void {
    if (!link.reaches.includes(reach)) link.reaches = [...link.reaches, reach].sort()
  }

  load(link: Link): void {
    const live = inOrder(FIELDS, link)
    this.all.load(link.id, live)
    this.#byPair.set(`${link.client}|${link.server}`, live)
    this.#outside.load(link.client, link.server)
  }

  #create(o: Observation, client: string, server: string): Mutable<Link> | undefined {
    if (this.all.size >= this.#cap || !this.#outside.admits(client, server)) {
      this.#refusals.add('links')
      return undefined
    }
    const link: Mutable<Link> = {
      id: derivedId('link', this.#site, client, server),
      site: this.#site,
      client,
      server,
      clientAsset: undefined,
      serverAsset: undefined,
      protocols: [],
      reaches: [],
      sessions: 0,
      clientWireBytes: 0,
      serverWireBytes: 0,
      firstAt: o.at,
      lastAt: o.at,
      evidence: o.evidence,
    }
    this.all.set(link.id, link)
    this.#byPair.set(`${client}|${server}`, link)
    this.#log.add('link.new', link.id, o.protocol, client, server)
    return link
  }
}
