import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { lontalk } from './protocol.ts'

const hex = (n: number, size: number) => n.toString(16).padStart(size * 2, '0')

function packet(telegram: string, type = '01'): string {
  const body = telegram.replaceAll(' ', '')
  return `> ${hex(20 + body.length / 2, 2)} 01 ${type} 00 00 0000 00000007 00000001 00000000 ${body}`
}
const run = (...lines: string[]) => exchange(lontalk, { transport: 'udp', serverPort: 1628 }, lines)

/** Unicast from 1/42 to 1/41 in domain 01; a PDU of the format. */
const telegram = (format: number, pdu: string, from = '2a', to = '29') =>
  packet(
    `00 ${hex((format << 4) | 0x09, 1)} 01 ${hex(Number.parseInt(from, 16) | 0x80, 1)} 01 ${hex(Number.parseInt(to, 16) | 0x80, 1)} 01 ${pdu}`,
  )

test('variables are told from node to node', () => {
  const { heard, messages } = run(
    telegram(0, '03 810d 00ca'),
    telegram(0, '13 810e 05'),
    telegram(3, '810f 000102'),
    telegram(0, '23', '29', '2a'),
  )
  assert.deepEqual(heard.values, ['node 1/42 nv 0x010d=202 uint16', 'node 1/42 nv 0x010e=5 uint8', 'node 1/42 nv 0x010f=000102 octets 3'])
  assert.deepEqual([messages[0]!.source, messages[0]!.destination, messages[0]!.domain], ['1/42', '1/41', '01'])
  assert.equal(heard.operations[0]!.object, 'nv 0x010d to 1/41')
  assert.deepEqual(heard.anomalies, [])
})

test('a node is set offline, keyed and written to; the answer decides', () => {
  const ask = (code: string, transaction: number) => telegram(1, `0${transaction} ${code}`)
  const answer = (code: string, transaction: number) => telegram(1, `2${transaction} ${code}`, '29', '2a')
  const { heard } = run(
    ask('6c 00', 1),
    answer('2c', 1),
    ask('65 112233445566', 2),
    answer('05', 2),
    ask('6e 00 f000 02 00 aabb', 3),
    answer('2e', 3),
    telegram(1, '04 6c 02'),
    telegram(1, '24 2c', '29', '2a'),
  )
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'node 1/41 offline', ok: true },
    { kind: 'configuration.changed', what: 'update key of node 1/41', value: '…', ok: false },
    { kind: 'program.edited', section: 'memory of node 1/41', sectionType: 'memory', bytes: 2, hash: undefined, user: undefined, ok: true },
    { kind: 'device.restarted', how: 'reset of node 1/41', ok: true },
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.access, o.ok]),
    [
      ['set node mode', 'control', true],
      ['update key', 'configure', false],
      ['write memory', 'program', true],
    ],
  )
})

test('broadcast, group and neuron addresses; a service pin is an identity', () => {
  const { messages, heard } = run(
    packet('00 31 01 aa 02 01 810d 01'),
    packet('00 35 01 aa 07 01 810d 01'),
    packet('00 3d 01 aa 00 0123456789ab 01 7f 0123456789ab'),
    packet('80 08 01 2a 01 a9 05 02 23'),
  )
  assert.deepEqual(
    messages.map((m) => m.destination),
    ['subnet 2', 'group 7', 'neuron 0123456789ab', '1/41'],
  )
  assert.deepEqual(heard.hints, ['client node 1/42 serial=neuron 0123456789ab'])
  assert.equal(messages[3]!.isPriority, true)
})

test('a question without an answer is a try; channel management is an operation', () => {
  const { heard, end } = run(telegram(1, '01 6c 00'), packet('0000', '71'))
  end()
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.ok]),
    [
      ['device configuration', undefined],
      ['set node mode', undefined],
    ],
  )
})

test('frame refuses what is no CN/IP', () => {
  const at = (h: string, serverPort = 9999) =>
    lontalk.dissector.frame(new Reader(bytes(h)), context('client', lontalk.dissector.start!(), { serverPort }))
  const good = telegram(0, '03 810d 00ca').slice(1)
  assert.equal(at(good), 32)
  assert.equal(at(`${good} 00`), NOT_MINE)
  assert.equal(at('0020 02 01'), NOT_MINE)
  assert.equal(at('0020'), NEED_MORE)
  assert.equal(at(good.replace('01 01', '01 02'), 1628), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const whole = bytes(telegram(0, '03 810d 00ca').slice(1))
  for (let cut = 0; cut < whole.length; cut++) {
    const m = lontalk.dissector.parse(new Reader(whole.subarray(0, cut)), context('client', lontalk.dissector.start!()))
    assert.deepEqual(m.anomalies, ['truncated'], `cut at ${cut}`)
  }
})
