/** What each stage makes of single packets: headers, the stream's decision, messages with byte offsets, observations. */
import { basename } from 'node:path'
import type { Micros, Observation } from '@isthmus/model'
import { createPipeline, type Pipeline, PROTOCOLS, type Tracer } from '@isthmus/protocols'
import {
  CaptureReader,
  type FlowRecord,
  type FrameSink,
  ipv4Text,
  ipv6Text,
  macText,
  type Packet,
  type Problem,
  type SeenMessage,
  type Side,
  type TraceNode,
} from '@isthmus/wire'
import { openCapture } from './open-capture.ts'
import { headerTree, word } from './packet-headers.ts'

export type MessageView = {
  readonly protocol: string
  /** 0 for what TCP, UDP or Ethernet carries; 1 for what that carries … */
  readonly depth: number
  readonly from: Side
  /** Packets that carried it. */
  readonly packets: readonly [first: number, last: number]
  /** True when offsets count from the frame's first byte; otherwise (joined from several packets) from the message's. */
  readonly inFrame: boolean
  /** Its kind in a few words of its own. */
  readonly summary: string
  readonly nodes: readonly TraceNode[]
}

export type PacketView = {
  readonly number: number
  readonly at: Micros
  readonly bytes: Uint8Array
  readonly wireLength: number
  readonly linkType: number
  readonly headers: readonly TraceNode[]
  /** Who talks to whom, `client → server`, and over what; '' where nobody could be told. */
  readonly client: string
  readonly server: string
  readonly transport: string
  readonly fromClient: boolean
  /** What the stream did with it, one line a layer. */
  readonly stream: readonly string[]
  readonly messages: readonly MessageView[]
  readonly observations: readonly Observation[]
}

export type ExplainOptions = {
  readonly site?: string
  /** First and last packet to explain, from 1. */
  readonly from: number
  readonly to: number
  /** Bytes that a compressed capture is unpacked to at most. */
  readonly maxUnpacked?: number | undefined
  /** Sees every observation up to the last packet, in order, with the packet it came with. */
  readonly observed?: (observation: Observation, packet: number) => void
}

/** @returns the packets asked for and what could not be read on the way to them */
export async function explainPackets(
  path: string,
  options: ExplainOptions,
): Promise<{ packets: PacketView[]; problems: readonly Problem[] }> {
  const capture = await openCapture(path, options.maxUnpacked)
  const explainer = new Explainer(basename(path), options)
  const reader = new CaptureReader(explainer)
  let isWhole = true
  for await (const chunk of capture.chunks) {
    isWhole = reader.push(chunk)
    if (!isWhole || explainer.isDone) break
  }
  if (!explainer.isDone && isWhole && (capture.problems.length === 0 || explainer.number > 0)) reader.finish()
  explainer.finish()
  return { packets: explainer.views, problems: [...capture.problems, ...reader.problems] }
}

type Draft = {
  headers: TraceNode[]
  client: string
  server: string
  transport: string
  fromClient: boolean
  stream: string[]
  messages: MessageView[]
}

class Explainer implements FrameSink, Tracer {
  readonly views: PacketView[] = []
  readonly #options: ExplainOptions
  readonly #pipeline: Pipeline
  #draft: Draft = emptyDraft()
  number = 0

  constructor(capture: string, options: ExplainOptions) {
    this.#options = options
    this.#pipeline = createPipeline({ site: options.site ?? 'show', sensor: 'show', capture, protocols: PROTOCOLS, tracer: this })
  }

  get isDone(): boolean {
    return this.number >= this.#options.to
  }

  wants(packet: number): boolean {
    return packet >= this.#options.from && packet <= this.#options.to
  }

  frame(bytes: Uint8Array, at: number, end: number, wireLength: number, atUs: number, linkType: number): void {
    if (this.isDone) return
    const number = ++this.number
    this.#draft = emptyDraft()
    this.#pipeline.frame(bytes, at, end, wireLength, atUs, linkType)
    const observations = this.#tell()
    if (!this.wants(number)) return
    this.views.push({ number, at: atUs, bytes: bytes.slice(at, end), wireLength, linkType, ...this.#draft, observations })
  }

  /** What is said only when conversations end belongs to no packet, but the listener hears it. */
  finish(): void {
    if (this.isDone) return
    this.#pipeline.finish()
    this.#tell()
  }

  packet(p: Packet, flow: FlowRecord | undefined): void {
    const draft = this.#draft
    draft.headers.push(...headerTree(p))
    if (flow === undefined) {
      draft.stream.push(p.anomaly === '' ? 'not followed: no protocol of ours is carried here' : `not followed: ${p.anomaly}`)
      return
    }
    const fromClient = isFromClient(p, flow)
    draft.client = endText(flow.client.text, flow.clientPort)
    draft.server = endText(flow.server.text, flow.serverPort)
    draft.transport = flow.transport
    draft.fromClient = fromClient
    draft.stream.push(`flow ${flow.uid}, from the ${fromClient ? 'client' : 'server'}: ${decision(p, flow, fromClient)}`)
  }

  message(protocol: string, depth: number, seen: SeenMessage<unknown, unknown>, nodes: readonly TraceNode[]): void {
    const inFrame = seen.firstPacket === seen.lastPacket && seen.toByte > 0
    const start = nodes[0]?.at ?? 0
    this.#draft.messages.push({
      protocol,
      depth,
      from: seen.from,
      packets: [seen.firstPacket, seen.lastPacket],
      inFrame,
      summary: summaryOf(seen.message),
      nodes: rebase(nodes, inFrame ? seen.fromByte - start : -start),
    })
  }

  #tell(): readonly Observation[] {
    const observations = this.#pipeline.take()
    if (this.#options.observed !== undefined) for (const o of observations) this.#options.observed(o, this.number)
    return observations
  }
}

function emptyDraft(): Draft {
  return { headers: [], client: '', server: '', transport: '', fromClient: true, stream: [], messages: [] }
}

function isFromClient(p: Packet, flow: FlowRecord): boolean {
  return sourceText(p, flow) === flow.client.text && (flow.clientPort === undefined || flow.clientKey === p.srcPort)
}

function sourceText(p: Packet, flow: FlowRecord): string {
  if (flow.client.version === 0) return macText(p.bytes, p.macAt + 6)
  return p.ipVersion === 6 ? ipv6Text(p.bytes, p.srcAt) : ipv4Text(word(p.bytes, p.srcAt))
}

/** What the stream makes of a packet, judged before it takes it. */
function decision(p: Packet, flow: FlowRecord, fromClient: boolean): string {
  const captured = p.payloadEnd - p.payloadAt
  const cut = captured < p.payloadLength ? `, ${p.payloadLength - captured} of them cut by the capture` : ''
  if (flow.tcp === undefined) return `datagram of ${p.payloadLength} bytes${cut}`
  if (p.payloadLength <= 0) return 'no payload'
  const half = fromClient ? flow.upHalf : flow.downHalf
  const size = `${p.payloadLength} bytes${cut}`
  if (half === undefined || half.next < 0) return `${size}, the first from this side`
  const seq = (p.flags & 2) !== 0 ? (p.seq + 1) >>> 0 : p.seq
  const ahead = (seq - half.next) | 0
  if (ahead === 0) return `${size} in order`
  if (ahead > 0) return `${size}, ${ahead} ahead of what is wanted: they wait`
  return -ahead >= p.payloadLength ? `${size} seen before: repeated` : `${size}, the first ${-ahead} seen before`
}

function endText(host: string, port: number | undefined): string {
  if (port === undefined) return host
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const WORDS = ['kind', 'name', 'operation', 'method', 'command', 'type'] as const

/** A message's own words for what it is, where it has some. */
function summaryOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return ''
  const fields = message as Record<string, unknown>
  const words = WORDS.map((word) => fields[word]).filter((value): value is string => typeof value === 'string' && value !== '')
  return [...new Set(words)].slice(0, 2).join(' ')
}

function rebase(nodes: readonly TraceNode[], by: number): TraceNode[] {
  return nodes.map((n) => ({ ...n, at: n.at + by, children: rebase(n.children, by) }))
}
