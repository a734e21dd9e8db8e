/** Alerts of a Suricata that runs on the traffic while it is read. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { plantCapture } from '../testing/captures.ts'
import { run } from '../testing/console.ts'
import { analyze } from './run.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-live-sources-'))
})
after(() => rm(folder, { recursive: true }))

/** On the answers of the capture's Modbus conversation. */
const alert = (id: number): string =>
  `${JSON.stringify({
    timestamp: '2023-11-14T22:13:20.000500+0000',
    event_type: 'alert',
    src_ip: '10.1.1.10',
    src_port: 502,
    dest_ip: '10.1.2.20',
    dest_port: 49_152,
    proto: 'TCP',
    alert: { action: 'allowed', gid: 1, signature_id: id, rev: 1, signature: `Signature ${id}`, category: 'Odd', severity: 1 },
  })}\n`

test('a file that grows and a socket are heard while the capture comes through a pipe', { timeout: 60_000 }, async () => {
  const [pipe, file, socket] = ['tap', 'eve.json', 'eve.sock'].map((name) => join(folder, name)) as [string, string, string]
  execFileSync('mkfifo', [pipe])
  const over = run(['analyze', pipe, '--json', '--eve-live', file, '--eve-live', `unix:${socket}`, '--eve-live', join(folder, 'absent')])
  const tap = await open(pipe, 'w')
  const capture = plantCapture()
  await tap.write(capture.subarray(0, 1000))
  await writeFile(file, alert(1))
  const writer = connect(socket)
  await once(writer, 'connect')
  writer.end(alert(2))
  await sleep(300)
  await tap.write(capture.subarray(1000))
  await tap.close()
  // Suricata was a little slower.
  await sleep(300)
  await appendFile(file, alert(3))
  const { out } = await over
  const document = JSON.parse(out)
  const session = document.sessions.find((s: { protocol: string }) => s.protocol === 'modbus')
  const told = document.findings.filter((f: { rule: string }) => f.rule === 'alert-received')
  assert.deepEqual(
    told.map((f: { ruleTitle: string; fields: { session: string } }) => [f.ruleTitle, f.fields.session]).sort(),
    [1, 2, 3].map((id) => [`Signature ${id}`, session.id]),
  )
  assert.deepEqual(
    document.sources.map((s: { file: string; used: number; tied: number; problems: { reason: string }[] }) => [
      s.file,
      s.used,
      s.tied,
      s.problems.map(({ reason }) => reason),
    ]),
    [
      ['eve.json', 2, 2, []],
      ['eve.sock', 1, 1, []],
      ['absent', 0, 0, ['cannot be opened: no such file']],
    ],
  )
})

test('who stops the reading of a capture stops that of the alerts beside it', async () => {
  const capture = join(folder, 'plant.pcap')
  await writeFile(capture, plantCapture())
  const eve = join(folder, 'long.json')
  await writeFile(eve, alert(1).repeat(20_000))
  const { sources } = await analyze([capture], { site: 'plant', learningUs: 0, eve: [eve], signal: AbortSignal.abort() })
  assert.ok(sources[0]!.read < 1000, `${sources[0]!.read} lines were read`)
  assert.deepEqual(sources[0]!.problems[0], { line: 0, reason: 'was not read to its end: stopped' })
})
