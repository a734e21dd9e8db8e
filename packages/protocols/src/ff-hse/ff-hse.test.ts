import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { FfHse, FfHseState } from './ff-hse.ts'
import { ffHse } from './protocol.ts'

const be = (value: number, size: number): string => value.toString(16).padStart(size * 2, '0')
const text = (value: string, size = 32): string => Buffer.from(value.padEnd(size)).toString('hex')
/** A message of protocol and service with an invoke id, or none where there is nothing to answer. */
function message(protocol: number, service: number, kind: number, body: string, invoke = 1): string {
  const hex = body.replace(/\s/g, '')
  const isConfirmed = service >= 0x80
  const length = 12 + hex.length / 2 + (isConfirmed ? 4 : 0)
  return `01${isConfirmed ? '40' : '00'}${be(protocol * 4 + kind, 1)}${be(service, 1)}00010200${be(length, 4)}${hex}${isConfirmed ? be(invoke, 4) : ''}`
}
const ask = (service: number, body: string, invoke = 1, protocol = 3) => `> ${message(protocol, service, 0, body, invoke)}`
const answer = (service: number, body: string, invoke = 1, protocol = 3) => `< ${message(protocol, service, 1, body, invoke)}`
const refuse = (service: number, body: string, invoke = 1, protocol = 3) => `< ${message(protocol, service, 2, body, invoke)}`
const run = (...lines: string[]) => exchange(ffHse, { transport: 'udp', serverPort: 1090 }, lines)
const operations = ({ heard }: ReturnType<typeof run>): string[] =>
  heard.operations.map((o) => `${o.operation} ${o.object} ${o.access} ${o.ok}${o.error === '' ? '' : ` ${o.error}`}`)
const said = ({ heard }: ReturnType<typeof run>): string[] =>
  heard.said.map((s) => {
    if (s.kind === 'mode.changed') return `${s.mode} ${s.by} ${s.detail} ${s.ok}`
    if (s.kind === 'device.diagnosed') return `${s.what} ${s.fault}`
    if (s.kind === 'configuration.changed') return `${s.what}=${s.value} ${s.ok}`
    if (s.kind === 'program.downloaded' || s.kind === 'program.uploaded') return `${s.kind} ${s.section} ${s.bytes} ${s.hash?.slice(0, 8)}`
    return s.kind
  })
const device = (state: string, duplicates: string) =>
  `${state} 20 00 ${duplicates} 0005 0010 ${'00'.repeat(12)}0a000005 ${text('000310_8732_1234567')} ${text('TT-101')} ${'00'.repeat(16)}`

test('an object is read and written, an answer belongs to its question', () => {
  const all = run(
    ask(0x82, be(1001, 4)),
    answer(0x82, '3f800000'),
    ask(0xd3, `${be(1002, 4)} ${be(2, 4)} 00ff`, 2),
    refuse(0xd3, `06 03 0000 ${text('write locked', 16)}`, 2),
  )
  assert.deepEqual(operations(all), [
    'read 0x00010200/1001 read undefined',
    'read 0x00010200/1001 read true',
    'write 0x00010200/1002.2 write undefined',
    'write 0x00010200/1002.2 write false access error 3: write locked',
  ])
  assert.deepEqual(all.heard.values, ['0x00010200/1001=3f800000 bytes', '0x00010200/1002.2:=00ff bytes refused'])
})

test('what is published', () => {
  const all = run(
    `> ${message(3, 0x10, 0, `${be(1100, 4)} ${be(1, 4)} 80 41200000`)}`,
    `> ${message(3, 2, 0, `${be(7, 4)} ${be(9, 4)} 01`)}`,
  )
  assert.deepEqual(all.heard.values, ['0x00010200/1100.1=8041200000 bytes'])
  assert.deepEqual(said(all), ['event 9 of 0x00010200/7 false'])
})

test('a device announces itself, then its tag is twofold', () => {
  const all = run(
    `> ${message(2, 16, 0, device('04', '00'))}`,
    `> ${message(2, 16, 0, device('04', '00'))}`,
    `> ${message(2, 16, 0, device('02', '02'))}`,
  )
  const d = all.messages[0]!.body.device!
  assert.deepEqual([d.state, d.index, d.ip, d.id, d.tag], [2, 5, '10.0.0.5', '000310_8732_1234567', 'TT-101'])
  assert.deepEqual(all.heard.hints, ['client name=TT-101', 'client serial=000310_8732_1234567', 'client type=field device'])
  assert.deepEqual(said(all), [
    'run report TT-101: operational undefined',
    'stop report TT-101: no tag undefined',
    'TT-101: duplicate tag true',
  ])
})

test('a device identifies itself', () => {
  const all = run(
    ask(0x81, ''),
    answer(0x81, `${text('Acme')} ${text('TX8732')} ${text('2.1')}`),
    ask(0x83, '', 2, 2),
    answer(0x83, device('04', '00'), 2, 2),
    ask(0x80, '', 3),
    answer(0x80, '0002 0000 00000000', 3),
  )
  assert.deepEqual(all.heard.hints.slice(0, 3), ['server vendor=Acme', 'server model=TX8732', 'server firmware=2.1'])
  assert.deepEqual(said(all), ['run report TT-101: operational undefined', 'not operational true'])
})

test('tags and addresses are assigned and cleared', () => {
  const who = `${text('000310_8732_1234567')} ${text('TT-102')}`
  const all = run(
    ask(0x8e, `${who} 00 00 0000 00000000 0006 0010 ${'00'.repeat(12)}0a000006 00000000`, 1, 2),
    answer(0x8e, '0000 0010 00000000', 1, 2),
    ask(0x8f, who, 2, 2),
    answer(0x8f, '', 2, 2),
    `> ${message(2, 1, 0, `02 000000 00000000 ${text('FIC-7')} ${text('')}`)}`,
  )
  assert.deepEqual(said(all), [
    'tag and address of 000310_8732_1234567=TT-102, index 6, 10.0.0.6 true',
    'clear assignment of 000310_8732_1234567= true',
  ])
  assert.ok(operations(all).includes('find tag function block FIC-7 identify undefined'))
})

test('sessions, programs', () => {
  const session = `${'00'.repeat(20)} ${text('LD-1')}`
  const all = run(
    ask(0x81, session, 1, 1),
    answer(0x81, session, 1, 1),
    ask(0x94, be(30, 4), 2),
    answer(0x94, '', 2),
    ask(0x96, be(30, 4), 3),
    answer(0x96, '', 3),
  )
  assert.deepEqual(all.heard.hints, ['server name=LD-1'])
  assert.deepEqual(said(all), ['stop command program 0x00010200/30 true', 'device.restarted'])
})

test('domains: pushed in segments, fetched by the device, uploaded', () => {
  const all = run(
    ask(0x9f, be(40, 4), 1),
    ask(0xa0, `${be(40, 4)} 01 000000 0102`, 2),
    ask(0xa0, `${be(40, 4)} 00 000000 03`, 3),
    ask(0xa1, be(40, 4), 4),
    ask(0x89, be(41, 4), 5),
    `< ${message(3, 0x8a, 0, be(41, 4), 6)}`,
    `> ${message(3, 0x8a, 1, '00 000000 0102', 6)}`,
    `< ${message(3, 0x8b, 0, `${be(41, 4)} 00000000`, 7)}`,
    ask(0x8c, be(42, 4), 8),
    ask(0x8d, be(42, 4), 9),
    answer(0x8d, '00 000000 010203', 9),
    ask(0x8e, be(42, 4), 10),
  )
  assert.deepEqual(said(all), [
    'program.downloaded domain 40 3 039058c6',
    'program.downloaded domain 41 2 a12871fe',
    'program.uploaded domain 42 3 039058c6',
  ])
})

test('trailer with all parts, padding before it', () => {
  const { messages } = run(`> 01 ea 0c 82 00010200 ${be(12 + 4 + 2 + 20, 4)} ${be(5, 4)} 0000 00000007 00000008 ${'00'.repeat(8)} 00000000`)
  assert.deepEqual(
    [messages[0]!.messageNumber, messages[0]!.invokeId, messages[0]!.body.index, messages[0]!.body.data.length],
    [7, 8, 5, 0],
  )
})

test('cut messages are marked, others are not ours', () => {
  const ctx = context<FfHse, FfHseState>('client', ffHse.dissector.start!() as FfHseState)
  const { dissector } = ffHse
  const frame = (hex: string) => dissector.frame(new Reader(bytes(hex)), ctx)
  const whole = bytes(message(2, 16, 0, device('04', '00')))
  for (const n of [12, 20, 60, 110]) assert.ok(dissector.parse(new Reader(whole.subarray(0, n)), ctx).isTruncated, `${n} bytes`)
  assert.equal(frame('01 40 0c'), NEED_MORE)
  assert.equal(frame('02'), NOT_MINE)
  assert.equal(frame('01 40 0c 82 00010200 0000000f'), NOT_MINE, 'shorter than its trailer')
  assert.equal(frame('01 10 0c 82 00010200 00000020'), NOT_MINE, 'a reserved option')
  assert.equal(frame('01 00 0d 00 00010200 00000020'), NOT_MINE, 'an answer to what has none')
  assert.equal(frame('01 00 0c c2 00010200 00000020'), NOT_MINE, 'no such service')
  assert.equal(frame('01 00 0c 82 00010200 00000010'), 16)
})
