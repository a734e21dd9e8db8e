import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { hexOf } from '../testing/tlv.ts'
import { normalMac } from './observe.ts'
import { radius } from './protocol.ts'
import type { Radius, RadiusState } from './radius.ts'

const attribute = (type: number, value: string | number[]): number[] => {
  const bytes = typeof value === 'string' ? [...value].map((c) => c.charCodeAt(0)) : value
  return [type, bytes.length + 2, ...bytes]
}
const packet = (code: number, id: number, ...attributes: number[][]): number[] => {
  const body = attributes.flat()
  return [code, id, 0, 20 + body.length, ...new Array<number>(16).fill(7), ...body]
}
const UDP = { transport: 'udp', serverPort: 1812 } as const
const ASK = packet(
  1,
  9,
  attribute(1, 'alice'),
  attribute(2, [...new Array<number>(16).fill(1)]),
  attribute(31, '02-AB-CD-00-00-01'),
  attribute(32, 'switch7'),
)
const up = (b: number[]): string => `>${hexOf(b)}`
const down = (b: number[]): string => `<${hexOf(b)}`

test('who was let in, from which station, and the row of it', () => {
  const talk = exchange(radius, UDP, [
    up(ASK),
    down(packet(11, 9, attribute(18, 'code?'))),
    up(ASK),
    down(packet(2, 9, attribute(8, [10, 1, 2, 3]))),
  ])
  assert.deepEqual(talk.heard.said, [{ kind: 'login.tried', user: 'alice', domain: '', method: 'radius PAP', ok: true }])
  assert.ok(talk.heard.hints.includes('client name=switch7') && talk.heard.hints.includes('server role=radius server'))
  assert.ok(talk.heard.hints.includes('client user=alice'))
  assert.deepEqual(talk.rows.rows, [
    { log: 'radius', cells: ['alice', '02:ab:cd:00:00:01', undefined, undefined, undefined, 'code?', 'success', undefined], at: 1 },
  ])
})

test('a refusal, a session reported, a session ended by order', () => {
  const refused = exchange(radius, UDP, [up(packet(1, 1, attribute(1, 'bob'), attribute(79, [2, 1]))), down(packet(3, 1))])
  assert.deepEqual(refused.heard.said, [{ kind: 'login.tried', user: 'bob', domain: '', method: 'radius EAP', ok: false }])
  const told = exchange(radius, { ...UDP, serverPort: 1813 }, [
    up(packet(4, 2, attribute(1, 'bob'), attribute(40, [0, 0, 0, 1]), attribute(31, '02abcd000001'), attribute(8, [10, 0, 0, 9]))),
    down(packet(5, 2)),
  ])
  assert.deepEqual(
    told.heard.operations.map((o) => [o.operation, o.object]),
    [['Accounting-Request', 'bob session started']],
  )
  told.end()
  assert.equal(told.rows.rows.length, 0)
  const ended = exchange(radius, { ...UDP, serverPort: 3799 }, [up(packet(40, 3, attribute(1, 'bob'))), down(packet(42, 3))])
  assert.deepEqual(
    ended.heard.operations.map((o) => [o.operation, o.access, o.ok, o.error]),
    [['Disconnect-Request', 'control', false, 'Disconnect-NAK']],
  )
})

test('a login without an answer is written when its conversation ends', () => {
  const talk = exchange(radius, UDP, [up(ASK)])
  talk.end()
  assert.deepEqual(talk.rows.rows[0]!.cells.slice(6), ['unknown', undefined])
})

test('MAC addresses in any spelling', () => {
  assert.equal(normalMac('02ab.cd00.0001'), '02:ab:cd:00:00:01')
  assert.equal(normalMac('0123456789abcdef'), '01:23:45:67:89:ab:cd:ef')
  assert.equal(normalMac('station 4'), '')
})

test('every truncation is marked, attributes that lie end the list, other bytes are refused elsewhere', () => {
  const ctx = context<Radius, RadiusState>('client', radius.dissector.start!(), UDP)
  const whole = Uint8Array.from(ASK)
  for (let n = 0; n < whole.length; n++)
    assert.ok(radius.dissector.parse(new Reader(whole.subarray(0, n)), ctx).anomalies.includes('truncated'), `cut at ${n}`)
  for (const length of [0, 1, 255]) {
    const lying = whole.slice()
    lying[21] = length
    assert.ok(radius.dissector.parse(new Reader(lying), ctx).anomalies.includes('bad-attribute'))
    assert.equal(
      radius.dissector.frame(new Reader(lying), context('client', radius.dissector.start!(), { transport: 'udp', serverPort: 9999 })),
      NOT_MINE,
    )
  }
})
