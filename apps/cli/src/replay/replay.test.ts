import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readSlice, sliceBytes } from '@isthmus/sensor'
import type { Manifest } from '@isthmus/site'
import { replayAll } from '../../../../tools/lib/slices.ts'
import { writePlantCapture } from '../../../plant/src/index.ts'
import { run } from '../testing/console.ts'

let folder = ''
let slice = ''
let bytes: Buffer

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'))
  const capture = join(folder, 'plant.pcap')
  await writePlantCapture(capture, { seed: 1, seconds: 1200, intrusionAt: 60 })
  const [outcome] = await replayAll(capture, 'plant.pcap', 0, (alerts) =>
    alerts.toSorted((a, b) => b.rules.length - a.rules.length).slice(0, 1),
  )
  bytes = outcome!.bytes
  slice = join(folder, 'alert.pcapng')
  writeFileSync(slice, bytes)
})
after(() => rmSync(folder, { recursive: true }))

/** The slice with another manifest. */
async function changed(change: (manifest: Manifest) => unknown): Promise<string> {
  const { frames, manifest } = await readSlice(slice)
  const path = join(folder, 'changed.pcapng')
  writeFileSync(path, sliceBytes('changed', change(manifest as Manifest), ['plant.pcap'], frames))
  return path
}

/** Far more packets than a slice has room for. */
async function many(): Promise<string> {
  const { manifest } = await readSlice(slice)
  const { captures } = manifest as Manifest
  const count = 500_000
  const frame = { capture: 0, bytes: new Uint8Array(14), at: 1, wireLength: 14, linkType: 1 }
  const claims = { ...(manifest as Manifest), captures: [{ ...captures[0], packets: [[1, count]] }] }
  const path = join(folder, 'many.pcapng')
  writeFileSync(path, sliceBytes('many', claims, ['plant.pcap'], new Array(count).fill(frame)))
  return path
}

test('a slice raises its alert again', async () => {
  const { status, out, err } = await run(['replay', slice])
  assert.equal(err, '')
  assert.equal(status, 0)
  assert.match(out, /^The same alert is raised/m)
  assert.match(out, /^rule {5}[a-z-]+, version [\w-]+$/m)
})

test('a rule with another version, or that is gone, is named', async () => {
  const other = await changed((m) => ({ ...m, findings: m.findings.map((f, i) => (i === 0 ? { ...f, ruleVersion: 'v0' } : f)) }))
  const { status, out } = await run(['replay', other])
  assert.equal(status, 1)
  assert.match(out, /rule [a-z-]+ has version [\w-]+, the alert was raised by v0/)
  const gone = await run([
    'replay',
    await changed((m) => ({ ...m, findings: m.findings.map((f) => ({ ...f, rule: 'no-such-rule', id: 'x' })) })),
  ])
  assert.equal(gone.status, 1)
  assert.match(gone.out, /rule no-such-rule is not there/)
})

test('an alert that is not what was raised says what differs', async () => {
  const { status, out } = await run(['replay', await changed((m) => ({ ...m, alert: { ...m.alert, level: 'informational', score: 3 } }))])
  assert.equal(status, 1)
  assert.match(out, /level: informational then, \w+ now/)
  assert.match(out, /score: 3 then, \d+ now/)
})

test('what was set at its site counts, and a rule of its own that is wrong stops nothing', async () => {
  const engines = { operation: false, policy: false, anomaly: false, threat: false, violation: false, custom: false }
  const off = await run(['replay', await changed((m) => ({ ...m, content: { texts: [], settings: { engines, rules: {} } } }))])
  assert.equal(off.status, 1)
  assert.match(off.out, /The alert is not raised/)
  const broken = await run(['replay', await changed((m) => ({ ...m, content: { texts: ['name: [broken', '5'], settings: null } }))])
  assert.equal(broken.status, 0, broken.out)
})

test('what is no slice, or a damaged one, is said and nothing breaks', async () => {
  const garbage = join(folder, 'garbage')
  writeFileSync(garbage, Buffer.alloc(5000, 0x41))
  const damaged = [
    () => garbage,
    () => join(folder, 'missing'),
    () => changed(() => ({ schema: 'isthmus.evidence/1' })),
    () => changed((m) => ({ ...m, known: [{ host: 1 }] })),
    () => changed((m) => ({ ...m, captures: [] })),
    () => changed((m) => ({ ...m, findings: [null] })),
    () => changed(() => [1, 2]),
    () => changed((m) => ({ ...m, rules: null })),
    () => changed((m) => ({ ...m, rules: [{ name: 1, version: 'v1' }] })),
    () => changed((m) => ({ ...m, reach: null })),
    () => changed((m) => ({ ...m, left: null })),
    () => changed((m) => ({ ...m, captures: m.captures.map((one) => ({ ...one, title: 7 })) })),
    () => changed((m) => ({ ...m, alert: { ...m.alert, level: 'constructor' } })),
    () => changed((m) => ({ ...m, controls: { changes: 'constructor' } })),
    () => changed((m) => ({ ...m, controls: { suppressions: [{}] } })),
    () => changed((m) => ({ ...m, told: [{ kind: 'session.updated', site: m.site, at: m.alert.firstAt }] })),
    () => changed((m) => ({ ...m, indicators: [{ id: 'a', alternatives: [[{ type: 'network', value: 5 }]] }] })),
    () => changed((m) => ({ ...m, remembered: [['clock#0', { kind: 'slot', entries: [['clock', 7]] }]] })),
    () =>
      changed((m) => ({ ...m, captures: [...m.captures, ...new Array(100_000).fill({ name: '', title: '', packets: [], passed: [] })] })),
    many,
  ]
  for (const make of damaged) {
    const { status, out, err } = await run(['replay', await make()])
    assert.equal(status, 3, String(make))
    assert.equal(out, '')
    assert.match(err, /^isthmus: /m)
  }
  assert.equal((await run(['replay'])).status, 2)
})
