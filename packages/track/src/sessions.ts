/** Sessions: the sum of their updates, exactly. Finished ones leave memory first; their durable row stays. */
import type { Session, SessionUpdated } from '@isthmus/model'
import type { AssetRecord } from './asset-record.ts'
import { compareText } from './facts.ts'
import { inOrder, LiveCollection, type Mutable } from './live-collection.ts'
import type { Refusals } from './row-set.ts'

const ENDED: ReadonlySet<Session['state']> = new Set(['closed', 'rejected', 'reset', 'expired'])

const FIELDS = [
  'id',
  'site',
  'sensor',
  'clientAsset',
  'serverAsset',
  'client',
  'server',
  'directionKnown',
  'transport',
  'protocol',
  'vlan',
  'state',
  'connState',
  'history',
  'startedAt',
  'lastAt',
  'clientBytes',
  'serverBytes',
  'clientPackets',
  'serverPackets',
  'clientWireBytes',
  'serverWireBytes',
  'retransmissions',
  'gapBytes',
  'evidence',
] as const satisfies readonly (keyof Session)[]

export class Sessions {
  readonly all = new LiveCollection<Session>()
  readonly #cap: number
  readonly #refusals: Refusals
  /** Finished, in the order in which they did. */
  readonly #ended = new Set<string>()

  constructor(cap: number, refusals: Refusals) {
    this.#cap = cap
    this.#refusals = refusals
  }

  /** True when the server answers for the first time. */
  apply(o: SessionUpdated, client: AssetRecord | undefined, server: AssetRecord | undefined): boolean {
    const session = this.all.live(o.id) ?? this.#create(o)
    const { delta } = o
    const isFirstAnswer = session.serverPackets === 0 && delta.serverPackets > 0
    session.clientAsset = client?.confirmed ? client.id : session.clientAsset
    session.serverAsset = server?.confirmed ? server.id : session.serverAsset
    session.directionKnown = o.directionKnown
    if (o.protocol.length > 0) session.protocol = o.protocol
    session.state = o.state
    session.connState = o.connState
    session.history = o.history
    session.lastAt = Math.max(session.lastAt, o.at)
    session.clientBytes += delta.clientBytes
    session.serverBytes += delta.serverBytes
    session.clientPackets += delta.clientPackets
    session.serverPackets += delta.serverPackets
    session.clientWireBytes += delta.clientWireBytes
    session.serverWireBytes += delta.serverWireBytes
    session.retransmissions += delta.retransmissions
    session.gapBytes += delta.gapBytes
    session.evidence = o.evidence
    if (ENDED.has(o.state)) this.#ended.add(o.id)
    else this.#ended.delete(o.id)
    this.all.touch(o.id)
    return isFirstAnswer
  }

  load(sessions: Iterable<Session>): void {
    const ended: Session[] = []
    for (const session of sessions) {
      this.all.load(session.id, inOrder(FIELDS, session))
      if (ENDED.has(session.state)) ended.push(session)
    }
    ended.sort((a, b) => a.lastAt - b.lastAt || compareText(a.id, b.id))
    for (const session of ended) this.#ended.add(session.id)
  }

  #create(o: SessionUpdated): Mutable<Session> {
    if (this.all.size >= this.#cap) this.#makeRoom()
    const session: Mutable<Session> = {
      id: o.id,
      site: o.site,
      sensor: o.sensor,
      clientAsset: undefined,
      serverAsset: undefined,
      client: o.client,
      server: o.server,
      directionKnown: o.directionKnown,
      transport: o.transport,
      protocol: o.protocol,
      vlan: o.vlan,
      state: o.state,
      connState: o.connState,
      history: o.history,
      startedAt: o.startedAt,
      lastAt: o.at,
      clientBytes: 0,
      serverBytes: 0,
      clientPackets: 0,
      serverPackets: 0,
      clientWireBytes: 0,
      serverWireBytes: 0,
      retransmissions: 0,
      gapBytes: 0,
      evidence: o.evidence,
    }
    this.all.set(o.id, session)
    return session
  }

  /** A tenth leaves at once: the longest finished, then, if there are none, the longest silent. */
  #makeRoom(): void {
    const wanted = Math.max(1, Math.ceil(this.#cap / 10))
    const leaving = [...this.#ended.values().take(wanted)]
    if (leaving.length === 0) {
      const silent = [...this.all.lives()].sort((a, b) => a.lastAt - b.lastAt || compareText(a.id, b.id)).slice(0, wanted)
      for (const { id } of silent) {
        this.#refusals.add('open sessions')
        leaving.push(id)
      }
    }
    for (const id of leaving) {
      this.all.retire(id)
      this.#ended.delete(id)
    }
  }
}
