import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Observation } from '@isthmus/model'
import { writePlantCapture } from '@isthmus/plant'
import { type AnalyzeOptions, analyzeCaptures } from './analyze-captures.ts'

const folder = mkdtempSync(join(tmpdir(), 'isthmus-shared-'))
const plant = join(folder, 'plant.pcap')
before(() => writePlantCapture(plant, { seed: 1, seconds: 1800 }))
after(() => rmSync(folder, { recursive: true }))

async function read(threads: number, options: Partial<AnalyzeOptions> = {}) {
  const analysis = analyzeCaptures([plant], { site: 'site', sensor: 'sensor', threads, ...options })
  const observations: Observation[] = []
  for await (const batch of analysis.batches) observations.push(...batch.observations)
  return { observations, outcomes: analysis.outcomes }
}

/** Reports of coverage are sums over a thread's packets; all else is said of one pair of hosts. */
const said = (observations: readonly Observation[]): string[] =>
  observations
    .filter((o) => o.kind !== 'coverage.reported')
    .map((o) => JSON.stringify(o))
    .sort()

test('threads share a capture by hosts: together they say what one says, and the same each time', async () => {
  const one = await read(1)
  const three = await read(3)
  assert.ok(one.observations.length > 500)
  assert.deepEqual(said(three.observations), said(one.observations))
  assert.deepEqual(three.outcomes, one.outcomes)
  assert.deepEqual((await read(3)).observations, three.observations)
})

test('a shared capture that is cut off says so once', async () => {
  truncateSync(plant, 100_007)
  const { outcomes } = await read(2)
  assert.equal(outcomes.length, 1)
  assert.match(outcomes[0]!.problems[0]!.reason, /^cut off/)
})

test('a shared reading ends when it is stopped', async () => {
  const stopping = new AbortController()
  stopping.abort()
  const { outcomes } = await read(2, { signal: stopping.signal })
  assert.equal(outcomes.length, 1)
})
