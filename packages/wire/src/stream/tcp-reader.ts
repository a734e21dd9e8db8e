/** TCP segments → the ordered bytes of both directions → the conversation. */
import type { Side } from '../dissector.ts'
import { ACK, FIN, type Packet, RST, SYN } from '../packet/packet.ts'
import type { Budget } from './budget.ts'
import type { Conversation } from './conversation.ts'
import type { FlowRecord } from './flow.ts'
import { Half, type StreamSink } from './half.ts'

export class TcpReader implements StreamSink {
  readonly #conversationOf: (flow: FlowRecord) => Conversation
  #flow: FlowRecord | undefined = undefined
  #from: Side = 'client'

  readonly budget: Budget

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
    if (p.payloadLength <= 0 || (flags & RST) !== 0 || isKeepAlive(half, p)) return
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
