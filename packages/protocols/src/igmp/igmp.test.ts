import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Igmp } from './igmp.ts'
import { igmp } from './protocol.ts'

const ip = { transport: 'ip' } as const

test('groups are asked for, joined and left', () => {
  const talk = exchange(igmp, ip, [
    '> 11 64 0000 00000000',
    '> 16 00 0000 efc00102',
    '> 17 00 0000 efc00102',
    '> 22 00 0000 0000 0002 04 00 0000 e0000116 03 00 0000 ef010101',
    '> 12 00 0000 e0000105',
  ])
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.object}`),
    [
      'general query ',
      'join group 239.192.1.2',
      'leave group 239.192.1.2',
      'join group 224.0.1.22',
      'leave group 239.1.1.1',
      'join group 224.0.1.5',
    ],
  )
  assert.deepEqual(
    talk.messages.map((m) => m.version),
    [2, 2, 2, 3, 1],
  )
  assert.deepEqual(talk.heard.hints, ['client role=multicast querier'])
})

test('addresses that are no group, cuts and other types', () => {
  const ctx = context<Igmp, undefined>('client', undefined, ip)
  const parse = (hex: string): Igmp => igmp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse('16 00 0000 0a000001').anomalies, ['not-multicast'])
  assert.deepEqual(parse('22 00 0000 0000 0002 04 00 0000 e0000116').anomalies, ['truncated'])
  assert.equal(igmp.dissector.frame(new Reader(bytes('99 00 0000 00000000')), ctx), NOT_MINE)
})
