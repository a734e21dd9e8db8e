import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { dissector, type GeSrtp, type GeSrtpState } from './ge-srtp.ts'
import { geSrtp } from './protocol.ts'

const TCP = { serverPort: 18245 }
const le = (n: number): string => `${(n & 255).toString(16).padStart(2, '0')}${(n >> 8).toString(16).padStart(2, '0')}`
const size = (hex: string): number => bytes(hex).length
/** Service, selector, offset and length; what is sent beyond eight bytes is text. */
const ask = (n: string, service: string, text = '', inline = '00'.repeat(8)): string =>
  `> 02 00 ${n} 00 ${le(size(text))} ${'00'.repeat(20)} 05 10 09 00 ${n} ${text === '' ? 'c0' : '80'} 00000000 100e0000 01 01 ${service} ${inline} ${text}`
const answer = (n: string, inline: string, over: { text?: string; status?: string; word?: string } = {}): string =>
  `< 03 00 ${n} 00 ${le(size(over.text ?? ''))} ${'00'.repeat(20)} 05 10 09 00 ${n} ${over.text === undefined ? 'd4' : '94'} 100e0000 205a0000 01 01 ${over.status ?? '00 00'} ${inline} 00 02 6400 ${over.word ?? '0001'} ${over.text ?? ''}`
const ZERO = '00'.repeat(6)
const OPEN = `> ${'00'.repeat(56)}`
const OPENED = `< 01 ${'00'.repeat(55)}`

test('registers and bits, short in the message and long behind it', () => {
  const { heard } = exchange(geSrtp, TCP, [
    OPEN,
    OPENED,
    ask('01', '04 08 0900 0200'),
    answer('01', '3412 0700 0000'),
    ask('02', '04 46 0200 0300'),
    answer('02', '14 0000000000'),
    ask('03', '04 16 0100 0100'),
    answer('03', ZERO, { text: '03' }),
    ask('04', '07 08 0000 0100', '', 'ff00000000000000'),
    answer('04', ZERO, { status: '02 fe' }),
  ])
  assert.deepEqual(heard.values.slice(0, 5), ['%R10=4660 uint16', '%R11=7 uint16', '%I3=true bool', '%I4=false bool', '%I5=true bool'])
  assert.deepEqual(heard.values.slice(5, 8), ['%M9=true bool', '%M10=true bool', '%M11=false bool'])
  assert.equal(heard.values.at(-1), '%R1:=255 uint16 refused')
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.ok, o.error]),
    [
      ['open', '', true, ''],
      ['read system memory', '%R10..11', true, ''],
      ['read system memory', '%I3..5', true, ''],
      ['read system memory', '%M9..16', true, ''],
      ['write system memory', '%R1', false, 'No privilege for attempted operation'],
    ],
  )
})

test('the status word tells mode and faults; mode, privilege, clock and program are changes', () => {
  const { heard, end } = exchange(geSrtp, TCP, [
    ask('01', '00 00 0000 0000'),
    answer('01', ZERO, { word: '1001' }),
    ask('02', '21 04 0000 0000', Buffer.from('PASS').toString('hex')),
    answer('02', ZERO, { word: '1001' }),
    ask('03', '23 02 0000 0000'),
    answer('03', ZERO, { word: '1021' }),
    ask('04', '40 00 0000 0000', '010203'),
    answer('04', ZERO, { word: '1021' }),
    ask('05', '40 00 0000 0000', '040506'),
    answer('05', ZERO, { word: '1021' }),
  ])
  end()
  assert.deepEqual(
    heard.said.map((s) => [s.kind, 'detail' in s ? s.detail : 'mask' in s ? s.mask : 'bytes' in s ? s.bytes : '']),
    [
      ['mode.changed', 'Run I/O enabled, switch run'],
      ['device.diagnosed', ''],
      ['login.tried', ''],
      ['credential.exposed', 'P…S (4)'],
      ['mode.changed', 'Stop I/O disabled, switch run'],
      ['mode.changed', 'set run or stop'],
      ['program.downloaded', 6],
    ],
  )
})

test('a row a question and an answer, as ICSNPP writes them', () => {
  const { rows } = exchange(geSrtp, TCP, [ask('01', '04 08 0900 0200'), answer('01', '3412 0700 0000')])
  assert.deepEqual(rows.rows[0]!.cells.slice(0, 17), [
    'ge_srtp',
    'Request',
    1,
    0,
    5,
    16,
    9,
    1,
    'Initial Request Mailbox message (0xC0)',
    '0x00000000',
    '0x100e0000',
    1,
    1,
    'Read system memory',
    'Registers (%R) Word-selector',
    9,
    2,
  ])
  assert.deepEqual(rows.rows[1]!.cells.slice(17, 23), ['No Error Occurred', 'No Minor Error Occurred', '0x341207000000', 0, 2, 100])
  assert.ok(rows.rows.every((row) => row.cells.length === 34))
})

test('foreign bytes are refused; a length that lies is named', () => {
  const ctx = context<GeSrtp, GeSrtpState>('client', dissector.start!(), TCP)
  const elsewhere = context<GeSrtp, GeSrtpState>('client', dissector.start!(), { serverPort: 99 })
  const good = bytes(ask('01', '04 08 0900 0200').slice(1))
  assert.equal(dissector.frame(new Reader(good), elsewhere), 56)
  assert.equal(dissector.frame(new Reader(good.subarray(0, 40)), ctx), NEED_MORE)
  assert.equal(dissector.frame(new Reader(new Uint8Array(56)), elsewhere), NOT_MINE)
  for (const [at, value] of [
    [0, 9],
    [1, 1],
    [27, 77],
    [31, 5],
    [42, 0xee],
  ] as const) {
    const bad = good.slice()
    bad[at] = value
    assert.equal(dissector.frame(new Reader(bad), ctx), NOT_MINE, `byte ${at}`)
  }
  const lie = good.slice()
  lie[4] = 200
  assert.deepEqual(dissector.parse(new Reader(lie), ctx).anomalies, ['truncated'])
})

test('a clock that is set tells the time where the bytes are one', () => {
  const set = (inline: string) =>
    exchange(geSrtp, TCP, [ask('01', '24 01 0000 0000', '', inline), answer('01', ZERO)]).heard.said.filter((s) => s.kind === 'time.set')
  assert.deepEqual(set('5930142211260700'), [{ kind: 'time.set', to: '2026-11-22 14:30:59', ok: true }])
  assert.deepEqual(set('5930142213260700'), [{ kind: 'time.set', to: '', ok: true }], 'no thirteenth month')
  assert.deepEqual(set('5a30142211260700'), [{ kind: 'time.set', to: '', ok: true }], 'no digits')
})
