import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { ptp } from './protocol.ts'

const hex = (n: number, size: number) => n.toString(16).padStart(size * 2, '0')
const text = (s: string) => hex(s.length, 1) + Buffer.from(s, 'latin1').toString('hex')
const CLOCK = '001122fffe334455'
const OTHER = 'aabbccfffe000001'

function message(type: number, body: string, sequence = 1, clock = CLOCK): string {
  const control = { 0: 0, 1: 1, 8: 2, 9: 3, 13: 4 }[type] ?? 5
  const payload = body.replaceAll(' ', '')
  return `> 0${type.toString(16)} 02 ${hex(34 + payload.length / 2, 2)} 00 00 0200 0000000000010000 00000000 ${clock} 0001 ${hex(sequence, 2)} ${hex(control, 1)} 00 ${payload}`
}
const time = (seconds: number) => `${hex(seconds, 6)}00000000`
const announce = (grandmaster = CLOCK, clockClass = 6, steps = 0, sequence = 1) =>
  message(11, `${time(0)} 0025 00 80 ${hex(clockClass, 1)} 21 4e5d 80 ${grandmaster} ${hex(steps, 2)} 20`, sequence)
const run = (...lines: string[]) => exchange(ptp, { transport: 'udp', serverPort: 320 }, lines)

test('a grandmaster, its clock and where its time is from', () => {
  const { heard, messages } = run(announce())
  assert.deepEqual(heard.hints, ['client role=ptp grandmaster', 'client description=time from GNSS'])
  assert.deepEqual(heard.values, ['domain 0 clock class=6 uint8', `domain 0 grandmaster=${CLOCK} clock identity`])
  assert.equal(heard.operations[0]!.object, `grandmaster ${CLOCK} domain 0`)
  assert.equal(messages[0]!.correction, 1)
  assert.deepEqual(heard.anomalies, [])
})

test('another grandmaster and a worse clock are told', () => {
  const { heard } = run(announce(), announce(OTHER, 248, 1, 2))
  assert.deepEqual(heard.said, [
    { kind: 'configuration.changed', what: 'ptp domain 0 grandmaster', value: `${OTHER}, ${CLOCK} before`, ok: undefined },
    { kind: 'device.diagnosed', what: 'ptp domain 0 grandmaster clock class 248, 6 before', fault: true },
  ])
  assert.ok(heard.hints.includes('client role=ptp boundary clock'))
})

test('a time that jumps and an old sequence number are anomalies', () => {
  const { heard } = run(message(0, time(1000), 7), message(0, time(1000), 8), message(0, time(2000), 9), message(0, time(2000), 3))
  assert.deepEqual(heard.anomalies, ['ptp.time-jumped', 'ptp.sequence-regressed'])
})

test('slaves ask, answers name who asked', () => {
  const { heard, messages } = run(message(1, time(0)), message(9, `${time(5)} ${OTHER} 0001`))
  assert.deepEqual(heard.hints, ['client role=ptp slave'])
  assert.equal(messages[1]!.requesting, OTHER)
})

test('management: a description is identity, a set is a change, an error is one', () => {
  const target = `${OTHER} 0001 01 01`
  const description =
    `0001 0800 ${text('IEEE 802.3')} 0006 001122334455 0001 0004 0a000001 00112200 ${text('ACME;GM-1;77')} ${text('A;1.2;')} ${text('roof')} 001b19000100`.replaceAll(
      ' ',
      '',
    )
  const tlv = (type: string, data: string) => `${type} ${hex(data.replaceAll(' ', '').length / 2, 2)} ${data}`
  const { heard } = run(
    message(13, `${target} 00 00 ${tlv('0001', '0001')}`),
    message(13, `${target} 02 00 ${tlv('0001', description)}`),
    message(13, `${target} 01 00 ${tlv('0001', '2005 0100')}`),
    message(13, `${target} 02 00 ${tlv('0002', '0006 2005')}`),
  )
  assert.deepEqual(heard.hints, [
    'client vendor=ACME',
    'client model=GM-1',
    'client serial=77',
    'client hardware=A',
    'client firmware=1.2',
    'client description=roof',
  ])
  assert.deepEqual(heard.said, [{ kind: 'configuration.changed', what: `ptp priority 1 of ${OTHER}`, value: '0100', ok: undefined }])
  assert.deepEqual([heard.operations[3]!.ok, heard.operations[3]!.error], [false, 'not supported'])
})

/** A sync of version 1: uuid 0a…0f is the sender, 01…06 its grandmaster of stratum 2. */
const SYNC_1 =
  '0001 0001 5f44464c54000000000000000000000 0 01 01 0a0b0c0d0e0f 0001 0007 00 00 0008 00000000' +
  ' 000003e8 00000005 0000 0021 0001 010203040506 0001 0007 000000 02 47505300 0000 f060 00 01 00 00 000000 00 0000 f060 0000 0001' +
  '00'.repeat(32)

test('version 1: every sync names the grandmaster', () => {
  const { messages, heard } = run(`> ${SYNC_1}`)
  const m = messages[0]!
  assert.deepEqual([m.version, m.clock, m.sequence, m.time.seconds], [1, '0a0b0c0d0e0f', 7, 1000])
  assert.deepEqual(
    [m.announce!.grandmaster, m.announce!.clockClass, m.announce!.utcOffset, m.announce!.stepsRemoved],
    ['010203040506', 2, 33, 1],
  )
  assert.deepEqual(heard.anomalies, [])
  assert.ok(heard.operations.some((o) => o.object === 'grandmaster 010203040506 domain 0'))
})

test('frame refuses short and unknown messages, and guesses on other ports', () => {
  const at = (h: string, serverPort: number) =>
    ptp.dissector.frame(new Reader(bytes(h)), context('client', ptp.dissector.start!(), { transport: 'udp', serverPort }))
  const sync = message(0, time(1)).slice(1)
  assert.equal(at(sync, 319), 44)
  assert.equal(at(sync, 5000), 44)
  assert.equal(at(`${sync} 0000 0000`, 5000), NOT_MINE)
  assert.equal(at('00 02 00', 319), NEED_MORE)
  assert.equal(at('00 01 00 01', 319), NEED_MORE)
  assert.equal(at(`0001 0001 ${'00'.repeat(40)}`, 319), NOT_MINE)
  assert.equal(at(SYNC_1, 5000), 124)
  assert.equal(at('00 02 00 20', 319), NOT_MINE)
  assert.equal(at('07 02 00 2c', 319), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const whole = bytes(announce().slice(1))
  for (let cut = 0; cut < whole.length; cut++) {
    assert.deepEqual(
      ptp.dissector.parse(new Reader(whole.subarray(0, cut)), context('client', ptp.dissector.start!())).anomalies,
      ['truncated'],
      `cut at ${cut}`,
    )
  }
})
