/** The capture through our own sensor half: what the script says happened is what the sensor says it saw. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Observation } from '@isthmus/model'
import { createPipeline, PROTOCOLS } from '@isthmus/protocols'
import { CaptureReader } from '@isthmus/wire'
import { HOSTS } from './hosts.table.ts'
import { DEFAULT_INTRUSION, DEFAULT_START, type PlantOptions, playPlant } from './play.ts'
import { INTRUSION } from './script/intrusion.table.ts'

async function observe(options: PlantOptions): Promise<Observation[]> {
  const pipeline = createPipeline({ site: 'site', sensor: 'sensor', capture: 'plant', protocols: PROTOCOLS })
  const seen: Observation[] = []
  const reader = new CaptureReader({
    frame: (bytes, at, end, wireLength, atUs, linkType) => {
      pipeline.frame(bytes, at, end, wireLength, atUs, linkType)
      if (pipeline.waitingObservations > 2000) seen.push(...pipeline.take())
    },
  })
  for await (const bytes of playPlant(options)) reader.push(bytes)
  reader.finish()
  pipeline.finish()
  seen.push(...pipeline.take())
  return seen
}

let story: Observation[]
before(async () => {
  story = await observe({ seed: 1 })
})

/** What a step shows may be folded into an observation stated up to this much later. */
const FOLDED = 120_000_000

for (const step of INTRUSION) {
  test(`the sensor sees the step ${step.id} as ${step.shows.join(', ')}`, () => {
    const from = DEFAULT_START + (DEFAULT_INTRUSION + step.at) * 1_000_000
    const { ip, mac } = HOSTS[step.actor]
    for (const kind of step.shows) {
      const found = story.some(
        (o) => o.kind === kind && o.at >= from && o.at <= from + FOLDED && (o.client.ip === ip || o.client.mac === mac),
      )
      assert.ok(found, `${step.id}: no ${kind}`)
    }
  })
}

test('the set-points are written by whom the script says, with its values', () => {
  const writes = story.flatMap((o) =>
    o.kind === 'process.write' && o.tag === 'DB10.DBD0' ? [[o.client.ip, Math.fround(Number(o.value))]] : [],
  )
  const [panel, station] = [HOSTS.hmi1.ip, HOSTS.ews1.ip]
  assert.deepEqual(writes, [
    [panel, Math.fround(0.85)],
    [panel, Math.fround(0.8)],
    [station, 4],
    [panel, Math.fround(0.8)],
  ])
})

test('the controller stops and runs again', () => {
  const modes = story.flatMap((o) => (o.kind === 'mode.changed' && o.by === 'command' ? [[o.client.ip, o.server.ip, o.mode]] : []))
  assert.deepEqual(modes, [
    [HOSTS.ews1.ip, HOSTS.plc2.ip, 'stop'],
    [HOSTS.ews1.ip, HOSTS.plc2.ip, 'run'],
  ])
})

test('the instruments behind the gateway show the overdose and the fall after it', () => {
  const residual = story.flatMap((o) =>
    o.kind === 'process.read' && o.server.ip === HOSTS.gw1.ip && o.part === 'unit 11' && o.tag === 'input 0' ? [Number(o.value)] : [],
  )
  assert.ok(Math.max(...residual) > 2500, 'mg/L × 1000 over 2.5')
  assert.ok(Math.min(...residual) < 400)
})

test('every controller says what it is', () => {
  const models = new Set(story.flatMap((o) => (o.kind === 'asset.hinted' && o.attribute === 'model' ? [o.value] : [])))
  for (const model of ['BMX P34 2020', 'MGate MB3170', 'CPU 315-2 PN/DP', '1769-L33ER/A LOGIX5333ER'])
    assert.ok(models.has(model), `${model} in ${[...models]}`)
})

test('nothing the plant says breaks its protocol', () => {
  const anomalies = story.flatMap((o) => (o.kind === 'protocol.anomaly' ? [`${o.protocol} ${o.name} ${o.detail}`] : []))
  assert.deepEqual([...new Set(anomalies)], [])
})
