/**
 * What a protocol tells the engine. The engine (stream/conversation.ts) owns what dissectors get wrong:
 * joining segments, several messages in one segment, lost bytes, resynchronisation, the size limit, pairing
 * answers to questions, fragments of nested protocols, the cap on open questions.
 */
import type { Micros } from '@isthmus/model'
import type { Reader } from './reader.ts'

/** What `frame` may answer besides a length. */
export const NEED_MORE = 0
export const NOT_MINE = -1
/** The protocol's part is over (a proxy's handshake, an upgrade): whoever speaks now is looked for by content. Streams only. */
export const HANDED_OVER = -2

export type Side = 'client' | 'server'

/** What the conversation knows that these bytes do not say. `S` is the protocol's own state of the conversation. */
export interface Context<M, S> {
  from: Side
  /** The message this one answers, when `key` found it. Always undefined for a client's message. */
  asked: M | undefined
  state: S
  flow: Flow
}

/** Inner bytes that another protocol reads. */
export type Carried = {
  /** The carrier's name: dissectors list it among their `ports` (`cotp`, `enip/cm`). */
  readonly over: string
  readonly bytes: Uint8Array
  /** More fragments of the same inner message follow; the engine joins them. */
  readonly more?: boolean
  /** Separates inner conversations of one outer (a connection id); '' when there is one. */
  readonly channel?: string | number
  /** The bytes go on where the last ones of their side ended, instead of being whole messages. */
  readonly stream?: boolean
  /** Given to the `start` of the protocol that reads them: what the carrier knows of the conversation. */
  readonly about?: unknown
}

/** A conversation that has been announced: the next one to this address and port is `protocol`'s, whatever its bytes. */
export type Expected = {
  readonly protocol: string
  readonly transport: 'tcp' | 'udp'
  readonly ip: string
  readonly port: number
  /** Given to its `start`. */
  readonly about: unknown
}

/**
 * One protocol: how to cut its messages out of a stream or a datagram and how to read one. No I/O, no clock.
 * All of it is total: any bytes give an answer, never an exception.
 */
export interface Dissector<M, S = undefined> {
  readonly name: string
  /**
   * Where to look first: `tcp/502`, `udp/47808`, `eth/0x88cc` (EtherType), `llc/0x42` (SAP), `ip/89`, or a
   * carrier's name (`cotp`). For tcp, udp and carriers only a hint: `frame` decides, on any port.
   */
  readonly ports: readonly string[]
  /** Longest message in bytes; a longer claim is not ours. */
  readonly maxFrame: number
  /** Silence after which a datagram conversation of it is over, µs; the engine's own limit when absent. */
  readonly idleUs?: number
  /**
   * Length of the message at the cursor, `NEED_MORE`, or `NOT_MINE`. Doubles as the content probe, so it must be
   * strict enough to refuse other protocols' first bytes. In a datagram: the PDU's length within it.
   */
  frame(head: Reader, ctx: Context<M, S>): number
  /** True when `frame` is too weak to claim a conversation on a port that is not ours (few fixed bits). */
  readonly portOnly?: boolean
  /**
   * The state a conversation starts with; bounded by whoever writes it. Absent: undefined. `about` is what the conversation
   * that announced this one (`expects`) hands over.
   */
  start?(about?: unknown): S
  /** Equal for a question and its answer within one conversation; undefined for what is neither. */
  key?(head: Reader, ctx: Context<M, S>): number | string | undefined
  /** Reads one whole message. */
  parse(pdu: Reader, ctx: Context<M, S>): M
  /** Who sends a message that starts like this, where content can tell: settles a mid-stream conversation. */
  side?(head: Reader): Side | undefined
  /** True while the question stays open after this answer (a pending reply, one of many answers). */
  staysOpen?(message: M): boolean
  carries?(message: M, ctx: Context<M, S>): Carried | readonly Carried[] | undefined
  /** Conversations that this message announces: the data channel of a file transfer. */
  expects?(message: M, ctx: Context<M, S>): readonly Expected[] | undefined
  /** `length` bytes were lost between two messages of one side; true when the state absorbs it (inside a body). */
  gap?(ctx: Context<M, S>, length: number): boolean
  /**
   * It may begin after another protocol's opening (STARTTLS, a proxy's handshake): while a stream is not recognised, it is
   * looked for at the start of every early segment. Only for what a probe cannot mistake.
   */
  readonly opensLate?: boolean
  /** True when these bytes of a client on its own port, though no whole message, are the start of one: they are read, cut, when no more comes, and waited for when they are many. */
  tellsEarly?(head: Reader): boolean
  /** The carrier's name whose protocols are tried first after `HANDED_OVER`; then those of the transport. */
  next?(ctx: Context<M, S>): string | undefined
  /** True when its conversations are no sessions worth a row (address resolution, spanning tree). */
  readonly sessionless?: boolean
  /**
   * After lost bytes or rubbish: offset within `bytes` where a message may start, or -1. Without it the
   * conversation waits for a segment that begins with a message.
   */
  resync?(bytes: Uint8Array, from: Side): number
}

/** The conversation a message belongs to, as far as anybody may look. */
export interface Flow {
  readonly id: number
  /** Derived from the endpoints and the first packet's time: equal in every run. */
  readonly uid: string
  readonly transport: 'tcp' | 'udp' | 'icmp' | 'ip' | 'ethernet'
  readonly clientIp: string | undefined
  readonly serverIp: string | undefined
  readonly clientMac: string
  readonly serverMac: string
  readonly clientPort: number | undefined
  readonly serverPort: number | undefined
  readonly vlan: number | undefined
  readonly directionKnown: boolean
  /** Packets of both sides have been seen: what one of them leaves unanswered it was silent on, and not the capture. */
  readonly hasBothSides: boolean
  readonly startedAt: Micros
}

/** One message in its conversation. The object is reused: copy what outlives the call. */
export interface SeenMessage<M, S = undefined> {
  from: Side
  message: M
  asked: M | undefined
  /** When the question was asked, µs; undefined without one. */
  askedAt: Micros | undefined
  state: S
  flow: Flow
  at: Micros
  /** Packets that carried it, from 1, and its byte range within the frame of the last one. */
  firstPacket: number
  lastPacket: number
  fromByte: number
  toByte: number
  /** Bytes of the PDU as framed. */
  length: number
}
