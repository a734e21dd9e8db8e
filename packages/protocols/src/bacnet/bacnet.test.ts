import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Dialogue } from './dialogue.ts'
import { bacnet, bacnetEthernet, bacnetSc } from './protocol.ts'

/** An APDU in a unicast NPDU without addresses; `control` and `addresses` for others. */
function npdu(side: string, apdu: string, control = '04', addresses = '', bvlc = '0a', origin = ''): string {
  const body = `${origin}01${control}${addresses}${apdu}`.replaceAll(' ', '')
  return `${side} 81 ${bvlc} ${(body.length / 2 + 4).toString(16).padStart(4, '0')} ${body}`
}
const run = (...lines: string[]) => exchange(bacnet, { transport: 'udp', clientPort: 47808, serverPort: 47808 }, lines)
const hexOf = (text: string) => Buffer.from(text, 'latin1').toString('hex')
/** analog-output 101 */
const OUTPUT = '0c00400065'
const READ = `0005 01 0c ${OUTPUT} 1955`
const VALUE = `30 01 0c ${OUTPUT} 1955 3e 44 42c80000 3f`

test('the present value of an analog output is read', () => {
  const { heard, rows } = run(npdu('>', READ), npdu('<', VALUE))
  assert.deepEqual(heard.values, ['analog-output 101=100 float32'])
  assert.deepEqual(heard.operations, [
    {
      operation: 'read property',
      object: 'analog-output 101 present-value',
      access: 'read',
      ok: true,
      error: '',
      part: undefined,
    },
  ])
  const cells = rows.rows.filter((row) => row.log === 'bacnet_property').map((row) => row.cells.slice(5))
  assert.deepEqual(cells[1], [1, 'read-property-ack', 'analog-output', 101, 'present-value', undefined, '100.000000'])
})

test('a value is written at a priority, and the priority given up', () => {
  const { heard } = run(
    npdu('>', `0005 02 0f ${OUTPUT} 1955 3e 44 42480000 3f 4908`),
    npdu('<', '20 02 0f'),
    npdu('>', `0005 03 0f ${OUTPUT} 1955 3e 00 3f 4908`),
    npdu('<', '20 03 0f'),
  )
  assert.deepEqual(heard.values, ['analog-output 101:=50 float32 ok', 'analog-output 101:=relinquished null ok'])
  assert.equal(heard.operations[0]!.object, 'analog-output 101 present-value priority 8')
})

test('a refused write names the error', () => {
  const { heard } = run(npdu('>', `0005 02 0f ${OUTPUT} 1955 3e 44 42480000 3f`), npdu('<', '50 02 0f 9101 911f'))
  assert.deepEqual([heard.operations[0]!.ok, heard.operations[0]!.error], [false, 'unknown-object'])
  assert.deepEqual(heard.values, ['analog-output 101:=50 float32 refused'])
})

test('the device object tells what the device is', () => {
  const read = (id: string, property: string, text: string) => [
    npdu('>', `0005 ${id} 0c 0c0200006c 19${property}`),
    npdu('<', `30 ${id} 0c 0c0200006c 19${property} 3e 75 ${(text.length + 1).toString(16).padStart(2, '0')} 00 ${hexOf(text)} 3f`),
  ]
  const { heard } = run(
    ...read('01', '79', 'Acuity'),
    ...read('02', '46', 'SYSC MLX'),
    ...read('03', '2c', '1.4r12'),
    ...read('04', '0c', 'A 2.0'),
  )
  assert.deepEqual(heard.hints, ['server vendor=Acuity', 'server model=SYSC MLX', 'server firmware=1.4r12', 'server software=A 2.0'])
})

test('I-Am tells device and vendor of its sender, or of the one it is forwarded for', () => {
  const IAM = '10 00 c40200006c 2201e0 9100 2105'
  assert.deepEqual(run(npdu('>', IAM, '00', '', '0b')).heard.hints, [
    'client type=building-controller',
    'client interface=BACnet device 108',
    'client vendor=Johnson Controls, Inc.',
  ])
  const behind = run(npdu('>', IAM, '08', '0005 01 0a', '0b')).heard.hints
  assert.equal(behind[1], 'client network 5 address 0a interface=BACnet device 108')
  assert.equal(run(npdu('>', IAM, '00', '', '04', '0a000005bac0')).messages[0]!.origin, '10.0.0.5')
})

test('reinitialize and communication control: what is done, and the exposed password', () => {
  const { heard } = run(
    npdu('>', '0005 05 14 0900 1d 09 00 66696c6973746572'),
    npdu('<', '20 05 14'),
    npdu('>', '0005 06 11 0901 1901'),
    npdu('<', '20 06 11'),
  )
  assert.deepEqual(
    heard.said.map((s) => s.kind),
    ['credential.exposed', 'login.tried', 'device.restarted', 'mode.changed'],
  )
  assert.deepEqual(heard.said[3], {
    kind: 'mode.changed',
    mode: 'listen-only',
    by: 'command',
    detail: 'communication disable',
    ok: true,
    side: 'client',
  })
  assert.ok(!JSON.stringify(heard.said).includes('filister'))
})

test('a change of value is a value of the device that announces it', () => {
  const { heard } = run(npdu('>', '10 02 0901 1c0200006c 2c00000001 3900 4e 0955 2e 44 41200000 2f 4f', '00'))
  assert.deepEqual(
    heard.said.filter((s) => s.kind === 'process.read').map((s) => s.kind === 'process.read' && `${s.side} ${s.tag}=${s.value}`),
    ['server analog-input 1=10'],
  )
})

test('time synchronization sets the clock of everybody', () => {
  const { heard } = run(npdu('>', '10 06 a469091605 b4 0c1e0000', '00', '', '0b'))
  assert.deepEqual(heard.said[0], { kind: 'time.set', to: '2005-09-22 12:30:00.00', ok: undefined, side: 'client' })
})

test('an answer in two segments is read as one; the request may come from the server', () => {
  const { heard, messages } = run(
    npdu('<', '0205 01 0c 0c0200006c 194d'),
    npdu('>', `3c 01 00 04 0c 0c0200006c 194d 3e 75 07 00 ${hexOf('SYN')}`),
    npdu('<', '40 01 00 04'),
    npdu('>', `38 01 01 04 0c ${hexOf('ERG')} 3f`),
  )
  assert.deepEqual(heard.hints, ['client name=SYNERG'])
  assert.equal(messages[3]!.asked, messages[0])
  assert.deepEqual(heard.anomalies, [])
})

test('a lost segment is an anomaly, not a value', () => {
  const { heard } = run(npdu('>', '0205 01 0c 0c0200006c 194d'), npdu('<', '38 01 01 04 0c 3f'))
  assert.deepEqual(heard.anomalies, ['bacnet.segments-missing'])
})

test('read property multiple: values and errors side by side', () => {
  const { heard } = run(
    npdu('>', '0005 01 0e 0c00000000 1e 0955 0967 1f'),
    npdu('<', '30 01 0e 0c00000000 1e 2955 4e 44 42680000 4f 2967 5e 9102 9120 5f 1f'),
  )
  assert.deepEqual(heard.values, ['analog-input 0=58 float32'])
  assert.equal(heard.operations[0]!.object, 'analog-input 0 present-value, analog-input 0 reliability')
})

test('a router and the networks behind it are parent and parts', () => {
  const { heard } = run(npdu('>', '01 0005 0007', '80', '', '0b'))
  assert.deepEqual(heard.hints, [
    'client type=router',
    'client interface=BACnet network 5',
    'client network 5 role=BACnet network',
    'client interface=BACnet network 7',
    'client network 7 role=BACnet network',
  ])
  const { messages } = run(npdu('>', '07 02 0005 01 00 0007 02 01 ff', '80'))
  assert.deepEqual(messages[0]!.networks, [5, 7])
})

test('a broadcast table names its managers, written it is configuration', () => {
  const { heard } = run('< 8103 000e c0a80001 bac0 ffffffff', '> 8101 000e c0a80002 bac0 ffffffff')
  assert.deepEqual(heard.hints, ['server role=BACnet broadcast manager'])
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'configuration.changed' && [s.what, s.value]),
    [['broadcast distribution table', '192.168.0.2']],
  )
})

test('an alarm names object, states and message; a list of alarms its objects', () => {
  const text = hexOf('too full')
  const { heard } = run(
    npdu('>', `10 03 0901 1c0200006c 2c00000003 3e 1905 3f 4905 5964 6905 7d 09 00 ${text} 8900 9901 a900 b903`, '00'),
    npdu('>', '0005 07 1d'),
    npdu('<', '30 07 1d 0e 0c00000003 1903 2a 0480 3e 1901 3f 4900 0f 1900'),
  )
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'device.diagnosed' && [s.what, s.fault]),
    [
      ['analog-input 3 high-limit (was normal), out-of-range: too full', true],
      ['analog-input 3 high-limit', true],
    ],
  )
})

test('a file is written in blocks and hashed', () => {
  const { heard, end } = run(
    npdu('>', `0005 01 07 c402800003 0e 3100 63 ${hexOf('abc')} 0f`),
    npdu('<', '30 01 07 0900'),
    npdu('>', `0005 02 07 c402800003 0e 3103 61 ${hexOf('d')} 0f`),
    npdu('<', '30 02 07 0903'),
  )
  end()
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'file.moved' && [s.name, s.direction, s.bytes, s.hash?.slice(0, 8)]),
    [['file 3', 'to-server', 4, '88d4266f']],
  )
})

test('files.log: a read ends with its last block, a write with the conversation', () => {
  const file = 'c402800003'
  const { rows, end } = run(
    npdu('>', `0005 01 06 ${file} 0e 3100 2103 0f`),
    npdu('<', `30 01 06 10 0e 3100 63 ${hexOf('abc')} 0f`),
    npdu('>', `0005 02 06 ${file} 0e 3103 2103 0f`),
    npdu('<', `30 02 06 11 0e 3103 61 ${hexOf('d')} 0f`),
    npdu('>', `0005 03 07 ${file} 0e 3100 62 ${hexOf('xy')} 0f`),
    npdu('<', '30 03 07 0900'),
  )
  const files = () => rows.rows.filter((row) => row.log === 'files').map(({ cells }) => [cells[6], cells[13], cells[14], cells[18]])
  assert.deepEqual(files(), [['BACNET', false, 4, false]])
  end()
  assert.deepEqual(files()[1], ['BACNET', true, 2, true])
})

test('changes of several properties come in one notification', () => {
  const changes = '0c00000001 1e 0955 2e 44 41200000 2f 1f 0c00000002 1e 0955 2e 44 42200000 2f 1f'
  const { heard } = run(npdu('<', `10 0b 0901 1c0200006c 290a 4e ${changes} 4f`, '00'))
  assert.deepEqual(heard.values, ['analog-input 1=10 float32', 'analog-input 2=40 float32'])
})

test('secure connect: a node joins its hub, and what it sends is read as BACnet', () => {
  const uuid = '0102030405060708 8a0b0c0d0e0f1011'
  const { heard, carried } = exchange(bacnetSc, { serverPort: 443 }, [
    `> 06 00 0001 0200000000aa ${uuid} 05dc 05d9`,
    `< 07 00 0001 0200000000bb ${uuid} 05dc 05d9`,
    '> 01 07 0002 ffffffffffff 3f 0002 0102 01 01 00 10 08',
  ])
  assert.deepEqual(
    heard.hints.filter((hint) => hint.includes('role')),
    ['client role=BACnet/SC node', 'server role=BACnet/SC hub'],
  )
  assert.deepEqual(
    carried.map((c) => [c.over, [...c.bytes]]),
    [['bacnet-sc', [1, 0, 0x10, 8]]],
  )
  const frame = (hex: string) => bacnetSc.dissector.frame(new Reader(bytes(hex)), context('client', bacnetSc.dissector.start!()))
  assert.equal(frame(`06 00 0001 0200000000aa ${uuid.replace('8a', '0a')} 05dc 05d9`), NOT_MINE)
  assert.equal(frame('01 00 0002 01 00 10 08'), NOT_MINE)
})

test('in Ethernet frames the network layer stands alone', () => {
  const { heard } = exchange(bacnetEthernet, { transport: 'ethernet' }, ['> 01 00 10 00 c40200006c 2201e0 9100 2105'])
  assert.equal(heard.hints[1], 'client interface=BACnet device 108')
  assert.equal(
    bacnetEthernet.dissector.frame(new Reader(bytes('02 00 10')), context<never, Dialogue>('client', bacnet.dissector.start!())),
    NOT_MINE,
  )
})

test('an answer that nothing asked for is an anomaly once anything was asked', () => {
  assert.deepEqual(run(npdu('<', VALUE)).heard.anomalies, [])
  assert.deepEqual(run(npdu('>', READ), npdu('<', VALUE.replace('30 01', '30 09'))).heard.anomalies, ['bacnet.unsolicited'])
  // Sent again, or captured twice by the host that sends it.
  assert.deepEqual(run(npdu('>', READ), npdu('<', VALUE), npdu('<', VALUE)).heard.anomalies, [])
})

test('every truncation is marked; other versions and lengths are not ours', () => {
  const whole = bytes(npdu('>', READ).slice(1))
  const ctx = context<never, Dialogue>('client', bacnet.dissector.start!())
  for (let n = 4; n < whole.length; n++) {
    assert.ok(bacnet.dissector.parse(new Reader(whole.subarray(0, n)), ctx).anomalies.includes('truncated'), `${n} bytes`)
  }
  assert.equal(bacnet.dissector.frame(new Reader(bytes('810a 0011 02 04')), ctx), NOT_MINE)
  assert.equal(bacnet.dissector.frame(new Reader(bytes('810a 0003 01 04')), ctx), NOT_MINE)
  assert.equal(bacnet.dissector.frame(new Reader(bytes('82')), ctx), NOT_MINE)
  assert.equal(bacnet.dissector.frame(new Reader(bytes('810a 00')), ctx), NEED_MORE)
})
