import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Udld, udld } from './protocol.ts'

const eth = { transport: 'ethernet', clientIp: undefined, serverIp: undefined } as const
const text = (type: string, value: string): string =>
  `${type} ${(value.length + 4).toString(16).padStart(4, '0')} ${Buffer.from(value).toString('hex')}`

test('a switch says its serial number, name and port', () => {
  const talk = exchange(udld, eth, [
    `> 21 01 0000 ${text('0001', 'FOX0627A001')} ${text('0002', 'Gi1/1')} 0003 0008 00000000 ${text('0006', 'S1')}`,
  ])
  assert.deepEqual(talk.heard.hints, ['client type=switch', 'client serial=FOX0627A001', 'client name=S1', 'client interface=Gi1/1'])
})

test('lengths that lie, cuts and other versions', () => {
  const ctx = context<Udld, undefined>('client', undefined, eth)
  assert.deepEqual(udld.dissector.parse(new Reader(bytes('21 00 0000 0001 0003')), ctx).anomalies, ['bad-length'])
  assert.deepEqual(udld.dissector.parse(new Reader(bytes('21 00 0000 0001 0009 46')), ctx).anomalies, ['truncated'])
  assert.equal(udld.dissector.frame(new Reader(bytes('41 00 0000')), ctx), NOT_MINE)
})
