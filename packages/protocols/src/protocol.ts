/** What a protocol folder exports: how to read it, what it means, and its rows in Zeek's logs. */
import type { AssetAttribute, ContentPart, Endpoint, OperationDone, Seen, Statement, TagValue } from '@isthmus/model'
import type { Dissector, SeenMessage, Side } from '@isthmus/wire'

export type OperationStatement = Omit<OperationDone, keyof Seen | 'first' | 'count' | 'kind'>

/**
 * Where `observe` speaks. Repetition is folded here, at the source: over all connections of a link (client, server, port).
 * `again` and `sameBytes` are the fast path: they count under a key that means the same thing in every connection of the
 * link (never a handle or a transaction id) and allocate nothing when nothing is new.
 */
export interface Sink {
  /** Any statement. Equal ones of a foldable kind are counted, not repeated. */
  say(statement: Statement): void
  /** A statement by the other side than the client: a server's push, a broadcast's answer. */
  sayFrom(side: Side, statement: Statement): void
  /** True when the operation under `key` has been described in this conversation: it is counted. */
  again(key: number | string): boolean
  /** Describes the operation under `key` the first time. */
  operation(key: number | string, operation: OperationStatement): void
  /** True when the block under `key` held exactly these bytes before: nothing to report. */
  sameBytes(key: number | string, data: Uint8Array): boolean
  /** A tag's value was read. Reported on change, at most once a second a tag, with a heartbeat. */
  read(tag: string, value: TagValue, dataType: string, part?: string, quality?: 'good' | 'uncertain' | 'bad'): void
  /** A tag's value was written: `ok` undefined while nobody answered. */
  wrote(tag: string, value: TagValue, dataType: string, ok: boolean | undefined, part?: string): void
  /**
   * One attribute of one end. Said once per value and conversation. Confidence 1: the device's own statement. `host` names the
   * host where the frame's addresses do not: many ask from 0.0.0.0, and a relay asks for others.
   */
  hint(about: Side, attribute: AssetAttribute, value: string | undefined, confidence: number, part?: string, host?: Endpoint): void
  /** `length`: bytes of the text that it is about. */
  anomaly(name: string, detail?: string, length?: number): void
  /** Bytes of one side of this connection that the capture lacks so far: what was on its way meanwhile may not be whole. */
  missing(from: Side): number
}

/** Zeek's column types. */
export type Column = readonly [name: string, type: string]
export type Cell = string | number | bigint | boolean | readonly (string | number | boolean)[] | undefined

export interface LogSpec {
  /** Columns after `ts uid id.orig_h id.orig_p id.resp_h id.resp_p`; with `bare`, all columns after `ts`. */
  readonly columns: readonly Column[]
  readonly bare?: boolean
  /** A log whose rows are made of several conversations' rows: one gatherer a capture stands between `put` and the file. */
  gather?(): Gather
}

/** Takes what conversations put, in event time; `emit` writes a row with the log's own columns. Bounded. */
export interface Gather {
  put(cells: readonly Cell[], at: number, emit: (cells: readonly Cell[], at: number) => void): void
  end(emit: (cells: readonly Cell[], at: number) => void): void
}

/** Puts a row; `at` overrides the message's time (a row written at the end but stamped at the start). */
export type PutRow = (log: string, cells: readonly Cell[], at?: number) => void

export interface Protocol<M, S = undefined> {
  readonly dissector: Dissector<M, S>
  observe(seen: SeenMessage<M, S>, sink: Sink): void
  /** The conversation is over: what was waiting for its end is said. */
  ended?(state: S, sink: Sink): void
  /** The parts of a section's content in order, so that a difference can be named; none where this content shows none. */
  contentParts?(content: Uint8Array): readonly ContentPart[]
  readonly logs?: Readonly<Record<string, LogSpec>>
  /** Its name in conn.log's service column, by transport where that tells. Absent: the dissector's name where it has logs, else none. */
  readonly service?: string | Readonly<Record<'tcp' | 'udp', string>>
  zeek?(seen: SeenMessage<M, S>, put: PutRow): void
  zeekEnded?(seen: SeenMessage<M | undefined, S>, put: PutRow): void
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds protocols of every message type
export type AnyProtocol = Protocol<any, any>
