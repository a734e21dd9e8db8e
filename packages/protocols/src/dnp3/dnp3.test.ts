import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, wholeFile } from '../testing/recorder.ts'
import { checkOf } from './crc.ts'
import { dissector } from './dnp3.ts'
import { dnp3 } from './protocol.ts'

const hexOf = (data: Uint8Array | readonly number[]) => Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('')

/** One link frame around a transport segment: master 1 and outstation 10. */
function frame(direction: '>' | '<', segment: string, transport = 0xc0): string {
  const data = [transport, ...bytes(segment)]
  const head = [0x05, 0x64, 5 + data.length, direction === '>' ? 0xc4 : 0x44, ...(direction === '>' ? [10, 0, 1, 0] : [1, 0, 10, 0])]
  const out: number[] = []
  const block = (part: readonly number[]) => {
    const check = checkOf(Uint8Array.from(part), 0, part.length)
    out.push(...part, check & 0xff, check >> 8)
  }
  block(head)
  for (let at = 0; at < data.length; at += 16) block(data.slice(at, at + 16))
  return `${direction} ${hexOf(out)}`
}

const run = (...lines: string[]) =>
  exchange(
    dnp3,
    { serverPort: 20_000 },
    lines.map((line) => frame(line[0] as '>' | '<', line.slice(1))),
  )
const text = (value: string) => hexOf(new TextEncoder().encode(value))

test('a reset of the link is answered: the example of the standard', () => {
  const { heard } = exchange(dnp3, { serverPort: 20_000 }, ['> 0564 05 c0 0100 0004 e921', '< 0564 05 00 0004 0100 19a6'])
  assert.deepEqual(heard.operations, [
    { operation: 'reset link', object: '', access: 'session', ok: true, error: '', part: 'outstation 1' },
  ])
})

test('a poll of class 0 yields values with their quality', () => {
  const { heard, rows } = run(
    '> c0 01 3c 01 06',
    '< c0 81 0000 01 02 00 00 01 81 01 1e 02 00 03 03 01 feff 1e 05 00 04 04 00 0000c03f 14 06 00 00 00 3412',
  )
  assert.deepEqual(heard.values, [
    'outstation 10 binary input 0=true bool',
    'outstation 10 binary input 1=false bool',
    'outstation 10 analog input 3=-2 int16',
    'outstation 10 analog input 4=1.5 float32',
    'outstation 10 counter 0=4660 uint16',
  ])
  assert.deepEqual(heard.operations, [{ operation: 'read', object: 'class 0', access: 'read', ok: true, error: '', part: 'outstation 10' }])
  assert.deepEqual(
    rows.rows.map((row) => [row.log, ...row.cells.slice(row.log === 'dnp3' ? 0 : 5)]),
    [
      ['dnp3_objects', 'READ', 'Class 0 Data', undefined, undefined, undefined],
      ['dnp3', 'READ', 'RESPONSE', 0],
      ['dnp3_objects', 'RESPONSE', 'Binary Input With Status', 2, 0, 1],
      ['dnp3_objects', 'RESPONSE', '16-Bit Analog Input', 1, 3, 3],
      ['dnp3_objects', 'RESPONSE', '32-Bit Floating Point Input', 1, 4, 4],
      ['dnp3_objects', 'RESPONSE', '16-Bit Binary Counter Without Flag', 1, 0, 0],
    ],
  )
  assert.deepEqual(heard.anomalies, [])
})

test('packed bits, pairs of bits and events with an index', () => {
  const { heard } = run(
    '> c0 01 3c 02 06',
    '< c0 81 0000 01 01 00 00 02 05 03 01 00 04 05 06 02 02 17 01 07 81 00a0c2e87101 20 03 28 0100 0900 01 0a000000 00a0c2e87101',
  )
  assert.deepEqual(heard.values, [
    'outstation 10 binary input 0=true bool',
    'outstation 10 binary input 1=false bool',
    'outstation 10 binary input 2=true bool',
    'outstation 10 double-bit input 4=on double-bit',
    'outstation 10 double-bit input 5=off double-bit',
    'outstation 10 binary input 7=true bool',
    'outstation 10 analog input 9=10 int32',
  ])
})

test('select before operate: the select is a control without a write, the operate writes', () => {
  const block = '0c 01 28 0100 0800 41 01 f4010000 00000000 00'
  const { heard, rows } = run(`> c3 03 ${block}`, `< c3 81 0000 ${block}`, `> c4 04 ${block}`, `< c4 81 0000 ${block}`)
  assert.deepEqual(heard.values, ['outstation 10 binary output command 8:=close pulse on control ok'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [
      ['select', 'binary output command 8', 'control', true],
      ['operate', 'binary output command 8', 'control', true],
    ],
  )
  const control = rows.rows.filter((row) => row.log === 'dnp3_control').map((row) => row.cells.slice(5))
  assert.deepEqual(control[0], ['Control Relay Output Block', 'SELECT', 8, 'Close', 'Pulse On', false, 1, 500, 0, undefined])
  assert.deepEqual(control[3], ['Control Relay Output Block', 'RESPONSE', 8, 'Close', 'Pulse On', false, 1, 500, 0, 'Success'])
})

test('an operate that no select of the same objects precedes', () => {
  const block = '0c 01 28 0100 0800 41 01 f4010000 00000000 00'
  const other = '0c 01 28 0100 0900 41 01 f4010000 00000000 00'
  const read = [`> c2 01 3c 02 06`, '< c2 81 0000']
  const anomalies = (...lines: string[]) => run(...read, ...lines).heard.anomalies
  assert.deepEqual(anomalies(`> c3 03 ${block}`, `< c3 81 0000 ${block}`, `> c4 04 ${block}`, `< c4 81 0000 ${block}`), [])
  assert.deepEqual(anomalies(`> c3 04 ${block}`, `< c3 81 0000 ${block}`), ['dnp3.command-without-select'])
  assert.deepEqual(anomalies(`> c3 03 ${other}`, `< c3 81 0000 ${other}`, `> c4 04 ${block}`), ['dnp3.command-without-select'])
  assert.deepEqual(run(`> c3 04 ${block}`).heard.anomalies, [], 'what came before the capture is not known')
})

test('one of two controls is refused, by name', () => {
  const { heard } = run('> c5 05 29 02 17 02 01 1000 00 02 2000 00', '< c5 81 0004 29 02 17 02 01 1000 00 02 2000 09')
  assert.deepEqual(heard.values, ['outstation 10 analog output 1:=16 int16 ok', 'outstation 10 analog output 2:=32 int16 refused'])
  assert.deepEqual(heard.operations[0]!.error, 'not authorized')
})

test('a direct operate that nobody answers is a try', () => {
  const exchanged = run('> c5 06 0c 01 17 01 03 04 01 00000000 00000000 00', '> c6 05 0c 01 17 01 03 03 01 00000000 00000000 00')
  exchanged.end()
  assert.deepEqual(exchanged.heard.values, [
    'outstation 10 binary output command 3:=latch off control unanswered',
    'outstation 10 binary output command 3:=latch on control unanswered',
  ])
})

test('restarts, stops, the clock and unsolicited responses', () => {
  const { heard } = run(
    '> c0 0d',
    '< c0 81 0000 34 02 07 01 e803',
    '> c1 0e',
    '< c1 81 0001',
    '> c2 12 5a 01 5b 01 0000',
    '< c2 81 0000',
    '> c3 02 32 01 07 01 00a0c2e87101',
    '< c3 81 0000',
    '> c4 15 3c 02 06 3c 03 06',
    '< c4 81 0000',
  )
  assert.deepEqual(heard.said, [
    { kind: 'device.restarted', how: 'cold restart', ok: true, side: 'client' },
    { kind: 'device.restarted', how: 'warm restart', ok: false, side: 'client' },
    { kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'stop application', ok: true, side: 'client' },
    { kind: 'time.set', to: '2020-05-06T06:53:21.280Z', ok: true, side: 'client' },
    { kind: 'configuration.changed', what: 'disable unsolicited responses', value: 'class 1, class 2', ok: true, side: 'client' },
  ])
  assert.equal(heard.operations[1]!.error, 'function not supported')
})

test('indications are said when they appear', () => {
  const { heard } = run('> c0 01 3c 01 06', '< c0 81 c000', '> c1 01 3c 01 06', '< c1 81 c000', '> c2 01 3c 01 06', '< c2 81 4020')
  assert.deepEqual(
    heard.said.map((s) => ('what' in s ? s.what : '')),
    ['outstation 10: device has restarted', 'outstation 10: device trouble', 'outstation 10: configuration corrupt'],
  )
})

test('device attributes tell vendor, model and firmware', () => {
  const { heard } = run(
    '> c0 01 00 fe 00 00 00',
    `< c0 81 0000 00 fc 00 00 00 01 04 ${text('Acme')} 00 fa 00 00 00 01 05 ${text('RTU-7')} 00 f2 00 00 00 01 03 ${text('2.1')}`,
  )
  assert.deepEqual(
    heard.hints.filter((hint) => /vendor|model|firmware/.test(hint)),
    ['server outstation 10 vendor=Acme', 'server outstation 10 model=RTU-7', 'server outstation 10 firmware=2.1'],
  )
  assert.equal(heard.operations[0]!.access, 'identify')
})

test('an unsolicited response is read, and its confirmation is no answer', () => {
  const { heard } = run('< f0 82 0000 02 01 17 01 03 81', '> d0 00')
  assert.deepEqual(heard.values, ['outstation 10 binary input 3=true bool'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.ok]),
    [
      ['unsolicited response', 'binary input', true],
      ['confirm', '', undefined],
    ],
  )
})

test('a file is written block by block', () => {
  const name = text('a.cfg')
  const { heard } = run(
    `> c0 19 46 03 5b 01 1f00 1a00 0500 000000000000 0000 00000000 03000000 0200 0004 0100 ${name}`,
    '< c0 81 0000 46 04 5b 01 0d00 07000000 03000000 0004 0100 00',
    `> c1 02 46 05 5b 01 0b00 07000000 00000080 ${text('abc')}`,
    '< c1 81 0000 46 06 5b 01 0900 07000000 00000080 00',
    '> c2 1a 46 04 5b 01 0d00 07000000 00000000 0000 0100 00',
    '< c2 81 0000 46 04 5b 01 0d00 07000000 00000000 0000 0100 00',
  )
  assert.deepEqual(heard.said, [
    {
      kind: 'file.moved',
      name: 'a.cfg',
      direction: 'to-server',
      mime: '',
      ...wholeFile('abc'),
      side: 'client',
    },
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access]),
    [
      ['open file', 'a.cfg', 'write'],
      ['write', 'a.cfg', 'write'],
      ['close file', 'a.cfg', 'read'],
    ],
  )
})

test('a password for files is masked', () => {
  const { heard } = run(
    `> c0 1d 46 02 5b 01 1600 0c00 0400 1000 0600 00000000 ${text('root')}${text('secret')}`,
    '< c0 81 0000 46 02 5b 01 0c00 0c00 0000 0c00 0000 01000000',
  )
  assert.deepEqual(
    heard.said.map((s) => s.kind),
    ['login.tried', 'credential.exposed'],
  )
  assert.ok(heard.said.every((s) => !JSON.stringify(s).includes('secret')))
})

test('a fragment over two frames is joined; without its first segment it is not', () => {
  const lines = [frame('<', 'c0 81 0000 01 01', 0x40), frame('<', '00 00 07 0f', 0x81)]
  assert.deepEqual(exchange(dnp3, {}, lines).heard.values.length, 8)
  const { heard } = exchange(dnp3, {}, lines.slice(1))
  assert.deepEqual(heard.values, [])
  assert.deepEqual(heard.anomalies, ['dnp3.first-segment-missing'])
})

test('an answer nobody asked for is an anomaly once questions were seen', () => {
  const { heard } = run('> c0 01 3c 01 06', '< c5 81 0000')
  assert.deepEqual(heard.anomalies, ['dnp3.unasked-response'])
})

test('a wrong check of the data is an anomaly and nothing is read', () => {
  const line = frame('<', 'c0 81 0000 01 01 00 00 07 0f')
  const { heard } = exchange(dnp3, {}, [`${line.slice(0, -2)}00`])
  assert.deepEqual(heard.anomalies, ['dnp3.data-checksum'])
  assert.deepEqual(heard.values, [])
})

test('a request is a request whatever its direction bit says: forged frames are seen', () => {
  const line = frame('>', 'c0 0d').slice(2)
  const forged = bytes(line)
  forged[3] = 0x44
  const check = checkOf(forged, 0, 8)
  forged[8] = check & 0xff
  forged[9] = check >> 8
  assert.equal(dissector.side!(new Reader(forged)), 'client')
  const exchanged = exchange(dnp3, {}, [`> ${hexOf(forged)}`])
  exchanged.end()
  assert.deepEqual(exchanged.heard.anomalies, ['dnp3.direction-bit'])
  assert.equal(exchanged.heard.operations[0]!.part, 'outstation 10')
})

test('only frames whose header checks are its own', () => {
  const ask = (hex: string) => dissector.frame(new Reader(bytes(hex)), context('client', dissector.start!()))
  assert.equal(ask('0564 05 c0'), NEED_MORE)
  assert.equal(ask('0564 05 c0 0100 0004 e921'), 10)
  assert.equal(ask('0564 05 c0 0100 0004 e922'), NOT_MINE)
  assert.equal(ask('0565'), NOT_MINE)
  assert.equal(ask('0564 04'), NOT_MINE)
  assert.equal(dissector.resync!(bytes('000102 0564 05 c0 0100 0004 e921'), 'client'), 3)
})

test('object headers of unknown length end the reading and say so', () => {
  const { heard } = run('> c0 01 3c 01 06', '< c0 81 0000 c8 01 00 00 01 aabb')
  assert.deepEqual(heard.anomalies, ['dnp3.unknown-object'])
})

const SEEN = 'c0 01 3c 02 06'
const ANSWER = '< c0 81 0000'

test('a request whose answer was there comes again with its number: replayed', () => {
  assert.deepEqual(run(`> ${SEEN}`, ANSWER, `> ${SEEN}`).heard.anomalies, ['dnp3.sequence-repeated'])
  assert.deepEqual(run(`> ${SEEN}`, `> ${SEEN}`, ANSWER).heard.anomalies, [], 'a master may ask again for what was not answered')
  assert.deepEqual(run(`> ${SEEN}`, ANSWER, '> c1 01 3c 02 06').heard.anomalies, [])
})

test('over datagrams the answer may be lost: the same octets again are a retry, others with the number are not', () => {
  const over = (transport: 'tcp' | 'udp', ...lines: string[]) =>
    exchange(
      dnp3,
      { serverPort: 20_000, transport },
      lines.map((line) => frame(line[0] as '>' | '<', line.slice(1))),
    ).heard.anomalies
  assert.deepEqual(over('udp', `> ${SEEN}`, ANSWER, `> ${SEEN}`), ['dnp3.retry-after-answer'])
  assert.deepEqual(over('udp', `> ${SEEN}`, ANSWER, '> c0 01 3c 03 06'), ['dnp3.sequence-repeated'])
  assert.deepEqual(over('tcp', `> ${SEEN}`, ANSWER, `> ${SEEN}`), ['dnp3.sequence-repeated'])
})

test('an unsolicited response that was confirmed comes again with its number: replayed', () => {
  const report = '< f3 82 0000'
  assert.deepEqual(run(report, '> d3 00', report).heard.anomalies, ['dnp3.sequence-repeated'])
  assert.deepEqual(run(report, report, '> d3 00', '< f4 82 0000').heard.anomalies, [])
})

test('over TCP, a station reports and then does not answer: the report may not be its own', () => {
  const after = (seconds: readonly number[], lines: readonly string[], transport: 'tcp' | 'udp' = 'tcp') =>
    exchange(
      dnp3,
      { serverPort: 20_000, transport },
      lines.map((line) => frame(line[0] as '>' | '<', line.slice(1))),
      seconds.map((s) => s * 1_000_000),
    ).heard.anomalies
  const report = '< f3 82 0000'
  const lines = [report, '> d3 00', `> ${SEEN}`, `> ${SEEN}`]
  assert.deepEqual(after([1, 2, 5, 10], lines), ['dnp3.silent-after-report'])
  assert.deepEqual(after([1, 2, 5, 10], lines, 'udp'), [], 'a datagram may be lost')
  assert.deepEqual(after([1, 2, 5, 5.9], lines), [], 'the master has not waited')
  assert.deepEqual(after([1, 2, 5, 6, 10], [report, '> d3 00', `> ${SEEN}`, ANSWER, '> c1 01 3c 02 06']), [])
  assert.deepEqual(after([1, 2, 5, 6, 10, 20], [report, '> d3 00', `> ${SEEN}`, ANSWER, '> c1 01 3c 02 06', '> c2 01 3c 02 06']), [])
  assert.deepEqual(after([1, 2, 5, 10, 11, 12], [...lines, `> ${SEEN}`, `> ${SEEN}`]), ['dnp3.silent-after-report'], 'said once')
})

test('a request that does not wait for the answer to the one before', () => {
  const [FIRST, SECOND, THIRD] = [`> ${SEEN}`, '> c1 01 3c 03 06', '> c2 01 3c 03 06']
  assert.deepEqual(run(FIRST, SECOND, ANSWER).heard.anomalies, ['dnp3.request-before-answer'], 'the answer comes late')
  assert.deepEqual(run(FIRST, SECOND, THIRD).heard.anomalies, ['dnp3.request-before-answer'], 'none comes to two in a row')
  assert.deepEqual(run(FIRST, SECOND, '< c1 81 0000').heard.anomalies, [], 'one answer alone the capture may have lost')
  const oneWay = exchange(
    dnp3,
    { serverPort: 20_000, hasBothSides: false },
    [FIRST, SECOND, THIRD].map((line) => frame('>', line.slice(1))),
  )
  assert.deepEqual(oneWay.heard.anomalies, [], 'nobody hears who answers')
  const damaged = `${frame('<', ANSWER.slice(1)).slice(0, -4)}0000`
  const requests = [FIRST, SECOND, THIRD].flatMap((line) => [frame('>', line.slice(1)), damaged])
  const unread = exchange(dnp3, { serverPort: 20_000 }, requests).heard
  assert.deepEqual([...new Set(unread.anomalies)], ['dnp3.data-checksum'], 'answers that nobody can read')
})
