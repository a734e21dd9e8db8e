import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Osi, OsiState } from './osi.ts'
import { osi } from './protocol.ts'

const hex = (n: number) => n.toString(16).padStart(2, '0')
const tlv = (tag: string, ...parts: string[]) => {
  const value = parts.join('').replaceAll(' ', '')
  return tag + hex(value.length / 2) + value
}
const text = (s: string) => Buffer.from(s, 'latin1').toString('hex')
const run = (...lines: string[]) => exchange(osi, { serverPort: 102 }, lines)

const MMS = tlv('06', '28ca220201')
const ACSE = tlv('06', '52010001')
const BER = tlv('30', tlv('06', '5101'))
const user = (context: string, apdu: string) => tlv('61', tlv('30', tlv('02', context), tlv('a0', apdu)))
const external = (apdu: string) => tlv('be', tlv('28', tlv('02', '03'), tlv('a0', apdu)))
const INITIATE = tlv('a8', tlv('80', '00fde8'))

/** 1.1.999.1 asks for the MMS of 1.1.999.2, entity 12. */
function connect(extra = ''): string {
  const titles = tlv('a2', tlv('06', '2987 6702'.replaceAll(' ', ''))) + tlv('a3', tlv('02', '0c')) + tlv('a6', tlv('06', '29876701'))
  const request = tlv('60', tlv('a1', tlv('06', '28ca220203')), titles, extra, external(INITIATE))
  const contexts = tlv('a4', tlv('30', tlv('02', '01'), ACSE, BER) + tlv('30', tlv('02', '03'), MMS, BER))
  const presentation = tlv('31', tlv('a0', tlv('80', '01')), tlv('a2', tlv('81', '00000001'), contexts, user('01', request)))
  return `> ${tlv('0d', tlv('14', '0002'), tlv('33', '0001'), tlv('34', '0002'), tlv('c1', presentation))}`
}

function accept(response: string): string {
  const presentation = tlv('31', tlv('a0', tlv('80', '01')), tlv('a2', tlv('83', '00000001'), user('01', response)))
  return `< ${tlv('0e', tlv('14', '0002'), tlv('c1', presentation))}`
}
const ACCEPTED = tlv(
  '61',
  tlv('a1', tlv('06', '28ca220203')),
  tlv('a2', tlv('02', '00')),
  tlv('a3', tlv('a1', tlv('02', '00'))),
  external('a900'),
)

test('an association carries the opening of MMS both ways, then data of its context', () => {
  const { heard, carried, rows, messages } = run(connect(), accept(ACCEPTED), `> 01000100${user('03', 'a003020101')}`)
  assert.deepEqual(
    carried.map((c) => `${c.over} ${Buffer.from(c.bytes).toString('hex')}`),
    [`osi ${INITIATE}`, 'osi a900', 'osi a003020101'],
  )
  assert.deepEqual(heard.operations, [
    {
      operation: 'associate',
      object: 'MMS to 1.1.999.2/12 from 1.1.999.1',
      access: 'session',
      ok: true,
      error: '',
      part: undefined,
    },
  ])
  assert.equal(messages[0]!.calledSession, '0002')
  assert.deepEqual(rows.rows[0]!.cells, ['1.0.9506.2.3', '1.1.999.1', '1.1.999.2', undefined, false, 'accepted', false, undefined])
  assert.deepEqual(heard.anomalies, [])
})

test('a password is tried and exposed, a refusal names its reason', () => {
  const secret = tlv('8b', '520301') + tlv('ac', tlv('80', text('letmein')))
  const rejected = tlv('61', tlv('a2', tlv('02', '01')), tlv('a3', tlv('a1', tlv('02', '0d'))))
  const { heard, rows } = run(connect(secret), accept(rejected))
  assert.deepEqual(heard.said, [
    { kind: 'credential.exposed', user: '1.1.999.1', mask: 'l…n (7)', weakness: 'clear' },
    { kind: 'login.tried', user: '1.1.999.1', domain: '', method: 'password', ok: false },
  ])
  assert.equal(heard.operations[0]!.error, 'authentication failure')
  assert.deepEqual(rows.rows[0]!.cells.slice(3), ['2.2.3.1', true, 'rejected_permanent', false, 'acse::authentication_failure'])
})

test('an abort within a refusal', () => {
  const aborted = tlv('30', user('01', tlv('64', tlv('80', '01'), tlv('81', '05'))))
  const { heard, rows } = run(connect(), `< ${tlv('0c', tlv('32', '02', aborted))}`)
  assert.equal(heard.operations[0]!.error, 'authentication failure')
  assert.deepEqual(rows.rows[0]!.cells.slice(3), [undefined, true, undefined, true, 'acse::ABRT_diagnostic_authentication_failure'])
})

test('a connection nobody answers is a try', () => {
  const { heard, end } = run(connect())
  end()
  assert.deepEqual([heard.operations[0]!.operation, heard.operations[0]!.ok], ['associate', undefined])
})

test('release and abort end an association', () => {
  const { heard } = run(
    `> ${tlv('09', tlv('c1', user('01', tlv('62', tlv('80', '00')))))}`,
    `< ${tlv('0a', tlv('c1', user('01', tlv('63', tlv('80', '00')))))}`,
    `> ${tlv('19', tlv('11', '0b'))}`,
  )
  assert.deepEqual(
    heard.operations.map((o) => o.operation),
    ['release association', 'abort association'],
  )
})

test('another syntax than MMS goes to whoever reads that', () => {
  const other = connect().replace(MMS, tlv('06', '28ca220209'))
  const { carried } = run(other, `> 01000100${user('03', 'a003020101')}`)
  assert.deepEqual(
    carried.map((c) => c.over),
    ['osi/1.0.9506.2.9', 'osi/1.0.9506.2.9'],
  )
})

test('data in the middle of a capture is carried for content to decide', () => {
  const { carried } = run(`< 01000100${user('03', 'a103020101')}`)
  assert.deepEqual(carried[0]!.over, 'osi')
})

test('frame refuses what is no session', () => {
  const at = (h: string) => osi.dissector.frame(new Reader(bytes(h)), context('client', osi.dissector.start!()))
  assert.equal(at('32 01 00 00'), NOT_MINE)
  assert.equal(at('72 01'), NOT_MINE)
  assert.equal(at('01'), NEED_MORE)
  assert.equal(at('0d 05 0000'), NOT_MINE)
  assert.equal(at('01 00 01 00 32 01'), NOT_MINE)
  assert.equal(at('01 00 01 00'), 4)
})

test('every truncation parses and is marked', () => {
  const whole = bytes(connect().slice(1))
  for (let cut = 0; cut < whole.length; cut++) {
    const m = osi.dissector.parse(new Reader(whole.subarray(0, cut)), context('client', osi.dissector.start!()))
    assert.deepEqual(m.anomalies, ['truncated'], `cut at ${cut}`)
  }
})

test('data that the capture cut short is carried as far as it goes', () => {
  const state = osi.dissector.start!()
  const ctx = context<Osi, OsiState>('client', state)
  const whole = bytes(`01000100${user('03', tlv('a0', tlv('02', '05'), tlv('a4', '00'.repeat(20))))}`)
  const head = osi.dissector.parse(new Reader(whole.subarray(0, 22)), ctx)
  assert.deepEqual(head.anomalies, ['truncated'])
  assert.deepEqual(osi.dissector.carries!(head, ctx), [{ over: 'osi', bytes: bytes('a019 020105 a414 0000') }])
})

test('a connection that the capture cut short is still one; rubbish with its number is not', () => {
  const frame = (hex: string): number =>
    osi.dissector.frame(new Reader(bytes(hex)), context<Osi, OsiState>('client', osi.dissector.start!()))
  const whole = connect().slice(2)
  assert.equal(frame(whole.slice(0, 60)), 30)
  assert.equal(frame(`0dff 0100 ${'41'.repeat(20)}`), NOT_MINE)
  const { heard, messages } = run(`> ${whole.slice(0, 60)}`)
  assert.deepEqual(messages[0]!.anomalies, ['truncated'])
  assert.equal(osi.dissector.side!(new Reader(bytes(whole.slice(0, 60)))), 'client')
  assert.deepEqual(heard.anomalies, ['osi.truncated'])
})
