import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { dissector } from './c1222.ts'
import { c1222 } from './protocol.ts'

const hexOf = (data: Uint8Array | readonly number[]) => Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('')
const ascii = (text: string, size = text.length) => hexOf(new TextEncoder().encode(text.padEnd(size)))
/** Tag, length of one byte, content. */
const tlv = (tag: string, content: string): string => {
  const body = bytes(content)
  return `${tag}${body.length < 128 ? hexOf([body.length]) : `81${hexOf([body.length])}`}${hexOf(body)}`
}
const METER = tlv('06', '2b0601040182856301')
const HOST = tlv('06', '2b0601040182856302')

function line(direction: '>' | '<', ...services: string[]): string {
  const epsem = `80${services.map((s) => tlv('', s)).join('')}`
  const titles = direction === '>' ? tlv('a2', METER) + tlv('a6', HOST) : tlv('a2', HOST) + tlv('a6', METER)
  return `${direction} ${tlv('60', `${titles}${tlv('a8', '020107')}${tlv('be', tlv('28', tlv('81', epsem)))}`)}`
}
const run = (...lines: string[]) => exchange(c1222, { serverPort: 1153 }, lines)

test('a meter says who it is: table 1 of the standard', () => {
  const table = `${ascii('ACME')}${ascii('MODEL-7', 8)}02010304${ascii('SN0042', 16)}`
  const { heard } = run(line('>', '300001'), line('<', `00 0020 ${table} 00`))
  for (const hint of ['vendor=ACME', 'model=MODEL-7', 'hardware=2.1', 'firmware=3.4', 'serial=SN0042'])
    assert.ok(heard.hints.includes(`server ${hint}`) && heard.hints.includes(`server node 1.3.6.1.4.1.33507.1 ${hint}`), hint)
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.ok]),
    [['read table', 'table 1', true]],
  )
})

test('several services in one message are answered in turn', () => {
  const { heard, rows } = run(line('>', '3f0003 000004 0002', '31000f 0002 0001'), line('<', '00 0002 0102 00', '00 0001 ff 00'))
  assert.deepEqual(heard.values, [
    'node 1.3.6.1.4.1.33507.1 table 3 offset 4=0102 bytes',
    'node 1.3.6.1.4.1.33507.1 table 15 element 2=ff bytes',
  ])
  assert.equal(rows.rows.filter((r) => r.log === 'c1222_read_write_service').length, 4)
})

test('a log-on is a try, its password is masked and in no row', () => {
  const { heard, rows } = run(line('>', `50 0002 ${ascii('operator', 10)} 003c`, `51 ${ascii('secret-7', 20)}`), line('<', '00003c', '03'))
  assert.deepEqual(
    heard.said.map((s) =>
      s.kind === 'login.tried' ? [s.user, s.method, s.ok] : s.kind === 'credential.exposed' ? [s.user, s.mask] : s.kind,
    ),
    [
      ['operator', 's…7 (8)'],
      ['operator', 'logon', true],
      ['operator', 'password', false],
    ],
  )
  assert.ok(!JSON.stringify(rows.rows).includes('secret-7'))
  assert.deepEqual(heard.operations[1]!.error, 'insufficient security clearance')
})

test('procedures are what they do, other writes are values', () => {
  const { heard } = run(line('>', '40 0007 0003 000001 00'), line('<', '00'), line('>', '40 0034 0002 0506 00'), line('<', '00'))
  assert.deepEqual(
    heard.said.map((s) => s.kind),
    ['device.restarted', 'time.set'],
  )
  assert.deepEqual(heard.values, ['node 1.3.6.1.4.1.33507.1 table 52:=0506 bytes ok'])
})

test('enciphered services are told as such', () => {
  const user = tlv('be', tlv('28', tlv('81', `88 ${'ab'.repeat(12)} 01020304`)))
  const { heard, messages, rows } = run(
    `> ${tlv('60', `${tlv('a2', METER)}${tlv('ac', tlv('28', tlv('a0', tlv('a1', '8001028104 00000009'))))}${user}`)}`,
  )
  assert.equal(messages[0]!.user?.enciphered?.length, 12)
  assert.equal(heard.operations[0]!.operation, 'enciphered service')
  assert.ok(rows.rows.some((r) => r.log === 'c1222_user_information' && r.cells.includes('0x01020304')))
})

test('association requests of other protocols are not ours', () => {
  const frame = (text: string) => dissector.frame(new Reader(bytes(text)), context('client', dissector.start!()))
  const whole = line('>', '20').slice(1)
  assert.equal(frame(whole), bytes(whole).length)
  // DLMS: user information is a string, no external.
  assert.equal(frame(tlv('60', 'a109060760857405080101 be10040e 01000000065f1f0400007e1f04b0')), NOT_MINE)
  assert.equal(frame('6084ffffffff a203'), NOT_MINE)
  assert.equal(frame('60 80 a203 0000'), NOT_MINE)
  assert.equal(frame('60'), NEED_MORE)
})

test('every truncation says that it is one', () => {
  const whole = bytes(line('<', '00 0002 0102 00', '00 0001 ff 00').slice(1))
  for (let n = 1; n < whole.length; n++) {
    const m = dissector.parse(new Reader(whole.subarray(0, n)), context('server', dissector.start!()))
    assert.ok(m.anomalies.includes('truncated'), `cut to ${n}`)
  }
})
