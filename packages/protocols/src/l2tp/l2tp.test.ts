import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type L2tp, l2tp } from './protocol.ts'

const udp = { transport: 'udp', serverPort: 1701 } as const
const pair = (type: string, value: string): string => `${(0x8000 + 6 + bytes(value).length).toString(16)} 0000 ${type} ${value}`
const message = (pairs: string): string => `c802 ${(12 + bytes(pairs).length).toString(16).padStart(4, '0')} 0000 0000 0000 0000 ${pairs}`

test('an end says who it is when it asks for a tunnel', () => {
  const text = (s: string): string => Buffer.from(s).toString('hex')
  const talk = exchange(l2tp, udp, [
    `> ${message(pair('0000', '0001') + pair('0007', text('rtu7')) + pair('0008', text('Cisco Systems, Inc.')) + pair('0006', '1130'))}`,
    `< ${message(pair('0000', '0004') + pair('0001', `0002 0006 ${text('no')}`))}`,
  ])
  assert.deepEqual(talk.heard.hints, ['client name=rtu7', 'client vendor=Cisco Systems, Inc.', 'client firmware=0x1130'])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.ok, o.error]),
    [
      ['start tunnel request', true, ''],
      ['stop tunnel', false, 'no'],
    ],
  )
})

test('PPP that is no packet is handed on', () => {
  const talk = exchange(l2tp, udp, ['> 4002 0010 0001 0001 ff03 c021 0901 0004'])
  assert.deepEqual(
    talk.carried.map((c) => [c.over, Buffer.from(c.bytes).toString('hex')]),
    [['ppp', 'c02109010004']],
  )
})

test('lengths that lie, cuts and data messages', () => {
  const ctx = context<L2tp, undefined>('client', undefined, udp)
  const parse = (hex: string): L2tp => l2tp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse('c802 0012 0000 0000 0000 0000 8002 0000 0000').anomalies, ['bad-length'])
  assert.deepEqual(parse('c802 0020 0000 0000 0000 0000 8008 0000').anomalies, ['truncated'])
  assert.equal(l2tp.dissector.frame(new Reader(bytes('4002 000c 0001 0001 ff03 0021 4500')), ctx), NOT_MINE)
})
