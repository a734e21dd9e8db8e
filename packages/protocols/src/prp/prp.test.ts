import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { prp } from './protocol.ts'

const run = (...lines: string[]) => exchange(prp, { transport: 'ethernet', serverPort: undefined }, lines)

test('a node of two networks tells its own role', () => {
  const { messages, heard } = run('> 0001 0005 14 06 020000000001 00 00', '> 0001 0006 14 06 020000000001 00 00')
  assert.deepEqual(messages[0], { version: 1, sequence: 5, parts: [{ kind: 20, mac: '02:00:00:00:00:01' }], isTruncated: false })
  assert.deepEqual(heard.hints[0], 'client role=PRP node')
  assert.deepEqual(
    heard.operations.map((o) => o.operation),
    ['supervise'],
  )
})

test('an HSR RedBox and the node it stands for', () => {
  const { heard } = run('> 1000 0005 17 06 0200000000aa 1e 06 020000000001 00 00 0000')
  assert.deepEqual(heard.hints, ['client role=HSR node', 'client role=RedBox'])
})

test('both addresses of the first edition', () => {
  assert.deepEqual(run('> 0000 0005 14 0c 020000000001 020000000002 00 00').messages[0]!.parts, [{ kind: 20, mac: '02:00:00:00:00:01' }])
})

test('a cut frame is marked; other parts are not ours', () => {
  const ctx = context<never, undefined>('client', undefined)
  const whole = bytes('0001 0005 14 06 020000000001')
  for (let n = 6; n < whole.length; n++) assert.ok(prp.dissector.parse(new Reader(whole.subarray(0, n)), ctx).isTruncated, `${n} bytes`)
  assert.equal(prp.dissector.frame(new Reader(bytes('0001 0005 99 06 020000000001')), ctx), NOT_MINE)
})
