import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader, type Side } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import type { EchoState } from './echo.ts'
import type { Icmp } from './icmp.ts'
import { icmp, icmpv6 } from './protocol.ts'

const fresh = (): EchoState => ({ runs: new Map() })
const v6 = context<Icmp, EchoState>('client', fresh(), { transport: 'icmp', clientIp: 'fe80::1', serverIp: 'ff02::1:ff00:2' })

function said6(hex: string): Recorder {
  const recorder = new Recorder()
  icmpv6.observe(seen(icmpv6.dissector.parse(new Reader(bytes(hex)), v6), v6), recorder)
  return recorder
}

test('a neighbour solicitation asks for the target and claims the source', () => {
  assert.deepEqual(said6('87 00 0000 00000000 fe800000000000000000000000000002 01 01 020000000001').said, [
    { kind: 'address.asked', ip: 'fe80::2', side: 'client' },
    { kind: 'address.claimed', ip: 'fe80::1', mac: '02:00:00:00:00:01', by: 'nd', gratuitous: false, side: 'client' },
  ])
})

test('an advertisement nobody asked for is gratuitous', () => {
  assert.deepEqual(said6('88 00 0000 20000000 fe800000000000000000000000000002 02 01 020000000002').said, [
    { kind: 'address.claimed', ip: 'fe80::2', mac: '02:00:00:00:00:02', by: 'nd', gratuitous: true, side: 'client' },
  ])
})

test('an option of length zero ends the options', () => {
  assert.deepEqual(said6('88 00 0000 20000000 fe800000000000000000000000000002 02 00 ffff').said, [])
})

test('an echo reply has the key of its echo', () => {
  const ctx = context<Icmp, EchoState>('client', fresh())
  const key = (hex: string) => icmp.dissector.key?.(new Reader(bytes(hex)), ctx)
  assert.equal(key('08 00 1234 0007 0001'), key('00 00 4321 0007 0001'))
  assert.notEqual(key('08 00 1234 0007 0001'), key('00 00 4321 0007 0002'))
})

function ping(request: string, reply: string): string[] {
  const recorder = new Recorder()
  const ctx = (side: Side) => context<Icmp, EchoState>(side, fresh(), { transport: 'icmp', clientIp: '10.0.0.1', serverIp: '10.0.0.2' })
  const asked: Icmp = icmp.dissector.parse(new Reader(bytes(`08 00 0000 0001 0001 ${request}`)), ctx('client'))
  icmp.observe(seen(asked, ctx('client')), recorder)
  const answer = icmp.dissector.parse(new Reader(bytes(`00 00 0000 0001 0001 ${reply}`)), ctx('server'))
  icmp.observe(seen(answer, { ...ctx('server'), asked }), recorder)
  return recorder.anomalies
}
const hex = (text: string) => Buffer.from(text).toString('hex')

test('words in an echo, and an answer that is not what was sent, are anomalies', () => {
  const shell = `${hex('shell')}${'00'.repeat(200)}`
  assert.deepEqual(ping(shell, shell), ['icmp.words-in-echo'])
  assert.deepEqual(ping(hex('whoami /all'.repeat(2)), hex('plant\\operator of the day')), [
    'icmp.words-in-echo',
    'icmp.reply-differs',
    'icmp.words-in-echo',
  ])
})

test('what ping programs send is silent: letters in order, one letter, a time and a count', () => {
  const count = Array.from({ length: 40 }, (_, i) => (16 + i).toString(16).padStart(2, '0')).join('')
  for (const data of [hex('abcdefghijklmnopqrstuvwabcdefghi'), hex('X'.repeat(56)), `5f3a4261 00000000 4a550b0000000000 ${count}`, ''])
    assert.deepEqual(ping(data, data), [], data)
})

test('a list of name servers has an odd length; an even one is an anomaly', () => {
  const advertisement = (option: string) => said6(`86 00 0000 40 08 0708 00000000 00000000 ${option}`).anomalies
  assert.deepEqual(advertisement(`19 03 0000 00000001 ${'20'.repeat(16)}`), [])
  assert.deepEqual(advertisement(`19 04 0000 00000001 ${'20'.repeat(24)}`), ['icmp.bad-option-length'])
})

test('a router that asks to be preferred; one that is none asks for nothing', () => {
  const said = (flags: string, lifetime: string): string[] =>
    said6(`86 00 0000 40 ${flags} ${lifetime} 00000000 00000000`).operations.map((o) => o.operation)
  assert.deepEqual(said('08', '0708'), ['router asks to be preferred'])
  assert.deepEqual(said('00', '0708'), [])
  assert.deepEqual(said('18', '0708'), [], 'low')
  assert.deepEqual(said('08', '0000'), [])
})

/** Echoes of one client, each `[identifier, data in hex]`. */
function run(...echoes: [string, string][]): string[] {
  const recorder = new Recorder()
  const ctx = context<Icmp, EchoState>('client', fresh(), { transport: 'icmp', clientIp: '10.0.0.1', serverIp: '10.0.0.2' })
  for (const [identifier, data] of echoes) {
    const message = icmp.dissector.parse(new Reader(bytes(`08 00 0000 ${identifier} 0001 ${data}`)), ctx)
    icmp.observe(seen(message, ctx), recorder)
  }
  return recorder.anomalies
}

test('data that changes from echo to echo is an anomaly; a time before a pattern, longer echoes and another run are none', () => {
  const pattern = (length: number) => Array.from({ length }, (_, i) => ((i + 16) & 0xff).toString(16).padStart(2, '0')).join('')
  const timed = (time: string, length = 40) => `${time.repeat(16)}${pattern(length)}`
  assert.deepEqual(run(['0001', timed('01')], ['0001', timed('02')], ['0001', timed('03', 400)], ['0002', 'aa'.repeat(64)]), [])
  assert.deepEqual(run(['0001', '9c'.repeat(47)], ['0001', '3d'.repeat(47)]), [])
  const carried = run(['0001', '9c'.repeat(48)], ['0001', '3d'.repeat(48)], ['0001', 'e1'.repeat(64)])
  assert.deepEqual(carried, ['icmp.echo-data-changes', 'icmp.echo-data-changes'])
})

test('a redirect names whom to send to', () => {
  const recorder = new Recorder()
  const ctx = context<Icmp, EchoState>('client', fresh())
  icmp.observe(seen(icmp.dissector.parse(new Reader(bytes('05 01 0000 0a000042 45000000')), ctx), ctx), recorder)
  assert.deepEqual(recorder.anomalies, ['icmp.redirect'])
})
