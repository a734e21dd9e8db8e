/** For tests of one protocol without the engine: a flow, a context, and a sink that keeps what it is told. */
import { createHash } from 'node:crypto'
import type { AssetAttribute, Endpoint, Statement, TagValue } from '@isthmus/model'
import type { Context, Flow, SeenMessage, Side } from '@isthmus/wire'
import type { Cell, OperationStatement, Sink } from '../protocol.ts'

export function bytes(hex: string): Uint8Array {
  const digits = hex.replace(/[^0-9a-fA-F]/g, '')
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16))
}

export function flow(over: Partial<Flow> = {}): Flow {
  return {
    id: 1,
    uid: 'C1',
    transport: 'tcp',
    clientIp: '10.0.0.1',
    serverIp: '10.0.0.2',
    clientMac: '02:00:00:00:00:01',
    serverMac: '02:00:00:00:00:02',
    clientPort: 40000,
    serverPort: 1,
    vlan: undefined,
    directionKnown: true,
    hasBothSides: true,
    startedAt: 0,
    ...over,
  }
}

export function context<M, S>(from: Side, state: S, over: Partial<Flow> = {}, asked?: M): Context<M, S> {
  return { from, asked, state, flow: flow(over) }
}

export function seen<M, S>(message: M, ctx: Context<M, S>, at = 1_000_000): SeenMessage<M, S> {
  return {
    from: ctx.from,
    message,
    asked: ctx.asked,
    askedAt: undefined,
    state: ctx.state,
    flow: ctx.flow,
    at,
    firstPacket: 1,
    lastPacket: 1,
    fromByte: 0,
    toByte: 0,
    length: 0,
  }
}

/** What is said of bytes of a program of which every one was seen. */
export function wholeMoved(content: string | Uint8Array) {
  const hash = createHash('sha256').update(content).digest('hex')
  return { bytes: content.length, hash, content: { hash, base64: Buffer.from(content).toString('base64') } }
}

/** What is said of a file of which every byte was seen and nobody wanted the content. */
export function wholeFile(content: string | Uint8Array) {
  const [hash, md5, sha1] = ['sha256', 'md5', 'sha1'].map((algorithm) => createHash(algorithm).update(content).digest('hex'))
  return { bytes: content.length, hash, md5, sha1, whole: true, scanned: 0, matches: [] }
}

/** Told of every recorder of this process: the coverage table is made of what the tests heard. */
export const recorderMade: ((recorder: Recorder) => void)[] = []

/** What an observe function said, in order; hints as `side attribute=value`. */
export class Recorder implements Sink {
  readonly said: (Statement & { side?: Side })[] = []
  readonly hints: string[] = []
  readonly anomalies: string[] = []
  /** Texts whose length was told. */
  readonly texts: [what: string, length: number][] = []
  readonly operations: OperationStatement[] = []
  /** Bytes that the capture lacks, of both sides. */
  lacks = 0
  readonly #keys = new Set<number | string>()

  constructor() {
    for (const told of recorderMade) told(this)
  }

  say(statement: Statement): void {
    this.said.push(statement)
  }

  sayFrom(side: Side, statement: Statement): void {
    this.said.push({ ...statement, side })
  }

  again(key: number | string): boolean {
    return this.#keys.has(key)
  }

  operation(key: number | string, operation: OperationStatement): void {
    this.#keys.add(key)
    this.operations.push(operation)
  }

  sameBytes(): boolean {
    return false
  }

  missing(): number {
    return this.lacks
  }

  read(_tag: string, _value: TagValue): void {}

  wrote(_tag: string, _value: TagValue): void {}

  hint(about: Side, attribute: AssetAttribute, value: string | undefined, _confidence: number, part?: string, host?: Endpoint): void {
    if (value === undefined || value === '') return
    this.hints.push(`${host?.mac ?? about} ${part === undefined ? '' : `${part} `}${attribute}=${value}`)
  }

  anomaly(name: string, detail = '', length?: number): void {
    this.anomalies.push(name)
    if (length !== undefined) this.texts.push([detail, length])
  }
}

/** Rows as a log would hold them, with the time they were stamped with. */
export class Rows {
  readonly rows: { log: string; cells: readonly Cell[]; at: number | undefined }[] = []
  readonly put = (log: string, cells: readonly Cell[], at?: number): void => {
    this.rows.push({ log, cells, at })
  }
}
