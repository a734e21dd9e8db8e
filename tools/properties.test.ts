/**
 * What holds for every protocol, over the demonstration plant's capture and, where they are, the shared ones: the shape of
 * a stream does not matter, truncation and half a conversation do no harm, damage is data.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Observation } from '@isthmus/model'
import { writePlantCapture } from '@isthmus/plant'
import { PROTOCOLS } from '@isthmus/protocols'
import { capturesUnder, type Frame, framesOf, observe, randomFrom, SHARED } from './lib/frames.ts'
import { mutate } from './lib/mutate.ts'
import { endsOf, otherPorts, reorder, resegment, truncate, twice } from './lib/reshape.ts'

const folder = mkdtempSync(join(tmpdir(), 'isthmus-properties-'))
const captures: { name: string; frames: Frame[] }[] = []
before(async () => {
  const plant = join(folder, 'plant.pcap')
  await writePlantCapture(plant, { seed: 1 })
  const day = framesOf(plant)
  captures.push({ name: 'demonstration plant, an ordinary morning', frames: day.slice(0, 4_000) })
  captures.push({ name: 'demonstration plant, the intrusion', frames: day.slice(41_500, 49_500) })
  const shared = capturesUnder(SHARED, 60_000)
  for (const file of shared) captures.push({ name: file.slice(SHARED.length + 1), frames: framesOf(file) })
})
after(() => rmSync(folder, { recursive: true }))

/** Whether a login succeeded is guessed from the sizes of encrypted segments, as Zeek does: the shape matters. */
const READS_SIZES = new Set(['ssh'])

/** Begins behind an opening that nobody reads (STARTTLS, a proxy's): it is looked for where a segment begins. */
const OPENS_LATE = /starttls|https-connect|psql-|issue_no_icmp|sample_10\.62|^it\/socks/

/**
 * What was said, how often, whoever packs it: times, evidence and packet counts left out, counts added up. The client's
 * port is that of whichever connection spoke first in a window.
 */
function meaning(observations: readonly Observation[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const o of observations) {
    if (o.kind === 'session.updated' || o.kind === 'coverage.reported' || (READS_SIZES.has(o.protocol) && /^(login|service)/.test(o.kind)))
      continue
    const { at, evidence, first, count, ...said } = o as Observation & { first?: number; count?: number }
    const key = JSON.stringify({ ...said, client: { ...said.client, port: 0 } })
    sums.set(key, (sums.get(key) ?? 0) + (count ?? 1))
  }
  return sums
}

function sameMeaning(name: string, frames: readonly Frame[], reshaped: readonly Frame[]): string[] {
  const want = meaning(observe(frames))
  const have = meaning(observe(reshaped))
  const differs = [...want]
    .filter(([said, times]) => have.get(said) !== times)
    .map(([said, times]) => `${name}: ${have.get(said) ?? 0} instead of ${times} times ${said}`)
  const more = [...have.keys()].filter((said) => !want.has(said)).map((said) => `${name}: says more ${said}`)
  return [...differs, ...more].slice(0, 3)
}

test('every protocol: other segment boundaries, same meaning', () => {
  const whole = captures.filter(({ name, frames }) => isOurs(name) || (!OPENS_LATE.test(name) && observe(frames).every(isOrderly)))
  assert.ok(whole.length >= 2)
  const wrong = whole.flatMap(({ name, frames }) => [
    ...sameMeaning(
      `${name}, halves`,
      frames,
      resegment(frames, (n) => n >> 1),
    ),
    ...sameMeaning(
      `${name}, one byte first`,
      frames,
      resegment(frames, () => 1),
    ),
    ...sameMeaning(
      `${name}, one byte last`,
      frames,
      resegment(frames, (n) => n - 1),
    ),
  ])
  assert.deepEqual(wrong, [])
})

const isOurs = (name: string): boolean => name.startsWith('demonstration plant')

test('every protocol: segments in another order, same meaning', () => {
  const orderly = captures.filter(({ frames }) => observe(frames).every(isOrderly))
  assert.ok(orderly.length >= 2)
  const wrong = orderly.flatMap(({ name, frames }) => {
    const cut = resegment(frames, (n) => n >> 1)
    return sameMeaning(name, cut, reorder(cut))
  })
  assert.deepEqual(wrong, [])
})

/** Where a capture joins a connection, or the connection breaks its own rules, order decides what can be read at all. */
function isOrderly(o: Observation): boolean {
  return o.kind !== 'protocol.anomaly' && !(o.kind === 'session.updated' && o.transport === 'tcp' && !/^Sh/.test(o.history))
}

test('every protocol: truncated frames are read as far as they go', () => {
  for (const { name, frames } of captures) {
    for (const length of [20, 34, 60, 72, 96, 200]) noFailure(`${name} cut to ${length}`, truncate(frames, length))
  }
})

/** Captures whose bytes contradict themselves: both ends open the connection; a server that answers with requests. */
const CONTRADICTORY = new Set([
  'it/other/suricata-verify__util-action-08__input.pcap',
  'it/smb/arkime__ntlm_synthetic.pcap',
  'ot/modbus/zeek__fuzz-72.pcap',
  'it/gtp/zeek__gtp10_not_0xff.pcap',
])

/** Peers that look for a path between them: which of them opens DTLS is agreed upon elsewhere. */
const PEERS = /^it\/stun\//

/** Who is whose server in a capture, by transport and both ends; undefined where it does not say so or says both. */
type Sides = Map<string, { readonly server: string; readonly isKnown: boolean } | undefined>

const linkOf = (transport: string, a: string, b: string): string => `${transport} ${a < b ? `${a} ${b}` : `${b} ${a}`}`

function sidesOf(frames: readonly Frame[]): Sides {
  const sides: Sides = new Map()
  for (const o of observe(frames)) {
    if (o.kind !== 'session.updated' || (o.transport !== 'tcp' && o.transport !== 'udp')) continue
    const server = `${o.server.ip}:${o.server.port}`
    const link = linkOf(o.transport, `${o.client.ip}:${o.client.port}`, server)
    const before = sides.get(link)
    const isOther = sides.has(link) && before?.server !== server
    sides.set(link, isOther ? undefined : { server, isKnown: o.directionKnown })
  }
  return sides
}

/** What a tap loses of a conversation. `whole` says who is the server, to keep one side. */
const LOSSES: Readonly<Record<string, (frames: readonly Frame[], whole: Sides) => readonly Frame[]>> = {
  'questions only': (frames, whole) => frames.filter((f) => isFrom(f, whole) !== 'server'),
  'answers only': (frames, whole) => frames.filter((f) => isFrom(f, whole) !== 'client'),
  'begun in the middle': (frames) => frames.slice(Math.floor(frames.length / 3)),
  'without its first four frames': (frames) => frames.slice(4),
  'with one frame in a hundred lost': (frames) => frames.filter((_, i) => (i * 7919) % 101 !== 50),
  'every frame twice': twice,
  'cut to 96 bytes': (frames) => truncate(frames, 96),
}

function isFrom(f: Frame, whole: Sides): 'client' | 'server' | undefined {
  const ends = endsOf(f)
  const side = ends && whole.get(linkOf(ends.transport, ends.source, ends.target))
  return side === undefined ? undefined : side.server === ends!.source ? 'server' : 'client'
}

test('every protocol: what is missing of a conversation never swaps client and server silently', () => {
  const wrong: string[] = []
  let compared = 0
  for (const { name, frames } of captures.filter((c) => !CONTRADICTORY.has(c.name) && !PEERS.test(c.name))) {
    const whole = sidesOf(frames)
    for (const [loss, of] of Object.entries(LOSSES)) {
      for (const [link, side] of sidesOf(of(frames, whole))) {
        const known = whole.get(link)
        if (known?.isKnown !== true || side?.isKnown !== true) continue
        compared++
        if (side.server !== known.server) wrong.push(`${name}, ${loss}: ${link} has the server ${side.server}`)
      }
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(compared > 100)
})

/** Share of a protocol's messages that must be found without the help of its ports: some messages are too short to tell by. */
const FOUND_ANYWHERE = 2 / 3

test('every protocol: found on ports that are not its own', () => {
  const found = new Map<string, { own: number; other: number }>()
  for (const { frames } of captures) {
    const other = messages(observe(otherPorts(frames)))
    for (const [protocol, own] of messages(observe(frames))) {
      const sum = found.get(protocol) ?? { own: 0, other: 0 }
      sum.own += own
      sum.other += Math.min(own, other.get(protocol) ?? 0)
      found.set(protocol, sum)
    }
  }
  const wrong = [...found]
    .filter(([protocol, { own, other }]) => HAS_PORTS.has(protocol) && other < own * FOUND_ANYWHERE)
    .map(([protocol, { own, other }]) => `${protocol}: ${other} of ${own} messages`)
  assert.deepEqual(wrong, [])
})

/** Protocols that say they are found by content. */
const HAS_PORTS = new Set(
  PROTOCOLS.filter(({ dissector }) => dissector.portOnly !== true && dissector.ports.some((port) => /^(tcp|udp)\//.test(port))).map(
    ({ dissector }) => dissector.name,
  ),
)

function messages(observations: readonly Observation[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const o of observations) if (o.kind === 'coverage.reported') sums.set(o.protocol, (sums.get(o.protocol) ?? 0) + o.messages)
  return sums
}

test('every protocol: damaged bytes are data', () => {
  const random = randomFrom(20_261_122)
  for (const { name, frames } of captures) {
    for (let round = 0; round < (frames.length > 2000 ? 2 : 4); round++) noFailure(`${name}, round ${round}`, mutate(frames, random))
  }
})

test('the shared captures took part', { skip: existsSync(SHARED) ? false : '../shared/captures is not here' }, () => {
  assert.ok(captures.length > 100)
})

function noFailure(name: string, frames: readonly Frame[]): void {
  for (const o of observe(frames)) {
    assert.ok(
      !(o.kind === 'protocol.anomaly' && o.name === 'platform.dissector-failed'),
      `${name}: ${o.kind === 'protocol.anomaly' ? `${o.protocol} ${o.detail}` : ''}`,
    )
  }
}
