import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { hexOf } from '../testing/tlv.ts'
import { LENGTHS } from './pptp.table.ts'
import type { Pptp } from './pptp.ts'
import { pptp } from './protocol.ts'

const u16 = (n: number): number[] => [n >> 8, n & 0xff]
const text = (value: string): number[] => [...Buffer.from(value.padEnd(64, '\0'), 'latin1')]

function message(control: number, ...content: number[][]): number[] {
  const length = LENGTHS[control]!
  const body = [...u16(control), 0, 0, ...content.flat()]
  return [...u16(length), 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, ...body, ...new Array<number>(length - 8 - body.length).fill(0)]
}

const TCP = { transport: 'tcp', serverPort: 1723 } as const
const START = message(1, [1, 0, 0, 0], new Array<number>(10).fill(0), u16(2600), text('office'), text('Microsoft Windows NT'))

test('who builds a tunnel, who refuses a call, and why', () => {
  const talk = exchange(pptp, TCP, [
    `>${hexOf(START)}`,
    `<${hexOf(message(2, [1, 0, 1, 0], new Array<number>(10).fill(0), u16(1), text('gate'), text('MoretonBay')))}`,
    `>${hexOf(message(7, u16(4), u16(9), new Array<number>(24).fill(0), text('5551234')))}`,
    `<${hexOf(message(8, u16(7), u16(4), [2, 4]))}`,
  ])
  assert.deepEqual(talk.heard.hints, [
    'client name=office',
    'client vendor=Microsoft Windows NT',
    'client firmware=2600',
    'server name=gate',
    'server vendor=MoretonBay',
    'server firmware=1',
    'server role=tunnel server',
  ])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.object, o.ok, o.error]),
    [
      ['start tunnel request', '', undefined, ''],
      ['start tunnel reply', '', true, ''],
      ['outgoing call request', '5551234', undefined, ''],
      ['outgoing call reply', '', false, 'general error: no resource'],
    ],
  )
  assert.deepEqual([talk.messages[3]!.callId, talk.messages[3]!.peerCallId], [7, 4])
})

test('every control message has its length, cut short it says so, and other bytes are refused', () => {
  const ctx = context<Pptp, undefined>('client', undefined, TCP)
  for (const control of Object.keys(LENGTHS).map(Number)) {
    const whole = Uint8Array.from(message(control, [0, 9]))
    assert.equal(pptp.dissector.frame(new Reader(whole), ctx), whole.length)
    assert.deepEqual(pptp.dissector.parse(new Reader(whole), ctx).anomalies, [], `control ${control}`)
    for (let cut = 0; cut < whole.length - 64; cut++) pptp.dissector.parse(new Reader(whole.subarray(0, cut)), ctx)
    assert.deepEqual(pptp.dissector.parse(new Reader(whole.subarray(0, 13)), ctx).anomalies, ['truncated'])
  }
  for (const wrong of [START.with(3, 2), START.with(4, 0), START.with(1, 11).with(0, 0)])
    assert.equal(pptp.dissector.frame(new Reader(Uint8Array.from(wrong)), ctx), NOT_MINE)
})
