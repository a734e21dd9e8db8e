import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Edp, edp } from './protocol.ts'

const eth = { transport: 'ethernet', clientIp: undefined, serverIp: undefined } as const
const HEAD = '01 00 0040 0000 0001 0000 020000000001'

test('a switch says its name, release and port', () => {
  const talk = exchange(edp, eth, [
    `> ${HEAD} 99 01 0007 737731 99 02 0026 0000 0004 0000 000000000000 0f030302 ${'00'.repeat(18)} 99 00 0004`,
  ])
  assert.deepEqual(talk.heard.hints, [
    'client type=switch',
    'client vendor=Extreme Networks',
    'client name=sw1',
    'client firmware=15.3.3.2',
    'client interface=slot 1 port 5',
  ])
})

test('lengths that lie, cuts and other versions', () => {
  const ctx = context<Edp, undefined>('client', undefined, eth)
  assert.deepEqual(edp.dissector.parse(new Reader(bytes(`${HEAD} 99 01 0003`)), ctx).anomalies, ['bad-length'])
  assert.deepEqual(edp.dissector.parse(new Reader(bytes(`${HEAD} 99 01 0009 73`)), ctx).anomalies, ['truncated'])
  assert.equal(edp.dissector.frame(new Reader(bytes(`02${HEAD.slice(2)}`)), ctx), NOT_MINE)
})
