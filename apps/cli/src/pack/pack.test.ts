/** A pack from a folder to a capture's report, as somebody carries it on a stick. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { plantCapture } from '../testing/captures.ts'
import { run } from '../testing/console.ts'

const RULE = `title: Somebody asks a controller
name: pack-read
level: medium
logsource: { product: isthmus, category: operation_done }
detection: { read: { protocol: modbus }, condition: read }
`
let folder = ''
const at = (...parts: string[]) => join(folder, ...parts)
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-pack-'))
  await mkdir(at('content', 'rules'), { recursive: true })
  await writeFile(at('content', 'README.md'), 'For water works.\n')
  await writeFile(at('content', 'rules', 'read.yaml'), RULE)
  await writeFile(at('content', 'known.csv'), 'value\n203.0.113.7\n')
  await writeFile(at('content', 'files.yar'), 'rule something { condition: filesize > 1 }\n')
  assert.equal((await run(['pack', 'key', at('mine')])).status, 0)
})
after(() => rm(folder, { recursive: true }))

const make = (version: string, out: string) =>
  run(['pack', 'make', at('content'), '--name', 'water', '--version', version, '--key', at('mine.key'), '--out', out])

test('a folder becomes a pack that says what it holds', async () => {
  assert.equal((await stat(at('mine.key'))).mode & 0o777, 0o600)
  assert.equal((await make('1', at('water.pack'))).status, 0)
  const { status, out, err } = await run(['pack', 'check', at('water.pack'), '--key', at('mine.pub')])
  assert.equal(err, '')
  assert.equal(status, 0)
  assert.match(out, /^water version 1, issued .*\nFor water works\.\n1 rules, 1 indicators, 1 YARA rules in 3 files\n$/)
})

test('a key is not overwritten', async () => {
  const before = await readFile(at('mine.key'), 'utf8')
  assert.equal((await run(['pack', 'key', at('mine')])).status, 3)
  assert.equal(await readFile(at('mine.key'), 'utf8'), before)
})

test('a changed pack and one of somebody else are not opened', async () => {
  await make('1', at('changed.pack'))
  await writeFile(at('changed.pack'), (await readFile(at('changed.pack'), 'utf8')).replace('medium', 'low'))
  const changed = await run(['pack', 'unpack', at('changed.pack'), '--key', at('mine.pub'), '--out', at('never')])
  assert.deepEqual([changed.status, /or changed since/.test(changed.err)], [3, true])
  await assert.rejects(stat(at('never')))
  await run(['pack', 'key', at('other')])
  assert.equal((await run(['pack', 'check', at('changed.pack'), '--key', at('other.pub')])).status, 3)
})

test('a rule that cannot be used is named with its line', async () => {
  await writeFile(at('content', 'rules', 'wrong.yaml'), RULE.replace('pack-read', 'wrong').replace('protocol: modbus', 'protokoll: modbus'))
  await make('2', at('wrong.pack'))
  const { status, err } = await run(['pack', 'check', at('wrong.pack'), '--key', at('mine.pub')])
  assert.equal(status, 1)
  assert.match(err, /rules\/wrong\.yaml:5: .*protokoll/)
  await rm(at('content', 'rules', 'wrong.yaml'))
})

test('unpacked, its rules speak of a capture', async () => {
  await make('3', at('use.pack'))
  await writeFile(at('plant.pcap'), plantCapture())
  assert.equal((await run(['pack', 'unpack', at('use.pack'), '--key', at('mine.pub'), '--out', at('used')])).status, 0)
  const { out } = await run(['analyze', at('plant.pcap'), '--rules', at('used', 'rules'), '--json'])
  const { findings } = JSON.parse(out) as { findings: { rule: string }[] }
  assert.ok(findings.some(({ rule }) => rule === 'pack-read'))
})

test('wrong use says how it is used', async () => {
  for (const args of [[], ['burn', 'x'], ['make'], ['make', at('content')], ['check', at('water.pack')]])
    assert.equal((await run(['pack', ...args])).status, 2, args.join(' '))
  assert.equal((await make('one', at('x'))).status, 2)
  assert.equal((await run(['pack', 'check', at('nothing'), '--key', at('mine.pub')])).status, 3)
})
