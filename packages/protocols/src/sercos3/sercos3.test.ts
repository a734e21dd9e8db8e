import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { sercos3 } from './protocol.ts'
import type { Sercos, SercosState } from './sercos3.ts'

const le = (value: number, size: number): string =>
  Array.from({ length: size }, (_, i) => (Math.floor(value / 256 ** i) & 255).toString(16).padStart(2, '0')).join('')
const zeros = (n: number): string => '00'.repeat(n)
const head = (isAnswer: boolean, number: number, phase: number) => `${le((isAnswer ? 0x40 : 0) + number, 1)}${le(phase, 1)}${zeros(4)}`
/** A telegram of phase 2 with one slave's channel and word. */
const telegram = (isAnswer: boolean, control: number, info: number, word = 0, slot = 0) =>
  `> ${head(isAnswer, 0, 2)}${zeros(slot * 6)}${le(control, 2)}${le(info, 4)}${zeros((127 - slot) * 6)}${zeros(slot * 4)}${le(word, 2)}${zeros(2 + (127 - slot) * 4)}`
const mdt = (control: number, info = 0) => telegram(false, control, info)
const at = (status: number, info = 0) => telegram(true, status, info)
/** Element, handshake, whether it writes, whether it is the last step. */
const ctl = (element: number, handshake: number, write: boolean, last = true) =>
  (element << 3) | (last ? 4 : 0) | (write ? 2 : 0) | handshake
const DONE = 8
const run = (...lines: string[]) => exchange(sercos3, { transport: 'ethernet', serverPort: undefined }, lines)
const said = ({ heard }: ReturnType<typeof run>): string[] =>
  heard.said.map((s) => {
    if (s.kind === 'mode.changed') return `${s.mode} ${s.detail}`
    if (s.kind === 'device.diagnosed') return `${s.what} ${s.fault}`
    return s.kind === 'configuration.changed' ? `${s.what}=${s.value} ${s.ok}` : s.kind
  })
const operations = ({ heard }: ReturnType<typeof run>): string[] =>
  heard.operations
    .filter((o) => o.part !== undefined)
    .map((o) => `${o.operation} ${o.object} ${o.access} ${o.ok}${o.error === '' ? '' : ` ${o.error}`}`)

test('start of the network: slaves are counted on their way, then named by address', () => {
  const all = run(
    `> ${head(false, 0, 0)} 00000100`,
    `> ${head(true, 0, 0)} 0100 0700 ffff ffff`,
    `> ${head(true, 0, 0)} 0200 0700 0980 ffff`,
    mdt(ctl(1, 1, true), 0x001e),
    at(DONE | 1),
    mdt(ctl(7, 0, false), 0),
    at(DONE | 2),
    at(DONE | 4, 0x7009),
  )
  assert.deepEqual(all.state.addresses, [7, 9])
  assert.deepEqual(said(all), ['stop communication phase 0', 'stop communication phase 2'])
  assert.deepEqual(operations(all), ['read parameter S-0-0030 manufacturer version read false value protected by password'])
  assert.ok(all.heard.hints.includes('client address 9 type=SERCOS slave'))
})

test('a text is read in steps of four bytes', () => {
  const text = Buffer.from('IndraDrive').toString('hex')
  const info = (hex: string) => Number.parseInt(hex.match(/../g)!.reverse().join(''), 16)
  const all = run(
    mdt(ctl(1, 1, true), 0x00_04_0514),
    at(DONE | 1),
    at(0),
    mdt(ctl(7, 0, false, false)),
    at(DONE, info('0a000a00')),
    mdt(ctl(7, 1, false, false)),
    at(DONE | 1, info(text.slice(0, 8))),
    mdt(ctl(7, 0, false, false)),
    at(DONE, info(text.slice(8, 16))),
    mdt(ctl(7, 1, false, true)),
    at(DONE | 1, info(`${text.slice(16)}0000`)),
    at(DONE | 1, info(`${text.slice(16)}0000`)),
  )
  assert.deepEqual(all.heard.values, ['slave 1 S-0-1300.0.4 identification=IndraDrive bytes'])
  assert.ok(all.heard.hints.includes('client slave 1 model=IndraDrive'))
})

test('parameters are written, commands executed, a password is not shown', () => {
  const all = run(
    mdt(ctl(1, 1, true), 0x000c),
    at(DONE | 1),
    mdt(ctl(7, 0, true), 2000),
    at(DONE),
    mdt(ctl(1, 1, true), 0x0063),
    at(DONE | 1),
    mdt(ctl(7, 0, true), 3),
    at(DONE),
    mdt(ctl(1, 1, true), 0x010b),
    at(DONE | 1),
    mdt(ctl(7, 0, true), 1234),
    at(DONE),
    mdt(ctl(1, 1, true), 0x800a),
    at(DONE | 1 | 4, 0x1001),
  )
  assert.deepEqual(said(all).slice(1), [
    'slave 1 S-0-0012 class 2 diagnostic=2000 true',
    'slave 1 S-0-0099 reset class 1 diagnostic=executed true',
    'slave 1 S-0-0267 password= true',
  ])
  assert.deepEqual(operations(all), [
    'write parameter S-0-0012 class 2 diagnostic configure true',
    'execute command S-0-0099 reset class 1 diagnostic control true',
    'write parameter S-0-0267 password configure true',
    'write parameter P-0-0010 configure false no such parameter',
  ])
})

test('status words, each told when it changes and a slave has filled it', () => {
  const all = run(
    telegram(true, 0, 0, 0x8200, 3),
    telegram(true, 0, 0, 0x8300, 3),
    telegram(true, 0, 0, 0x8300, 3),
    telegram(false, 0, 0, 0x8000, 3),
  )
  assert.deepEqual(said(all).slice(1), ['slave 4: connection error true', 'slave 4: communication warning false'])
  assert.deepEqual(operations(all), ['blink slave 4 identify undefined'])
})

test('a drive in fault', () => {
  const all = run(mdt(ctl(1, 1, true), 11), at(DONE | 1), mdt(ctl(7, 0, false)), at(DONE, 0x20))
  assert.deepEqual(said(all).slice(1), ['slave 1: class 1 diagnostic 0x20 true'])
})

test('operation: process data and hot plug', () => {
  const all = run(
    `> ${head(false, 0, 4)} 0c00 0100 00000000 1122`,
    `> ${head(true, 0, 4)} 0000 0000 00000000 3344`,
    `> ${head(false, 1, 4)} 5566`,
  )
  assert.deepEqual(all.heard.values, ['MDT 0:=1122 bytes unanswered', 'AT 0=3344 bytes', 'MDT 1:=5566 bytes unanswered'])
  assert.deepEqual(operations(all), ['hot plug address 12 session undefined'])
  assert.deepEqual(said(all), ['run communication phase 4'])
})

test('cut telegrams are marked, others are not ours', () => {
  const { dissector } = sercos3
  const ctx = context<Sercos, SercosState>('client', dissector.start!() as SercosState)
  for (const cut of [`${head(false, 0, 2)}0102`, `${head(false, 0, 0)}01`, `${head(true, 0, 4)}01`])
    assert.ok(dissector.parse(new Reader(bytes(cut)), ctx).isTruncated, cut)
  assert.equal(dissector.frame(new Reader(bytes('10 00 00000000')), ctx), NOT_MINE)
  assert.equal(dissector.frame(new Reader(bytes('04 00 00000000')), ctx), NOT_MINE)
  assert.equal(dissector.frame(new Reader(bytes('00 05 00000000')), ctx), NOT_MINE)
  assert.equal(dissector.frame(new Reader(bytes('00 00 00')), ctx), NEED_MORE)
})
