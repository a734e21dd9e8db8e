import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Powerlink, PowerlinkState } from './powerlink.ts'
import { powerlink } from './protocol.ts'

const zeros = (n: number): string => '00'.repeat(n)
const ethernet = (...lines: string[]) => exchange(powerlink, { transport: 'ethernet', serverPort: undefined }, lines)
const udp = (...lines: string[]) => exchange(powerlink, { transport: 'udp', serverPort: 3819 }, lines)
const said = ({ heard }: ReturnType<typeof udp>): string[] =>
  heard.said.map((s) => {
    if (s.kind === 'mode.changed') return `${s.mode} ${s.by} ${s.detail}`
    if (s.kind === 'device.diagnosed') return `${s.what} ${s.fault}`
    if (s.kind === 'device.restarted') return `restart ${s.how} ${s.ok}`
    return s.kind === 'configuration.changed' ? `${s.what}=${s.value} ${s.ok}` : s.kind
  })
const operations = ({ heard }: ReturnType<typeof udp>): string[] =>
  heard.operations.map((o) => `${o.operation} ${o.object} ${o.access} ${o.ok}${o.error === '' ? '' : ` ${o.error}`}`)

test('a cycle: its start, a poll and what the node publishes', () => {
  const all = ethernet(
    `> 01 ff f0 00 00 00 ${zeros(16)}`,
    '> 03 20 f0 00 01 00 10 00 0200 beef',
    '> 04 ff 20 fd 01 00 10 00 0200 1234',
    '> 04 ff 20 fd 01 00 10 00 0200 1235',
    '> 05 ff f0 fd 00 00 01 20 20 00',
  )
  assert.deepEqual(all.heard.values, ['node 32 outputs:=beef bytes unanswered', 'node 32 inputs=1234 bytes'])
  assert.deepEqual(operations(all), [
    'start of cycle node 240 session undefined',
    'poll request node 32 write undefined',
    'poll response node 32 read undefined',
    'ask for identity node 32 identify undefined',
  ])
  assert.deepEqual(said(all), ['run report node 32 operational', 'run report node 240 operational'])
  assert.deepEqual(all.heard.hints, ['client role=managing node', 'client role=controlled node'])
})

test('a node introduces itself', () => {
  const all = ethernet(
    `> 06 f0 20 01 0000 1d 00 20 00 45000000 dc05 0000 0000 10270000 0000 91010f00 00010000 78560000 01000000 39300000 ${zeros(24)}` +
      ` 2064a8c0 00ffffff fe64a8c0 ${Buffer.from('press4').toString('hex')}${zeros(26)} ${zeros(48)}`,
  )
  assert.deepEqual(all.heard.hints, [
    'client type=I/O device',
    'client vendor=B&R Industrial Automation',
    'client orderCode=product code 0x00005678',
    'client firmware=revision 0x00000001',
    'client serial=12345',
    'client name=press4',
    'client gateway=192.168.100.254',
    'client interface=POWERLINK 2.0 node 32 192.168.100.32',
  ])
  assert.deepEqual(said(all), ['stop report node 32 pre-operational 1'])
  assert.equal(all.messages[0]!.isTruncated, false)
})

test('states and errors of a node', () => {
  const status = (state: string, register: string, entry: string) =>
    `> 06 f0 20 02 0000 ${state} 000000 ${register} ${zeros(7)} ${entry} ${zeros(20)}`
  const error = `0210 1081 ${zeros(16)}`
  const all = ethernet(status('fd', '00', ''), status('fd', '11', error), status('4d', '11', ''), status('4d', '00', ''))
  assert.deepEqual(said(all), [
    'run report node 32 operational',
    'node 32: generic, communication error true',
    'node 32: error 0x8110 true',
    'stop report node 32 stopped',
    'node 32: no error false',
  ])
})

test('commands of the manager, and what a node asks it for', () => {
  const all = ethernet(
    '> 06 ff f0 04 21 00',
    '> 06 20 f0 04 22 00',
    '> 06 20 f0 04 28 00',
    `> 06 20 f0 04 62 00 ${Buffer.from('press5').toString('hex')}${zeros(26)}`,
    '> 06 f0 20 03 2b 21',
  )
  assert.deepEqual(said(all), [
    'run command all nodes: start node',
    'stop command node 32: stop node',
    'restart node 32: reset node undefined',
    'node 32 host name=press5 undefined',
  ])
  assert.deepEqual(operations(all), [
    'start node node 255 control undefined',
    'stop node node 32 control undefined',
    'reset node node 32 control undefined',
    'set host name node 32 configure undefined',
    'request to software reset node 33 session undefined',
  ])
})

test('objects over UDP: an answer belongs to its question', () => {
  const all = udp(
    '> 06 0000 05 00 01 0000',
    '> 06 0000 05 02 06 0000 00 00 00 02 0400 0000 1810 04 00',
    '< 06 0000 05 06 06 0000 00 00 80 02 0400 0000 39300000',
    '> 06 0000 05 02 06 0000 00 01 00 01 0800 0000 0610 00 00 e8030000',
    '< 06 0000 05 06 06 0000 00 01 80 01 0000 0000',
    '> 06 0000 05 02 06 0000 00 02 00 01 0500 0000 0062 01 00 ff',
    '< 06 0000 05 06 06 0000 00 02 c0 00 0400 0000 02000106',
    '< 06 0000 05 00 00 0000',
  )
  assert.deepEqual(operations(all), [
    'open connection  session undefined',
    'read object 0x1018:4 identity identify true',
    'write object 0x1006:0 cycle length configure true',
    'write object 0x6200:1 outputs write false read only',
    'close connection  session undefined',
  ])
  assert.deepEqual(said(all), ['0x1006:0 cycle length=1000 true'])
  assert.deepEqual(all.heard.hints, ['server serial=12345'])
})

test('a question without an answer is told at the end', () => {
  const all = udp('> 06 0000 05 02 06 0000 00 02 00 01 0500 0000 0062 01 00 ff')
  assert.deepEqual(operations(all), [])
  all.end()
  assert.deepEqual(operations(all), ['write object 0x6200:1 outputs write undefined'])
  assert.deepEqual(all.heard.values, ['0x6200:1 outputs:=255 bytes unanswered'])
})

test('over Ethernet a question is told at once, padding is no command', () => {
  const all = ethernet('> 06 20 f0 05 02 06 0000 00 00 00 02 0400 0000 0810 00 00', `> 06 20 f0 05 02 06 0000 ${zeros(38)}`)
  assert.deepEqual(operations(all), ['read object 0x1008:0 device name identify undefined'])
  assert.equal(all.messages[1]!.sdo!.command, -1)
})

test('a name in two segments: the first has the whole size', () => {
  const all = udp(
    '> 06 0000 05 02 06 0000 00 03 00 02 0400 0000 0810 00 00',
    `< 06 0000 05 06 06 0000 00 03 90 02 0700 0000 06000000 ${Buffer.from('X20').toString('hex')}`,
    `< 06 0000 05 06 0a 0000 00 03 b0 02 0300 0000 ${Buffer.from('CP1').toString('hex')}`,
  )
  assert.deepEqual(operations(all), ['read object 0x1008:0 device name identify true'])
  assert.equal(all.messages[1]!.sdo!.segmentation, 1)
})

test('cut messages are marked, others are not ours', () => {
  const ctx = context<Powerlink, PowerlinkState>('client', powerlink.dissector.start!() as PowerlinkState)
  const { dissector } = powerlink
  for (const cut of ['04 ff 20 fd 01 00 10 00 ffff 1234', '06 f0 20 01 0000 1d', '06 f0 20 05 02 06 00', '01 ff f0 00'])
    assert.ok(dissector.parse(new Reader(bytes(cut)), ctx).isTruncated, cut)
  assert.equal(dissector.parse(new Reader(bytes('04 ff 20 fd 01 00 10 00 ffff 1234')), ctx).data!.length, 0)
  assert.equal(dissector.frame(new Reader(bytes('02 ff f0 00')), ctx), NOT_MINE)
  assert.equal(dissector.frame(new Reader(bytes('06 ff f0 77')), ctx), NOT_MINE)
  assert.equal(dissector.frame(new Reader(bytes('06 ff')), ctx), NEED_MORE)
})

test('over UDP on another port an access to objects', () => {
  const elsewhere = context<Powerlink, PowerlinkState>('client', powerlink.dissector.start!(), { transport: 'udp', serverPort: 9999 })
  const length = (hex: string) => powerlink.dissector.frame(new Reader(bytes(hex)), elsewhere)
  assert.equal(length('06 00 00 05 00 01 0000'), 8)
  assert.equal(length('06 00 00 05 02 06 0000 00 00 00 02 0400 0000 00100000'), 20)
  assert.equal(length('06 00 00 05 00 01 0001'), NOT_MINE, 'a reserved word')
  assert.equal(length('06 01 00 05 00 01 0000'), NOT_MINE, 'a node')
  assert.equal(length('06 00 00 05 02 06 0000 00 00 00 02 0500 0000 00100000'), NOT_MINE, 'more data than there are')
  assert.equal(length('03 20 f0 00 01 00 10 00 0200 beef'), NOT_MINE, 'a cycle needs no addresses')
})
