/** Which packets of a capture a slice holds: those an alert rests on, with the whole of their conversations up to then. */
import type { Evidence, Micros } from '@isthmus/model'
import type { Scan } from './scan-capture.ts'

/**
 * How far a slice reaches, narrowest first: the conversations of the findings from their first packet on; all that the same
 * pairs of hosts said since the capture began; all that these hosts said to anybody; everything.
 */
export const REACHES = ['conversations', 'pairs', 'hosts', 'everything'] as const
export type Reach = (typeof REACHES)[number]

/** What one finding needs. A host is an address, or a MAC where there is none; '' where several hosts share that end. */
export type Need = {
  readonly client: string
  readonly server: string
  readonly from: Micros
  readonly to: Micros
  readonly evidence: readonly Evidence[]
}

export type Room = { readonly packets: number; readonly bytes: number }
export type Choice = {
  /** Packet numbers, ascending. */
  readonly packets: readonly number[]
  readonly bytes: number
  /** What was wanted beyond the room there is. */
  readonly left: Room
}

/** Time after a finding in which answers still belong to it. */
const ANSWER_US = 2e6

type Span = [from: Micros, to: Micros]

export function choosePackets(scan: Scan, capture: string, needs: readonly Need[], reach: Reach, room: Room): Choice {
  const evidence = evidenceOf(scan, capture, needs)
  const spans = spansOf(scan, needs, reach, evidence)
  const end = Math.max(0, ...needs.map(({ to }) => to)) + ANSWER_US
  // Up to the last packet until then: where clocks jump, those before it with a later time let time pass as well.
  let last = scan.packets
  if (reach === 'everything') while (last > 0 && scan.at[last]! > end) last--
  const isWanted = (n: number): boolean => {
    if (reach === 'everything') return n <= last
    const at = scan.at[n]!
    return isWithin(spans.get(scan.pair[n]!), at) || scan.inner.get(n)?.some((pair) => isWithin(spans.get(pair), at)) === true
  }
  const packets: number[] = []
  let bytes = [...evidence].reduce((sum, n) => sum + scan.length[n]!, 0)
  let count = evidence.size
  const left = { packets: 0, bytes: 0 }
  for (let n = 1; n <= scan.packets; n++) {
    const length = scan.length[n]!
    // Evidence has its room whatever comes before it.
    if (evidence.has(n)) packets.push(n)
    else if (!isWanted(n)) continue
    else if (count < room.packets && bytes + length <= room.bytes) {
      packets.push(n)
      count++
      bytes += length
    } else {
      left.packets++
      left.bytes += length
    }
  }
  return { packets, bytes, left }
}

/** The packets that findings point at. */
function evidenceOf(scan: Scan, capture: string, needs: readonly Need[]): ReadonlySet<number> {
  const numbers = new Set<number>()
  for (const need of needs)
    for (const piece of need.evidence)
      if (piece.capture === capture) for (const n of piece.packets) if (n >= 1 && n <= scan.packets) numbers.add(n)
  return numbers
}

/** By pair, the times of which its packets are wanted. */
function spansOf(scan: Scan, needs: readonly Need[], reach: Reach, evidence: ReadonlySet<number>): ReadonlyMap<number, readonly Span[]> {
  const spans = new Map<number, Span[]>()
  const pairsAround = new Set([...evidence].map((n) => scan.pair[n]!))
  const hosts = new Set<string>()
  for (const need of needs) for (const host of [need.client, need.server]) if (host !== '') hosts.add(host)
  for (const pair of pairsAround) for (const host of scan.hosts[pair]!) if (host !== '') hosts.add(host)
  const end = Math.max(0, ...needs.map(({ to }) => to)) + ANSWER_US
  const flows = flowsByPair(scan)
  for (const [pair, [a, b]] of scan.hosts.entries()) {
    if (reach === 'hosts') {
      if (hosts.has(a) || hosts.has(b)) spans.set(pair, [[Number.NEGATIVE_INFINITY, end]])
      continue
    }
    const own = needs.filter((need) => pairsAround.has(pair) || isOf(need, a, b))
    if (own.length === 0) continue
    spans.set(
      pair,
      own.map(({ from, to }): Span => [reach === 'pairs' ? Number.NEGATIVE_INFINITY : began(flows.get(pair), from, to), to + ANSWER_US]),
    )
  }
  return spans
}

/** Where several hosts share an end, all that the other end says belongs to it. */
function isOf({ client, server }: Need, a: string, b: string): boolean {
  if (client === '' || server === '') return [client, server].some((host) => host !== '' && (host === a || host === b))
  return (client === a && server === b) || (client === b && server === a)
}

function flowsByPair(scan: Scan): ReadonlyMap<number, readonly Span[]> {
  const flows = new Map<number, Span[]>()
  for (const { pair, from, to } of scan.flows.values()) {
    const known = flows.get(pair)
    if (known === undefined) flows.set(pair, [[from, to]])
    else known.push([from, to])
  }
  return flows
}

/** When the first conversation began that was going on in that time. */
function began(flows: readonly Span[] | undefined, from: Micros, to: Micros): Micros {
  let first = from
  for (const [start, end] of flows ?? []) if (end >= from && start <= to && start < first) first = start
  return first
}

function isWithin(spans: readonly Span[] | undefined, at: Micros): boolean {
  return spans?.some(([from, to]) => at >= from && at <= to) === true
}
