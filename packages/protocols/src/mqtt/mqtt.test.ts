import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Mqtt, MqttState } from './mqtt.ts'
import { mqtt } from './protocol.ts'
import { signed } from './sparkplug.ts'

const hex = (n: number, digits = 2) => n.toString(16).padStart(digits, '0')
const raw = (text: string) => [...text].map((c) => hex(c.charCodeAt(0))).join('')
const text = (value: string) => hex(value.length, 4) + raw(value)
const packet = (first: number, ...parts: string[]) => {
  const body = parts.join('').replace(/ /g, '')
  const length = body.length / 2
  return hex(first) + (length < 128 ? hex(length) : hex((length & 127) | 128) + hex(length >> 7)) + body
}
const connect = (version: number, flags: string, ...rest: string[]) =>
  `>${packet(0x10, text(version === 3 ? 'MQIsdp' : 'MQTT'), hex(version), flags, '003c', ...rest)}`
const publish = (topic: string, payload: string) => packet(0x30, text(topic), payload)

const over = { serverPort: 1883 }

test('3.1.1: a login with will, a subscription, publications both ways, and their rows', () => {
  const x = exchange(mqtt, over, [
    connect(4, 'c6', text('pump 7'), text('line/pump7/state'), text('gone'), text('scada'), text('s3cret-word')),
    `<${packet(0x20, '0000')}`,
    `>${packet(0x82, '0001', text('line/#'), '01')}`,
    `<${packet(0x90, '0001 01')}`,
    `>${publish('line/pump7/speed', raw('1480.5'))}`,
    `<${packet(0x33, text('line/valve'), '0005', raw('open'))}`,
    `>${packet(0x40, '0005')}`,
    `>${packet(0xe0)}`,
  ])
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'scada', mask: 's…d (11)', weakness: 'clear' },
    { kind: 'login.tried', user: 'scada', domain: '', method: 'mqtt password', ok: true },
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => `${o.operation} ${o.object} ${o.access} ${o.ok}`),
    [
      'connect 3.1.1 pump 7 session true',
      'subscribe line/# read true',
      'publish line/pump7/speed write undefined',
      'deliver line/valve read undefined',
    ],
  )
  assert.deepEqual(x.heard.values, ['line/pump7/speed=1480.5 number', 'line/valve=open text'])
  assert.deepEqual(
    x.rows.rows.map((r) => [r.log, ...r.cells]),
    [
      ['mqtt_connect', 'MQTT', '3.1.1', 'pump 7', 'Connection Accepted', 'line/pump7/state', 'gone'],
      ['mqtt_subscribe', 'MQTT::SUBSCRIBE', ['line/#'], [1], 1, true],
      ['mqtt_publish', true, false, 'at most once', 'ok', 'line/pump7/speed', '1480.5', 6],
      ['mqtt_publish', false, true, 'at least once', 'ok', 'line/valve', 'open', 4],
    ],
  )
})

test('5.0: reasons, properties and topic aliases', () => {
  const x = exchange(mqtt, over, [
    connect(5, '02', '00', text('c')),
    `<${packet(0x20, '00 87', hex(3 + 4), '1f', text('nope'))}`,
    `>${packet(0x30, text('a/b'), '03 23 0009', raw('1'))}`,
    `>${packet(0x30, text(''), '03 23 0009', raw('2'))}`,
    `<${packet(0xe0, '8e 00')}`,
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => `${o.operation} ${o.object} ${o.error}`),
    ['connect 5.0 c not authorized', 'publish a/b ', 'disconnect broker session taken over'],
  )
  assert.deepEqual(x.heard.values, ['a/b=1 number', 'a/b=2 number'])
  assert.equal(x.messages[1]!.detail, 'reason nope')
})

/** A metric: name or alias, type, then the value's own field. */
const metric = (name: string, alias: number, type: number, value: string) => {
  const body = `${name === '' ? '' : `0a${hex(name.length)}${raw(name)}`}10${hex(alias)}20${hex(type)}${value.replace(/ /g, '')}`
  return `12${hex(body.length / 2)}${body}`
}

test('Sparkplug: a birth names metrics and the node, data refers to them by number, a command is a write', () => {
  const x = exchange(mqtt, over, [
    connect(4, '02', text('edge')),
    `<${packet(0x20, '0000')}`,
    `>${publish('spBv1.0/plant/NBIRTH/edge1', `0801${metric('Properties/Hardware Model', 1, 12, '7a05 4544473231')}${metric('level', 2, 9, '65 0000803f')}1800`)}`,
    `>${publish('spBv1.0/plant/NDATA/edge1', metric('', 2, 9, '65 00000040'))}`,
    `<${publish('spBv1.0/plant/NCMD/edge1', metric('Node Control/Reboot', 3, 11, '7001'))}`,
    `<${publish('spBv1.0/plant/DCMD/edge1/pump', metric('speed', 4, 3, '50 ffffffff0f'))}`,
    `>${publish('spBv1.0/plant/NDEATH/edge1', '')}`,
  ])
  assert.deepEqual(x.heard.values, [
    'edge1 plant/Properties/Hardware Model=EDG21 String',
    'edge1 plant/level=1 Float',
    'edge1 plant/level=2 Float',
    'edge1 plant/Node Control/Reboot:=true Boolean unanswered',
    'edge1/pump plant/speed:=-1 Int32 unanswered',
  ])
  assert.ok(x.heard.hints.includes('client edge1 model=EDG21'))
  assert.deepEqual(
    x.heard.said.filter((s) => s.kind === 'device.diagnosed' || s.kind === 'device.restarted').map((s) => ('what' in s ? s.what : s.how)),
    ['plant/edge1 online, 2 metrics', 'edge1: Node Control/Reboot', 'plant/edge1 offline'],
  )
})

test('signs are where the type puts them', () => {
  assert.deepEqual(
    [signed(0xff, 1, false), signed(0xffff, 2, false), signed(2 ** 64 - 2048, 4, true), signed(0xff, 5, false)],
    [-1, -1, -2048, 255],
  )
})

test('lengths that lie are truncation, not trouble', () => {
  const x = exchange(mqtt, over, [connect(4, '02', 'ffff61'), `>${publish('spBv1.0/g/NDATA/n', '12ffffffff0f0a')}`])
  assert.deepEqual(x.heard.anomalies, ['mqtt.truncated', 'mqtt.bad-sparkplug-payload'])
})

test('a publication of a megabyte passes in pieces', () => {
  const state = mqtt.dissector.start!()
  const ctx = context<Mqtt, MqttState>('client', state, over)
  const long = new Uint8Array(1_000_010)
  long.set(bytes('30 c6 84 3d 0003 612f62'))
  const first = mqtt.dissector.frame(new Reader(long), ctx)
  const m = mqtt.dissector.parse(new Reader(long, 0, first), ctx)
  assert.deepEqual([m.topic, m.payloadBytes, m.anomalies], ['a/b', 1_000_001, []])
  let at = first
  while (at < long.length && state.client.rest > 0) {
    const length = mqtt.dissector.frame(new Reader(long, at), ctx)
    assert.ok(length > 0 && length <= 65_536)
    mqtt.dissector.parse(new Reader(long, at, at + length), ctx)
    at += length
  }
  assert.equal(state.client.rest, 0)
})

test('on a foreign port only a connect is believed', () => {
  for (const pdu of ['10 0c 0004 4d515455 04 02 003c 0000', '30 05 0003 612f62', '20 02 00 00', '10 04 0004 4d51']) {
    const ctx = context<Mqtt, MqttState>('client', mqtt.dissector.start!(), { serverPort: 8000 })
    const length = mqtt.dissector.frame(new Reader(bytes(pdu)), ctx)
    if (pdu.startsWith('10 0c')) assert.equal(length, 14)
    else assert.equal(length, NOT_MINE, pdu)
  }
})
