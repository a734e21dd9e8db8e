import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Pim, type PimState, pim } from './protocol.ts'

const ip = { transport: 'ip', serverIp: '224.0.0.13' } as const
const hello = (hold: string, generation: string): string => `> 20 00 0000 0001 0002 ${hold} 0014 0004 ${generation}`

test('a new generation is a restart, a hold time of zero a farewell', () => {
  const talk = exchange(pim, ip, [hello('0069', '00000001'), hello('0069', '00000002'), hello('0000', '00000002')])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind),
    ['device.restarted'],
  )
  assert.deepEqual(
    talk.heard.operations.map((o) => o.operation),
    ['hello', 'goodbye'],
  )
})

test('cuts and other versions', () => {
  const ctx = context<Pim, PimState>('client', { generation: undefined }, ip)
  assert.deepEqual(pim.dissector.parse(new Reader(bytes('20 00 0000 0001 0002 00')), ctx).anomalies, ['truncated'])
  assert.equal(pim.dissector.frame(new Reader(bytes('10 00 0000')), ctx), NOT_MINE)
})
