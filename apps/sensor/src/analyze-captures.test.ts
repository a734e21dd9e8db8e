import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Batch } from '@isthmus/model'
import { pcap, tcpTalk, udpFrame } from '../../../packages/wire/src/testing/pcap-builder.ts'
import { type AnalyzeOptions, analyzeCaptures, type CaptureOutcome, captureNames, MAX_BATCH } from './analyze-captures.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-captures-'))
})
after(() => rm(folder, { recursive: true }))

const START = 1_700_000_000_000_000

/** Many short conversations: each ends as one session. */
function scan(hosts: number): Uint8Array {
  return pcap(
    Array.from({ length: hosts }, (_, i) => ({
      atUs: START + i * 1000,
      bytes: udpFrame({ from: '10.0.0.1', to: `10.1.${i >> 8}.${i & 255}`, fromPort: 4000, toPort: 9 }, new Uint8Array(4)),
    })),
  )
}

async function read(
  files: Readonly<Record<string, Uint8Array>>,
  options: Partial<AnalyzeOptions> = {},
): Promise<{ batches: Batch[]; outcomes: CaptureOutcome[] }> {
  const paths: string[] = []
  for (const [name, content] of Object.entries(files)) {
    paths.push(join(folder, name))
    await writeFile(paths.at(-1)!, content)
  }
  const { batches, outcomes } = analyzeCaptures(paths, { site: 'north', sensor: 's1', ...options })
  const all: Batch[] = []
  for await (const batch of batches) all.push(batch)
  return { batches: all, outcomes }
}

/** Sessions told of, however often. */
function sessions(batches: readonly Batch[]): number {
  return new Set(batches.flatMap((b) => b.observations).flatMap((o) => (o.kind === 'session.updated' ? [o.id] : []))).size
}

test('batches are full but the last, numbered without a gap, from the number asked for', async () => {
  const { batches, outcomes } = await read({ 'scan.pcap': scan(5000) }, { firstNumber: 7 })
  assert.ok(batches.length >= 3)
  assert.deepEqual(
    batches.map((b) => b.number),
    batches.map((_, i) => i + 7),
  )
  for (const batch of batches.slice(0, -1)) assert.equal(batch.observations.length, MAX_BATCH)
  assert.equal(sessions(batches), 5000)
  assert.deepEqual(outcomes, [
    { capture: 'scan.pcap', packets: 5000, bytes: 5000 * 46, firstAt: START, lastAt: START + 4_999_000, problems: [] },
  ])
})

test('the same captures give the same batches, compressed or not', async () => {
  const plain = await read({ 'a.pcap': scan(50) })
  const packed = await read({ 'a.pcap': gzipSync(scan(50)) })
  assert.deepEqual(packed.batches, plain.batches)
})

test('one capture that cannot be read does not keep the next from being read', async () => {
  const { batches, outcomes } = await read({ 'bad.pcap': Buffer.from('no capture at all'), 'good.pcap': scan(3) })
  assert.deepEqual(
    outcomes.map((o) => [o.capture, o.packets, o.problems.length]),
    [
      ['bad.pcap', 0, 1],
      ['good.pcap', 3, 0],
    ],
  )
  assert.equal(sessions(batches), 3)
})

test('progress rises to the whole; an abort ends the reading in good order', async () => {
  const seen: number[] = []
  await read({ 'big.pcap': scan(60_000) }, { progress: (done, total) => seen.push(done / total!) })
  assert.ok(seen.length > 1)
  assert.equal(seen.at(-1), 1)
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  )
  const abort = new AbortController()
  abort.abort()
  const { outcomes } = await read({ 'big.pcap': scan(60_000) }, { signal: abort.signal })
  assert.ok(outcomes[0]!.packets > 0 && outcomes[0]!.packets < 60_000)
})

test('names in evidence are file names, with the path where two are alike', () => {
  assert.deepEqual(captureNames(['/x/a.pcap', '-', '/y/b.pcap']), ['a.pcap', 'standard input', 'b.pcap'])
  assert.deepEqual(captureNames(['/x/a.pcap', '/y/a.pcap']), ['/x/a.pcap', '/y/a.pcap'])
})

test('a capture whose bytes were changed at random is read to its end or to a named problem', async () => {
  const whole = pcap(
    tcpTalk({ from: '10.0.0.1', to: '10.0.0.2', fromPort: 4000, toPort: 502 }, START, [
      ['client', Uint8Array.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 10, 0, 2])],
      ['server', Uint8Array.from([0, 1, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2])],
    ]),
  )
  let seed = 11
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  for (let round = 0; round < 150; round++) {
    const bytes = whole.slice()
    for (let n = next(12); n >= 0; n--) bytes[next(bytes.length)] = next(256)
    const { outcomes } = await read({ 'changed.pcap': bytes })
    assert.ok(outcomes[0]!.packets > 0 || outcomes[0]!.problems.length > 0)
    for (const problem of outcomes[0]!.problems) assert.ok(problem.offset >= 0 && problem.offset <= bytes.length && problem.reason !== '')
  }
})
