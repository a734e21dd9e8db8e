import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type Batch, NO_ENDPOINT, type Observation } from '@isthmus/model'
import { openSpool, type Spool } from './spool.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-spool-'))
})
afterEach(() => rm(folder, { recursive: true }))

const seen = { site: 'north', sensor: 's1', client: NO_ENDPOINT, server: NO_ENDPOINT, directionKnown: true, protocol: 'modbus' }
const evidence = { capture: 'a.pcap', packets: [1, 1], bytes: [0, 9] } as const
function finding(at: number): Observation {
  return { ...seen, at, evidence, kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'stop', ok: true }
}
/** Text that does not compress away. */
function telemetry(at: number): Observation {
  return {
    ...seen,
    at,
    evidence,
    kind: 'name.resolved',
    first: at,
    count: 1,
    name: `${Math.imul(at, 0x9e3779b1) >>> 0}.${Math.imul(at, 0x85ebca6b) >>> 0}`,
    type: 'A',
    domain: '',
    answers: [],
    code: '',
  }
}
const open = (maxBytes = 1 << 20): Promise<Spool> => openSpool({ folder, site: 'north', sensor: 's1', maxBytes })
/** A field that is undefined is no field on disk. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value))
async function all(spool: Spool): Promise<Batch[]> {
  const batches: Batch[] = []
  for await (const batch of spool.unacknowledged()) batches.push(batch)
  return batches
}

test('batches come back as they were, across a restart, until acknowledged; numbers never start anew', async () => {
  const spool = await open()
  const observations = [telemetry(1), finding(2), telemetry(3), finding(4)]
  assert.deepEqual(await spool.append(observations), { number: 1 })
  assert.deepEqual(await spool.append([finding(5)]), { number: 2 })
  const again = await open()
  assert.deepEqual(
    await all(again),
    stored([
      { site: 'north', sensor: 's1', number: 1, observations },
      { site: 'north', sensor: 's1', number: 2, observations: [finding(5)] },
    ]),
  )
  await again.acknowledge(2)
  assert.equal(again.stats.bytes, 0)
  assert.deepEqual(
    (await readdir(folder)).filter((n) => n !== 'acknowledged'),
    [],
  )
  assert.deepEqual(await (await open()).append([finding(6)]), { number: 3 })
})

test('the oldest telemetry goes first, findings never, and the batch says what it lost', async () => {
  const bulk = Array.from({ length: 200 }, (_, i) => telemetry(i + 1))
  const probe = await open()
  await probe.append([finding(0), ...bulk])
  const one = probe.stats.bytes
  await probe.acknowledge(1)
  const spool = await open(Math.round(one * 2.5))
  for (let i = 0; i < 4; i++) assert.deepEqual(await spool.append([finding(i), ...bulk]), { number: i + 2 })
  assert.ok(spool.stats.bytes <= one * 2.5)
  assert.ok(spool.stats.evictedBatches >= 1 && spool.stats.evictedObservations === spool.stats.evictedBatches * 200)
  const batches = await all(spool)
  assert.deepEqual(
    batches.map((b) => b.number),
    [2, 3, 4, 5],
  )
  for (const [i, batch] of batches.entries()) assert.deepEqual(batch.observations[0], stored(finding(i)))
  const loss = batches[0]!.observations.at(-1)!
  assert.ok(loss.kind === 'coverage.reported' && loss.dropped === 200 && loss.protocol === 'spool')
  assert.equal(batches.at(-1)!.observations.length, 201)
})

test('when only findings are left the spool refuses and keeps what it has', async () => {
  const many = Array.from({ length: 50 }, (_, i) => finding(i))
  const probe = await open()
  await probe.append(many)
  const one = probe.stats.bytes
  await probe.acknowledge(1)
  const spool = await open(one * 2)
  assert.ok('number' in (await spool.append(many)))
  assert.ok('number' in (await spool.append(many)))
  const third = await spool.append(many)
  assert.ok('refused' in third && /may be given up/.test(third.refused))
  assert.deepEqual(
    (await all(spool)).map((b) => b.number),
    [2, 3],
  )
  await spool.acknowledge(2)
  assert.deepEqual(await spool.append(many), { number: 4 })
})

test('a corrupt file is set aside and its batch still holds its place', async () => {
  const spool = await open()
  await spool.append([finding(1), telemetry(2)])
  await spool.append([finding(3)])
  const victim = join(folder, '000000000000001.keep')
  const bytes = await readFile(victim)
  bytes[bytes.length - 3]! ^= 0x40
  await writeFile(victim, bytes)
  const again = await open()
  const batches = await all(again)
  assert.deepEqual(
    batches.map((b) => b.number),
    [1, 2],
  )
  assert.ok(batches[0]!.observations.some((o) => o.kind === 'coverage.reported' && o.dropped > 0))
  assert.deepEqual(batches[0]!.observations[0], stored(telemetry(2)))
  assert.equal(again.stats.corruptFiles, 1)
  assert.ok((await readdir(folder)).includes('000000000000001.keep.corrupt'))
})

test('kill -9 while appending: every number that was promised is there and whole', async () => {
  const script = join(folder, 'writer.ts')
  const here = new URL('./spool.ts', import.meta.url).href
  await writeFile(
    script,
    `
    import { openSpool } from ${JSON.stringify(here)}
    const observation = ${JSON.stringify(finding(1))}, bulk = ${JSON.stringify(telemetry(1))}
    const spool = await openSpool({ folder: process.argv[2], site: 'north', sensor: 's1', maxBytes: 1 << 24 })
    for (;;) { const r = await spool.append([observation, ...Array(300).fill(bulk)]); process.stdout.write(r.number + '\\n') }
  `,
  )
  const target = join(folder, 'spool')
  let promised = 0
  for (const afterMs of [3, 17, 41, 8]) {
    const child = spawn(process.execPath, [script, target], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (d: Buffer) => {
        said += d.toString()
        resolve()
      })
    })
    await new Promise((r) => setTimeout(r, afterMs))
    child.kill('SIGKILL')
    await new Promise((r) => child.on('close', r))
    promised = Math.max(promised, ...said.split('\n').slice(0, -1).map(Number))
    const batches = await all(await openSpool({ folder: target, site: 'north', sensor: 's1', maxBytes: 1 << 24 }))
    assert.deepEqual(
      batches.map((b) => b.number),
      batches.map((_, i) => i + 1),
    )
    assert.ok(batches.length >= promised)
    assert.ok(batches.every((b) => b.observations.length === 301))
  }
  assert.ok(promised > 0)
})
