import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDED_OVER, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { socks } from './protocol.ts'

const { dissector } = socks
const over = { serverPort: 1080 }

test('version 5 with a password: the login, the request and the answer', () => {
  const talk = exchange(socks, over, [
    '> 05 02 00 02',
    '< 05 02',
    '> 01 03 656e67 06 736563726574',
    '< 01 00',
    '> 05 01 00 03 04 706c6331 01f6',
    '< 05 00 00 01 0a000009 c350',
  ])
  assert.deepEqual(
    talk.heard.said.map((s) => [s.kind, 'mask' in s ? s.mask : 'object' in s ? s.object : '', 'ok' in s ? s.ok : '']),
    [
      ['credential.exposed', 's…t (6)', ''],
      ['login.tried', '', true],
      ['service.used', 'plc1:502', true],
    ],
  )
  assert.deepEqual(
    talk.rows.rows.map((r) => [r.log, ...r.cells]),
    [
      ['tunnel', undefined, '10.0.0.1', 0, '10.0.0.2', 1080, 'Tunnel::SOCKS', 'Tunnel::DISCOVER'],
      ['socks', 5, 'eng', undefined, 'succeeded', undefined, 'plc1', 502, '10.0.0.9', undefined, 50000],
    ],
  )
  assert.equal(
    dissector.frame(new Reader(bytes('47 45 54')), { ...context('client', talk.state), flow: context('client', 0).flow }),
    HANDED_OVER,
  )
})

test('version 4a names its goal; a refusal is told', () => {
  const talk = exchange(socks, over, ['> 04 01 0050 00000001 6d6500 686f737400', '< 00 5b 0000 00000000'])
  assert.deepEqual(talk.rows.rows.at(-1)!.cells, [
    4,
    'me',
    undefined,
    'general SOCKS server failure',
    undefined,
    'host',
    80,
    '0.0.0.0',
    undefined,
    0,
  ])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.object, o.ok]),
    [['connect', 'host:80', false]],
  )
})

test('foreign openings are refused', () => {
  for (const foreign of ['05 00 0b 03', '05 02 00 00', '05 01 00 47', '04 01 0000 0a000001 00', '04 09 0050 0a000001 00', '16 03 01'])
    assert.equal(dissector.frame(new Reader(bytes(foreign)), context('client', dissector.start!())), NOT_MINE, foreign)
})

test('every truncation says that it is one', () => {
  const pdu = bytes('05 01 00 03 04 706c6331 01f6')
  for (let n = 0; n < pdu.length; n++) {
    const state = { ...dissector.start!(), client: 'request' as const }
    assert.ok(dissector.parse(new Reader(pdu.subarray(0, n)), context('client', state)).anomalies.includes('truncated'), `cut to ${n}`)
  }
})
