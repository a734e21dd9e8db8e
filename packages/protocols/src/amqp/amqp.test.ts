import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Amqp, type AmqpState, dissector } from './amqp.ts'
import { amqp } from './protocol.ts'

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const ascii = (text: string): string => [...text].map((c) => hex(c.charCodeAt(0), 2)).join('')
const short = (text: string): string => hex(text.length, 2) + ascii(text)
const long = (body: string): string => hex(body.length / 2, 8) + body
const table = (entries: Record<string, string>): string =>
  long(
    Object.entries(entries)
      .map(([name, text]) => `${short(name)}53${long(ascii(text))}`)
      .join(''),
  )
const frame = (type: number, channel: number, body: string): string => `${hex(type, 2)}${hex(channel, 4)}${long(body)}ce`
const method = (channel: number, group: number, number: number, args = ''): string =>
  frame(1, channel, hex(group, 4) + hex(number, 4) + args)

const OPENING = `> ${ascii('AMQP')}00000901`
const START = `< ${method(0, 10, 10, `0009${table({ product: 'RabbitMQ', version: '3.8.3', cluster_name: 'rabbit@broker-2' })}${long(ascii('PLAIN'))}${long(ascii('en_US'))}`)}`
const startOk = (mechanism: string, response: string): string =>
  `> ${method(0, 10, 11, table({ product: 'pika', version: '1.1' }) + short(mechanism) + long(response) + short('en_US'))}`
const PLAIN = `00${ascii('plant')}00${ascii('sesame12')}`
const TUNE = `< ${method(0, 10, 30, '07ff00020000003c')}`

const talk = (...lines: string[]) => exchange(amqp, { serverPort: 5672 }, lines)
const operations = (x: ReturnType<typeof talk>): string[] =>
  x.heard.operations.map((o) => `${o.operation} ${o.object} ${o.ok}${o.error === '' ? '' : ` ${o.error}`}`)

test('broker and client say what they run; the secret stays a mask', () => {
  const x = talk(OPENING, START, startOk('PLAIN', PLAIN), TUNE)
  assert.deepEqual(x.heard.hints, [
    'client role=AMQP client',
    'server role=AMQP broker',
    'server software=RabbitMQ 3.8.3',
    'server name=broker-2',
    'client software=pika 1.1',
  ])
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'plant', mask: 's…2 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'plant', domain: '', method: 'AMQP PLAIN', ok: true },
  ])
})

test('guest with its own password is the default; AMQPLAIN carries a table', () => {
  const response = `${short('LOGIN')}53${long(ascii('guest'))}${short('PASSWORD')}53${long(ascii('guest'))}`
  const x = talk(OPENING, START, startOk('AMQPLAIN', response), `< ${method(0, 10, 50, `0193${short('ACCESS_REFUSED')}00000000`)}`)
  assert.deepEqual(
    x.heard.said.map((s) => (s.kind === 'credential.exposed' ? s.weakness : s.kind === 'login.tried' ? `${s.user} ${s.ok}` : s.kind)),
    ['default', 'guest false', 'device.diagnosed'],
  )
})

test('what is set up is answered, refused, or left open', () => {
  const declare = `> ${method(1, 50, 10, `0000${short('jobs')}02${table({})}`)}`
  const x = talk(
    OPENING,
    declare,
    `< ${method(1, 50, 11, `${short('jobs')}0000000000000000`)}`,
    `> ${method(1, 50, 20, `0000${short('jobs')}${short('plant')}${short('line.*')}00${table({})}`)}`,
    `< ${method(1, 20, 40, `0194${short('NOT_FOUND - no exchange')}00320014`)}`,
    `> ${method(2, 40, 20, `0000${short('plant')}00`)}`,
  )
  x.end()
  assert.deepEqual(operations(x), [
    'queue declare jobs true',
    'queue bind jobs plant line.* false 404 NOT_FOUND - no exchange',
    'exchange delete plant undefined',
  ])
})

test('publications and deliveries name exchange and key; a plain body is a tag', () => {
  const header = (size: number): string => frame(2, 1, `003c0000${hex(size, 16)}8000${short('text/plain')}`)
  const x = talk(
    OPENING,
    `> ${method(1, 60, 40, `0000${short('plant')}${short('line.speed')}00`)}`,
    `> ${header(4)}`,
    `> ${frame(3, 1, ascii('12.5'))}`,
    `< ${method(1, 60, 60, `${short('c1')}000000000000000100${short('plant')}${short('line.run')}`)}`,
    `< ${header(4)}`,
    `< ${frame(3, 1, ascii('true'))}`,
  )
  assert.deepEqual(operations(x), ['publish plant line.speed undefined', 'deliver plant line.run undefined'])
  assert.deepEqual(x.heard.values, ['plant line.speed=12.5 number', 'plant line.run=true boolean'])
})

const later = (channel: number, code: number, fields: readonly string[], type = 0, payload = ''): string => {
  const list = fields.join('')
  const body = `0053${hex(code, 2)}c0${hex(list.length / 2 + 1, 2)}${hex(fields.length, 2)}${list}${payload}`
  return `${hex(8 + body.length / 2, 8)}02${hex(type, 2)}${hex(channel, 4)}${body}`
}
const str = (text: string): string => `a1${short(text)}`
const sym = (text: string): string => `a3${short(text)}`

test('1.0: SASL, containers, links and transfers', () => {
  const x = talk(
    `> ${ascii('AMQP')}03010000`,
    `< ${ascii('AMQP')}03010000`,
    `< ${later(0, 0x40, [sym('PLAIN')], 1)}`,
    `> ${later(0, 0x41, [sym('PLAIN'), `a0${hex(PLAIN.length / 2, 2)}${PLAIN}`], 1)}`,
    `< ${later(0, 0x44, ['5000'], 1)}`,
    `> ${ascii('AMQP')}00010000`,
    `< ${ascii('AMQP')}00010000`,
    `> ${later(0, 0x10, [str('press-3'), str('hub.example')])}`,
    `< ${later(0, 0x10, [str('hub'), '40', '40', '40', '40', '40', '40', '40', '40', `c1${hex(1 + 2 + 7 + 2 + 4, 2)}02${sym('product')}${str('Hub1')}`])}`,
    `> ${later(0, 0x12, [str('link'), '43', '42', '40', '40', '40', `005329c0${hex(2 + short('speed').length / 2, 2)}01${str('speed')}`])}`,
    `> ${later(0, 0x14, ['43', '43', 'a00101', '43', '42'], 0, `005375a004${ascii('12.5')}`)}`,
    `< ${later(0, 0x18, [`00531dc0${hex(2 + short('amqp:unauthorized-access').length / 2, 2)}01${sym('amqp:unauthorized-access')}`])}`,
  )
  assert.deepEqual(x.heard.anomalies, [])
  assert.deepEqual(operations(x), ['open hub.example true', 'attach sender speed undefined', 'transfer speed undefined'])
  assert.deepEqual(x.heard.values, ['speed=12.5 number'])
  assert.ok(x.heard.hints.includes('client name=press-3') && x.heard.hints.includes('server software=Hub1'))
  assert.deepEqual(
    x.heard.said.map((s) => (s.kind === 'login.tried' ? `${s.user} ${s.method} ${s.ok}` : s.kind === 'device.diagnosed' ? s.what : s.kind)),
    ['credential.exposed', 'plant AMQP 1.0 PLAIN true', 'connection closed by the server: amqp:unauthorized-access'],
  )
})

test('1.0: typed values, long integers and maps of them', () => {
  const attach = later(0, 0x12, [
    str('link'),
    '43',
    '42',
    '40',
    '40',
    '40',
    `005329c0${hex(2 + short('oven').length / 2, 2)}01${str('oven')}`,
  ])
  const send = (body: string): string => `> ${later(0, 0x14, ['43', '43', 'a00101', '43', '41'], 0, `005377${body}`)}`
  const map = [str('temp'), '5515', str('on'), '41', str('note'), str('x')]
  const x = talk(
    `> ${ascii('AMQP')}00010000`,
    `> ${attach}`,
    send('800000001cbe991a14'),
    send(`c1${hex(map.join('').length / 2 + 1, 2)}06${map.join('')}`),
  )
  assert.deepEqual(x.heard.values, ['oven=123456789012 number', 'oven temp=21 number', 'oven on=true boolean'])
})

test('a conversation joined late is believed on a whole frame of a known class', () => {
  const ctx = context<Amqp, AmqpState>('client', dissector.start!())
  const known = bytes(method(1, 60, 40, `0000${short('a')}${short('b')}00`))
  assert.equal(dissector.frame(new Reader(known), ctx), known.length)
  for (const text of [
    frame(3, 1, '00'),
    frame(8, 0, ''),
    method(1, 61, 40),
    `${method(1, 60, 40).slice(0, -2)}00`,
    '474554202f20485454502f',
    '0000000c02000000004099',
  ])
    assert.equal(dissector.frame(new Reader(bytes(text)), ctx), NOT_MINE, text)
})

test('tables and lists that lie about their size stop where the bytes do', () => {
  const x = talk(OPENING, `< ${method(0, 10, 10, '0009ffffffff')}`, `> ${method(0, 10, 11, `0000000a${short('x')}46ffffffff`)}`)
  assert.deepEqual(x.heard.anomalies, ['amqp.malformed', 'amqp.malformed'])
  const deep = talk(`> ${ascii('AMQP')}00010000`, `> ${later(0, 0x10, ['c00201'.repeat(40)])}`)
  assert.deepEqual(deep.heard.anomalies, ['amqp.malformed'])
})

test('every truncation is data', () => {
  const whole = bytes(START.slice(1))
  for (let n = 8; n < whole.length; n++) {
    const m = dissector.parse(new Reader(whole.subarray(0, n)), context<Amqp, AmqpState>('server', dissector.start!()))
    assert.ok(m.anomalies.length > 0, `cut to ${n}`)
  }
})
