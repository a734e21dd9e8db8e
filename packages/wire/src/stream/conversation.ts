/**
 * One conversation read by dissectors: joins segments into whole messages, finds the protocol by content, survives gaps and rubbish, pairs
 * answers with questions, opens nested protocols, and holds a bounded amount of memory however the peers behave.
 */
import { HANDED_OVER, NEED_MORE, type SeenMessage, type Side } from '../dissector.ts'
import { Reader } from '../reader.ts'
import { TraceReader } from '../trace.ts'
import { aim, nothingSeen, place } from './aim.ts'
import { End, join, MAX_KEPT, NO_SHIFT } from './end.ts'
import type { FlowRecord } from './flow.ts'
import type { Listener, Moment } from './listener.ts'
import { Nested } from './nested.ts'
import { confirmSide, cutBeginner, first, lateBeginner, MAX_TRIES, REFUSED } from './probe.ts'
import { Questions } from './questions.ts'
import type { Registered, Registry } from './registry.ts'

/** Consecutive failures after which a recognised protocol gives up. */
const MAX_FAILURES = 32
const MAX_DEPTH = 8
const head = new Reader(new Uint8Array(0))
const body = new Reader(new Uint8Array(0))

export class Conversation {
  readonly flow: FlowRecord
  /** `tcp`, `udp`, `eth/…`, or the name of the protocol that carries this one. */
  readonly carrier: string
  readonly depth: number
  protocol: Registered | undefined = undefined
  readonly seen: SeenMessage<unknown, unknown>
  messages = 0
  /** What whoever listens keeps with it, and what its carrier knows of it. */
  user: unknown = undefined
  about: unknown = undefined
  /** The conversations of protocols carried inside this one. */
  nested: Nested | undefined = undefined
  readonly #registry: Registry
  readonly #listener: Listener
  readonly #moment: Moment
  /** What a side leaves unfinished; most never do. */
  #clientEnd: End | undefined = undefined
  #serverEnd: End | undefined = undefined
  #questions: Questions | undefined = undefined
  #failures = 0
  #dead = false
  /** The carrier that a protocol named when it handed over; '' when it named none, undefined while none did. */
  #passedTo: string | undefined = undefined

  constructor(flow: FlowRecord, carrier: string, registry: Registry, listener: Listener, moment: Moment, depth = 0) {
    this.flow = flow
    this.carrier = carrier
    this.depth = depth
    this.#registry = registry
    this.#listener = listener
    this.#moment = moment
    this.seen = nothingSeen(flow)
    if (depth > 0 || moment.expected.isEmpty) return
    const expected = moment.expected.take(flow, moment.atUs)
    const protocol = expected && registry.all.find((r) => r.name === expected.protocol)
    if (protocol !== undefined) this.#become(protocol, expected!.about)
  }

  /** Ordered bytes of one direction. `frameAt` is the offset of bytes[at] within its frame, or -1 when unknown. */
  stream(from: Side, bytes: Uint8Array, at: number, end: number, frameAt: number): void {
    if (this.#dead) return this.#listener.undecoded(this, end - at)
    try {
      this.#stream(from, bytes, at, end, frameAt)
    } catch (error) {
      this.#fail(error)
    }
  }

  #stream(from: Side, bytes: Uint8Array, at: number, end: number, frameAt: number): void {
    const side = this.#left(from)
    let start = at
    if (side !== undefined && side.skip > 0) {
      start += side.stepOver(end - at)
      this.#listener.undecoded(this, start - at)
    }
    if (start === end) return
    let shift = frameAt < 0 ? NO_SHIFT : frameAt - at
    const segmentAt = side?.kept === undefined ? start : side.kept.length
    let buffer = bytes
    let limit = end
    let firstPacket = this.#moment.packet
    if (side?.kept !== undefined) {
      if (shift !== NO_SHIFT) shift += start - side.kept.length
      buffer = join(side.kept, bytes, start, end)
      firstPacket = side.keptPacket
      start = 0
      limit = buffer.length
      side.kept = undefined
    }
    let speaker = this.protocol === undefined ? this.#recognise(from, buffer, start, limit) : from
    if (speaker === undefined && segmentAt > start) {
      speaker = this.#beginsLate(from, buffer, segmentAt, limit)
      if (speaker !== undefined) [start, firstPacket] = [segmentAt, this.#moment.packet]
    }
    if (speaker === undefined) this.#hold(from, buffer, start, limit, firstPacket)
    else this.#cut(speaker, buffer, start, limit, firstPacket, shift)
  }

  /** One datagram, frame or carried message. `missing` bytes at its end were not captured. */
  datagram(from: Side, bytes: Uint8Array, at: number, end: number, missing: number, frameAt: number): void {
    if (this.#dead) return this.#listener.undecoded(this, end - at)
    try {
      const speaker =
        this.protocol !== undefined ? from : (this.#left(from)?.tries ?? 0) < MAX_TRIES ? this.#recognise(from, bytes, at, end) : undefined
      if (speaker === undefined) {
        this.#end(from).tries++
        this.#listener.undecoded(this, end - at)
      } else this.#pdus(speaker, bytes, at, end, missing, frameAt)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** `length` bytes of one direction were never seen. */
  gap(from: Side, length: number): void {
    try {
      const side = this.#end(from)
      if (this.protocol === undefined && (from === 'server' || !this.#beginsCut())) return side.startAnew()
      const protocol = this.protocol!
      if (side.skip > 0) return void side.stepOver(length)
      const kept = side.takeKept()
      if (kept === undefined && protocol.dissector.gap?.(aim(from, undefined, this.seen.state, this.flow), length) === true) return
      if (kept !== undefined) {
        // The framed length is known: what came of the message is read as truncated, the rest is stepped over.
        const length0 = this.#frame(from, kept, 0, kept.length)
        if (length0 > kept.length && length0 <= protocol.maxFrame && length <= length0 - kept.length) {
          this.#message(from, kept, 0, kept.length, side.keptPacket, -1)
          side.skip = length0 - kept.length - length
          return
        }
        if (length0 === NEED_MORE && this.messages === 0) this.#message(from, kept, 0, kept.length, side.keptPacket, -1)
        else this.#listener.undecoded(this, kept.length)
      }
      side.lost = true
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Something odd about the packet at hand: what is told of it rests on that packet, not on the message before. */
  anomaly(name: string, detail: string): void {
    place(this.seen, this.#moment, this.#moment.packet, 0, 0, NO_SHIFT)
    this.#listener.anomaly(this, name, detail)
  }

  /** The conversation is over. */
  finish(): void {
    if (this.protocol === undefined && !this.#dead) this.#beginsCut()
    this.#finishSide('client')
    this.#finishSide('server')
    if (this.nested !== undefined) for (const inner of this.nested.all()) inner.finish()
  }

  /** No more comes to what waits for more. */
  #finishSide(from: Side): void {
    const side = this.#left(from)
    const kept = side?.takeKept()
    if (side === undefined || kept === undefined) return
    if (this.protocol === undefined || this.#dead) return this.#listener.undecoded(this, kept.length)
    try {
      // Behind lost bytes, what may yet begin anything begins nothing.
      if (side.lost && this.#frame(from, kept, 0, kept.length) === NEED_MORE) this.#listener.undecoded(this, kept.length)
      else this.#message(from, kept, 0, kept.length, side.keptPacket, -1)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Recognises a port's own protocol by the start of a first message that will not become whole, or is too long to be held until then. */
  #beginsCut(start = this.#left('client')?.kept): boolean {
    const kept = this.depth > 0 || this.#passedTo !== undefined ? undefined : start
    const found = kept && cutBeginner(this.#registry.owners(this.carrier, this.flow.serverPort), kept)
    if (found === undefined) return false
    this.#become(found)
    this.#listener.recognised(this, undefined)
    return true
  }

  #cut(from: Side, buffer: Uint8Array, at: number, end: number, firstPacket: number, shift: number): void {
    const side = this.#left(from)
    let here = at
    let packet = firstPacket
    while (here < end) {
      const length = this.#frame(from, buffer, here, end)
      if (length === NEED_MORE) break
      if (length === HANDED_OVER) return this.#handOver(from, buffer, here, end, packet, shift)
      if (length < 0 || length > this.protocol!.maxFrame) {
        here = this.#resync(from, this.#end(from), buffer, here, end)
        if (here < 0) return
        continue
      }
      if (length > end - here) break
      if (side !== undefined) side.lost = false
      this.#failures = 0
      this.#message(from, buffer, here, here + length, packet, shift)
      packet = this.#moment.packet
      here += length
    }
    if (here < end && !this.#end(from).keep(buffer, here, end, packet)) this.#listener.undecoded(this, end - here)
  }

  /** These bytes are not a message: another protocol took over, or a message starts further on. Offset, or -1. */
  #resync(from: Side, side: End, buffer: Uint8Array, at: number, end: number): number {
    const was = this.protocol!
    if (this.messages > 0 && !side.lost && this.#takeOver(from, buffer, at, end, was)) return at
    if (!side.lost) this.anomaly('lost-sync', `bytes that are no ${was.name}`)
    side.lost = true
    if (++this.#failures > MAX_FAILURES) this.#dead = true
    const offset = was.dissector.resync?.(buffer.subarray(at, end), from) ?? -1
    // A resync that makes no progress would loop: rubbish at the cursor is at least one byte.
    if (offset > 0 && at + offset < end) {
      this.#listener.undecoded(this, offset)
      return at + offset
    }
    this.#listener.undecoded(this, end - at)
    return -1
  }

  /** The protocol knows that it has said its last: the conversation is unknown once more. */
  #handOver(from: Side, buffer: Uint8Array, at: number, end: number, packet: number, shift: number): void {
    this.#passedTo = this.protocol!.dissector.next?.(aim(from, undefined, this.seen.state, this.flow)) ?? ''
    this.#listener.left(this)
    this.protocol = undefined
    this.user = undefined
    for (const side of [this.#clientEnd, this.#serverEnd]) if (side !== undefined) side.tries = 0
    const speaker = this.#recognise(from, buffer, at, end)
    if (speaker === undefined) this.#hold(from, buffer, at, end, packet)
    else this.#cut(speaker, buffer, at, end, packet, shift)
  }

  #takeOver(from: Side, buffer: Uint8Array, at: number, end: number, was: Registered): boolean {
    const candidates = this.#registry.starters(this.carrier, from, buffer[at]!).filter((candidate) => candidate !== was)
    const next = first(candidates, true, from, buffer, at, end, this.flow).protocol
    if (next === undefined) return false
    this.#listener.left(this)
    this.#become(next)
    this.#listener.recognised(this, undefined)
    return true
  }

  #pdus(from: Side, bytes: Uint8Array, at: number, end: number, missing: number, frameAt: number): void {
    const protocol = this.protocol!
    let here = at
    const shift = frameAt < 0 ? NO_SHIFT : frameAt - at
    while (here < end) {
      const length = this.#frame(from, bytes, here, end)
      if (length < 0 || length > protocol.maxFrame) {
        this.#listener.undecoded(this, end - here)
        if (here === at && ++this.#failures > MAX_FAILURES && this.messages === 0) this.#dead = true
        return
      }
      const stop = length === NEED_MORE || length > end - here ? end : here + length
      if (length === NEED_MORE && missing === 0 && this.messages > 0 && here > at) return this.#listener.undecoded(this, end - here)
      this.#message(from, bytes, here, stop, this.#moment.packet, shift)
      here = stop
    }
  }

  #frame(from: Side, buffer: Uint8Array, at: number, end: number): number {
    return this.protocol!.frame(head.reset(buffer, at, end), aim(from, undefined, this.seen.state, this.flow))
  }

  #message(from: Side, buffer: Uint8Array, at: number, end: number, firstPacket: number, shift: number): void {
    const protocol = this.protocol!
    const seen = this.seen
    const id = protocol.key?.(head.reset(buffer, at, end), aim(from, undefined, seen.state, this.flow))
    const questions = id === undefined ? undefined : (this.#questions ??= new Questions())
    const isAnswer = questions !== undefined && from === 'server' && questions.take(id!)
    seen.asked = isAnswer ? questions.message : undefined
    seen.askedAt = isAnswer ? questions.at : undefined
    const tracer = this.#moment.tracing ? new TraceReader(buffer, at, end) : undefined
    const context = aim(from, seen.asked, seen.state, this.flow)
    const message = protocol.parse(tracer ?? body.reset(buffer, at, end), context)
    if (questions !== undefined) {
      if (from === 'client') questions.put(id!, message, this.#moment.atUs)
      else if (isAnswer && protocol.staysOpen?.(message) === true) questions.put(id!, seen.asked, seen.askedAt!)
    }
    if (!this.flow.directionKnown) confirmSide(protocol, from, buffer, at, end, this.flow)
    seen.state = context.state
    seen.from = from
    seen.message = message
    place(seen, this.#moment, firstPacket, at, end, shift)
    this.messages++
    this.#listener.message(this, tracer?.nodes)
    const carried = protocol.carries?.(message, context)
    if (protocol.expects !== undefined) this.#moment.expected.put(protocol.expects(message, context), this.#moment.atUs)
    // Not kept alive, nor the capture's bytes behind it, by a connection that says no more.
    seen.message = undefined
    seen.asked = undefined
    if (carried === undefined || this.depth >= MAX_DEPTH) return
    this.nested ??= new Nested((over) => new Conversation(this.flow, over, this.#registry, this.#listener, this.#moment, this.depth + 1))
    this.nested.carry(from, carried, buffer, shift)
  }

  /** A message of an outer protocol; `more` fragments of it follow. */
  carried(from: Side, bytes: Uint8Array, more: boolean, frameAt: number): void {
    const kept = this.#left(from)?.kept
    if (!more && kept === undefined) return bytes.length > 0 ? this.datagram(from, bytes, 0, bytes.length, 0, frameAt) : undefined
    const whole = kept === undefined ? bytes.slice() : join(kept, bytes, 0, bytes.length)
    const side = this.#end(from)
    const isTooMuch = whole.length > MAX_KEPT || !this.#moment.budget.allows(whole.length)
    side.kept = more && !isTooMuch ? whole : undefined
    if (isTooMuch) this.#listener.undecoded(this, whole.length)
    else if (!more) this.datagram(from, whole, 0, whole.length, 0, -1)
  }

  /**
   * Finds the protocol of these bytes and who speaks: the content may turn the flow round. Undefined while unknown.
   * A port's own protocol may begin anywhere; any other must show a whole message where the conversation begins.
   */
  #recognise(from: Side, buffer: Uint8Array, at: number, end: number): Side | undefined {
    const { flow, carrier } = this
    const named = this.#passedTo ?? (carrier === 'tcp' || carrier === 'udp' ? undefined : carrier)
    const mine = named === undefined ? this.#registry.owners(carrier, flow.serverPort) : this.#registry.hinted(named)
    const theirs = named === undefined ? this.#registry.owners(carrier, flow.clientPort) : mine
    const own = first(mine, true, from, buffer, at, end, flow)
    if (own.protocol !== undefined) return this.#choose(own.protocol, undefined, from, buffer, at, end)
    // A port's own protocol that wants more bytes goes before others' guesses.
    if (own.mayTellLater || (this.#left(from)?.tries ?? 0) >= MAX_TRIES) return undefined
    const owner = this.depth > 0 ? undefined : (mine[0] ?? theirs[0])?.name
    const others = this.#registry.starters(carrier, from, buffer[at]!)
    let mayTellLater = false
    for (const candidates of [theirs, others]) {
      const found = first(candidates, false, from, buffer, at, end, flow)
      if (found.protocol !== undefined)
        return this.#choose(found.protocol, candidates === others ? owner : undefined, from, buffer, at, end)
      mayTellLater ||= found.mayTellLater
    }
    if (!mayTellLater) this.#end(from).tries += REFUSED
    return undefined
  }

  #beginsLate(from: Side, buffer: Uint8Array, at: number, end: number): Side | undefined {
    const found = lateBeginner(this.#registry.starters(this.carrier, from, buffer[at]!), from, buffer, at, end, this.flow)
    if (found === undefined || (this.#left(from)?.tries ?? 0) >= MAX_TRIES) return undefined
    this.#end('client').kept = this.#end('server').kept = undefined
    this.#listener.undecoded(this, at)
    return this.#choose(found, undefined, from, buffer, at, end)
  }

  #choose(protocol: Registered, expected: string | undefined, from: Side, buffer: Uint8Array, at: number, end: number): Side {
    const speaker = this.#orient(protocol, from, buffer, at, end)
    this.#become(protocol)
    this.#listener.recognised(this, expected)
    this.#readHeld(speaker)
    return speaker
  }

  #become(protocol: Registered, about = this.about): void {
    this.protocol = protocol
    this.seen.state = protocol.dissector.start?.(about)
    this.flow.addService(protocol.name)
  }

  #orient(candidate: Registered, from: Side, buffer: Uint8Array, at: number, end: number): Side {
    const said = this.flow.isSettled ? undefined : candidate.dissector.side?.(head.reset(buffer, at, end))
    if (said === undefined || !this.flow.told(said === from, this.depth)) return from
    ;[this.#clientEnd, this.#serverEnd] = [this.#serverEnd, this.#clientEnd]
    return said
  }

  /** The other side spoke before the protocol was known. */
  #readHeld(from: Side): void {
    const other = from === 'client' ? 'server' : 'client'
    const side = this.#left(other)
    const kept = side?.takeKept()
    if (side !== undefined && kept !== undefined) this.#cut(other, kept, 0, kept.length, side.keptPacket, -1)
  }

  #hold(from: Side, buffer: Uint8Array, at: number, end: number, packet: number): void {
    const side = this.#end(from)
    if (++side.tries <= MAX_TRIES && end - at <= 8192) return void side.keep(buffer, at, end, packet)
    if (from === 'client' && this.#beginsCut(buffer.subarray(at, end))) return this.#cut(from, buffer, at, end, packet, NO_SHIFT)
    this.#listener.undecoded(this, end - at)
    if ([this.#clientEnd, this.#serverEnd].every((one) => one !== undefined && one.tries >= MAX_TRIES)) this.#dead = true
  }

  #left(from: Side): End | undefined {
    return from === 'client' ? this.#clientEnd : this.#serverEnd
  }

  #end(from: Side): End {
    return from === 'client' ? (this.#clientEnd ??= new End(this.#moment.budget)) : (this.#serverEnd ??= new End(this.#moment.budget))
  }

  /** A dissector that throws is a bug of ours: it is silenced for this conversation, the sensor goes on. */
  #fail(error: unknown): void {
    this.#dead = true
    this.anomaly('platform.dissector-failed', error instanceof Error ? error.message : 'unknown')
  }
}
