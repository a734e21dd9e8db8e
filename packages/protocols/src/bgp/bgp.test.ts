import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Bgp, BgpState } from './bgp.ts'
import { bgp } from './protocol.ts'

const MARKER = 'ff'.repeat(16)
const tcp = { serverPort: 179 } as const
const message = (type: string, body: string): string =>
  `${MARKER} ${(19 + bytes(body).length).toString(16).padStart(4, '0')} ${type} ${body}`
const open = (as: string): string => message('01', `04 ${as} 00b4 01010101 0e 02 0c 41 04 00010203 49 04 02 7231 00`)
const ROUTE = '0000 000e 40 02 06 02 01 00010203 40 03 04 0a000001'

test('two networks meet, tell routes and part', () => {
  const talk = exchange(bgp, tcp, [
    `> ${open('5ba0')}`,
    `< ${open('fde8')}`,
    `> ${message('04', '')}`,
    `> ${message('02', `${ROUTE.replace('000e', '0010')} 18 c00002 00`)}`,
    `> ${message('02', '0004 18 c00002 0000')}`,
    `< ${message('03', '06 02 03 627965')}`,
  ])
  assert.deepEqual(talk.heard.hints.slice(2, 4), ['client interface=BGP router 1.1.1.1 of AS 66051', 'client name=r1'])
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.object}${o.error === '' ? '' : `: ${o.error}`}`),
    [
      'open AS 66051',
      'open AS 65000',
      'session up AS 66051 and AS 65000',
      'route announced 192.0.2.0/24 of AS 66051',
      'default route announced 0.0.0.0/0 of AS 66051',
      'route withdrawn 192.0.2.0/24',
      'session ended bye: administrative shutdown',
    ],
  )
})

test('prefixes longer than an address, cuts and other bytes', () => {
  const ctx = context<Bgp, BgpState>('client', bgp.dissector.start!(), tcp)
  const frame = (hex: string): number => bgp.dissector.frame(new Reader(bytes(hex)), ctx)
  assert.deepEqual(bgp.dissector.parse(new Reader(bytes(message('02', '0000 0000 21 0a'))), ctx).anomalies, ['bad-prefix'])
  assert.deepEqual(bgp.dissector.parse(new Reader(bytes(open('0001')).subarray(0, 30)), ctx).anomalies, ['truncated'])
  assert.deepEqual(
    [frame('ffffff'), frame(`${MARKER} 0013 09`), frame(`${MARKER} 0012 04`), frame('fffe')],
    [NEED_MORE, NOT_MINE, NOT_MINE, NOT_MINE],
  )
})
