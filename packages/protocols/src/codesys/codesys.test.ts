import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Codesys, type CodesysState, dissector } from './codesys.ts'
import { codesys, codesysService, codesysV2 } from './protocol.ts'
import { type CodesysService, type ServiceState, serviceDissector } from './service.ts'

const le = (n: number, size: number): string =>
  Array.from({ length: size }, (_, i) => ((n >>> (i * 8)) & 255).toString(16).padStart(2, '0')).join('')
const utf16 = (s: string): string => Buffer.from(`${s}\0`, 'utf16le').toString('hex')
const text = (s: string): string => Buffer.from(s).toString('hex')
const size = (hex: string): number => bytes(hex).length
/** Two addresses of two and two bytes, which leaves two bytes of padding. */
const datagram = (service: string, payload: string): string => `c5 6b 40 ${service} 01 11 0000 0001 0000 ${payload}`
const tcp = (inner: string): string => `00 01 17 e8 ${le(8 + size(inner), 4)} ${inner}`

test('a device names itself to whoever searches', () => {
  const head = `80c2 0004 01000000 0400 01 00 0000 ${le(4, 2)} ${le(6, 2)} ${le(7, 2)} 00100000 01000000 0a000503 00000000 04 ${'00'.repeat(11)}`
  const { heard } = exchange(codesys, { transport: 'udp', serverPort: 1740 }, [
    `> ${datagram('03', '02c2 0004 01000000')}`,
    `< ${datagram('04', `${head} ${utf16('PLC7')} ${utf16('CTRL-X')} ${utf16('Example')} ${text('S123')}`)}`,
  ])
  assert.deepEqual(heard.hints, [
    'server name=PLC7',
    'server model=CTRL-X',
    'server vendor=Example',
    'server firmware=3.5.0.10',
    'server serial=S123',
    'server type=plc',
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.access]),
    [
      ['search devices', 'identify'],
      ['device information', 'identify'],
    ],
  )
})

test('blocks of a channel are joined to one service message', () => {
  const { carried } = exchange(codesys, { serverPort: 11740 }, [
    `> ${tcp(datagram('40', 'c3 00 0101 00000000 01000000 00f40100'))}`,
    `< ${tcp(datagram('40', '83 00 0101 00000000 01000000 0000 0500 00f40100'))}`,
    `> ${tcp(datagram('40', `01 81 0500 01000000 00000000 ${le(6, 4)} 00000000 55cd1000`))}`,
    `> ${tcp(datagram('40', '01 80 0500 02000000 00000000 0200'))}`,
    `> ${tcp(datagram('40', '01 80 0500 03000000 00000000 ffff'))}`,
  ])
  assert.deepEqual(
    carried.map((c) => [c.over, Buffer.from(c.bytes).toString('hex'), c.more, c.channel]),
    [
      ['codesys/service', '55cd1000', true, 5],
      ['codesys/service', '0200', false, 5],
    ],
  )
})

const service = (group: number, command: number, tags: string, isAnswer = false): string =>
  `${isAnswer ? '<' : '>'} 55cd 1000 ${le(group | (isAnswer ? 0x80 : 0), 2)} ${le(command, 2)} 11000000 ${le(size(tags), 4)} 00000000 ${tags}`
const leaf = (id: string, data: string): string => `${id} ${le(size(data), 1)} ${data}`

test('login, download, start and a file are what they are', () => {
  const failed = leaf('ff7f', '0200')
  const { heard, end } = exchange(codesysService, {}, [
    service(1, 2, `8101 ${le(10, 1)} ${leaf('10', text('operator'))}`),
    service(1, 2, '', true),
    service(2, 1, leaf('01', text('Application'))),
    service(2, 1, '', true),
    service(2, 5, leaf('20', '010203040506')),
    service(2, 5, '', true),
    service(2, 17, ''),
    service(2, 17, failed, true),
    service(8, 2, leaf('01', text('boot.app'))),
    service(8, 2, '', true),
    service(8, 4, `${leaf('07', '00')} ${leaf('08', '0102030405')}`),
    service(8, 4, '', true),
  ])
  end()
  assert.deepEqual(heard.hints, ['client user=operator'])
  assert.deepEqual(
    heard.said.map((s) => [
      s.kind,
      'ok' in s ? s.ok : undefined,
      'section' in s ? s.section : 'name' in s ? s.name : 'user' in s ? s.user : '',
    ]),
    [
      ['login.tried', true, 'operator'],
      ['program.downloaded', true, 'Application'],
      ['mode.changed', false, ''],
      ['file.moved', undefined, 'boot.app'],
    ],
  )
  assert.equal(heard.operations.find((o) => o.operation === 'application: stop')?.error, 'error 0x2')
})

test('a secured message is named and nothing is read from it', () => {
  const { messages } = exchange(codesysService, {}, [`> 5775 1000 0100 0200 11000000 04000000 00000000 10020101`])
  assert.deepEqual([messages[0]!.isSecured, messages[0]!.tags], [true, []])
})

test('V2 tells system and product, in either byte order', () => {
  const answer = (length: string): string =>
    `< bbbb ${length} ${'00'.repeat(58)} ${text('VxWorks').padEnd(64, '0')} ${text('5.5').padEnd(64, '0')} ${text('750-881').padEnd(64, '0')}`
  const n = 58 + 96
  for (const [ask, reply] of [
    ['bbbb 01000000 01', answer(le(n, 4))],
    ['bbbb 00000001 01', answer(n.toString(16).padStart(8, '0'))],
  ] as const) {
    const { heard } = exchange(codesysV2, { serverPort: 2455 }, [`> ${ask}`, reply])
    assert.deepEqual(heard.hints, [
      'server os=VxWorks 5.5',
      'server model=750-881',
      'server type=plc',
      'server software=CODESYS V2 runtime',
    ])
  }
})

test('foreign bytes are refused, tags that lie end with their bytes', () => {
  const ctx = context<Codesys, CodesysState>('client', dissector.start!(), {})
  assert.equal(dissector.frame(new Reader(bytes('00 01 17')), ctx), NEED_MORE)
  for (const hex of ['00 01 17 e9 10000000', '00 01 17 e8 ffffff7f', '00 01 17 e8 02000000'])
    assert.equal(dissector.frame(new Reader(bytes(hex)), ctx), NOT_MINE, hex)
  const udp = context<Codesys, CodesysState>('client', dissector.start!(), { transport: 'udp', serverPort: 5353 })
  assert.equal(dissector.frame(new Reader(bytes(datagram('40', '01 81'))), udp), NOT_MINE)
  const inner = context<CodesysService, ServiceState>('client', serviceDissector.start!(), {})
  const deep = '8101 7f '.repeat(60)
  for (const tags of ['10 ff ff ff ff ff', deep, '10 7f 01']) {
    const pdu = bytes(service(1, 2, tags).slice(1))
    const m = serviceDissector.parse(new Reader(pdu), inner)
    assert.ok(m.tags.length <= 1, tags)
  }
})

test('nodes look for each other, on any port', () => {
  const { heard } = exchange(codesys, { transport: 'udp', serverPort: 21_740 }, ['> c50b40010010004b'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.access]),
    [['address notification', 'identify']],
  )
  assert.deepEqual(heard.hints, ['client software=CODESYS gateway or runtime'])
})
