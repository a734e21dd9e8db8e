import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Kafka, KafkaState } from './kafka.ts'
import { kafka } from './protocol.ts'

const u16 = (n: number) => n.toString(16).padStart(4, '0')
const u32 = (n: number) => n.toString(16).padStart(8, '0')
const raw = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const text = (value: string) => u16(value.length) + raw(value)
const compact = (value: string) => (value.length + 1).toString(16).padStart(2, '0') + raw(value)
const framed = (body: string) => u32(body.length / 2) + body
const request = (key: number, version: number, id: number, body: string) =>
  `>${framed(u16(key) + u16(version) + u32(id) + text('mes-feed') + body)}`
const response = (id: number, body: string) => `<${framed(u32(id) + body)}`
const over = { serverPort: 9092 }

test('a client logs in, learns the cluster, produces and consumes', () => {
  const x = exchange(kafka, over, [
    request(18, 3, 1, `00${compact('librdkafka')}${compact('2.3.0')}00`),
    response(1, u16(0)),
    request(17, 1, 2, text('PLAIN')),
    response(2, u16(0)),
    request(36, 0, 3, `${u32(13)}${raw('\0mes\0s3cret88')}`),
    response(3, u16(58)),
    request(3, 1, 4, u32(1) + text('line1')),
    response(4, u32(1) + u32(7) + text('kafka1.plant') + u32(9092) + text('r1')),
    request(0, 3, 5, `ffff${u16(1)}${u32(1000)}${u32(1)}${text('line1')}`),
    request(1, 4, 6, `${u32(0xffffffff)}${u32(500)}${u32(1)}${u32(1024)}00${u32(1)}${text('alarms')}`),
    request(20, 1, 7, u32(2) + text('a') + text('b')),
  ])
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'mes', mask: 's…8 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'mes', domain: '', method: 'kafka PLAIN', ok: false },
  ])
  assert.deepEqual(x.heard.hints, [
    'client software=librdkafka 2.3.0',
    'client description=kafka client mes-feed',
    'server role=kafka broker',
    'server description=kafka cluster: kafka1.plant:9092',
  ])
  assert.deepEqual(
    x.heard.operations.slice(-4).map((o) => [o.operation, o.object, o.access]),
    [
      ['metadata', 'line1', 'identify'],
      ['produce', 'line1', 'write'],
      ['fetch', 'alarms', 'read'],
      ['delete topics', 'a, b', 'configure'],
    ],
  )
})

test('compact encoding since its version', () => {
  const x = exchange(kafka, over, [request(0, 9, 1, `00 00 ${u16(1)}${u32(1)} 02 ${compact('t9')}`.replace(/ /g, ''))])
  assert.deepEqual(x.messages[0]!.topics, ['t9'])
})

test('a named client decides on any port', () => {
  const frame = (hex: string) =>
    kafka.dissector.frame(new Reader(bytes(hex)), context<Kafka, KafkaState>('client', kafka.dissector.start!(), { serverPort: 7000 }))
  const pdu = request(3, 1, 4, u32(0)).slice(1)
  assert.deepEqual([frame(pdu), frame(pdu.slice(0, 20))], [bytes(pdu).length, NEED_MORE])
  for (const other of [
    framed(`${u16(3)}${u16(1)}${u32(1)}ffff`),
    framed(`${u16(99)}${u16(1)}${u32(1)}${text('abc')}`),
    '47455420 2f2048545450',
  ])
    assert.equal(frame(other), NOT_MINE, other)
})

test('counts that lie neither loop nor fail', () => {
  const x = exchange(kafka, over, [request(3, 1, 1, u32(0x7fffffff)), request(3, 1, 2, u32(2)), response(2, u32(0xffffffff))])
  assert.deepEqual(x.messages[0]!.topics, [])
})
