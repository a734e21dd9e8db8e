import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Pppoe, pppoe } from './protocol.ts'

const eth = { transport: 'ethernet', clientIp: undefined, serverIp: undefined } as const

test('a concentrator offers itself by name; a refusal is told', () => {
  const talk = exchange(pppoe, eth, [
    '> 11 09 0000 0004 0101 0000',
    '< 11 07 0000 000b 0101 0000 0102 0003 616331',
    '< 11 65 0000 0006 0202 0002 6e6f',
  ])
  assert.deepEqual(talk.heard.hints, ['server role=access concentrator', 'server name=ac1'])
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.error}`),
    ['discovery ', 'offer ', 'session confirmation no'],
  )
})

test('lengths that lie, cuts and other codes', () => {
  const ctx = context<Pppoe, undefined>('client', undefined, eth)
  assert.deepEqual(pppoe.dissector.parse(new Reader(bytes('11 09 0000 0004 0101 0009')), ctx).anomalies, ['bad-length'])
  assert.deepEqual(pppoe.dissector.parse(new Reader(bytes('11 09 0000 0008 0101')), ctx).anomalies, ['truncated'])
  assert.equal(pppoe.dissector.frame(new Reader(bytes('11 33 0000 0000')), ctx), NOT_MINE)
})
