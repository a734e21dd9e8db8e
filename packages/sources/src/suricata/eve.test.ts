import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_LINE } from '../lines.ts'
import { eve } from '../testing.ts'
import { createEveReader } from './eve.ts'

const read = (line: string | undefined) => createEveReader().line(line)

test('an alert says its signature, category, level, techniques, ends and time', () => {
  assert.deepEqual(read(eve({ community_id: '1:abc' })), {
    product: 'Suricata',
    rule: '1:2001:3',
    title: 'Exploit attempt',
    category: 'Attempted Administrator Privilege Gain',
    level: 'high',
    attack: ['T1210'],
    action: 'allowed',
    at: 1_700_000_005_000_000,
    transport: 'tcp',
    client: { ip: '10.9.0.12', port: 50_000 },
    server: { ip: '10.9.0.3', port: 445 },
    directionKnown: false,
    protocol: 'smb',
    communityId: '1:abc',
    packet: undefined,
  })
})

test('who began is told by the flow, else by the direction of the packet', () => {
  const turned = { src_ip: '10.9.0.3', src_port: 445, dest_ip: '10.9.0.12', dest_port: 50_000 }
  const flow = { flow: { src_ip: '10.9.0.12', src_port: 50_000, dest_ip: '10.9.0.3', dest_port: 445 } }
  for (const how of [{ direction: 'to_client' }, flow]) {
    const alert = read(eve({ ...turned, ...how }))
    assert.deepEqual([alert?.client.ip, alert?.server.port, alert?.directionKnown], ['10.9.0.12', 445, true])
  }
  assert.deepEqual([read(eve(turned))?.client.ip, read(eve(turned))?.directionKnown], ['10.9.0.3', false])
})

test('the author of a rule weighs it, else the priority of its class', () => {
  const level = (alert: object) => read(eve({}, { metadata: {}, ...alert }))?.level
  assert.deepEqual(
    [1, 2, 3, 4, 255, 0, 'x'].map((severity) => level({ severity })),
    ['high', 'medium', 'low', 'informational', 'informational', 'medium', 'medium'],
  )
  assert.equal(level({ severity: 3, metadata: { signature_severity: ['Critical'] } }), 'critical')
  assert.equal(level({ severity: 3, metadata: { signature_severity: ['Unheard'] } }), 'low')
})

test('only what is an id of a technique is one', () => {
  const attack = (mitre_technique_id: unknown) => read(eve({}, { metadata: { mitre_technique_id } }))?.attack
  assert.deepEqual(attack(['t1021_002', 'T1021.002', 'T1021.002', 'TA0008', 7]), ['T1021.002'])
  assert.deepEqual(attack('T0843'), ['T0843'])
  assert.deepEqual(attack({ a: 1 }), [])
  assert.equal(attack(Array.from({ length: 1000 }, (_, i) => `T${1000 + i}`))?.length, 16)
})

test('times of every zone are one time; IPv6 in any spelling is one address', () => {
  for (const timestamp of ['2023-11-15T00:13:25+0200', '2023-11-14T22:13:25', '2023-11-14T22:13:25.000Z', '2023-11-14T17:13:25.0-05:00'])
    assert.equal(read(eve({ timestamp }))?.at, 1_700_000_005_000_000, timestamp)
  assert.equal(read(eve({ src_ip: 'FE80:0000:0000:0000:0000:0000:0000:0001' }))?.client.ip, 'fe80::1')
})

test('the packet counts only where the capture is named', () => {
  assert.equal(read(eve({ pcap_cnt: 9 }))?.packet, undefined)
  assert.deepEqual(read(eve({ pcap_cnt: 9, pcap_filename: '/data/plant.pcap' }))?.packet, { capture: 'plant.pcap', number: 9 })
})

test('what cannot be used is counted by name and never throws', () => {
  const reader = createEveReader()
  const lines: (string | undefined)[] = [
    '',
    undefined,
    `"${'x'.repeat(MAX_LINE)}"`,
    'nonsense',
    '['.repeat(100_000),
    '[]',
    'null',
    '{"event_type":7}',
    '{"event_type":"dns"}',
    '{"event_type":"alert"}',
    eve({ alert: [] }),
    eve({ timestamp: 'yesterday' }),
    eve({ timestamp: '2023-13-41T99:00:00' }),
    eve({ src_ip: 'host' }),
    eve({ dest_ip: 5 }),
    eve({}, { signature_id: -1 }),
    eve(),
  ]
  assert.equal(lines.map((line) => reader.line(line)).filter((alert) => alert !== undefined).length, 1)
  const { refused, ...counts } = reader.counts()
  assert.deepEqual(refused, { 'line too long': 2, 'not JSON': 2, 'not an event': 3, 'no signature': 3, 'no time': 2, 'no addresses': 2 })
  assert.deepEqual([counts.lines, counts.alerts, counts.otherEvents, counts.examples[0]], [17, 1, 1, { line: 2, reason: 'line too long' }])
  for (let i = 0; i < 1000; i++) reader.line('{')
  assert.equal(reader.counts().examples.length, 20)
})

test('hostile fields are bounded and stand on one line', () => {
  const alert = read(
    eve({ src_port: 70_000, community_id: 'x'.repeat(999) }, { signature: `a\u001b[31m\nb${'y'.repeat(999)}`, category: { a: 1 } }),
  )
  assert.match(alert!.title, /^a \[31m by/)
  assert.deepEqual([alert!.title.length <= 256, alert!.category, alert!.client.port, alert!.communityId?.length], [true, '', undefined, 64])
})
