import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { hostOf, type Observation } from '@isthmus/model'
import { writePlantCapture } from '@isthmus/plant'
import { analyzeCaptures } from '../analyze-captures.ts'
import { choosePackets, type Need } from './choose-packets.ts'
import { numbersOf, observeSlice, passedBy, runsOf } from './observe-slice.ts'
import { readFrames } from './read-frames.ts'
import { type Scan, scanCapture } from './scan-capture.ts'
import { readSlice, type SliceFrame, sliceBytes } from './slice-file.ts'

const ROOM = { packets: 1e6, bytes: 1e9 }
let folder = ''
let capture = ''
let scan: Scan
let whole: Observation[]

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slice-'))
  capture = join(folder, 'plant.pcap')
  await writePlantCapture(capture, { seed: 1, seconds: 1500, intrusionAt: 600 })
  scan = await scanCapture(capture, { at: Number.POSITIVE_INFINITY, packet: 0 })
  whole = []
  for await (const { observations } of analyzeCaptures([capture], { site: 'x', sensor: 'slice plant.pcap' }).batches)
    whole.push(...observations)
})
after(() => rmSync(folder, { recursive: true, force: true }))

const isBetween = (o: Observation, a: string, b: string) => [hostOf(o.client), hostOf(o.server)].sort().join() === [a, b].sort().join()

/** The pairs of hosts that something was observed of, most talkative first. */
function pairs(): [string, string][] {
  const counts = new Map<string, number>()
  for (const o of whole) {
    const hosts = [hostOf(o.client), hostOf(o.server)].sort()
    if (hosts.every((host) => host !== '') && hosts[0] !== hosts[1]) counts.set(hosts.join(' '), (counts.get(hosts.join(' ')) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([pair]) => pair.split(' ') as [string, string])
}

async function observed(numbers: readonly number[]): Promise<Observation[]> {
  const frames = await readFrames(capture, 0, numbers)
  const captures = [
    { name: 'plant.pcap', title: '', packets: runsOf(numbers), passed: passedBy(scan.turns, numbers, scan.at[numbers.at(-1)!]!) },
  ]
  return [...observeSlice('x', captures, frames)].flat()
}

test('what two hosts said gives the same observations without all the others, packet numbers included', async () => {
  const all = pairs()
  assert.ok(all.length > 20)
  for (const [a, b] of [...all.slice(0, 6), ...all.slice(-6)]) {
    const need: Need = { client: a, server: b, from: 0, to: Number.POSITIVE_INFINITY, evidence: [] }
    const { packets, left } = choosePackets(scan, 'plant.pcap', [need], 'pairs', ROOM)
    assert.equal(left.packets, 0)
    assert.ok(packets.length < scan.packets)
    const pick = (list: readonly Observation[]) => list.filter((o) => isBetween(o, a, b)).map((o) => JSON.stringify(o))
    assert.ok(pick(await observed(packets)).join('\n') === pick(whole).join('\n'), `${a} and ${b}`)
  }
})

test('a conversation is held from its handshake on, and nothing after the finding but the answer', () => {
  const flow = [...scan.flows.values()].find(({ from, to }) => to - from > 20e6)!
  const [client, server] = scan.hosts[flow.pair]!
  const middle = (flow.from + flow.to) / 2
  const need: Need = { client, server, from: middle, to: middle, evidence: [] }
  const { packets } = choosePackets(scan, 'plant.pcap', [need], 'conversations', ROOM)
  assert.equal(scan.at[packets[0]!], flow.from)
  assert.ok(scan.at[packets.at(-1)!]! <= middle + 2e6)
  assert.ok(packets.every((n) => scan.pair[n] === flow.pair))
})

test('where one end is several hosts, all that the other end said belongs to it', () => {
  const [client] = scan.hosts[scan.pair[1]!]!
  const need: Need = { client, server: '', from: 0, to: Number.POSITIVE_INFINITY, evidence: [] }
  const { packets } = choosePackets(scan, 'plant.pcap', [need], 'conversations', ROOM)
  const expected = Array.from({ length: scan.packets }, (_, i) => i + 1).filter((n) => scan.hosts[scan.pair[n]!]!.includes(client))
  assert.deepEqual(packets, expected)
})

test('everything is all up to the last packet of its time: where the clock jumps ahead and back, that between as well', () => {
  const seconds = [0, 1, 2, 4000, 3, 9000, 9001]
  const at = Float64Array.from(seconds, (second) => second * 1e6)
  const jumping = { ...scan, packets: 6, at, length: new Uint32Array(7).fill(60), pair: new Uint32Array(7), inner: new Map() }
  const need: Need = { client: '', server: '', from: 1e6, to: 3e6, evidence: [] }
  assert.deepEqual(choosePackets(jumping, 'plant.pcap', [need], 'everything', ROOM).packets, [1, 2, 3, 4])
})

test('what finds no room is counted, and evidence has its room first', () => {
  const evidence = [{ capture: 'plant.pcap', packets: [5000, 5000] as const, bytes: [0, 0] as const }]
  const [client, server] = scan.hosts[scan.pair[5000]!]!
  const need: Need = { client, server, from: 0, to: Number.POSITIVE_INFINITY, evidence }
  const { packets, left } = choosePackets(scan, 'plant.pcap', [need], 'everything', { packets: 10, bytes: 1e6 })
  assert.deepEqual(packets, [1, 2, 3, 4, 5, 6, 7, 8, 9, 5000])
  assert.equal(left.packets, scan.packets - 10)
})

const FRAMES: SliceFrame[] = [
  { capture: 0, bytes: Uint8Array.of(1, 2, 3, 4, 5), at: 1_700_000_000_000_001, wireLength: 60, linkType: 1 },
  { capture: 1, bytes: new Uint8Array(64).fill(7), at: 1_700_000_000_000_000, wireLength: 64, linkType: 1, comment: 'evidence' },
  { capture: 1, bytes: Uint8Array.of(9), at: 0, wireLength: 1, linkType: 101 },
]
const MANIFEST = { schema: 'x', words: 'Wärmepumpe "läuft" '.repeat(20_000), list: [1, { a: null }] }

test('a slice reads back as it was written: packets, times, link types, and a manifest of any length', async () => {
  const path = join(folder, 'roundtrip.pcapng')
  writeFileSync(path, sliceBytes('Ein Titel', MANIFEST, ['a.pcap', 'b.pcap'], FRAMES))
  const { frames, manifest, problems } = await readSlice(path)
  assert.deepEqual(problems, [])
  assert.deepEqual(manifest, MANIFEST)
  assert.deepEqual(
    frames,
    FRAMES.map(({ comment, ...frame }) => ({ ...frame, capture: 0 })),
  )
})

const hasTshark = spawnSync('tshark', ['-v']).status === 0
test('Wireshark reads it: packets, times, interfaces, comments', { skip: !hasTshark && 'tshark is not here' }, () => {
  const path = join(folder, 'tshark.pcapng')
  writeFileSync(path, sliceBytes('Ein Titel', MANIFEST, ['a.pcap', 'b.pcap'], FRAMES))
  const fields = ['frame.len', 'frame.cap_len', 'frame.interface_name', 'frame.comment'].flatMap((name) => ['-e', name])
  const text = execFileSync('tshark', ['-r', path, '-T', 'fields', '-E', 'separator=|', ...fields], { encoding: 'utf8' })
  assert.deepEqual(text.trim().split('\n'), ['60|5|a.pcap|', '64|64|b.pcap|evidence', '1|1|b.pcap|'])
})

test('a file that is no slice, or half of one, has no manifest', async () => {
  const path = join(folder, 'half.pcapng')
  const bytes = sliceBytes('t', MANIFEST, ['a'], FRAMES)
  for (const length of [0, 5, 30, 60_000, 100_000]) {
    writeFileSync(path, bytes.subarray(0, length))
    assert.equal((await readSlice(path)).manifest, undefined, `${length} bytes`)
  }
  const broken = Buffer.from(bytes)
  broken.fill(0x7b, 100, 300)
  writeFileSync(path, broken)
  assert.equal((await readSlice(path)).manifest, undefined)
  assert.equal((await readSlice(capture)).manifest, undefined)
})

test('runs of numbers', () => {
  assert.deepEqual(runsOf([1, 2, 3, 7, 9, 10]), [
    [1, 3],
    [7, 7],
    [9, 10],
  ])
  assert.deepEqual([...numbersOf(runsOf([4, 5, 8]))], [4, 5, 8])
})
