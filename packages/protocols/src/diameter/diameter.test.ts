import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { hexOf } from '../testing/tlv.ts'
import type { Diameter, DiameterState } from './diameter.ts'
import { diameter } from './protocol.ts'

const u24 = (n: number): number[] => [(n >> 16) & 0xff, (n >> 8) & 0xff, n & 0xff]
const u32 = (n: number): number[] => [n >>> 24, ...u24(n & 0xffffff)]

function attribute(code: number, value: string | number[], vendor?: number): number[] {
  const bytes = typeof value === 'string' ? [...value].map((c) => c.charCodeAt(0)) : value
  const head = vendor === undefined ? [0x40] : [0xc0]
  const length = bytes.length + (vendor === undefined ? 8 : 12)
  return [
    ...u32(code),
    ...head,
    ...u24(length),
    ...(vendor === undefined ? [] : u32(vendor)),
    ...bytes,
    ...new Array<number>(-length & 3).fill(0),
  ]
}

function message(flags: number, command: number, application: number, id: number, ...attributes: number[][]): number[] {
  const body = attributes.flat()
  return [1, ...u24(20 + body.length), flags, ...u24(command), ...u32(application), ...u32(id), ...u32(7), ...body]
}

const TCP = { transport: 'tcp', serverPort: 3868 } as const
const ORIGIN = [attribute(264, 'mme1.plant.example'), attribute(296, 'plant.example')]
const HELLO = message(0x80, 257, 0, 1, ...ORIGIN, attribute(269, 'CoreNode'), attribute(267, u32(42)))
const up = (b: number[]): string => `>${hexOf(b)}`
const down = (b: number[]): string => `<${hexOf(b)}`

test('who the peers are, and what they ask of each other, both ways', () => {
  const talk = exchange(diameter, TCP, [
    up(HELLO),
    down(message(0, 257, 0, 1, attribute(268, u32(2001)), attribute(264, 'hss.plant.example'))),
    up(message(0xc0, 316, 16_777_251, 2, attribute(1, '001010000000001'))),
    down(message(0xc0, 317, 16_777_251, 2)),
    down(message(0x40, 316, 16_777_251, 2, attribute(297, [...attribute(266, u32(10_415)), ...attribute(298, u32(5001))]))),
    up(message(0x60, 317, 16_777_251, 2, attribute(268, u32(3002)))),
    up(message(0x80, 280, 0, 3)),
  ])
  talk.end()
  assert.deepEqual(talk.heard.hints, [
    'client name=mme1.plant.example',
    'client domain=plant.example',
    'client role=diameter node',
    'client software=CoreNode',
    'client firmware=42',
    'server name=hss.plant.example',
    'server role=diameter node',
  ])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.object, o.access, o.ok, o.error]),
    [
      ['Capabilities-Exchange', 'common', 'session', true, ''],
      ['Update-Location', 'S6a/S6d', 'write', false, 'user unknown'],
      ['Cancel-Location', 'S6a/S6d', 'control', false, 'unable to deliver'],
      ['Device-Watchdog', 'common', 'session', undefined, ''],
    ],
  )
})

test('logins, their rounds and a password that nothing hides', () => {
  const talk = exchange(diameter, TCP, [
    up(message(0xc0, 268, 5, 1, attribute(1, 'alice'))),
    down(message(0x40, 268, 5, 1, attribute(268, u32(1001)))),
    up(message(0xc0, 268, 5, 2, attribute(1, 'alice'))),
    down(message(0x40, 268, 5, 2, attribute(268, u32(2001)))),
    up(message(0xc0, 265, 1, 3, attribute(1, 'bob'), attribute(2, 'geheim99'))),
    down(message(0x40, 265, 1, 3, attribute(268, u32(4001)))),
    up(message(0xc0, 265, 16_777_236, 4, attribute(1, 'media'))),
    down(message(0x40, 265, 16_777_236, 4, attribute(268, u32(2001)))),
  ])
  assert.deepEqual(talk.heard.said, [
    { side: 'client', kind: 'login.tried', user: 'alice', domain: '', method: 'diameter EAP', ok: true },
    { side: 'client', kind: 'credential.exposed', user: 'bob', mask: 'g…9 (8)', weakness: 'clear' },
    { side: 'client', kind: 'login.tried', user: 'bob', domain: '', method: 'diameter', ok: false },
  ])
})

test('every truncation is marked, lengths that lie end the list, other bytes are refused', () => {
  const ctx = context<Diameter, DiameterState>('client', diameter.dissector.start!(), TCP)
  const whole = Uint8Array.from(message(0x80, 257, 0, 1, ...ORIGIN, attribute(1400, 'x', 10_415)))
  for (let cut = 0; cut < whole.length; cut++)
    assert.ok(diameter.dissector.parse(new Reader(whole.subarray(0, cut)), ctx).anomalies.includes('truncated'), `cut at ${cut}`)
  assert.deepEqual(diameter.dissector.parse(new Reader(whole), ctx).attributes.at(-1)!.vendor, 10_415)
  for (const length of [0, 7, 200]) {
    const lying = whole.slice()
    lying[27] = length
    assert.deepEqual(diameter.dissector.parse(new Reader(lying), ctx).anomalies, ['bad-attribute'])
  }
  for (const [at, value] of [
    [0, 2],
    [3, 21],
    [4, 0x81],
    [4, 0xa0],
    [6, 9],
  ] as const) {
    const fresh = context<Diameter, DiameterState>('client', diameter.dissector.start!(), TCP)
    assert.equal(diameter.dissector.frame(new Reader(whole.with(at, value)), fresh), NOT_MINE, `${value} at ${at}`)
  }
})
