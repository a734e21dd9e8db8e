/**
 * frames → packets → flows → conversations. Keeps only what a flow in progress needs; event time is its
 * only clock. Everything it cannot follow is counted.
 */
import type { FrameSink } from './capture/capture-reader.ts'
import { Carriers } from './packet/carriers.ts'
import { Fragments } from './packet/fragments.ts'
import { icmpCounterpart } from './packet/icmp-pairs.table.ts'
import { decodeLink, IPV4, IPV6 } from './packet/link.ts'
import { decodeIpv4, decodeIpv6, decodeTransport } from './packet/net.ts'
import { isLongerThanFrame, oddEnds, oddSource } from './packet/odd.ts'
import { ICMP, ICMPV6, Packet, SYN, TCP, UDP } from './packet/packet.ts'
import { isOfShare, type Share } from './packet/share.ts'
import { type Tunnel, unwrap } from './packet/tunnel.ts'
import { Budget } from './stream/budget.ts'
import { Conversation } from './stream/conversation.ts'
import { isForServer, isReversed } from './stream/direction.ts'
import { Expectations } from './stream/expectations.ts'
import { FlowRecord, type Transport } from './stream/flow.ts'
import { FlowTable } from './stream/flow-table.ts'
import { type Host, Hosts } from './stream/hosts.ts'
import type { Listener, Moment } from './stream/listener.ts'
import { isOver, overAt } from './stream/over.ts'
import { type AnyDissector, Registry } from './stream/registry.ts'
import { TcpReader } from './stream/tcp-reader.ts'

export interface EngineListener extends Listener {
  /** The flow is still open and has grown since it was last reported. */
  flowGrew(flow: FlowRecord): void
  flowEnded(flow: FlowRecord): void
  /** Called for each packet of a flow only when set: the trace of `isthmus show`. */
  packet?(packet: Packet, flow: FlowRecord | undefined): void
}

/** RFC 8200 §4.7: nothing follows; Teredo's bubbles are such packets. */
const NO_NEXT_HEADER = 59
/** How often open flows are looked at: event time and packets both have to pass. */
const SWEEP_US = 10_000_000
const SWEEP_PACKETS = 2048
/** Flows open at once: bounds memory against a million half-open connections. */
const MAX_FLOWS = 200_000

/** Reasons for not following a packet that are told apart. */
const MAX_REASONS = 512
const OTHERS = 'others'

/** Why bytes were not followed; the blind-spot report shows every one. */
export class Skipped {
  packets = 0
  bytes = 0
}

export class Engine implements FrameSink {
  packets = 0
  bytes = 0
  /** Packets not followed, by reason: `link-type-147`, `ip-truncated`, `fragment-pending` … */
  readonly skipped = new Map<string, Skipped>()
  /** Flows ended early because too many were open. */
  evicted = 0
  readonly registry: Registry
  /** What all conversations together hold back. */
  readonly budget = new Budget()
  readonly moment: Moment = { atUs: 0, packet: 0, tracing: false, budget: this.budget, expected: new Expectations() }
  readonly #listener: EngineListener
  readonly #share: Share | undefined
  readonly #packet = new Packet()
  readonly #hosts = new Hosts()
  readonly #flows = new FlowTable()
  readonly #fragments = new Fragments()
  readonly #tcp: TcpReader
  readonly #carriers: Carriers
  /** The flow whose packet carries the one at hand. */
  #outer: FlowRecord | undefined = undefined
  #nextFlow = 1
  #sweptAt = 0
  #sweptPacket = 0
  #resets = 0
  #capsTold = { flows: 0, fragments: 0, hosts: 0, reassembly: 0 }

  /** @param share given where other engines read the same capture: all count its packets, each follows its own */
  constructor(dissectors: readonly AnyDissector[], listener: EngineListener, share?: Share) {
    this.registry = new Registry(dissectors)
    this.#carriers = new Carriers(this.registry)
    this.#listener = listener
    this.#share = share
    this.#tcp = new TcpReader(this.budget, (flow) => this.#conversationOf(flow, 'tcp'))
  }

  /** What caps cost since the last call, by what was capped. */
  takeCapped(): Readonly<Record<string, number>> {
    const told = this.#capsTold
    const capped = { flows: this.evicted, fragments: this.#fragments.dropped, hosts: this.#hosts.resets, reassembly: this.budget.refused }
    this.#capsTold = capped
    return {
      flows: capped.flows - told.flows,
      fragments: capped.fragments - told.fragments,
      hosts: capped.hosts - told.hosts,
      reassembly: capped.reassembly - told.reassembly,
    }
  }

  get openFlows(): number {
    return this.#flows.all.length
  }

  frame(bytes: Uint8Array, at: number, end: number, wireLength: number, atUs: number, linkType: number): void {
    const p = this.#packet
    p.number = ++this.packets
    this.bytes += wireLength
    p.atUs = atUs
    p.bytes = bytes
    p.frameAt = at
    p.frameEnd = end
    p.wireLength = wireLength
    p.linkType = linkType
    this.moment.atUs = atUs
    this.moment.packet = p.number
    if (p.number - this.#sweptPacket >= SWEEP_PACKETS || this.#flows.all.length >= MAX_FLOWS) this.#sweep(atUs)
    const isRead = decodeLink(p)
    if (this.#share !== undefined && !isOfShare(p, this.#share)) return
    if (!isRead) return this.#skip(p)
    this.#network(p)
  }

  /** A packet of the capture that is left out here: it is counted, and time goes on with it. */
  passed(atUs: number): void {
    this.moment.atUs = atUs
    this.moment.packet = ++this.packets
    if (this.packets - this.#sweptPacket >= SWEEP_PACKETS) this.#sweep(atUs)
  }

  /** The packet at which open flows were last looked at. */
  get sweptPacket(): number {
    return this.#sweptPacket
  }

  /** The capture is over: every flow ends, in the order it began. */
  finish(): void {
    const open = [...this.#flows.all].sort((a, b) => a.id - b.id)
    for (const flow of open) this.#end(flow)
  }

  #network(p: Packet): void {
    if (p.etherType === IPV4) {
      if (!decodeIpv4(p, p.linkPayloadAt, p.linkPayloadEnd)) return this.#skip(p)
    } else if (p.etherType === IPV6) {
      if (!decodeIpv6(p, p.linkPayloadAt, p.linkPayloadEnd)) return this.#skip(p)
    } else return this.#ethernet(p)
    const isCut = p.ipAt + p.ipLength > p.linkPayloadEnd
    // What the capture cut can never be joined: a first fragment is read for its headers, the others tell nothing.
    if (isCut && p.fragmentOffset > 0) return this.#skip(p, 'fragment-cut')
    if (!isCut && (p.moreFragments || p.fragmentOffset > 0)) {
      const isWhole = this.#fragments.push(p)
      if (!isWhole) {
        if (p.anomaly === '') p.anomaly = 'fragment-pending'
        return p.odd === '' ? this.#skip(p) : this.#oddFragment(p)
      }
    }
    this.#transport(p)
  }

  #transport(p: Packet): void {
    if (p.ipProtocol === NO_NEXT_HEADER) return this.#skip(p, 'ipv6-no-next-header')
    if (!decodeTransport(p)) return this.#skip(p)
    p.isOneWay = false
    if (p.ipProtocol === ICMP || p.ipProtocol === ICMPV6) keyByType(p)
    const src = this.#host(p, p.srcAt)
    const dst = this.#host(p, p.dstAt)
    oddEnds(p, src === dst)
    oddSource(p)
    const flow = this.#flow(p, src, dst, p.ipProtocol)
    const fromClient = flow.client === src && flow.clientKey === p.srcPort
    this.#count(p, flow, fromClient)
    if (p.overstated > 0) (fromClient ? flow.up : flow.down).overstated += p.overstated
    if (p.odd !== '' && isLongerThanFrame(p)) (fromClient ? flow.up : flow.down).addCut(p.payloadLength, p.ipStated)
    this.#listener.packet?.(p, flow)
    const carrier = p.ipProtocol === TCP ? 'tcp' : p.ipProtocol === UDP ? 'udp' : `ip/${p.ipProtocol}`
    if (p.odd !== '') this.#tellOdd(p, flow, carrier)
    if (p.ipProtocol === TCP) {
      this.#tcp.segment(flow, fromClient, p)
      return
    }
    const depth = p.depth
    const tunnel = unwrap(p)
    if (tunnel !== '') {
      if (p.depth > depth) this.#inside(p, flow, tunnel)
      return
    }
    const missing = p.payloadLength - (p.payloadEnd - p.payloadAt)
    this.#datagram(flow, carrier, fromClient, p, p.payloadAt, p.payloadEnd, Math.max(0, missing))
  }

  #host(p: Packet, at: number): Host {
    return p.ipVersion === 4 ? this.#hosts.ipv4(p.bytes, at) : this.#hosts.ipv6(p.bytes, at)
  }

  /** What cannot be joined is told of its two ends alone. */
  #oddFragment(p: Packet): void {
    p.srcPort = 0
    p.dstPort = 0
    p.flags = 0
    p.isOneWay = true
    p.payloadLength = p.ipPayloadEnd - p.ipPayloadAt
    const flow = this.#flow(p, this.#host(p, p.srcAt), this.#host(p, p.dstAt), p.ipProtocol)
    this.#count(p, flow, true)
    this.#listener.packet?.(p, flow)
    this.#tellOdd(p, flow, `ip/${p.ipProtocol}`)
  }

  #tellOdd(p: Packet, flow: FlowRecord, carrier: string): void {
    const conversation = flow.conversation ?? this.#conversationOf(flow, carrier)
    conversation.anomaly(`packet.${p.odd}`, '')
  }

  #inside(p: Packet, flow: FlowRecord, tunnel: Tunnel): void {
    const around = this.#outer
    flow.addService(tunnel)
    this.#outer = flow
    this.#network(p)
    this.#outer = around
  }

  #ethernet(p: Packet): void {
    if (p.macAt < 0) return this.#skip(p, p.etherType === 0 ? 'no-network-layer' : `ethertype-0x${p.etherType.toString(16)}`)
    const { hint, isRead } = this.#carriers.of(p)
    // Control frames of switches come from ports, not from devices.
    if (!isRead && p.etherType === 0) return this.#skip(p, hint)
    p.srcPort = 0
    p.dstPort = 0
    p.isOneWay = false
    p.payloadAt = p.linkPayloadAt
    p.payloadEnd = p.linkPayloadEnd
    p.payloadLength = p.linkPayloadEnd - p.linkPayloadAt
    p.ipLength = 0
    p.ipStated = 0
    const src = this.#hosts.mac(p.macs, p.macAt + 6)
    const dst = this.#hosts.mac(p.macs, p.macAt)
    // Clear of the IP protocol numbers, so that one table serves both.
    const flow = this.#flow(
      p,
      src,
      dst,
      0x10000 + (p.isPpp ? 0x20000 : p.snap >= 0 ? 0x10000 + (p.snap & 0xffff) : p.llc >= 0 ? p.llc : p.etherType),
    )
    const fromClient = flow.client === src
    this.#count(p, flow, fromClient)
    this.#listener.packet?.(p, flow)
    oddSource(p)
    if (p.odd !== '') this.#tellOdd(p, flow, hint)
    // Nobody reads this EtherType; who speaks it is worth knowing all the same.
    if (!isRead) return
    this.#datagram(flow, hint, fromClient, p, p.payloadAt, p.payloadEnd, Math.max(0, p.wireLength - (p.frameEnd - p.frameAt)))
  }

  #datagram(flow: FlowRecord, carrier: string, fromClient: boolean, p: Packet, at: number, end: number, missing: number): void {
    if (end <= at) return
    const conversation = flow.conversation ?? this.#conversationOf(flow, carrier)
    conversation.datagram(fromClient ? 'client' : 'server', p.bytes, at, end, missing, at - p.frameAt)
  }

  #conversationOf(flow: FlowRecord, carrier: string): Conversation {
    return (flow.conversation ??= new Conversation(flow, carrier, this.registry, this.#listener, this.moment))
  }

  #flow(p: Packet, src: Host, dst: Host, protocol: number): FlowRecord {
    const hash = FlowTable.hash(src, dst, p.srcPort, p.dstPort, protocol)
    const found = this.#flows.find(hash, src, dst, p.srcPort, p.dstPort, protocol, p.isOneWay)
    if (found !== undefined) {
      if (!isOver(found, p)) {
        if (this.#outer !== undefined) this.#outer.isTunnel = true
        return found
      }
      this.#expire(found)
    }
    return this.#open(p, src, dst, protocol, hash)
  }

  #open(p: Packet, src: Host, dst: Host, protocol: number, hash: number): FlowRecord {
    const transport: Transport =
      protocol >= 0x10000
        ? 'ethernet'
        : protocol === TCP
          ? 'tcp'
          : protocol === UDP
            ? 'udp'
            : protocol === ICMP || protocol === ICMPV6
              ? 'icmp'
              : 'ip'
    const hasPorts = transport === 'tcp' || transport === 'udp'
    const turned = hasPorts && isReversed(p, transport, this.registry)
    const isGuessed = transport === 'udp' && !turned && !isForServer(p, this.registry)
    const known = transport === 'tcp' ? (p.flags & SYN) !== 0 : !turned && !isGuessed
    const client = turned ? dst : src
    const server = turned ? src : dst
    const from = p.macAt < 0 ? '' : this.#hosts.mac(p.macs, p.macAt + 6).text
    const to = p.macAt < 0 ? '' : this.#hosts.mac(p.macs, p.macAt).text
    const flow = new FlowRecord(
      this.#nextFlow++,
      transport,
      protocol,
      client,
      server,
      turned ? [p.dstPort, p.srcPort] : [p.srcPort, p.dstPort],
      { us: p.atUs, packet: p.number, vlan: p.vlan, depth: p.depth },
      turned ? [to, from] : [from, to],
      known,
    )
    if (transport === 'tcp' && known) flow.toldBy = 'handshake'
    flow.isReversed = turned
    flow.isAtServerPort =
      transport === 'tcp' && (this.registry.isServerPort('tcp', p.srcPort) || this.registry.isServerPort('tcp', p.dstPort))
    if (turned) {
      flow.tcp?.flip()
      flow.heard = '^'
    }
    if (this.#outer !== undefined && transport !== 'ethernet') {
      flow.parent = this.#outer
      this.#outer.isTunnel = true
    }
    this.#flows.add(flow, hash)
    return flow
  }

  #count(p: Packet, flow: FlowRecord, fromClient: boolean): void {
    const counts = fromClient ? flow.up : flow.down
    if (counts.packets === 0 && flow.transport === 'udp') flow.heard += fromClient ? 'D' : 'd'
    counts.packets++
    counts.payload += p.payloadLength
    counts.wire += p.wireLength
    counts.ip += p.ipStated
    flow.lastAt = p.atUs
    flow.lastPacket = p.number
  }

  #skip(p: Packet, why: string = p.anomaly): void {
    let s = this.skipped.get(why)
    if (s === undefined) {
      // A reason may hold a number from the frame: a flood of different ones must not become a row each.
      if (this.skipped.size >= MAX_REASONS && why !== OTHERS) return this.#skip(p, OTHERS)
      s = new Skipped()
      this.skipped.set(why, s)
    }
    s.packets++
    s.bytes += p.wireLength
    this.#listener.packet?.(p, undefined)
  }

  #sweep(now: number): void {
    const isFull = this.#flows.all.length >= MAX_FLOWS
    if (!isFull && now - this.#sweptAt < SWEEP_US && now >= this.#sweptAt) return
    this.#sweptAt = now
    this.#sweptPacket = this.packets
    const over: FlowRecord[] = []
    for (const flow of this.#flows.all) {
      // Nothing about a flow changes without a packet of its own.
      if (flow.lookedAt === flow.lastPacket && now <= flow.quietUntil) continue
      flow.lookedAt = flow.lastPacket
      flow.quietUntil = overAt(flow)
      if (now > flow.quietUntil) over.push(flow)
      else this.#listener.flowGrew(flow)
    }
    if (isFull && over.length === 0) {
      over.push(...[...this.#flows.all].sort((a, b) => a.lastAt - b.lastAt || a.id - b.id).slice(0, MAX_FLOWS / 8))
      this.evicted += over.length
    }
    for (const flow of over.sort((a, b) => a.id - b.id)) this.#expire(flow)
    if (this.#hosts.resets !== this.#resets) {
      this.#resets = this.#hosts.resets
      this.finish()
    }
  }

  #expire(flow: FlowRecord): void {
    flow.hasExpired = true
    this.#end(flow)
  }

  #end(flow: FlowRecord): void {
    this.#flows.remove(flow)
    this.#tcp.finish(flow)
    flow.conversation?.finish()
    this.#listener.flowEnded(flow)
  }
}

/** ICMP has no ports: its type and the one that answers it take their place in telling flows apart. */
function keyByType(p: Packet): void {
  if (p.payloadEnd - p.payloadAt < 2) return
  p.srcPort = p.bytes[p.payloadAt]!
  const answer = icmpCounterpart(p.ipVersion, p.srcPort)
  p.isOneWay = answer === undefined
  p.dstPort = answer ?? p.bytes[p.payloadAt + 1]!
}
