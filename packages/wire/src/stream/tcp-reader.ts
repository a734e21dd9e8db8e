/** TCP segments → the ordered bytes of both directions → the conversation. */
import type { Side } from '../dissector.ts'
import { ACK, FIN, type Packet, RST, SYN } from '../packet/packet.ts'
import type { Budget } from './budget.ts'
import type { Conversation } from './conversation.ts'
import { Echoes } from './echoes.ts'
import type { FlowRecord } from './flow.ts'
import { Half, type StreamSink } from './half.ts'

/** A segment sent again says something else; a side that reset the connection goes on with it. */
const BYTES_DIFFER = 'packet.bytes-differ'
const RESET_IGNORED = 'packet.reset-ignored'
/** Two packets of one moment may be captured the wrong way round, and what comes long after belongs to another connection. */
const SWAPPED_US = 20_000
const FORGOTTEN_US = 60_000_000
const WINDOW = 1 << 20

export class TcpReader implements StreamSink {
  readonly #conversationOf: (flow: FlowRecord) => Conversation
  #flow: FlowRecord | undefined = undefined
  #from: Side = 'client'

  readonly budget: Budget
  readonly echoes = new Echoes()

  constructor(budget: Budget, conversationOf: (flow: FlowRecord) => Conversation) {
    this.budget = budget
    this.#conversationOf = conversationOf
  }

  segment(flow: FlowRecord, isFromClient: boolean, p: Packet): void {
    let fromClient = isFromClient
    const flags = p.flags
    const tcp = flow.tcp!
    tcp.segment(fromClient, p)
    if (tcp.wantsFlip) {
      flow.flip()
      fromClient = !fromClient
    }
    const captured = p.payloadEnd - p.payloadAt
    const isSyn = (flags & SYN) !== 0
    if (p.payloadLength <= 0 && !isSyn && (flags & (FIN | RST)) === 0) {
      // A bare acknowledgement: tells what the peer has, nothing else.
      const other = fromClient ? flow.downHalf : flow.upHalf
      if (other !== undefined && (flags & ACK) !== 0) this.#acknowledge(flow, fromClient, other, p.ack)
      return
    }
    const half = fromClient ? (flow.upHalf ??= new Half()) : (flow.downHalf ??= new Half())
    if (isSyn) {
      if (half.next < 0) half.next = (p.seq + 1) >>> 0
      if (p.payloadLength <= 0) return
    }
    const other = fromClient ? flow.downHalf : flow.upHalf
    if (other !== undefined && (flags & ACK) !== 0) this.#acknowledge(flow, fromClient, other, p.ack)
    if ((flags & RST) !== 0) half.resetAt ||= p.atUs
    if (p.payloadLength <= 0 || (flags & RST) !== 0 || isKeepAlive(half, p)) return
    if (half.resetAt > 0 && goesOn(half, p)) this.#tell(flow, RESET_IGNORED)
    this.#flow = flow
    this.#from = fromClient ? 'client' : 'server'
    half.push(
      isSyn ? (p.seq + 1) >>> 0 : p.seq,
      p.bytes,
      p.payloadAt,
      p.payloadEnd,
      p.payloadLength - captured,
      p.number,
      p.payloadAt - p.frameAt,
      this,
    )
  }

  finish(flow: FlowRecord): void {
    this.#flow = flow
    if (flow.upHalf !== undefined) {
      this.#from = 'client'
      flow.upHalf.finish(this)
    }
    if (flow.downHalf !== undefined) {
      this.#from = 'server'
      flow.downHalf.finish(this)
    }
  }

  bytes(bytes: Uint8Array, at: number, end: number, _packet: number, frameAt: number): void {
    if (end <= at) return
    const flow = this.#flow!
    const conversation = flow.conversation ?? this.#conversationOf(flow)
    conversation.stream(this.#from, bytes, at, end, frameAt)
  }

  gap(length: number): void {
    this.#flow!.conversation?.gap(this.#from, length)
  }

  /** Counts where the other side has taken the first ones for part of the stream: made-up segments of a test prove nothing. */
  differs(half: Half): void {
    const flow = this.#flow!
    const { acked } = this.#from === 'client' ? flow.tcp!.client : flow.tcp!.server
    if (((acked - half.echoSeq) | 0) > 0) this.#tell(flow, BYTES_DIFFER)
  }

  /** Once a conversation. */
  #tell(flow: FlowRecord, name: string): void {
    if (flow.oddities.includes(name)) return
    flow.oddities = [...flow.oddities, name]
    const conversation = flow.conversation ?? this.#conversationOf(flow)
    conversation.anomaly(name, '')
  }

  #acknowledge(flow: FlowRecord, fromClient: boolean, other: Half, ack: number): void {
    if (!other.isWaiting) return
    this.#flow = flow
    this.#from = fromClient ? 'server' : 'client'
    other.acknowledged(ack, this)
  }
}

/** One byte before the next wanted one: a probe, not data (RFC 9293 §3.8.4). */
function isKeepAlive(half: Half, p: Packet): boolean {
  return p.payloadLength === 1 && half.next >= 0 && p.seq === (half.next - 1) >>> 0
}

/** Who has reset a connection has forgotten it: data where its stream stands come of a host that never did. */
function goesOn(half: Half, p: Packet): boolean {
  const since = p.atUs - half.resetAt
  return since > SWAPPED_US && since < FORGOTTEN_US && Math.abs((p.seq - half.next) | 0) < WINDOW
}
