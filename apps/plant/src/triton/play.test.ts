import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Observation } from '@isthmus/model'
import { createPipeline, PROTOCOLS } from '@isthmus/protocols'
import { CaptureReader } from '@isthmus/wire'
import { playTriton, type TritonOptions, type TritonPlay } from './play.ts'
import { SUB_STEPS } from './substeps.table.ts'

async function play(options: TritonOptions, take: (bytes: Uint8Array) => void): Promise<TritonPlay> {
  const packets = playTriton(options)
  for (;;) {
    const { done, value } = await packets.next()
    if (done) return value
    take(value)
  }
}

async function digest(options: TritonOptions): Promise<string> {
  const hash = createHash('sha256')
  await play(options, (bytes) => hash.update(bytes))
  return hash.digest('hex')
}

test('the same seed gives the same bytes, another seed others', async () => {
  const first = await digest({ seed: 1, quietDays: 1 })
  assert.equal(await digest({ seed: 1, quietDays: 1 }), first)
  assert.notEqual(await digest({ seed: 2, quietDays: 1 }), first)
})

test('every sub-step is played once, in order, each over before the next begins', async () => {
  const { subSteps, intrusionAt } = await play({ quietDays: 1 }, () => {})
  assert.deepEqual(
    subSteps.map(({ id }) => id),
    SUB_STEPS.map(({ id }) => id),
  )
  assert.equal(subSteps[0]!.from, intrusionAt)
  subSteps.forEach(({ id, from, to }, i) => {
    assert.ok(to >= from && to < (subSteps[i + 1]?.from ?? Number.POSITIVE_INFINITY), id)
  })
})

test('nothing the re-enactment says breaks its protocol', async () => {
  const pipeline = createPipeline({ site: 'site', sensor: 'sensor', capture: 'triton', protocols: PROTOCOLS })
  const reader = new CaptureReader({
    frame: (bytes, at, end, wireLength, atUs, linkType) => pipeline.frame(bytes, at, end, wireLength, atUs, linkType),
  })
  await play({ quietDays: 1 }, (bytes) => reader.push(bytes))
  reader.finish()
  pipeline.finish()
  const seen: Observation[] = pipeline.take()
  assert.ok(seen.length > 1000)
  assert.deepEqual(
    seen.flatMap((o) => (o.kind === 'protocol.anomaly' ? [`${o.protocol} ${o.name} ${o.detail}`] : [])),
    [],
  )
})
