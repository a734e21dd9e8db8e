import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { cotp } from './protocol.ts'

const run = (...lines: string[]) => exchange(cotp, { serverPort: 102 }, lines)
const CONNECT = '03 00 00 16 11 e0 0000 0001 00 c0 01 0a c1 02 0100 c2 02 0102'

test('a connection names both transport selectors', () => {
  const { messages, heard, rows } = run(`> ${CONNECT}`, '< 03 00 00 16 11 d0 0001 0006 00 c0 01 0a c1 02 0100 c2 02 0102')
  assert.equal(messages[0]!.calledTsap, '0102')
  assert.deepEqual(heard.operations, [
    { operation: 'connect', object: 'TSAP 0102 from 0100', access: 'session', ok: true, error: '', part: undefined },
  ])
  assert.deepEqual(
    rows.rows.map((row) => row.cells.slice(-2)),
    [
      ['0x0e', 'CR Connection Request'],
      ['0x0d', 'CC Connection Confirm'],
    ],
  )
})

test('a refused connection says why', () => {
  const { heard } = run(`> ${CONNECT}`, '< 03 00 00 0b 06 80 0001 0000 03')
  assert.equal(heard.operations[0]!.ok, false)
  assert.equal(heard.operations[0]!.error, 'address unknown')
})

test('data is carried; without the end mark more follows', () => {
  const { carried } = run('> 03 00 00 09 02 f0 00 32 01', '> 03 00 00 08 02 f0 80 03')
  assert.deepEqual(
    carried.map((c) => [c.over, c.bytes.length, c.more]),
    [
      ['cotp', 2, true],
      ['cotp', 1, false],
    ],
  )
})

test('frame refuses what is no TPKT and waits for the header', () => {
  const frame = (hex: string) => cotp.dissector.frame(new Reader(bytes(hex)), context('client', undefined))
  assert.equal(frame('03'), NEED_MORE)
  assert.equal(frame('03 01'), NOT_MINE)
  assert.equal(frame('16 03'), NOT_MINE)
  assert.equal(frame('03 00 00 07 02 b0 80'), NOT_MINE)
  assert.equal(frame('03 00 00 04 02 f0 80'), NOT_MINE)
  assert.equal(frame(CONNECT.slice(0, 30)), NEED_MORE)
  // A remote desktop asks: cookie, then its own negotiation.
  assert.equal(frame('03 00 00 13 0e e0 0000 0000 00 01 00 0800 03000000'), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const pdu = bytes(CONNECT)
  for (let cut = 0; cut < pdu.length; cut++) {
    const m = cotp.dissector.parse(new Reader(pdu.subarray(0, cut)), context('client', undefined))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
})
