import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { ah, esp, type IpSec, type IpSecState } from './protocol.ts'

const ip = { transport: 'ip', clientPort: undefined, serverPort: undefined } as const

test('ESP: a tunnel is told once, a sequence number from long ago is a replay', () => {
  const packet = (sequence: number): string => `> 01020304 ${sequence.toString(16).padStart(8, '0')} 5a5a5a5a`
  const talk = exchange(esp, ip, [packet(1), packet(200), packet(150), packet(100)])
  assert.deepEqual(
    talk.heard.operations.map((o) => o.operation),
    ['encrypted tunnel'],
  )
  assert.deepEqual(talk.heard.anomalies, ['esp.replayed'])
})

test('AH: what it protects is read on', () => {
  const talk = exchange(ah, ip, [`> 01 04 0000 01020304 00000001 ${'5a'.repeat(12)} 0800f7fe00000001`])
  assert.deepEqual(
    talk.carried.map((c) => [c.over, Buffer.from(c.bytes).toString('hex')]),
    [['ip/1', '0800f7fe00000001']],
  )
})

test('a length that lies and a cut are named', () => {
  const ctx = context<IpSec, IpSecState>('client', { last: new Map() }, ip)
  assert.deepEqual(ah.dissector.parse(new Reader(bytes('01 00 0000 01020304 00000001')), ctx).anomalies, ['bad-length'])
  assert.deepEqual(ah.dissector.parse(new Reader(bytes('01 04 0000 01020304 00000001 5a')), ctx).anomalies, ['truncated'])
  assert.deepEqual(esp.dissector.parse(new Reader(bytes('01020304 00')), ctx).anomalies, ['truncated'])
})
