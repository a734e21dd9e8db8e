import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { s7comm } from './protocol.ts'

/** ALARM_8 (05) or NOTIFY (06) with one object. */
const push = (sub: string, body: string): string => {
  const data = body.replace(/\s/g, '')
  const size = (n: number): string => n.toString(16).padStart(4, '0')
  return `< 32 07 0000 0000 0008 ${size(4 + data.length / 2)} 000112 04 11 04 ${sub} 00 ff 09 ${size(data.length / 2)} ${data}`
}
const TIME = '9401060027203975'

test('a program reports which of its signals stand', () => {
  const { heard } = exchange(s7comm, { serverPort: 102 }, [
    push('05', `${TIME} 40 01 12 0a 16 01 000000af 05 00 fe fe ff 04 0010 0001`),
    push('05', `${TIME} 40 01 12 0a 16 01 000000af 00 00 fe fe ff 04 0010 0001`),
    push('06', `${TIME} 00 01 12 0a 16 00 00000101 01 00 01 01`),
  ])
  assert.deepEqual(heard.values, ['alarm 0x000000af value 1=1 uint16', 'alarm 0x000000af value 1=1 uint16'])
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'device.diagnosed' && [s.what, s.fault]),
    [
      ['alarm 0x000000af: signal 1, 3', false],
      ['alarm 0x000000af: no signal', false],
      ['notification 0x00000101: signal 1', false],
    ],
  )
})

test('an alarm cut short or of another syntax is told by its name only', () => {
  const { heard } = exchange(s7comm, { serverPort: 102 }, [
    push('05', `${TIME} 40 01 12 0a 16 01 0000`),
    push('05', `${TIME} 40 01 12 0a 19 01 000000af 05 05 fe fe`),
  ])
  assert.deepEqual(heard.said, [])
  assert.deepEqual(
    heard.operations.map(({ operation, access }) => [operation, access]),
    [['ALARM_8 indication (push)', 'read']],
  )
})

test('several objects, each with the values that its program sent along', () => {
  const { heard } = exchange(s7comm, { serverPort: 102 }, [
    push(
      '05',
      `${TIME} 40 02 12 0a 16 03 000000c2 01 00 fe fe ff 09 0001 07 00 ff 04 0020 3f800000 ff 09 0003 414243 00
       12 0a 16 02 000000c3 02 00 fe fe 0a 00 0000 ff 04 0010 0009`,
    ),
    push('06', `${TIME} 00 01 12 0a 16 01 00000101 01 00 01 01 ff 04 0040 0102`),
    push('06', `${TIME} 00 01 12 0a 16 ff 00000102 01 00 01 01 ff 04 0010 0102`),
  ])
  assert.deepEqual(heard.values, [
    'alarm 0x000000c2 value 1=7 uint8',
    'alarm 0x000000c2 value 2=1065353216 uint32',
    'alarm 0x000000c2 value 3=414243 bytes',
    'alarm 0x000000c3 value 2=9 uint16',
  ])
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'device.diagnosed' && s.what),
    ['alarm 0x000000c2: signal 1', 'alarm 0x000000c3: signal 2', 'notification 0x00000101: signal 1', 'notification 0x00000102: signal 1'],
  )
})
