import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { mrp } from './protocol.ts'

const MAC = '020000000001'
const COMMON = `01 12 0007 ${'ff'.repeat(16)} 00 00`
const testFrame = (state: string) => `> 0001 02 12 8000 ${MAC} 0001 ${state} 0003 00000010 ${COMMON}`
const run = (...lines: string[]) => exchange(mrp, { transport: 'ethernet', serverPort: undefined }, lines)

test('the manager of a closed ring', () => {
  const { messages, heard } = run(testFrame('0001'), testFrame('0001'))
  const m = messages[0]!
  assert.deepEqual([m.priority, m.mac, m.portRole, m.ringState, m.transitions], [0x8000, '02:00:00:00:00:01', 1, 1, 3])
  assert.deepEqual([m.sequence, m.domain], [7, 'ff'.repeat(16)])
  assert.deepEqual(heard.hints.slice(0, 2), ['client type=switch', 'client role=MRP manager'])
  assert.deepEqual(
    heard.operations.map((o) => o.operation),
    ['test'],
  )
  assert.deepEqual(heard.said, [])
})

test('a ring that opens is a fault', () => {
  const { heard } = run(testFrame('0001'), testFrame('0000'))
  assert.deepEqual(heard.said, [{ kind: 'device.diagnosed', what: 'ring open', fault: true }])
})

for (const [what, frame, said] of [
  ['a link down', `> 0001 04 0c ${MAC} 0000 0014 0001 ${COMMON}`, 'link down, primary port true'],
  ['a link up', `> 0001 05 0c ${MAC} 0001 0014 0001 ${COMMON}`, 'link up, secondary port false'],
  ['a topology change', `> 0001 03 0a 8000 ${MAC} 0014 ${COMMON}`, 'topology change false'],
  ['an open interconnection', `> 0002 06 12 0001 ${MAC} 0002 0000 0001 00000000 ${COMMON}`, 'interconnection open true'],
  ['an interconnection down', `> 0002 08 0c ${MAC} 0002 0001 0014 ${COMMON}`, 'interconnection link down, interconnection port true'],
  ['an interconnection change', `> 0002 07 0a ${MAC} 0001 0014 ${COMMON}`, 'interconnection topology change false'],
] as const) {
  test(what, () => {
    const { heard, messages } = run(frame)
    assert.equal(messages[0]!.sequence, 7)
    assert.deepEqual(
      heard.said.map((s) => s.kind === 'device.diagnosed' && `${s.what} ${s.fault}`),
      [said],
    )
  })
}

test('a cut frame is marked, lying lengths end with the bytes; other versions are not ours', () => {
  const whole = bytes(testFrame('0001').slice(1))
  const ctx = context<never, undefined>('client', undefined)
  for (let n = 6; n < 22; n++) assert.ok(mrp.dissector.parse(new Reader(whole.subarray(0, n)), ctx).isTruncated, `${n} bytes`)
  assert.ok(mrp.dissector.parse(new Reader(bytes('0001 02 ff 8000 0200')), ctx).isTruncated)
  assert.equal(mrp.dissector.frame(new Reader(bytes('0003 02 12 8000')), ctx), NOT_MINE)
})
