import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { rfb } from './protocol.ts'

const text = (s: string): string => Buffer.from(s).toString('hex')
const { dissector } = rfb
const INIT = `0500 0320 ${'00'.repeat(16)} 00000009 ${text('x (hmi:1)')}`

test('version 3.8 with a password: the desktop and whoever types on it', () => {
  const talk = exchange(rfb, { serverPort: 5900 }, [
    `< ${text('RFB 003.008\n')}`,
    `> ${text('RFB 003.008\n')}`,
    '< 02 02 10',
    '> 02',
    `< ${'11'.repeat(16)}`,
    `> ${'22'.repeat(16)}`,
    '< 00000000',
    '> 01',
    `< ${INIT}`,
    '> 04 01 0000 00000041',
    '> 02 00 0001 00000000',
  ])
  assert.deepEqual(talk.rows.rows[0]!.cells, ['003', '008', '003', '008', 'VNC', true, true, 'x (hmi:1)', 1280, 800])
  assert.deepEqual(talk.heard.hints, [
    'server role=remote desktop',
    'server software=RFB 3.8',
    'server description=desktop x (hmi:1) 1280x800',
    'server name=hmi',
  ])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.access]),
    [
      ['key', 'control'],
      ['set encodings', 'session'],
    ],
  )
})

test('version 3.3: the server decides; a refusal ends it', () => {
  const versions = [`< ${text('RFB 003.008\n')}`, `> ${text('RFB 003.003\n')}`]
  const talk = exchange(rfb, {}, [...versions, '< 00000002', `< ${'11'.repeat(16)}`, `> ${'22'.repeat(16)}`, '< 00000001'])
  talk.end()
  assert.deepEqual(talk.rows.rows[0]!.cells.slice(4, 7), ['VNC', false, undefined])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'login.tried' && s.ok),
    [false],
  )
})

test('a desktop without a password is an anomaly', () => {
  const talk = exchange(rfb, {}, [`< ${text('RFB 003.007\n')}`, `> ${text('RFB 003.007\n')}`, '< 01 01', '> 01', '> 00', `< ${INIT}`])
  assert.ok(talk.heard.anomalies.includes('rfb.no-password'))
  assert.equal(talk.state.ok, true)
})

test('other banners are refused; truncation is marked', () => {
  for (const foreign of ['SSH-2.0-x\r\n', 'RFB 3.8\n', 'RFB 003.008\r'])
    assert.equal(dissector.frame(new Reader(bytes(text(foreign))), context('server', dissector.start!())), NOT_MINE, foreign)
  const state = dissector.start!()
  assert.ok(dissector.parse(new Reader(bytes('524642')), context('server', state)).anomalies.includes('truncated'))
})

test('a server that waits for screens: the client’s is shown; half a conversation turns nobody round', () => {
  const reverse = exchange(rfb, { serverPort: 5500 }, [
    `> ${text('RFB 003.008\n')}`,
    `< ${text('RFB 003.007\n')}`,
    '> 01 01',
    '< 01',
    '< 00',
    `> ${INIT}`,
  ])
  assert.deepEqual([reverse.state.screen, reverse.state.name], ['client', 'x (hmi:1)'])
  const half = exchange(rfb, {}, [`> ${text('RFB 003.008\n')}`])
  assert.equal(half.state.screen, 'server')
})
