import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { plantCapture } from '../testing/captures.ts'
import { run } from '../testing/console.ts'

let folder = ''
let capture = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-settings-'))
  capture = join(folder, 'plant.pcap')
  await writeFile(capture, plantCapture())
})
after(() => rm(folder, { recursive: true }))

async function analyzed(settings: string, name = 'settings.yaml') {
  const path = join(folder, name)
  await writeFile(path, settings)
  const { status, out, err } = await run(['analyze', capture, '--json', '--learning', '1s', '--settings', path])
  const { findings } = JSON.parse(out) as { findings: { rule: string; engine: string; ruleVersion: string; level: string }[] }
  return { status, err, findings }
}

test('a rule and an engine that are off say nothing, a level is the one set, and the version says so', async () => {
  const usual = await analyzed('')
  assert.equal(usual.status, 0)
  const [one] = usual.findings
  assert.ok(one !== undefined, 'the capture has findings')
  const other = usual.findings.filter((finding) => finding.rule !== one.rule)
  const off = await analyzed(`rules: { ${one.rule}: { on: off } }\n`)
  assert.deepEqual([off.status, off.err], [0, ''])
  assert.deepEqual(off.findings, other)
  const quiet = await analyzed(JSON.stringify({ engines: { [one.engine]: false } }), 'settings.json')
  assert.deepEqual(
    quiet.findings,
    usual.findings.filter((finding) => finding.engine !== one.engine),
  )
  const louder = (await analyzed(`rules: { ${one.rule}: { level: critical } }`)).findings.find((finding) => finding.rule === one.rule)
  assert.equal(louder?.level, 'critical')
  assert.notEqual(louder?.ruleVersion, one.ruleVersion)
})

test('what no rule can take is named, the rest holds, and the status says that it was not all', async () => {
  const { status, err } = await analyzed(
    'rules: { port-scan: { count: 0, timespan: soon }, nothing: { on: false } }\nengines: { magic: on }\n',
  )
  assert.equal(status, 1)
  assert.match(err, /setting not used: settings\.yaml: rules\.port-scan\.count: it must be between 1 and 1024, not 0\n/)
  assert.match(err, /setting not used: settings\.yaml: rules\.port-scan\.timespan: a timespan is a whole number/)
  assert.match(err, /setting not used: settings\.yaml: rules\.nothing: no rule of this name\n/)
  assert.match(err, /setting not used: settings\.yaml: engines\.magic: no engine of this name/)
})

test('a file that is no settings at all is named with its reason', async () => {
  const broken = await analyzed('rules: { port-scan: { count: 3\n')
  assert.equal(broken.status, 1)
  assert.match(broken.err, /setting not used: settings\.yaml: this is no YAML: /)
  const references = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, (c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]\n`)}`
  assert.match((await analyzed(references)).err, /setting not used: settings\.yaml: /)
  assert.match((await analyzed(`# ${'x'.repeat(1 << 20)}`)).err, /settings\.yaml: larger than/)
  const { status, err } = await run(['analyze', capture, '--json', '--settings', join(folder, 'absent.yaml')])
  assert.deepEqual([status, err], [1, 'isthmus: setting not used: absent.yaml: cannot be read: ENOENT\n'])
})
