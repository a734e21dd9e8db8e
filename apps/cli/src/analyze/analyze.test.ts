import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { plantCapture } from '../testing/captures.ts'
import { run } from '../testing/console.ts'
import { mismatches } from '../testing/json-schema.ts'

let folder = ''
let capture = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-analyze-'))
  capture = join(folder, 'plant.pcap')
  await writeFile(capture, plantCapture())
})
after(() => rm(folder, { recursive: true }))

const schema = JSON.parse(await readFile(new URL('./schema.json', import.meta.url), 'utf8'))

async function file(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

test('the document fits its schema and says what the capture holds', async () => {
  const { status, out } = await run(['analyze', capture, '--json', '--site', 'north'])
  assert.equal(status, 0)
  const document = JSON.parse(out)
  assert.deepEqual(mismatches(document, schema), [])
  assert.equal(document.site, 'north')
  const [client, server] = ['10.1.2.20', '10.1.1.10'].map((ip) => document.assets.find((a: { ips: string[] }) => a.ips.includes(ip)))
  assert.ok(client !== undefined && server !== undefined)
  // Asked, never answered: no asset for it.
  assert.equal(
    document.assets.some((a: { ips: string[] }) => a.ips.includes('10.1.2.1')),
    false,
  )
  const session = document.sessions.find((s: { protocol: string }) => s.protocol === 'modbus')
  assert.deepEqual(
    [session.state, session.connState, session.history, session.clientBytes, session.serverBytes],
    ['closed', 'SF', 'ShADdFf', 48, 51],
  )
  assert.equal(session.startedAt, '2023-11-14T22:13:20.000000Z')
  const write = document.operations.find((o: { access: string }) => o.access === 'write')
  assert.deepEqual([write.client, write.server, write.count, write.ok], ['10.1.2.20', '10.1.1.10', 1, true])
  assert.deepEqual(write.evidence, { capture: 'plant.pcap', packets: [11, 11], bytes: [54, 66] })
  const reads = document.operations.find((o: { access: string }) => o.access === 'read')
  assert.equal(reads.count, 3)
  assert.equal(document.coverage.find((c: { protocol: string }) => c.protocol === 'modbus').messages, 8)
})

test('a schema that leaves a field out is caught: the check can fail', async () => {
  const document = JSON.parse((await run(['analyze', capture, '--json'])).out)
  document.assets[0].surprise = 1
  delete document.sessions[0].history
  document.operations[0].access = 'maybe'
  assert.deepEqual(mismatches(document, schema), [
    '$.assets[0].surprise: is not in the schema',
    '$.sessions[0].history: is missing',
    '$.operations[0].access: "maybe" is not one of the values',
  ])
})

test('the same input gives the same bytes, plain or compressed, as document and as report', async () => {
  const packed = await file('again/plant.pcap'.replace('again/', ''), gzipSync(plantCapture()))
  const first = await run(['analyze', packed, '--json'])
  await writeFile(packed, plantCapture())
  const second = await run(['analyze', packed, '--json'])
  assert.equal(first.out, second.out)
  assert.equal((await run(['analyze', capture])).out, (await run(['analyze', capture])).out)
})

test('a cut capture is read as far as it goes, status 1; nothing readable is status 3', async () => {
  const whole = plantCapture()
  const cut = await run(['analyze', await file('cut.pcap', whole.subarray(0, whole.length - 200)), '--json'])
  assert.equal(cut.status, 1)
  const document = JSON.parse(cut.out)
  assert.deepEqual(mismatches(document, schema), [])
  assert.match(document.captures[0].problems[0].reason, /^cut off/)
  assert.ok(document.captures[0].problems[0].offset > 24)
  assert.ok(document.operations.length > 0)
  const report = await run(['analyze', join(folder, 'cut.pcap')])
  assert.match(report.out, /Problems[\s\S]*cut\.pcap: byte [\d,]+: cut off/)
  for (const content of [new Uint8Array(0), Buffer.from('this is a text, not a capture'), whole.subarray(0, 10)]) {
    const { status, out } = await run(['analyze', await file('not.pcap', content), '--json'])
    assert.equal(status, 3)
    assert.equal(JSON.parse(out).captures[0].problems.length, 1)
  }
  assert.equal((await run(['analyze', join(folder, 'absent.pcap')])).status, 3)
  assert.equal((await run(['analyze', capture, join(folder, 'absent.pcap')])).status, 1)
})

test('several captures are one site; names alike are told apart by their path', async () => {
  const other = await file('other.pcap', plantCapture())
  const document = JSON.parse((await run(['analyze', capture, other, '--json'])).out)
  assert.deepEqual(
    document.captures.map((c: { capture: string }) => c.capture),
    ['plant.pcap', 'other.pcap'],
  )
  assert.equal(document.operations.find((o: { access: string }) => o.access === 'read').count, 6)
})

test('the report fits its terminal, is coloured only there, and not with NO_COLOR', async () => {
  const plain = await run(['analyze', capture])
  assert.match(plain.out, /Assets [\s\S]*Conversations [\s\S]*Operations [\s\S]*Process tags [\s\S]*Blind spots /)
  assert.equal(plain.out.includes('\u001b'), false)
  const coloured = await run(['analyze', capture], { columns: 80 })
  assert.ok(coloured.out.includes('\u001b['))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are what is dropped
  for (const line of coloured.out.replace(/\u001b\[[\d;]*m/g, '').split('\n')) assert.ok(line.length <= 80, line)
  assert.equal((await run(['analyze', capture], { columns: 80, env: { NO_COLOR: '1' } })).out.includes('\u001b'), false)
})

test('wrong calls say what is wrong, status 2', async () => {
  const cases: [string[], RegExp][] = [
    [['analyze'], /name at least one capture/],
    [['analyze', capture, '--jsn'], /unknown option --jsn; did you mean --json\?/],
    [['analyze', capture, '--learning', 'soon'], /--learning wants a duration/],
    [['analyze', capture, '--site'], /--site needs a value/],
    [['analyze', '-', '-'], /standard input can be read once/],
    [['analyse', capture], /unknown command "analyse"; did you mean "analyze"\?/],
  ]
  for (const [args, message] of cases) {
    const { status, out, err } = await run(args)
    assert.equal(status, 2, args.join(' '))
    assert.match(err, message)
    assert.equal(out, '')
  }
})
