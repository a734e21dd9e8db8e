/** Rules of one's own beside a capture, and whether they are understood. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pcap, udpFrame } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import { plantCapture } from '../testing/captures.ts'
import { run } from '../testing/console.ts'

let folder = ''
let capture = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-own-rules-'))
  capture = join(folder, 'plant.pcap')
  await writeFile(capture, plantCapture())
  await mkdir(join(folder, 'rules'))
})
after(() => rm(folder, { recursive: true }))

const OURS = `title: Written by the office
name: office-write
level: high
tags: [attack.t0836]
logsource: { product: isthmus, category: operation_done }
detection:
  write: { access: write, protocol: modbus }
  condition: write
`
const ZEEK = `title: Writing over Modbus
name: zeek-write
level: medium
logsource: { product: zeek, service: modbus }
detection:
  write: { func|startswith: WRITE_, id.resp_p: 502 }
  condition: write
`
const BAD = `title: Not ours
name: bad
logsource: { product: zeek, service: modbus }
detection:
  s:
    tid: 3
  condition: s
`

test('a rule that fires for everything is told in few findings and said to be noisy', async () => {
  const loud = join(folder, 'loud.pcap')
  const frame = (i: number) =>
    udpFrame({ from: `10.1.${i >> 8}.${i & 255}`, to: '10.2.0.1', fromPort: 40_000, toPort: 9 }, new Uint8Array(8))
  await writeFile(loud, pcap(Array.from({ length: 500 }, (_, i) => ({ atUs: 1_700_000_000_000_000 + i * 100, bytes: frame(i) }))))
  const everything = join(folder, 'everything.yaml')
  await writeFile(
    everything,
    'title: Everything\nname: everything\nlevel: low\nlogsource: { product: isthmus, category: session_updated }\n' +
      'detection: { s: { protocol: "*" }, condition: s }\n',
  )
  const { status, err, out } = await run(['analyze', loud, '--rules', everything, '--json'])
  assert.match(err, /rule is noisy: everything fired 500 times, told in 101 findings\n/)
  assert.equal(status, 0)
  const { findings } = JSON.parse(out) as { findings: { rule: string; count: number }[] }
  const told = findings.filter(({ rule }) => rule === 'everything')
  assert.deepEqual([told.length, Math.max(...told.map(({ count }) => count))], [101, 400])
})

test('rules of ours and for Zeek fire on a capture; a bad one is named and stops nothing', async () => {
  const rules = join(folder, 'rules')
  await writeFile(join(rules, 'ours.yaml'), OURS)
  await writeFile(join(rules, 'zeek.yml'), ZEEK)
  await writeFile(join(rules, 'bad.yaml'), BAD)
  const { status, out, err } = await run(['analyze', capture, '--rules', rules, '--json'])
  const { findings, alerts } = JSON.parse(out) as {
    findings: { rule: string; level: string; attack: string[] }[]
    alerts: { rules: string[] }[]
  }
  const of = (name: string) => findings.find(({ rule }) => rule === name)
  assert.deepEqual([of('office-write')?.level, of('office-write')?.attack], ['high', ['T0836']])
  assert.equal(of('zeek-write')?.level, 'medium')
  assert.ok(alerts.some((alert) => alert.rules.includes('office-write')))
  assert.equal(status, 1)
  assert.match(err, /rule not used: bad\.yaml:6: detection\.s\.tid: the field "tid" of zeek\/modbus cannot be mapped/)
})

test('a rule of our own that rests on one that came with Isthmus does not silence it', async () => {
  const file = join(folder, 'correlation.yaml')
  await writeFile(
    file,
    `${OURS}---
title: Twice
name: twice
correlation: { type: event_count, rules: [office-write, new-writer], group-by: [client], timespan: 1d, condition: { gte: 2 } }
`,
  )
  const { out } = await run(['rules', file, '--all'])
  assert.match(out, /new-writer/)
  assert.match(out, /twice/)
  assert.doesNotMatch(out, /office-write/, 'a rule of our own that only feeds ours is silent')
})

test('a file that is not there is named', async () => {
  const { status, err } = await run(['analyze', capture, '--rules', join(folder, 'absent.yaml'), '--json'])
  assert.equal(status, 1)
  assert.match(err, /absent\.yaml: cannot be read: ENOENT/)
})

test('rules are listed, and their coverage is a layer', async () => {
  const own = join(folder, 'rules', 'ours.yaml')
  await writeFile(own, OURS)
  const listed = await run(['rules', own])
  assert.equal(listed.status, 0)
  assert.match(listed.out, /office-write +high/)
  assert.doesNotMatch(listed.out, /port-scan/)
  assert.match((await run(['rules'])).out, /port-scan/)
  const layer = JSON.parse((await run(['rules', own, '--layer', 'ics'])).out) as {
    domain: string
    techniques: { techniqueID: string; comment: string }[]
  }
  assert.equal(layer.domain, 'ics-attack')
  assert.match(layer.techniques.find(({ techniqueID }) => techniqueID === 'T0836')?.comment ?? '', /office-write/)
  assert.equal((await run(['rules', '--layer', 'mobile'])).status, 2)
})
