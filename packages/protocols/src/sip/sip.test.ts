import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { sip } from './protocol.ts'
import type { Sip, SipState } from './sip.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const udp = { transport: 'udp', serverPort: 5060 } as const
const message = (...lines: string[]) => hex(`${lines.join('\r\n')}\r\n\r\n`)
const COMMON = [
  'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1',
  'From: "Gate 4" <sip:gate4@plant>;tag=9',
  'To: <sip:gate4@plant>',
  'Call-ID: c1@10.0.0.1',
]
const AUTH = 'Authorization: Digest username="gate4", realm="plant", response="00"'

test('a phone registers: challenged, then accepted; the account is named, the server too', () => {
  const x = exchange(sip, udp, [
    `>${message('REGISTER sip:plant SIP/2.0', ...COMMON, 'CSeq: 1 REGISTER', 'User-Agent: Intercom 2.1', 'Content-Length: 0')}`,
    `<${message('SIP/2.0 401 Unauthorized', ...COMMON, 'CSeq: 1 REGISTER', 'Content-Length: 0')}`,
    `>${message('REGISTER sip:plant SIP/2.0', ...COMMON, 'CSeq: 2 REGISTER', AUTH)}`,
    `<${message('SIP/2.0 200 OK', ...COMMON, 'CSeq: 2 REGISTER', 'Server: Asterisk 20')}`,
  ])
  assert.deepEqual(x.heard.hints, [
    'client software=Intercom 2.1',
    'client user=gate4@plant',
    'server software=Asterisk 20',
    'server role=sip registrar',
  ])
  assert.deepEqual(x.heard.said, [{ kind: 'login.tried', user: 'gate4', domain: 'plant', method: 'sip digest', ok: true }])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.ok, o.error]),
    [
      ['REGISTER', 'gate4@plant', false, '401 Unauthorized'],
      ['REGISTER', 'gate4@plant', true, ''],
    ],
  )
  assert.deepEqual(
    x.rows.rows.map((r) => [r.cells[1], r.cells[4], r.cells[12], r.cells[15], r.cells[18]]),
    [
      ['REGISTER', '"Gate 4" <sip:gate4@plant>', ['SIP/2.0/UDP 10.0.0.1:5060'], 401, 0],
      ['REGISTER', '"Gate 4" <sip:gate4@plant>', ['SIP/2.0/UDP 10.0.0.1:5060'], 200, undefined],
    ],
  )
})

test('a call is a service used; provisional answers have rows of their own', () => {
  const x = exchange(sip, udp, [
    `>${message('INVITE sip:door@10.0.0.9;user=phone SIP/2.0', ...COMMON, 'CSeq: 5 INVITE')}`,
    `<${message('SIP/2.0 100 Trying', ...COMMON, 'CSeq: 5 INVITE')}`,
    `<${message('SIP/2.0 486 Busy Here', ...COMMON, 'CSeq: 5 INVITE')}`,
    `>${hex('\r\n\r\n')}`,
    `>${message('ACK sip:door@10.0.0.9 SIP/2.0', ...COMMON, 'CSeq: 5 ACK')}`,
  ])
  x.end()
  assert.deepEqual(
    x.rows.rows.map((r) => [r.cells[1], r.cells[15]]),
    [
      ['INVITE', 100],
      ['INVITE', 486],
      ['ACK', undefined],
    ],
  )
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.error]),
    [['INVITE', 'door@10.0.0.9', '486 Busy Here']],
  )
  assert.deepEqual(x.heard.said, [{ kind: 'service.used', service: 'call', object: 'door@10.0.0.9', user: 'gate4@plant', ok: false }])
})

test('a search that nobody answers is told all the same, repeats once', () => {
  const ask = `>${message('OPTIONS sip:100@10.0.0.2 SIP/2.0', ...COMMON, 'CSeq: 1 OPTIONS', 'User-Agent: friendly-scanner')}`
  const x = exchange(sip, udp, [ask, ask])
  x.end()
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.ok]),
    [['OPTIONS', '100@10.0.0.2', undefined]],
  )
})

test('over TCP the length field cuts; a body that is not all there is said to be', () => {
  const frame = (text: string, transport: 'tcp' | 'udp' = 'tcp') =>
    sip.dissector.frame(
      new Reader(new TextEncoder().encode(text)),
      context<Sip, SipState>('client', sip.dissector.start!(), { transport, serverPort: 6000 }),
    )
  const head = 'INVITE sip:a SIP/2.0\r\nl: 5\r\n\r\n'
  assert.deepEqual([frame(`${head}12345INV`), frame(head.slice(0, 25)), frame(head.slice(0, 8))], [head.length + 5, NEED_MORE, NEED_MORE])
  assert.deepEqual([frame('GET / HTTP/1.1\r\n'), frame('OPTIONS * RTSP/1.0\r\n'), frame('hello', 'udp')], [NOT_MINE, NOT_MINE, NOT_MINE])
  const x = exchange(sip, udp, [`>${hex(`${head}12`)}`])
  assert.deepEqual(x.heard.anomalies, ['sip.truncated'])
})
