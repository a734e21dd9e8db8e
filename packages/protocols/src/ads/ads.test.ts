import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Ads, type AdsState, dissector } from './ads.ts'
import { ads, adsDiscovery } from './protocol.ts'

const PLC = '050d75600101'
const TOOL = 'c0a801630101'
const le = (value: number, n: number): string =>
  Array.from({ length: n }, (_, i) => ((value >>> (i * 8)) & 255).toString(16).padStart(2, '0')).join('')
const clean = (hex: string): string => hex.replaceAll(' ', '')
const frame = (isAnswer: boolean, port: number, command: number, invoke: number, data: string): string => {
  const length = clean(data).length / 2
  const target = isAnswer ? `${TOOL}0480` : `${PLC}${le(port, 2)}`
  const source = isAnswer ? `${PLC}${le(port, 2)}` : `${TOOL}0480`
  const flags = isAnswer !== (command === 8) ? '0500' : '0400'
  return `${isAnswer ? '<' : '>'} 0000 ${le(32 + length, 4)} ${target} ${source} ${le(command, 2)} ${command === 8 ? '0400' : flags} ${le(length, 4)} 00000000 ${le(invoke, 4)} ${data}`
}
const ask = (port: number, command: number, invoke: number, data: string): string => frame(false, port, command, invoke, data)
const answer = (port: number, command: number, invoke: number, data: string): string => frame(true, port, command, invoke, data)
const text = (s: string): string => Buffer.from(s, 'latin1').toString('hex')

test('a symbol is looked up, read and written by its handle, and watched', () => {
  const { heard } = exchange(ads, { serverPort: 48898 }, [
    ask(851, 9, 1, `03f00000 00000000 04000000 0a000000 ${text('MAIN.speed')}`),
    answer(851, 9, 1, '00000000 04000000 07000000'),
    ask(851, 2, 2, '05f00000 07000000 02000000'),
    answer(851, 2, 2, '00000000 02000000 3412'),
    ask(851, 3, 3, '05f00000 07000000 02000000 0100'),
    answer(851, 3, 3, '04070000'),
    ask(851, 6, 4, `05f00000 07000000 02000000 03000000 00000000 00000000 ${'00'.repeat(16)}`),
    answer(851, 6, 4, '00000000 63000000'),
    answer(851, 8, 0, `1a000000 01000000 ${'00'.repeat(8)} 01000000 63000000 02000000 0900`),
  ])
  assert.deepEqual(heard.values, ['MAIN.speed=4660 uint16', 'MAIN.speed:=1 uint16 refused', 'MAIN.speed=9 uint16'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok, o.error]),
    [
      ['read and write: handle by name', 'MAIN.speed', 'session', true, ''],
      ['read: value by handle', 'MAIN.speed', 'read', true, ''],
      ['write: value by handle', 'MAIN.speed', 'write', false, 'reading or writing not permitted'],
      ['add notification: value by handle', 'MAIN.speed', 'read', true, ''],
    ],
  )
})

test('reads, writes and look-ups summed up in one request are taken apart', () => {
  const { heard } = exchange(ads, { serverPort: 48898 }, [
    ask(851, 9, 1, '80f00000 02000000 0b000000 18000000 20400000 00000000 02000000 20400000 04000000 01000000'),
    answer(851, 9, 1, '00000000 0b000000 00000000 00000000 0500 07'),
    ask(851, 9, 2, '81f00000 01000000 04000000 0e000000 20400000 08000000 02000000 ff00'),
    answer(851, 9, 2, '00000000 04000000 00000000'),
  ])
  assert.deepEqual(heard.values, ['0x4020:0x0=5 uint16', '0x4020:0x4=7 uint8', '0x4020:0x8:=255 uint16 ok'])
})

test('states stated and commanded, the device named, a boot project replaced', () => {
  const path = 'C:\\TwinCAT\\Boot\\Plc\\Port_851.app'
  const { heard, end } = exchange(ads, { serverPort: 48898 }, [
    ask(10000, 1, 1, ''),
    answer(10000, 1, 1, `00000000 03 01 b80f ${text('TwinCAT System')}0000`),
    ask(851, 4, 2, ''),
    answer(851, 4, 2, '00000000 0500 0000'),
    ask(10000, 5, 3, '1000 0000 00000000'),
    answer(10000, 5, 3, '00000000'),
    ask(10000, 9, 4, `78000000 02000000 04000000 ${le(path.length, 4)} ${text(path)}`),
    answer(10000, 9, 4, '00000000 04000000 09000000'),
    ask(10000, 3, 5, '7b000000 09000000 06000000 010203040506'),
    answer(10000, 3, 5, '00000000'),
    ask(10000, 3, 6, '79000000 09000000 00000000'),
    answer(10000, 3, 6, '00000000'),
  ])
  end()
  assert.deepEqual(heard.hints, ['server vendor=Beckhoff', 'server type=plc', 'server software=TwinCAT 3.1.4024', 'server state=run'])
  assert.deepEqual(
    heard.said.map((s) => [s.kind, 'detail' in s ? s.detail : 'section' in s ? s.section : '', 'hash' in s ? s.hash?.slice(0, 8) : '']),
    [
      ['mode.changed', 'PLC runtime 1: run', ''],
      ['mode.changed', 'system service: reconfig', ''],
      ['program.downloaded', path, '7192385c'],
    ],
  )
})

test('a route is added with a password in clear; the device names itself', () => {
  const tag = (id: number, hex: string): string => `${le(id, 2)} ${le(clean(hex).length / 2, 2)} ${hex}`
  const { heard } = exchange(adsDiscovery, { transport: 'udp', serverPort: 48899 }, [
    `> 03661471 01000000 01000000 ${TOOL} 1027 00000000`,
    `< 03661471 01000000 01000080 ${PLC} 1027 03000000 ${tag(5, `${text('CX-1')}00`)} ${tag(4, `14010000 06000000 00000000 00000000 03000000 ${'00'.repeat(8)}`)} ${tag(3, '020bb408')}`,
    `> 03661471 02000000 06000000 ${TOOL} 1027 05000000 ${tag(12, `${text('LAPTOP')}00`)} ${tag(7, TOOL)} ${tag(13, `${text('Administrator')}00`)} ${tag(2, `${text('secret')}00`)} ${tag(5, `${text('LAPTOP')}00`)}`,
    `< 03661471 02000000 06000080 ${PLC} 1027 01000000 ${tag(1, '00000000')}`,
  ])
  assert.deepEqual(heard.hints, [
    'server name=CX-1',
    'server vendor=Beckhoff',
    'server software=TwinCAT 2.11.2228',
    'server os=Windows CE 6.0',
    'client name=LAPTOP',
  ])
  assert.deepEqual(heard.said, [
    { kind: 'credential.exposed', user: 'Administrator', mask: 's…t (6)', weakness: 'clear' },
    { kind: 'login.tried', user: 'Administrator', domain: '', method: 'ADS route', ok: true },
    { kind: 'configuration.changed', what: 'route', value: 'LAPTOP 192.168.1.99.1.1', ok: true },
  ])
})

test('foreign bytes are refused, lies about length and counts end', () => {
  const ctx = context<Ads, AdsState>('client', dissector.start!(), {})
  const good = bytes(ask(851, 2, 2, '05f00000 07000000 02000000').slice(1))
  assert.equal(dissector.frame(new Reader(good), ctx), good.length)
  assert.equal(dissector.frame(new Reader(good.subarray(0, 20)), ctx), NEED_MORE)
  for (const [at, value] of [
    [0, 7],
    [2, 1],
    [22, 99],
    [24, 0],
    [26, 1],
  ] as const) {
    const bad = good.slice()
    bad[at] = value
    assert.equal(dissector.frame(new Reader(bad), ctx), NOT_MINE, `byte ${at}`)
  }
  const lie = bytes(answer(851, 8, 0, `ffffffff ffffffff ${'00'.repeat(8)} ffffffff 63000000 ffffffff 0900`).slice(1))
  assert.deepEqual(dissector.parse(new Reader(lie), ctx).anomalies, ['truncated'])
})
