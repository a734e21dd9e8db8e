import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { zigbee } from './protocol.ts'

const hex = (n: number, size: number) => n.toString(16).padStart(size * 2, '0')
const text = (s: string) => Buffer.from(s, 'latin1').toString('hex')

/** A radio frame with its check in a ZEP packet of version 2. */
function packet(frame: string): string {
  const radio = `${frame.replaceAll(' ', '')}ffff`
  return `> 4558 02 01 0b fffe 01 ef ${'00'.repeat(8)} 0000000a ${'00'.repeat(10)} ${hex(radio.length / 2, 1)} ${radio}`
}
/** Data from 0x1234 to 0x0000 of PAN 0xabcd. */
const data = (network: string) => packet(`6188 05 cdab 0000 3412 ${network}`)
const aps = (support: string) => data(`4800 0000 3412 1e a3 ${support}`)
/** Endpoint 1 to endpoint 1, home automation. */
const zcl = (cluster: string, body: string) => aps(`00 01 ${cluster} 0401 01 07 ${body}`)
const run = (...lines: string[]) => exchange(zigbee, { transport: 'udp', serverPort: 17_754 }, lines)

test('a device says who it is and what it measures', () => {
  const { heard } = run(
    zcl('0000', `18 01 01 0400 00 42 04 ${text('ACME')} 0500 00 42 02 ${text('T1')}`),
    zcl('0204', '18 02 0a 0000 29 6608'),
    zcl('0204', '18 03 01 0100 86'),
  )
  assert.deepEqual(heard.hints, ['client role=zigbee gateway', 'client device 0x1234 vendor=ACME', 'client device 0x1234 model=T1'])
  assert.deepEqual(heard.values, [
    'device 0x1234 basic 0x0004=ACME string',
    'device 0x1234 basic 0x0005=T1 string',
    'device 0x1234 temperature 0x0000=2150 int16',
  ])
  assert.deepEqual(heard.anomalies, [])
})

test('a light is switched, a door unlocked, an attribute written', () => {
  const { heard } = run(zcl('0600', '01 01 01'), zcl('0101', '01 02 01'), zcl('0102', '10 03 02 0000 20 05'))
  assert.deepEqual(heard.values, [
    'device 0x0000/1 on/off:=true bool unanswered',
    'device 0x0000/1 locked:=false bool unanswered',
    'device 0x0000 thermostat 0x0000:=5 uint8 unanswered',
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.access, o.part]),
    [
      ['on', 'control', 'device 0x1234'],
      ['unlock door', 'control', 'device 0x1234'],
      ['write attributes', 'write', 'device 0x1234'],
    ],
  )
})

test('a key in clear is exposed, joining opened, a device announced', () => {
  const { heard } = run(
    aps(`01 09 05 01 ${'5a'.repeat(16)} 00 ${'11'.repeat(8)} ${'22'.repeat(8)}`),
    aps('08 00 3600 0000 00 08 01 b4 00'),
    aps('08 00 1300 0000 00 08 02 7856 0807060504030201 8e'),
  )
  assert.deepEqual(heard.said, [
    { kind: 'credential.exposed', user: 'device 0x0000', mask: '5…a (32)', weakness: 'clear' },
    { kind: 'configuration.changed', what: 'joining of 0x0000', value: 'open for 180 s', ok: undefined },
  ])
  assert.ok(heard.hints.includes('client device 0x5678 serial=0102030405060708'))
})

test('encrypted messages, radio commands, a maker’s own profile are named', () => {
  const { heard } = run(
    data(`4802 0000 3412 1e a3 28 01000000 0807060504030201 00 ${'ee'.repeat(12)}`),
    packet('23c8 01 cdab 0000 ffff 0807060504030201 01 8e'),
    aps('00 c8 ee1f f210 c8 07 aabbcc'),
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object]),
    [
      ['encrypted message', 'PAN 0xabcd'],
      ['association request', '0x0000'],
      ['message', 'profile 0x10f2 cluster 0x1fee to 0x0000'],
    ],
  )
})

test('version 1 and acknowledgements of the capture protocol', () => {
  const { messages } = run('> 4558 01 0f 0001 01 80 00000000000000 05 0200 28 ffff', '> 4558 02 02 00000007')
  assert.deepEqual([messages[0]!.channel, messages[0]!.frame!.kind, messages[1]!.sequence], [15, 2, 7])
})

test('a frame from the radio itself has no packet around it; other networks are not ours', () => {
  const radio = { transport: 'ethernet' as const, serverPort: undefined }
  const { messages, heard } = exchange(zigbee, radio, [`> 6188 05 cdab 0000 3412 4800 0000 3412 1e a3 01 09 05 01 ${'5a'.repeat(16)}`])
  assert.deepEqual([messages[0]!.version, messages[0]!.frame!.source], [0, '0x1234'])
  assert.equal(heard.said[0]!.kind, 'credential.exposed')
  const at = (h: string) => zigbee.dissector.frame(new Reader(bytes(h)), context('client', undefined, radio))
  assert.equal(at('6188 05 cdab 0000 3412 7b3b 3a02 8500 6af0 0000'), NOT_MINE)
  assert.equal(at('6188'), NOT_MINE)
})

test('frame refuses what is no ZEP', () => {
  const at = (h: string) => zigbee.dissector.frame(new Reader(bytes(h)), context('client', undefined))
  const good = zcl('0600', '01 01 01').slice(1)
  assert.equal(at(good), bytes(good).length)
  assert.equal(at(`${good}00`), NOT_MINE)
  assert.equal(at('45'), NEED_MORE)
  assert.equal(at('4558 03'), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const whole = bytes(zcl('0600', '01 01 01').slice(1))
  for (let cut = 0; cut < whole.length; cut++) {
    assert.deepEqual(
      zigbee.dissector.parse(new Reader(whole.subarray(0, cut)), context('client', undefined)).anomalies,
      ['truncated'],
      `cut at ${cut}`,
    )
  }
})
