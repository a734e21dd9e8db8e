import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { cipIo, enip } from './protocol.ts'

const on44818 = { serverPort: 44_818 }
const HELLO = '6300 0000 00000000 00000000 00000000c1debed1 00000000'
const ANSWER = `6300 3300 00000000 00000000 00000000c1debed1 00000000 0100 0c00 2d00 0100 0002 af12 0a0101a4 0000000000000000
  0100 0c00 3a00 04 03 3000 8e4d5200 0b 313735362d454e42542f41 03`

test('ListIdentity tells vendor, model, firmware and serial', () => {
  const { messages, heard, rows } = exchange(enip, on44818, [`> ${HELLO}`, `< ${ANSWER}`])
  assert.equal(messages[1]!.identity?.socketAddress, '10.1.1.164')
  assert.deepEqual(heard.hints, [
    'server vendor=Rockwell Automation/Allen-Bradley',
    'server model=1756-ENBT/A',
    'server orderCode=1756-ENBT/A',
    'server family=Communications Adapter',
    'server type=gateway',
    'server firmware=4.3',
    'server serial=00524d8e',
  ])
  assert.equal(heard.operations[0]!.operation, 'list identity')
  const identity = rows.rows.find((row) => row.log === 'cip_identity')
  assert.deepEqual(identity?.cells.slice(6), [
    1,
    '10.1.1.164',
    44_818,
    1,
    'Rockwell Automation/Allen-Bradley',
    12,
    'Communications Adapter',
    58,
    '4.3',
    '0x0030',
    '0x00524d8e',
    '1756-ENBT/A',
    '0x0003',
  ])
})

test('data is carried whole; a refused session is an operation that failed', () => {
  const rr = '6f00 0400 01000000 00000000 0000000000000000 00000000 00000000'
  const { carried, heard } = exchange(enip, on44818, [
    `> ${rr}`,
    '> 6500 0400 00000000 00000000 0000000000000000 00000000 01000000',
    '< 6500 0400 00000000 69000000 0000000000000000 00000000 01000000',
  ])
  assert.deepEqual(
    carried.map((c) => [c.over, c.bytes.length]),
    [['enip', 28]],
  )
  assert.equal(heard.operations.at(-1)!.error, 'unsupported protocol version')
})

test('frame is strict on a foreign port', () => {
  const frame = (hex: string, port: number) =>
    enip.dissector.frame(new Reader(bytes(hex)), context('client', undefined, { serverPort: port }))
  assert.equal(frame(HELLO, 9999), 24)
  assert.equal(frame('6300', 9999), NEED_MORE)
  assert.equal(frame('0000 0000 00000000 00000000 0000000000000000 00000000', 9999), NOT_MINE)
  assert.equal(frame('0000 0000 00000000 00000000 0000000000000000 00000000', 44_818), 24)
  assert.equal(frame('4854 5450 2f31 2e31', 9999), NOT_MINE)
  assert.equal(frame('0100 0000 00000000 00000000 0000000000000000 00000000', 9999), 24)
  assert.equal(frame('0100 0000 01000000 00000000 0000000000000000 00000000', 9999), NOT_MINE)
  assert.equal(frame('6300 0000 00000000 00000100 0000000000000000 00000000', 44_818), NOT_MINE)
})

test('every truncation of an identity parses and is marked', () => {
  const pdu = bytes(ANSWER)
  for (let cut = 0; cut < pdu.length; cut++) {
    const m = enip.dissector.parse(new Reader(pdu.subarray(0, cut)), context('server', undefined, on44818))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
})

test('cyclic data is a tag of its connection', () => {
  const { heard, rows } = exchange(cipIo, { transport: 'udp', serverPort: 2222 }, [
    '> 0200 0280 0800 03064b00 db943f00 b100 0600 a587 e80f0300',
    '> 0200 0280 0800 03064b00 dc943f00 b100 0600 a687 e80f0300',
  ])
  assert.deepEqual(heard.values[0], 'connection 0x004b0603=e80f0300 bytes')
  assert.deepEqual(rows.rows[0]!.cells.slice(6), ['0x004b0603', 4166875, 6, 'a587e80f0300'])
})
