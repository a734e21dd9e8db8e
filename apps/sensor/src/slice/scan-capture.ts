/** Who talks in each packet of a capture, and when: what a slice is chosen by. Columns, so that millions of packets fit. */
import { basename } from 'node:path'
import type { Micros } from '@isthmus/model'
import { createPipeline, type Tracer } from '@isthmus/protocols'
import { CaptureReader, type FlowRecord, ipv4Text, ipv6Text, macText, type Packet, type Problem } from '@isthmus/wire'
import { openCapture } from '../open-capture.ts'
import { word } from '../packet-headers.ts'

/** Packets of one capture that are looked at: some 25 bytes each. */
const MAX_PACKETS = 20_000_000
/** Packets may come this much later than their time and still be looked at. */
const LATE_US = 60e6

export type Scan = {
  readonly packets: number
  /** By packet number from 1; place 0 is not used. */
  readonly at: Float64Array
  readonly length: Uint32Array
  readonly pair: Uint32Array
  /** Of the flow that the packet belongs to; 0 for none. */
  readonly flow: Uint32Array
  /** Further pairs of packets that carry others in a tunnel. */
  readonly inner: ReadonlyMap<number, readonly number[]>
  /** The two hosts of each pair, by its number. */
  readonly hosts: readonly (readonly [string, string])[]
  readonly flows: ReadonlyMap<number, FlowSpan>
  /** Packets with which the sensor told what it had held back: see `Pipeline.passed`. */
  readonly turns: readonly (readonly [packet: number, at: Micros])[]
  readonly problems: readonly Problem[]
}

export type FlowSpan = { readonly pair: number; readonly from: Micros; to: Micros }

/** @param until event time and packet number after which nothing is wanted */
export async function scanCapture(path: string, until: { at: Micros; packet: number }, maxUnpacked?: number): Promise<Scan> {
  const capture = await openCapture(path, maxUnpacked)
  const scanner = new Scanner(basename(path))
  const reader = new CaptureReader(scanner)
  for await (const chunk of capture.chunks) {
    if (!reader.push(chunk)) break
    if (scanner.packets >= MAX_PACKETS || (scanner.packets >= until.packet && scanner.lastAt > until.at + LATE_US)) break
  }
  return { ...scanner.result(), problems: [...capture.problems, ...reader.problems] }
}

class Scanner implements Tracer {
  packets = 0
  lastAt: Micros = 0
  #size = 1 << 16
  #at = new Float64Array(this.#size)
  #length = new Uint32Array(this.#size)
  #pair = new Uint32Array(this.#size)
  #flow = new Uint32Array(this.#size)
  readonly #inner = new Map<number, number[]>()
  readonly #hosts: [string, string][] = []
  readonly #pairs = new Map<string, number>()
  readonly #flows = new Map<number, FlowSpan>()
  readonly #turns: [number, Micros][] = []
  readonly #pipeline
  #turnedAt = 0
  #isNamed = false

  constructor(capture: string) {
    this.#pipeline = createPipeline({ site: '', sensor: '', capture, protocols: [], tracer: this })
    this.#pairOf('', '')
  }

  wants(): boolean {
    return true
  }

  frame(bytes: Uint8Array, at: number, end: number, wireLength: number, atUs: number, linkType: number): void {
    if (this.packets >= MAX_PACKETS) return
    const number = ++this.packets
    if (number >= this.#size) this.#grow()
    this.lastAt = atUs
    this.#at[number] = atUs
    this.#length[number] = end - at
    this.#isNamed = false
    this.#pipeline.frame(bytes, at, end, wireLength, atUs, linkType)
    this.#pipeline.take()
    if (this.#pipeline.turnedAt === this.#turnedAt) return
    this.#turnedAt = this.#pipeline.turnedAt
    this.#turns.push([number, atUs])
  }

  packet(p: Packet, flow: FlowRecord | undefined): void {
    const number = this.packets
    const pair = flow === undefined ? this.#pairOf(...hostsOf(p)) : this.#pairOf(flow.client.text, flow.server.text)
    if (this.#isNamed) {
      this.#inner.set(number, [...(this.#inner.get(number) ?? []), pair])
      return
    }
    this.#isNamed = true
    this.#pair[number] = pair
    if (flow === undefined) return
    this.#flow[number] = flow.id
    const span = this.#flows.get(flow.id)
    if (span === undefined) this.#flows.set(flow.id, { pair, from: p.atUs, to: p.atUs })
    else span.to = p.atUs
  }

  message(): void {}

  result(): Omit<Scan, 'problems'> {
    return {
      packets: this.packets,
      at: this.#at,
      length: this.#length,
      pair: this.#pair,
      flow: this.#flow,
      inner: this.#inner,
      hosts: this.#hosts,
      flows: this.#flows,
      turns: this.#turns,
    }
  }

  #pairOf(a: string, b: string): number {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`
    let pair = this.#pairs.get(key)
    if (pair === undefined) {
      pair = this.#hosts.push([a, b]) - 1
      this.#pairs.set(key, pair)
    }
    return pair
  }

  #grow(): void {
    this.#size *= 2
    this.#at = grown(new Float64Array(this.#size), this.#at)
    this.#length = grown(new Uint32Array(this.#size), this.#length)
    this.#pair = grown(new Uint32Array(this.#size), this.#pair)
    this.#flow = grown(new Uint32Array(this.#size), this.#flow)
  }
}

function grown<T extends Float64Array | Uint32Array>(into: T, from: T): T {
  into.set(from)
  return into
}

/** Of a packet that belongs to no flow: the addresses it shows. */
function hostsOf(p: Packet): [string, string] {
  if (p.ipAt >= 0 && p.ipVersion === 6) return [ipv6Text(p.bytes, p.srcAt), ipv6Text(p.bytes, p.dstAt)]
  if (p.ipAt >= 0) return [ipv4Text(word(p.bytes, p.srcAt)), ipv4Text(word(p.bytes, p.dstAt))]
  return p.macAt < 0 ? ['', ''] : [macText(p.bytes, p.macAt + 6), macText(p.bytes, p.macAt)]
}
