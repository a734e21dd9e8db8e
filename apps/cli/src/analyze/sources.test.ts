/** What is given beside a capture: alerts of another product on the same traffic. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { plantCapture } from '../testing/captures.ts'
import { run } from '../testing/console.ts'
import { mismatches } from '../testing/json-schema.ts'

let folder = ''
let capture = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-sources-'))
  capture = join(folder, 'plant.pcap')
  await writeFile(capture, plantCapture())
})
after(() => rm(folder, { recursive: true }))

const schema = JSON.parse(await readFile(new URL('./schema.json', import.meta.url), 'utf8'))

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, lines.join('\n'))
  return path
}

/** An alert on the answers of the capture's Modbus conversation, as Suricata tells it: from the server's side. */
function alert(signature_id: number, metadata: object, changes: object = {}): string {
  return JSON.stringify({
    timestamp: '2023-11-14T22:13:20.000500+0000',
    event_type: 'alert',
    src_ip: '10.1.1.10',
    src_port: 502,
    dest_ip: '10.1.2.20',
    dest_port: 49_152,
    proto: 'TCP',
    alert: {
      action: 'blocked',
      gid: 1,
      signature_id,
      rev: 2,
      signature: `Signature ${signature_id}`,
      category: 'Odd',
      severity: 3,
      metadata,
    },
    ...changes,
  })
}

test('an alert of Suricata is a finding and an alert of ours, tied to its conversation', async () => {
  const eve = await file('eve.json', [
    alert(11, { mitre_technique_id: ['T0836'], signature_severity: ['Critical'] }),
    alert(12, {}),
    alert(11, { mitre_technique_id: ['T0836'], signature_severity: ['Critical'] }),
    alert(13, {}, { src_ip: '198.51.100.1', dest_ip: '198.51.100.2' }),
    '{"event_type":"flow"}',
    'nonsense',
  ])
  const { status, out } = await run(['analyze', capture, '--eve', eve, '--json'])
  const document = JSON.parse(out)
  assert.deepEqual(mismatches(document, schema), [])
  assert.equal(status, 1)
  assert.deepEqual(document.sources, [
    {
      file: 'eve.json',
      product: 'Suricata',
      read: 6,
      used: 4,
      tied: 3,
      untied: 1,
      refused: { 'not JSON': 1 },
      problems: [{ line: 6, reason: 'not JSON' }],
    },
  ])
  const session = document.sessions.find((s: { protocol: string }) => s.protocol === 'modbus')
  const findings = document.findings.filter((f: { rule: string }) => f.rule === 'alert-received')
  const strong = findings.find((f: { ruleTitle: string }) => f.ruleTitle === 'Signature 11')
  assert.deepEqual(
    [strong.level, strong.attack, strong.engine, strong.count, strong.client.ip, strong.server.ip, strong.server.port],
    ['critical', ['T0836'], 'threat', 2, '10.1.2.20', '10.1.1.10', 502],
  )
  assert.deepEqual(
    [strong.fields.session, strong.fields.category, strong.fields.action, strong.evidence[0].capture],
    [session.id, 'Odd', 'blocked', 'plant.pcap'],
  )
  assert.deepEqual(findings.map((f: { level: string }) => f.level).sort(), ['critical', 'low', 'low'])
  assert.deepEqual(findings.find((f: { ruleTitle: string }) => f.ruleTitle === 'Signature 13').evidence, [])
  const told = document.alerts.find((a: { rules: string[] }) => a.rules[0] === 'alert-received')
  assert.match(told.title, /^Signature 11: /)
  assert.match(told.what, /Suricata raised "Signature 11" \(Odd\) .* it was blocked\./)
  // The strong one stands where a rule of ours would: an incident by itself.
  assert.ok(document.incidents.some((i: { alerts: string[] }) => i.alerts.includes(told.id)))
})

test('our own findings stay as they are beside it', async () => {
  const ours = JSON.parse((await run(['analyze', capture, '--json'])).out)
  const eve = await file('same.json', [alert(11, { mitre_technique_id: ['T0836'] })])
  const both = JSON.parse((await run(['analyze', capture, '--eve', eve, '--json'])).out)
  assert.equal(both.findings.length, ours.findings.length + 1)
  assert.deepEqual(
    both.findings.filter((f: { rule: string }) => f.rule !== 'alert-received'),
    ours.findings,
  )
})

test('the report names the file, what was used and what was not', async () => {
  const eve = await file('eve.json', [alert(11, {}), 'nonsense'])
  const { out } = await run(['analyze', capture, '--eve', eve])
  assert.match(out, /eve\.json {2}Suricata: 1 alert of 2 events, 1 refused: not JSON/)
  assert.match(out, /eve\.json: line 2: not JSON/)
})

test('a file that cannot be read is said, the capture is analysed', async () => {
  const { status, out } = await run(['analyze', capture, '--eve', join(folder, 'absent.json'), '--json'])
  const document = JSON.parse(out)
  assert.equal(status, 1)
  assert.deepEqual(document.sources[0].problems, [{ line: 0, reason: 'cannot be read: ENOENT' }])
  assert.ok(document.operations.length > 0)
})

test('several files, each its own; the same bytes every time', async () => {
  const [one, two] = [await file('one.json', [alert(1, {})]), await file('two.json', [alert(2, {})])]
  const args = ['analyze', capture, '--eve', one, '--eve', two, '--json']
  const first = await run(args)
  assert.deepEqual(
    JSON.parse(first.out).sources.map((s: { file: string; used: number }) => [s.file, s.used]),
    [
      ['one.json', 1],
      ['two.json', 1],
    ],
  )
  assert.equal((await run(args)).out, first.out)
})

test('indicators: what was seen is a finding with its source and end, what cannot be looked for is said', async () => {
  const bundle = {
    type: 'bundle',
    objects: [
      { type: 'indicator', id: 'indicator--1', name: 'Control server', pattern_type: 'stix', pattern: "[ipv4-addr:value = '10.1.1.10']" },
      { type: 'indicator', id: 'indicator--2', pattern_type: 'stix', pattern: "[process:name = 'x']" },
    ],
  }
  const stix = await file('feed.json', [JSON.stringify(bundle)])
  const csv = await file('list.csv', ['value,name,valid_until', 'plant.example,Known name,2030-01-01', '10.1.2.20,Old,2001-01-01'])
  const { status, out, err } = await run(['analyze', capture, '--indicators', stix, '--indicators', csv, '--json'])
  const document = JSON.parse(out)
  assert.deepEqual(mismatches(document, schema), [])
  assert.equal(status, 1)
  assert.match(err, /seen outside their time of validity, not told: \d/)
  const findings = document.findings.filter((f: { rule: string }) => f.rule === 'known-indicator')
  assert.deepEqual(
    findings
      .map((f: { ruleTitle: string; level: string; engine: string; fields: object }) => [f.ruleTitle, f.level, f.engine, f.fields])
      .sort(),
    [
      [
        'Control server',
        'high',
        'threat',
        {
          'indicator.id': 'indicator--1',
          'indicator.name': 'Control server',
          'indicator.source': 'feed.json',
          'indicator.type': 'ip',
          'indicator.until': 'no expiry',
          'indicator.value': '10.1.1.10',
        },
      ],
      [
        'Known name',
        'medium',
        'threat',
        {
          'indicator.id': 'list.csv line 2',
          'indicator.name': 'Known name',
          'indicator.source': 'list.csv',
          'indicator.type': 'domain',
          'indicator.until': '2030-01-01T00:00:00.000000Z',
          'indicator.value': 'plant.example',
        },
      ],
    ],
  )
  assert.ok(findings.every((f: { evidence: { capture: string }[] }) => f.evidence[0]?.capture === 'plant.pcap'))
  assert.deepEqual(
    document.indicators.map((i: { file: string; format: string; read: number; used: number }) => [i.file, i.format, i.read, i.used]),
    [
      ['feed.json', 'STIX 2.1', 2, 1],
      ['list.csv', 'CSV', 2, 2],
    ],
  )
  assert.deepEqual(document.indicators[0].problems, [
    { id: 'indicator--2', pattern: "[process:name = 'x']", reason: 'the property process:name is not seen on the wire' },
  ])
  const report = await run(['analyze', capture, '--indicators', stix])
  assert.match(report.out, /feed\.json {2}STIX 2\.1: 1 indicator of 2 entries/)
  assert.match(report.out, /indicator--2: not looked for: the property process:name is not seen on the wire: \[process:name = 'x'\]/)
  const absent = await run(['analyze', capture, '--indicators', join(folder, 'absent.json'), '--json'])
  assert.deepEqual([absent.status, JSON.parse(absent.out).indicators[0].refused], [1, { 'cannot be read: ENOENT': 1 }])
})
