import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { knx } from './protocol.ts'

const hex = (n: number, size: number) => n.toString(16).padStart(size * 2, '0')
const ENDPOINT = '08 01 0a000001 0e57'

function frame(service: string, body: string): string {
  const payload = body.replaceAll(' ', '')
  return `06 10 ${service} ${hex(6 + payload.length / 2, 2)} ${payload}`
}
const run = (...lines: string[]) => exchange(knx, { transport: 'udp', serverPort: 3671 }, lines)

/** A standard telegram from 1.1.5, or to the group 1/2/3. */
const telegram = (code: string, control1: string, apdu: string, to = '0a03', control2 = 'e0') => {
  const data = apdu.replaceAll(' ', '')
  return `${code} 00 ${control1} ${control2} 1105 ${to} ${hex(data.length / 2 - 1, 1)} ${data}`
}
const tunnel = (body: string) => frame('0420', `04 07 00 00 ${body}`)

test('a gateway says who it is; one in programming mode is told', () => {
  const name = Buffer.from('Hall gateway'.padEnd(30, '\0'), 'latin1').toString('hex')
  const device = `36 01 02 01 1101 0008 00c501020304 e000170c 001122334455 ${name}`
  const { heard } = run(`> ${frame('0201', ENDPOINT)}`, `< ${frame('0202', `${ENDPOINT} ${device} 04 fe 0007`)}`)
  assert.deepEqual(heard.hints, [
    'server type=building-controller',
    'server role=knx gateway',
    'server name=Hall gateway',
    'server serial=00c501020304',
    'server description=KNX 1.1.1',
    'server vendor=KNX manufacturer 7',
  ])
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'program', by: 'report', detail: 'programming mode', ok: undefined, side: 'server' },
  ])
})

test('a tunnel is opened or refused', () => {
  const ask = `> ${frame('0205', `${ENDPOINT} ${ENDPOINT} 04 04 02 00`)}`
  const { heard } = run(ask, `< ${frame('0206', `07 00 ${ENDPOINT} 04 04 11fa`)}`, ask, `< ${frame('0206', '00 24')}`)
  assert.deepEqual(
    heard.operations.map((o) => [o.object, o.ok, o.error]),
    [
      ['tunnelling', true, ''],
      ['tunnelling', false, 'no more connections'],
    ],
  )
  assert.deepEqual(heard.values, ['tunnel address=1.1.250 individual address'])
})

test('a group is written once the line confirms it; what others write is read', () => {
  const { heard } = run(
    `> ${tunnel(telegram('11', 'bc', '0081'))}`,
    `< ${tunnel(telegram('2e', 'bc', '0081'))}`,
    `> ${tunnel(telegram('11', 'bc', '0080 7f'))}`,
    `< ${tunnel(telegram('2e', 'bd', '0080 7f'))}`,
    `< ${tunnel(telegram('29', 'bc', '0080 0c1a'))}`,
  )
  assert.deepEqual(heard.values, ['1/2/3:=1 uint6 ok', '1/2/3:=127 uint8 refused', '1/2/3=0c1a octets 2'])
  assert.deepEqual(heard.operations.at(-1)!.object, '1/2/3 from 1.1.5')
})

test('a device is addressed, written to, keyed and restarted', () => {
  const to = (apdu: string) => tunnel(telegram('29', 'b0', apdu, '1207', '60'))
  const { heard } = run(
    `< ${tunnel(telegram('29', 'b0', '00c0 1207', '0000'))}`,
    `< ${to('43d7 00 36 1001 01')}`,
    `< ${to('4282 4000 aabb')}`,
    `< ${to('43d3 01 11223344')}`,
    `< ${to('4380')}`,
  )
  assert.deepEqual(heard.said, [
    { kind: 'configuration.changed', what: 'individual address', value: '1207', ok: undefined },
    { kind: 'configuration.changed', what: 'programming mode of 1.2.7', value: '01', ok: undefined },
    {
      kind: 'program.edited',
      section: 'memory of 1.2.7',
      sectionType: 'memory',
      bytes: 2,
      hash: undefined,
      user: undefined,
      ok: undefined,
    },
    { kind: 'configuration.changed', what: 'access key of 1.2.7', value: '…', ok: undefined },
    { kind: 'device.restarted', how: 'restart of 1.2.7', ok: undefined },
  ])
})

test('properties of the gateway, routing, secure sessions', () => {
  const { heard } = run(
    `> ${frame('0310', '04 07 00 00 f6 000b 01 34 1001 1105')}`,
    `< ${frame('0310', '04 07 00 00 f5 000b 01 34 0001 01')}`,
    `> ${frame('0530', telegram('29', 'bc', '0080'))}`,
    `< ${frame('0954', '00 00')}`,
    `< ${frame('0954', '01 00')}`,
  )
  assert.deepEqual(
    heard.said.map((s) =>
      s.kind === 'configuration.changed' ? `${s.what}=${s.value}` : s.kind === 'login.tried' ? `login ${s.ok}` : s.kind,
    ),
    ['object 11.1 individual address=1105', 'login true', 'login false'],
  )
  assert.deepEqual([heard.operations[0]!.operation, heard.operations[0]!.ok], ['property write', false])
  assert.deepEqual(heard.values, ['1/2/3=0 uint6'])
})

test('a write that nobody confirms is a try', () => {
  const { heard, end } = run(`> ${tunnel(telegram('11', 'bc', '0081'))}`)
  end()
  assert.deepEqual(heard.values, ['1/2/3:=1 uint6 unanswered'])
})

test('frame refuses what is no KNXnet/IP', () => {
  const at = (h: string) => knx.dissector.frame(new Reader(bytes(h)), context('client', knx.dissector.start!()))
  assert.equal(at('06 10 0201 000e'), 14)
  assert.equal(at('06'), NEED_MORE)
  assert.equal(at('06 20 0201'), NOT_MINE)
  assert.equal(at('06 10 0299 000e'), NOT_MINE)
  assert.equal(at('06 10 0420 0008'), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const whole = bytes(tunnel(telegram('29', 'bc', '0080 0c1a')))
  for (let cut = 0; cut < whole.length; cut++) {
    const m = knx.dissector.parse(new Reader(whole.subarray(0, cut)), context('client', knx.dissector.start!()))
    assert.deepEqual(m.anomalies, ['truncated'], `cut at ${cut}`)
  }
})
