/**
 * Every protocol by itself: its messages in the demonstration plant and the shared captures are kept, then cut, read and
 * observed again and again. Prints messages and bytes a second, nanoseconds a byte beside Modbus, bytes allocated a message.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePlantCapture } from '@isthmus/plant'
import { type AnyProtocol, createPipeline, PROTOCOLS, type Sink } from '@isthmus/protocols'
import { type Context, Reader, type SeenMessage, type Side } from '@isthmus/wire'
import '../../apps/sensor/src/native-hash.ts'
import { capturesUnder, framesOf, SHARED } from '../lib/frames.ts'

const MAX_MESSAGES = 4000
const MAX_BYTES = 2_000_000
/** Messages of one protocol taken from one capture: many captures, not one large one. */
const OF_ONE = 500
const SECONDS = 0.3
const ROUNDS = 3
/** Objects of one measured round stay in the nursery, or a collection would hide what was allocated. */
const ROUND_BYTES = 4e6

type Kept = { readonly from: Side; readonly bytes: Uint8Array }
type Talk = { readonly flow: Context<unknown, unknown>['flow']; readonly messages: Kept[] }
type Sample = { talks: Talk[]; messages: number; bytes: number }

const samples = new Map(PROTOCOLS.map((protocol) => [protocol, { talks: [], messages: 0, bytes: 0 } as Sample]))

const folder = mkdtempSync(join(tmpdir(), 'isthmus-protocols-'))
const plant = join(folder, 'plant.pcap')
await writePlantCapture(plant, { seed: 1, seconds: 1200 })
for (const file of [plant, ...capturesUnder(SHARED, 400_000)]) keep(file)
rmSync(folder, { recursive: true })

function keep(file: string): void {
  const talks = new Map<unknown, Talk>()
  const taken = new Map<AnyProtocol, number>()
  const protocols = PROTOCOLS.map((protocol): AnyProtocol => {
    const sample = samples.get(protocol)!
    const { dissector } = protocol
    const parse: typeof dissector.parse = (pdu, ctx) => {
      const n = taken.get(protocol) ?? 0
      if (n < OF_ONE && sample.messages < MAX_MESSAGES && sample.bytes < MAX_BYTES) {
        const bytes = pdu.bytes.slice(pdu.at, pdu.end)
        const key = typeof ctx.state === 'object' && ctx.state !== null ? ctx.state : `${dissector.name} ${ctx.flow.id}`
        let talk = talks.get(key)
        if (talk === undefined) {
          talk = { flow: { ...ctx.flow, id: ctx.flow.id }, messages: [] }
          talks.set(key, talk)
          sample.talks.push(talk)
        }
        talk.messages.push({ from: ctx.from, bytes })
        taken.set(protocol, n + 1)
        sample.messages++
        sample.bytes += bytes.length
      }
      return dissector.parse(pdu, ctx)
    }
    return { ...protocol, dissector: { ...dissector, parse } }
  })
  const pipeline = createPipeline({ site: 'bench', sensor: 'bench', capture: 'bench', protocols })
  for (const f of framesOf(file)) pipeline.frame(f.bytes, 0, f.bytes.length, f.wireLength, f.atUs, f.linkType)
  pipeline.finish()
}

/** Says nothing, remembers what was said: repetition costs what it costs. */
class Deaf implements Sink {
  readonly #known = new Set<number | string>()
  missing = (): number => 0
  say(): void {}
  sayFrom(): void {}
  again(key: number | string): boolean {
    return this.#known.has(key)
  }
  operation(key: number | string): void {
    this.#known.add(key)
  }
  sameBytes(): boolean {
    return false
  }
  read(): void {}
  wrote(): void {}
  hint(): void {}
  anomaly(): void {}
}

const reader = new Reader(new Uint8Array(0))

/** All talks once; returns messages read. */
function replay(protocol: AnyProtocol, { talks }: Sample): number {
  const { dissector } = protocol
  let read = 0
  for (const { flow, messages } of talks) {
    const sink = new Deaf()
    const ctx: Context<unknown, unknown> = { from: 'client', asked: undefined, state: dissector.start?.(), flow }
    const asked = new Map<number | string, unknown>()
    for (const { from, bytes } of messages) {
      ctx.from = from
      dissector.frame(reader.reset(bytes, 0, bytes.length), ctx)
      const key = dissector.key?.(reader.reset(bytes, 0, bytes.length), ctx)
      ctx.asked = from === 'server' && key !== undefined ? asked.get(key) : undefined
      const message = dissector.parse(reader.reset(bytes, 0, bytes.length), ctx)
      if (from === 'client' && key !== undefined) asked.set(key, message)
      const seen: SeenMessage<unknown, unknown> = {
        ...{ from, message, asked: ctx.asked, askedAt: undefined, state: ctx.state, flow, at: 1 },
        ...{ firstPacket: 1, lastPacket: 1, fromByte: 0, toByte: bytes.length, length: bytes.length },
      }
      protocol.observe(seen, sink)
      dissector.carries?.(message, ctx)
      read++
    }
  }
  return read
}

function measure(protocol: AnyProtocol, sample: Sample): { perSecond: number; nsPerByte: number; allocated: number } {
  // Compiling takes place in the first round; of the others the best is what nobody else's work was mixed into.
  replayFor(protocol, sample, SECONDS)
  const round = Math.min(...Array.from({ length: ROUNDS }, () => replayFor(protocol, sample, SECONDS / ROUNDS)))
  return {
    perSecond: sample.messages / round,
    nsPerByte: (round * 1e9) / sample.bytes,
    allocated: allocations(protocol, sample),
  }
}

/** Seconds of this process's own that all talks take once, over at least so many. */
function replayFor(protocol: AnyProtocol, sample: Sample, least: number): number {
  const before = process.cpuUsage()
  for (let rounds = 1; ; rounds++) {
    replay(protocol, sample)
    const { user, system } = process.cpuUsage(before)
    const seconds = (user + system) / 1e6
    if (seconds >= least) return seconds / rounds
  }
}

function allocations(protocol: AnyProtocol, sample: Sample): number {
  const talks: Talk[] = []
  let bytes = 0
  for (const talk of sample.talks) {
    bytes += talk.messages.reduce((sum, each) => sum + each.bytes.length, 0)
    talks.push(talk)
    if (bytes > ROUND_BYTES / 40) break
  }
  global.gc!()
  const before = process.memoryUsage().heapUsed
  const read = replay(protocol, { ...sample, talks })
  return Math.max(0, (process.memoryUsage().heapUsed - before) / read)
}

const rows = [...samples]
  .filter(([, sample]) => sample.messages > 0)
  .map(([protocol, sample]) => ({ name: protocol.dissector.name, sample, ...measure(protocol, sample) }))
const modbus = rows.find(({ name }) => name === 'modbus')?.nsPerByte ?? 1
for (const { name, sample, perSecond, nsPerByte, allocated } of rows) {
  const [k, size] = [Math.round(perSecond / 1000), Math.round(sample.bytes / sample.messages)]
  const slow = nsPerByte / modbus
  console.log(
    `protocol ${name.padEnd(20)} ${String(sample.messages).padStart(5)} messages of ${size} bytes: ${k} k messages/s, ${((perSecond * size) / 1e6).toFixed(0)} MB/s, ${slow.toFixed(2)} times Modbus per byte${slow > 5 ? ' (slow)' : ''}, ${Math.round(allocated)} bytes allocated a message`,
  )
}
const silent = [...samples].filter(([, sample]) => sample.messages === 0).map(([protocol]) => protocol.dissector.name)
if (silent.length > 0) console.log(`no message in these captures: ${silent.join(', ')}`)
