import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Ppp, PppState } from './ppp.ts'
import { ppp, pptpGre } from './protocol.ts'

const eth = { transport: 'ethernet' } as const

test('PAP tells its password, masked, and what came of it', () => {
  const talk = exchange(ppp, eth, ['> c023 01 01 000f 03 656e67 06 736563726574', '< c023 02 01 0005 00'])
  assert.deepEqual(
    talk.heard.said.map((s) => (s.kind === 'credential.exposed' ? s.mask : s.kind === 'login.tried' && [s.user, s.method, s.ok])),
    ['s…t (6)', ['eng', 'PAP', true]],
  )
})

test('CHAP by the algorithm that was agreed, refused; an address agreed', () => {
  const talk = exchange(ppp, eth, [
    '< c021 01 01 0009 03 05 c223 81',
    '< c223 01 02 000a 04 01020304 6e',
    `> c223 02 02 000c 04 01020304 656e67`,
    '< c223 04 02 0006 6e6f',
    '< 8021 02 03 000a 03 06 0a000005',
  ])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'login.tried' && [s.user, s.method, s.ok]),
    [['eng', 'MS-CHAPv2', false]],
  )
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.object}`),
    ['address agreed 10.0.0.5'],
  )
})

test('PPTP’s GRE brings PPP', () => {
  const talk = exchange(pptpGre, { transport: 'ip' }, ['> 3001 880b 0008 0001 00000001 ff03 c021 09 01 0004'])
  assert.deepEqual(
    talk.carried.map((c) => [c.over, Buffer.from(c.bytes).toString('hex')]),
    [['ppp', 'c02109010004']],
  )
})

test('lengths that lie, cuts and other protocols', () => {
  const ctx = context<Ppp, PppState>('client', { user: '', algorithm: 0 }, eth)
  const parse = (hex: string): Ppp => ppp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse('c021 01 01 0003').anomalies, ['bad-length'])
  assert.deepEqual(parse('c021 01 01 0006 03 01').anomalies, ['bad-length'])
  assert.deepEqual(parse('c023 01 01 0010 03').anomalies, ['truncated'])
  assert.equal(ppp.dissector.frame(new Reader(bytes('c0ff 01 01 0004')), ctx), NOT_MINE)
})
