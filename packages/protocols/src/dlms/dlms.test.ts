import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { dlms } from './protocol.ts'

const hex = (n: number, size = 1) => n.toString(16).padStart(size * 2, '0')
const text = (s: string) => Buffer.from(s, 'latin1').toString('hex')
const tlv = (tag: string, value: string) => tag + hex(value.length / 2) + value

/** An APDU of client 16 to logical device 1, and back. */
function wrapped(line: string): string {
  const body = line.slice(1).replaceAll(' ', '')
  const [source, destination] = line[0] === '>' ? ['0010', '0001'] : ['0001', '0010']
  return `${line[0]} 0001 ${source} ${destination} ${hex(body.length / 2, 2)} ${body}`
}
const run = (...lines: string[]) => exchange(dlms, { serverPort: 4059 }, lines.map(wrapped))

const oid = (context: string) => tlv('06', `608574050801${context}`)
const INITIATE = tlv('be', tlv('04', '01000000065f1f0400001e1dffff'))
const request = (mechanism: string, secret: string) =>
  tlv(
    '60',
    tlv('a1', oid('01')) +
      tlv('a6', tlv('04', '4d4d4d0000bc614e')) +
      tlv('8b', `608574050802${mechanism}`) +
      tlv('ac', tlv('80', secret)) +
      INITIATE,
  )
const response = (result: string, diagnostic = '00') =>
  tlv('61', tlv('a1', oid('01')) + tlv('a2', tlv('02', result)) + tlv('a3', tlv('a1', tlv('02', diagnostic))))

test('a password login is tried and exposed', () => {
  const { heard } = run(`> ${request('01', text('12345678'))}`, `< ${response('00')}`)
  assert.deepEqual(heard.said, [
    { kind: 'credential.exposed', user: '', mask: '1…8 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: '4d4d4d0000bc614e', domain: '', method: 'LLS password', ok: true },
  ])
  assert.deepEqual([heard.operations[0]!.operation, heard.operations[0]!.object], ['associate', 'LN, LLS password'])
  assert.ok(heard.hints.includes('client vendor=MMM') && heard.hints.includes('server role=meter'))
})

test('a high-level login is proven by its challenge; a refusal is a failed login', () => {
  const { heard } = run(
    `> ${request('05', '0011223344556677')}`,
    `< ${response('00', '0e')}`,
    `> c3 01 c1 000f 0000280000ff 01 01 0902aabb`,
    `< c7 01 c1 00 01 00 0902ccdd`,
    `> ${request('05', '0011223344556677')}`,
    `< ${response('01', '0d')}`,
  )
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'login.tried' && `${s.method} ${s.ok}`),
    ['HLS GMAC true', 'HLS GMAC false'],
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.ok, o.error]),
    [
      ['associate', 'LN, HLS GMAC', true, ''],
      ['action', '0-0:40.0.0*255 reply to HLS authentication', true, ''],
      ['associate', 'LN, HLS GMAC', false, 'diagnostic 13'],
    ],
  )
})

test('a register is read, an unknown object refused, the name is the device', () => {
  const { heard } = run(
    '> c0 01 c1 0003 0100010800ff 02 00',
    '< c4 01 c1 00 06 0001e240',
    '> c0 01 c2 0003 0100020800ff 02 00',
    '< c4 01 c2 01 04',
    '> c0 01 c3 0001 00002a0000ff 02 00',
    `< c4 01 c3 00 ${tlv('09', text('MMM12345'))}`,
  )
  assert.deepEqual(heard.values, ['1-0:1.8.0*255 value=123456 uint32', '0-0:42.0.0*255 value=MMM12345 octets'])
  assert.deepEqual(heard.hints, ['server name=MMM12345'])
  assert.deepEqual([heard.operations[1]!.ok, heard.operations[1]!.error], [false, 'object undefined'])
})

test('a profile comes in blocks and is taken apart when it is whole', () => {
  const { heard } = run(
    '> c0 01 c1 0007 0100630100ff 02 00',
    '< c4 02 c1 00 00000001 00 04 0101 0202',
    '> c0 02 c1 00000001',
    '< c4 02 c1 01 00000002 00 06 1105 100102 00'.slice(0, -3).replace('06', '05'),
  )
  assert.deepEqual(heard.values, ['1-0:99.1.0*255 buffer[1][1]=5 uint8', '1-0:99.1.0*255 buffer[1][2]=258 int16'])
})

test('the clock is set, supply is switched off, a new firmware is activated', () => {
  const { heard } = run(
    '> c1 01 c1 0008 0000010000ff 02 00 090c 07e8 05 14 01 0a 1e 00 ff 8000 00',
    '< c5 01 c1 00',
    '> c3 01 c2 0046 0000600300ff 01 01 0f00',
    '< c7 01 c2 00 00',
    `> c3 01 c3 0012 00002c0000ff 01 01 0202 ${tlv('09', text('FW2.0'))} 06 00001000`,
    '< c7 01 c3 00 00',
    '> c3 01 c4 0012 00002c0000ff 04 01 0f00',
    '< c7 01 c4 03 00',
  )
  assert.deepEqual(heard.said, [
    { kind: 'time.set', to: '2024-05-20T10:30:00', ok: true },
    { kind: 'firmware.updated', version: 'FW2.0', bytes: 4096, ok: false },
  ])
  assert.deepEqual(heard.values, ['0-0:96.3.0*255 output state:=false bool ok'])
  assert.deepEqual(
    heard.operations.map((o) => [o.object, o.access]),
    [
      ['0-0:1.0.0*255 time', 'configure'],
      ['0-0:96.3.0*255 remote disconnect', 'control'],
      ['0-0:44.0.0*255 initiate', 'program'],
      ['0-0:44.0.0*255 activate', 'program'],
    ],
  )
})

test('a new secret is never told', () => {
  const { heard } = run(`> c1 01 c1 000f 0000280000ff 07 00 ${tlv('09', text('topsecret'))}`, '< c5 01 c1 00')
  assert.deepEqual(heard.said, [{ kind: 'configuration.changed', what: '0-0:40.0.0*255 secret', value: '…', ok: true }])
  assert.deepEqual(heard.values, [])
})

test('ciphered services are named; authenticated ones are read', () => {
  const { heard, messages } = run(
    `> c8 12 30 00000004 ${'ab'.repeat(13)}`,
    `> c8 1e 10 00000005 c001c100030100010800ff0200 ${'cd'.repeat(12)}`,
    '< c4 01 c1 00 1107',
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access]),
    [
      ['ciphered get', 'suite 0', 'read'],
      ['get', '1-0:1.8.0*255 value', 'read'],
    ],
  )
  assert.equal(messages[0]!.apdu!.counter, 4)
  assert.deepEqual(heard.values, ['1-0:1.8.0*255 value=7 uint8'])
})

test('short names are read and written', () => {
  const { heard } = run('> 05 01 02 fa00', '< 0c 01 00 1109', '> 06 01 02 fa08 01 0f01', '< 0d 01 00')
  assert.deepEqual(heard.values, ['short name 0xfa00=9 uint8', 'short name 0xfa08:=1 int8 ok'])
})

/** Bit by bit, as ISO/IEC 13239 describes it; low octet first. */
function check(data: Uint8Array): string {
  let crc = 0xffff
  for (const byte of data) {
    for (let bit = 0; bit < 8; bit++) crc = ((crc ^ (byte >> bit)) & 1) === 1 ? (crc >> 1) ^ 0x8408 : crc >> 1
  }
  const value = ~crc & 0xffff
  return hex(value & 0xff) + hex(value >> 8)
}

function hdlc(control: string, information: string, isSegment = false): string {
  const size = 2 + 2 + 1 + (information === '' ? 0 : 2 + information.length / 2) + 2
  let frame = `${hex(0xa000 | (isSegment ? 0x0800 : 0) | size, 2)}0321${control}`
  if (information !== '') frame += check(bytes(frame)) + information
  return `7e${frame}${check(bytes(frame))}7e`
}

test('in HDLC: a link is set up, segments are joined', () => {
  const get = 'e6e600c001c100030100010800ff0200'
  const { heard, messages } = exchange(dlms, { serverPort: 4060 }, [
    `> ${hdlc('93', '')}`,
    `> ${hdlc('10', get.slice(0, 20), true)}`,
    `> ${hdlc('12', get.slice(20))}`,
  ])
  assert.deepEqual(messages[2]!.apdu!.targets, [{ classId: 3, obis: '1-0:1.8.0*255', item: 2 }])
  assert.equal(heard.operations[0]!.operation, 'connect link')
  assert.deepEqual(heard.anomalies, [])
})

test('frame refuses what is neither wrapper nor HDLC', () => {
  const at = (h: string, serverPort = 9999) =>
    dlms.dissector.frame(new Reader(bytes(h)), context('client', dlms.dissector.start!(), { serverPort }))
  const good = hdlc('93', '')
  assert.equal(at(good), good.length / 2)
  assert.equal(at(`${good.slice(0, -4)}007e`), NOT_MINE)
  assert.equal(at('7e'), NEED_MORE)
  assert.equal(at('7e ff 7d 23'), NOT_MINE)
  assert.equal(at('0001 0000 0006 0103 0000 0001'), NOT_MINE)
  assert.equal(at('0001 0010 0001 000d c001c100030100010800ff0200'), 21)
})

test('every truncation of a wrapped APDU parses and is marked', () => {
  const whole = bytes(wrapped('> c0 01 c1 0003 0100010800ff 02 00').slice(1))
  for (let cut = 0; cut < whole.length; cut++) {
    const m = dlms.dissector.parse(new Reader(whole.subarray(0, cut)), context('client', dlms.dissector.start!()))
    assert.deepEqual(m.anomalies, ['truncated'], `cut at ${cut}`)
  }
})
