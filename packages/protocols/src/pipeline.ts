/**
 * frames → observations: the sensor half, whole and pure. One per capture. Give it frames, take what it
 * observed; `finish` when the capture is over.
 */
import type { Endpoint, Observation, SessionUpdated } from '@isthmus/model'
import { NO_ENDPOINT } from '@isthmus/model'
import {
  type Conversation,
  Engine,
  type EngineListener,
  type FlowRecord,
  type FrameSink,
  type SeenMessage,
  type Share,
  type TraceNode,
} from '@isthmus/wire'
import { Cadence, WINDOW_US } from './cadence.ts'
import type { Fold } from './fold.ts'
import { Covered, NOTHING, Reported, Told } from './ledger.ts'
import { Links, unknownName } from './links.ts'
import { type ContentBounds, ContentRoom, type ScanFile, workIn } from './mime/content-room.ts'
import { newSectionRoom } from './program-section.ts'
import type { AnyProtocol, Cell, Gather, LogSpec } from './protocol.ts'
import { connState, sessionState } from './session-state.ts'
import type { Mouth } from './speaker.ts'

/** Statements remembered for folding in one window. */
const MAX_REMEMBERED = 50_000
/** Rows of one coverage report. */
const MAX_COVERAGE = 512
const OTHERS = 'others'
/** A session rests on whole packets; one for all, of which there are many. */
const NO_BYTES = [0, 0] as const

export interface PipelineOptions {
  readonly site: string
  readonly sensor: string
  /** Name of the capture in evidence. */
  readonly capture: string
  readonly protocols: readonly AnyProtocol[]
  /** Receives rows of Zeek's logs; costs nothing when absent. */
  readonly row?: (log: string, spec: LogSpec, flow: FlowRecord, atUs: number, cells: readonly Cell[]) => void
  readonly flowEnded?: (flow: FlowRecord) => void
  /** Sees every packet and message, decoded tree included, while `trace` of the packet is asked for. */
  readonly tracer?: Tracer
  /** Where several pipelines read the same capture: which part is this one's. */
  readonly share?: Share | undefined
  /** Looks into files once they have passed; nothing of their content is kept without it. */
  readonly scanFile?: ScanFile | undefined
  /** What is kept for that. */
  readonly contentBounds?: ContentBounds | undefined
}

export interface Tracer {
  wants(packet: number): boolean
  packet(packet: import('@isthmus/wire').Packet, flow: FlowRecord | undefined): void
  message(protocol: string, depth: number, seen: SeenMessage<unknown, unknown>, nodes: readonly TraceNode[]): void
}

export class Pipeline implements FrameSink, EngineListener, Mouth {
  readonly site: string
  readonly sensor: string
  readonly capture: string
  readonly engine: Engine
  readonly #options: PipelineOptions
  readonly #protocols: readonly Told[]
  #out: Observation[] = []
  readonly #remembered = new Map<string, Fold>()
  readonly #links: Links
  readonly #room: ContentRoom | undefined
  readonly #sections = newSectionRoom()
  #waiting: { tell(): void }[] = []
  readonly #coverage = new Map<string, Covered>()
  /** The same of recognised protocols, by their place in the registry: messages are counted without looking a name up. */
  readonly #coveredAt: (Covered | undefined)[]
  /** Of logs whose rows span conversations; the flow is the last that added to one. */
  readonly #gathers = new Map<string, { gather: Gather; spec: LogSpec; flow: FlowRecord }>()
  readonly window = new Cadence()

  constructor(options: PipelineOptions) {
    this.#options = options
    this.#links = new Links(this, () => this.#covered(OTHERS).dropped++)
    this.#protocols = options.protocols.map((p) => new Told(p))
    this.#coveredAt = options.protocols.map(() => undefined)
    this.site = options.site
    this.sensor = options.sensor
    this.capture = options.capture
    this.#room = options.scanFile && new ContentRoom(options.scanFile, options.contentBounds)
    this.engine = new Engine(
      options.protocols.map((p) => p.dissector),
      this,
      options.share,
    )
  }

  frame(bytes: Uint8Array, at: number, end: number, wireLength: number, atUs: number, linkType: number): void {
    const { engine } = this
    workIn(this.#room, this.#sections)
    if (this.window.isDue(engine.packets, atUs)) this.#tellWindow(atUs)
    const tracer = this.#options.tracer
    if (tracer !== undefined) engine.moment.tracing = tracer.wants(engine.packets + 1)
    engine.frame(bytes, at, end, wireLength, atUs, linkType)
  }

  /** A packet of the capture that is left out here: what waits for packets and time is told as it would be with it. */
  passed(packet: number, atUs: number): void {
    this.engine.packets = packet - 1
    if (this.window.isDue(this.engine.packets, atUs)) this.#tellWindow(atUs)
    this.engine.passed(atUs)
  }

  /** Changes with the packets by whose passing something may be told; the others need not be named. */
  get turnedAt(): number {
    return this.window.packet + this.engine.sweptPacket
  }

  /** What was observed since the last call. */
  take(): Observation[] {
    const taken = this.#out
    this.#out = []
    return taken
  }

  get waitingObservations(): number {
    return this.#out.length
  }

  finish(): void {
    workIn(this.#room, this.#sections)
    this.engine.finish()
    this.#tellWindow(this.engine.moment.atUs)
    for (const [log, { gather, spec, flow }] of this.#gathers) {
      try {
        gather.end((cells, at) => this.#options.row!(log, spec, flow, at, cells))
      } catch {
        // A bug of ours in one log costs its last rows, and is counted.
        this.countAnomaly(log)
      }
    }
  }

  emit(observation: Observation): void {
    this.#out.push(observation)
  }

  repeated(key: string): Fold | undefined {
    return this.#remembered.get(key)
  }

  remember(key: string, fold: Fold): void {
    if (this.#remembered.size < MAX_REMEMBERED) this.#remembered.set(key, fold)
    else this.#covered('caps/statements').dropped++
  }

  waits(teller: { tell(): void }): void {
    this.#waiting.push(teller)
  }

  message(conversation: Conversation, trace: readonly TraceNode[] | undefined): void {
    const registered = conversation.protocol!
    const protocol = this.#protocols[registered.index]!
    const speaker = this.#links.of(conversation)
    const { index } = registered
    const covered = (this.#coveredAt[index] ??= this.#covered(registered.name))
    covered.messages++
    const seen = conversation.seen
    protocol.observe(seen, speaker)
    if (this.#options.row !== undefined && protocol.zeek !== undefined) protocol.zeek(seen, this.#putter(protocol, conversation))
    if (trace !== undefined) this.#options.tracer?.message(registered.name, conversation.depth, seen, trace)
  }

  recognised(conversation: Conversation, expected: string | undefined): void {
    conversation.user = undefined
    if (expected === undefined) return
    this.#placeholder(conversation)
    this.#links.of(conversation).say({ kind: 'protocol.misplaced', expected })
  }

  left(conversation: Conversation): void {
    this.#told(conversation)
  }

  anomaly(conversation: Conversation, name: string, detail = ''): void {
    this.#placeholder(conversation)
    const prefix = name.includes('.') ? '' : `${conversation.protocol?.name ?? conversation.carrier}.`
    this.#links.of(conversation).anomaly(prefix + name, detail)
  }

  undecoded(conversation: Conversation, bytes: number): void {
    const { flow } = conversation
    const name = conversation.protocol?.name ?? flow.services[0] ?? unknownName(flow)
    this.#covered(name).undecoded += bytes
  }

  packet(packet: import('@isthmus/wire').Packet, flow: FlowRecord | undefined): void {
    if (this.engine.moment.tracing) this.#options.tracer?.packet(packet, flow)
  }

  countAnomaly(protocol: string): void {
    this.#covered(protocol).anomalies++
  }

  hold(bytes: number): void {
    this.#links.held += bytes
  }

  droppedEntry(protocol: string): void {
    this.#covered(protocol).dropped++
  }

  flowGrew(flow: FlowRecord): void {
    const reported = flow.reported as Reported | undefined
    if (reported !== undefined && flow.lastAt - reported.at < WINDOW_US) return
    if (reported !== undefined && reported.at === flow.lastAt) return
    this.#session(flow, false)
  }

  flowEnded(flow: FlowRecord): void {
    if (flow.conversation !== undefined) this.#endConversation(flow.conversation)
    this.#session(flow, true)
    this.#options.flowEnded?.(flow)
  }

  #endConversation(conversation: Conversation): void {
    this.#told(conversation)
    if (conversation.nested !== undefined) for (const inner of conversation.nested.all()) this.#endConversation(inner)
  }

  /** What a protocol kept for the end of its conversation. */
  #told(conversation: Conversation): void {
    const { protocol } = conversation
    if (protocol === undefined) return
    const own = this.#protocols[protocol.index]!
    try {
      if (own.ended !== undefined) own.ended(conversation.seen.state as never, this.#links.of(conversation))
      if (this.#options.row !== undefined && own.zeekEnded !== undefined) {
        own.zeekEnded(conversation.seen as never, this.#putter(own, conversation))
      }
    } catch (error) {
      // A bug of ours in what one protocol says last costs that, and nothing else.
      this.anomaly(conversation, 'platform.dissector-failed', error instanceof Error ? error.message : 'unknown')
    }
  }

  /** A conversation that has no message yet speaks of the packet at hand. */
  #placeholder(conversation: Conversation): void {
    const { seen } = conversation
    if (conversation.messages > 0) return
    seen.at = this.engine.moment.atUs
    seen.firstPacket = this.engine.moment.packet
    seen.lastPacket = this.engine.moment.packet
  }

  #putter(protocol: Told, conversation: Conversation): (log: string, cells: readonly Cell[], at?: number) => void {
    const flow = conversation.flow as FlowRecord
    return (log, cells, at) => {
      const spec = protocol.logs?.[log]
      if (spec === undefined) return
      if (spec.gather !== undefined) this.#gather(log, spec, flow, at ?? conversation.seen.at, cells)
      else this.#options.row!(log, spec, flow, at ?? conversation.seen.at, cells)
    }
  }

  #gather(log: string, spec: LogSpec, flow: FlowRecord, at: number, cells: readonly Cell[]): void {
    let known = this.#gathers.get(log)
    if (known === undefined) {
      known = { gather: spec.gather!(), spec, flow }
      this.#gathers.set(log, known)
    }
    known.flow = flow
    known.gather.put(cells, at, (row, rowAt) => this.#options.row!(log, spec, flow, rowAt, row))
  }

  #session(flow: FlowRecord, isOver: boolean): void {
    const before = (flow.reported as Reported | undefined) ?? NOTHING
    const retransmissions = (flow.upHalf?.retransmissions ?? 0) + (flow.downHalf?.retransmissions ?? 0)
    const gaps = (flow.upHalf?.gapBytes ?? 0) + (flow.downHalf?.gapBytes ?? 0)
    const { up, down } = flow
    const delta: SessionUpdated['delta'] = {
      clientBytes: up.payload - before.clientBytes,
      serverBytes: down.payload - before.serverBytes,
      clientPackets: up.packets - before.clientPackets,
      serverPackets: down.packets - before.serverPackets,
      clientWireBytes: up.wire - before.clientWire,
      serverWireBytes: down.wire - before.serverWire,
      retransmissions: retransmissions - before.retransmissions,
      gapBytes: gaps - before.gaps,
    }
    const name = flow.services.at(-1) ?? unknownName(flow)
    // A packet counts for every protocol it carries, as in a protocol hierarchy.
    for (const service of flow.services.length > 0 ? flow.services : [name]) {
      const covered = this.#covered(service)
      covered.packets += delta.clientPackets + delta.serverPackets
      covered.bytes += delta.clientWireBytes + delta.serverWireBytes
      // Nobody was there to say so: an EtherType without a dissector has no conversation.
      if (flow.transport === 'ethernet' && flow.conversation === undefined) covered.undecoded += delta.clientBytes + delta.serverBytes
    }
    if (!isOver) {
      const now = before === NOTHING ? new Reported() : before
      now.at = flow.lastAt
      now.clientBytes = up.payload
      now.serverBytes = down.payload
      now.clientPackets = up.packets
      now.serverPackets = down.packets
      now.clientWire = up.wire
      now.serverWire = down.wire
      now.retransmissions = retransmissions
      now.gaps = gaps
      flow.reported = now
    }
    if (flow.conversation?.protocol?.isSessionless === true) return
    this.emit({
      kind: 'session.updated',
      site: this.site,
      sensor: this.sensor,
      at: flow.lastAt,
      client: endpointOf(flow.clientIp, flow.clientMac, flow.clientPort),
      server: endpointOf(flow.serverIp, flow.serverMac, flow.serverPort),
      directionKnown: flow.directionKnown,
      protocol: name,
      evidence: { capture: this.capture, packets: [flow.firstPacket, flow.lastPacket], bytes: NO_BYTES },
      id: flow.uid,
      transport: flow.transport,
      vlan: flow.vlan,
      startedAt: flow.startedAt,
      state: sessionState(flow, isOver),
      connState: connState(flow),
      history: flow.tcp?.history ?? '',
      delta,
    })
  }

  #covered(name: string): Covered {
    let covered = this.#coverage.get(name)
    if (covered === undefined) {
      // A scan of every port must not become a row each.
      if (this.#coverage.size >= MAX_COVERAGE && name !== OTHERS) return this.#covered(OTHERS)
      covered = new Covered()
      this.#coverage.set(name, covered)
    }
    return covered
  }

  #tellWindow(atUs: number): void {
    this.window.told(this.engine.packets, atUs)
    const waiting = this.#waiting
    this.#waiting = []
    for (const teller of waiting) teller.tell()
    this.#remembered.clear()
    this.#reportSkipped()
    this.#reportCoverage()
  }

  #reportSkipped(): void {
    const { engine } = this
    for (const [why, skipped] of engine.skipped) {
      const covered = this.#covered(why)
      covered.packets += skipped.packets
      covered.bytes += skipped.bytes
      covered.undecoded += skipped.bytes
    }
    engine.skipped.clear()
    for (const [what, times] of Object.entries(engine.takeCapped())) if (times > 0) this.#covered(`caps/${what}`).dropped += times
  }

  #reportCoverage(): void {
    const at = this.engine.moment.atUs
    const packet = this.engine.packets
    for (const [protocol, c] of this.#coverage) {
      this.emit({
        kind: 'coverage.reported',
        site: this.site,
        sensor: this.sensor,
        at,
        client: NO_ENDPOINT,
        server: NO_ENDPOINT,
        directionKnown: true,
        protocol,
        evidence: { capture: this.capture, packets: [packet, packet], bytes: [0, 0] },
        packets: c.packets,
        bytes: c.bytes,
        messages: c.messages,
        anomalies: c.anomalies,
        undecoded: c.undecoded,
        dropped: c.dropped,
      })
    }
    this.#coverage.clear()
    this.#coveredAt.fill(undefined)
  }
}

export function createPipeline(options: PipelineOptions): Pipeline {
  return new Pipeline(options)
}

function endpointOf(ip: string | undefined, mac: string, port: number | undefined): Endpoint {
  return { ip, mac: mac === '' ? undefined : mac, port }
}
