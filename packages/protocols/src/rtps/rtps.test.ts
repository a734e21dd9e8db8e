import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { rtps } from './protocol.ts'
import { dissector, type Rtps, type RtpsState } from './rtps.ts'

const ascii = (text: string): string => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const le = (value: number, size: number): string =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) & 255)
    .map((b) => b.toString(16).padStart(2, '0'))
    .join('')
const be = (value: number, size: number): string => le(value, size).replace(/../g, '|$&').split('|').reverse().join('')
const padded = (hex: string): string => hex + '00'.repeat((4 - ((hex.length / 2) & 3)) & 3)
/** A CDR string and its padding. */
const text = (value: string, word = le): string => padded(`${word(value.length + 1, 4)}${ascii(value)}00`)
const parameter = (id: number, value: string): string => le(id, 2) + le(padded(value).length / 2, 2) + padded(value)
const list = (...parameters: string[]): string => `${parameters.join('')}01000000`
const submessage = (id: string, flags: string, body: string): string => id + flags + le(body.length / 2, 2) + body

const PREFIX = '0110aabbccdd112233445566'
const OTHER = '0110aabbccdd112233449999'
const SPDP = '000100c2'
const PUBLICATIONS = '000003c2'
const SUBSCRIPTIONS = '000004c2'
const TIME = submessage('09', '01', '0000000000000000')
const message = (vendor: string, ...submessages: string[]): string => `> 525450530203${vendor}${PREFIX}${submessages.join('')}`
const data = (writer: string, body: string, flags = '05'): string =>
  submessage('15', flags, `0000 1000 00000000 ${writer} 00000000 01000000 ${body}`.replaceAll(' ', ''))
const PL = '00030000'
const talk = (...lines: string[]) => exchange(rtps, { transport: 'udp', serverPort: 7410 }, lines)
const operations = (x: ReturnType<typeof talk>): string[] => x.heard.operations.map((o) => `${o.operation} ${o.object} ${o.access}`)

const participant = (...more: string[]): string => list(parameter(0x50, `${PREFIX}000001c1`), parameter(0x0f, le(7, 4)), ...more)
const topic = (id: string, name: string, type: string): string =>
  list(parameter(0x5a, PREFIX + id), parameter(0x05, text(name)), parameter(0x07, text(type)))

test('a participant announces itself: software, host, user, process', () => {
  const told = [
    ['dds.sys_info.hostname', 'cell-12'],
    ['dds.sys_info.username', 'operator'],
    ['dds.sys_info.executable_filepath', '/opt/cell/bin/mover'],
    ['dds.sys_info.target', 'x64Linux4gcc7'],
  ]
  const properties = le(told.length, 4) + told.map(([name, value]) => text(name!) + text(value!)).join('')
  const x = talk(
    message(
      '0101',
      TIME,
      data(SPDP, PL + participant(parameter(0x8000, '06010200'), parameter(0x62, text('mover')), parameter(0x59, properties))),
    ),
  )
  assert.deepEqual(operations(x), ['announce participant mover, domain 7 identify'])
  assert.deepEqual(x.heard.hints, [
    'client role=DDS participant',
    'client software=RTI Connext DDS 6.1.2.0',
    'client name=cell-12',
    'client user=operator',
    'client software=mover',
    'client os=x64Linux4gcc7',
    'client description=mover',
  ])
})

test('big-endian discovery, Cyclone names itself, ROS 2 by its enclave', () => {
  const own = (id: number, value: string): string => be(id, 2) + be(padded(value).length / 2, 2) + padded(value)
  const version = '00000001'.repeat(5) + text('robot-3/0.10.4/Linux/Linux', be)
  const locator = `${be(1, 4)}${be(7410, 4)}${'00'.repeat(12)}c0000207`
  const body = `00020000${own(0x50, `${PREFIX}000001c1`)}${own(0x16, '0110')}${own(0x8007, version)}${own(0x2c, be(10, 4) + ascii('enclave=/;'))}${own(0x32, locator)}00010000`
  const x = talk(message('0110', data(SPDP, body)))
  assert.deepEqual(operations(x), ['announce participant participant, domain 0 identify'])
  for (const hint of ['software=Cyclone DDS 0.10.4', 'name=robot-3', 'os=Linux', 'software=ROS 2', 'interface=192.0.2.7'])
    assert.ok(x.heard.hints.includes(`client ${hint}`), hint)
})

test('endpoints name the topics that samples are written on', () => {
  const x = talk(
    message('010f', data(PUBLICATIONS, PL + topic('00000103', 'rt/arm', 'std_msgs::msg::dds_::Float32_'))),
    message('010f', data(SUBSCRIPTIONS, PL + topic('00000204', 'rt/stop', 'std_msgs::msg::dds_::Bool_'))),
    message('010f', TIME, data('00000103', '000100000000803f')),
    message('010f', data('00000303', '0001000000000000')),
  )
  assert.deepEqual(operations(x), [
    'announce writer rt/arm (std_msgs::msg::dds_::Float32_) identify',
    'announce reader rt/stop (std_msgs::msg::dds_::Bool_) identify',
    'publish rt/arm write',
    'publish writer 0x00000303 write',
  ])
  assert.deepEqual(x.heard.hints, ['client software=ROS 2'])
})

test("fragments are one sample; an acknowledgment names the other participant's topic", () => {
  const fragment = (first: number): string =>
    submessage('16', '01', `00001c0000000000000001030000000001000000${le(first, 4)}${le(1, 2)}${le(4, 2)}${le(12, 4)}${'00'.repeat(4)}`)
  const acknowledgment = submessage('06', '01', `00000204${'00000103'}0000000001000000${le(0, 4)}${le(1, 4)}`)
  const x = talk(
    message('0110', data(PUBLICATIONS, PL + topic('00000103', 'speed', 'Speed'))),
    message('0110', fragment(1), fragment(2)),
    message('0110', fragment(3)),
    `< 525450530203011${`0${OTHER}`}${submessage('0e', '01', PREFIX)}${acknowledgment}`,
  )
  assert.deepEqual(operations(x), ['announce writer speed (Speed) identify', 'publish speed write'])
  assert.deepEqual(
    x.heard.said.map((s) => s.kind === 'operation.done' && [s.side, s.operation, s.object]),
    [['server', 'acknowledge', 'speed']],
  )
})

test('status: a participant leaves, one removes another, an instance is disposed of', () => {
  const status = (guid: string, flags: string): string => list(parameter(0x70, guid), parameter(0x71, `000000${flags}`))
  const x = talk(
    message('0101', data(SPDP, status(`${PREFIX}000001c1`, '03'), '03')),
    message('0101', data(SPDP, status(`${OTHER}000001c1`, '03'), '03')),
    message('0101', data(PUBLICATIONS, status(`${PREFIX}00000103`, '03'), '03')),
    message('0101', data('00000103', list(parameter(0x05, text('valve')), parameter(0x71, '00000001')), '03')),
  )
  assert.deepEqual(operations(x), [
    'leave domain 0 session',
    `remove participant ${OTHER} session`,
    'remove writer writer 0x00000103 session',
    'dispose valve write',
  ])
})

test('a participant announced by somebody else is passed on', () => {
  const x = talk(message('010f', data(SPDP, PL + participant().replace(PREFIX, OTHER))))
  assert.deepEqual(operations(x), ['pass on participant participant, domain 7 identify'])
  assert.deepEqual(x.heard.hints, ['client role=DDS discovery server'])
})

test('DDS Security: the certificate of a participant, submessages nobody can read', () => {
  const token = text('DDS:Auth:PKI-DH:1.0') + le(1, 4) + text('dds.cert.sn') + text('CN=press 4') + le(0, 4)
  const x = talk(
    message('010f', data(SPDP, PL + participant(parameter(0x1001, token)))),
    message(
      '010f',
      submessage('31', '01', '00'.repeat(20)),
      submessage('30', '01', '00'.repeat(8)),
      submessage('32', '01', '00'.repeat(20)),
    ),
  )
  assert.ok(x.heard.hints.includes('client certificate=CN=press 4'))
  assert.ok(x.heard.said.some((s) => s.kind === 'encryption.negotiated' && s.cipher === 'DDS:Auth:PKI-DH:1.0'))
  assert.ok(operations(x).includes('protected submessages unknown'))
})

test('heartbeats, acknowledgments, gaps and the last submessage without a length', () => {
  const x = talk(
    message('010f', submessage('07', '01', `00000000 00000103 00000000 02000000 00000000 09000000 01000000`.replaceAll(' ', ''))),
    message('010f', '06000000 00000204 00000103 00000000 0000000a 00000000 00000001'.replaceAll(' ', '')),
  )
  assert.deepEqual(
    x.messages.map(({ submessages: [s] }) => [s!.writer, s!.sequence, s!.last]),
    [
      [0x103, 2, 9],
      [0x103, 10, -1],
    ],
  )
  assert.deepEqual(operations(x), ['acknowledge writer 0x00000103 read'])
  assert.deepEqual(x.heard.anomalies, [])
})

test('a ping of RTI is no message', () => {
  const x = talk(`> 5254505302010101${ascii('NDDSPING')}`)
  assert.deepEqual(operations(x), ['ping  session'])
  assert.equal(x.messages[0]!.isPing, true)
})

test('lengths that lie, endless lists and crowds are malformed', () => {
  for (const body of [
    submessage('15', '05', '0000ff7f'),
    '15050040 0000',
    data(SPDP, `${PL}5000ff00`),
    data(SPDP, `${PL}500004000000`, '05'),
    data(SPDP, PL + '00000000'.repeat(300)),
    '0901',
  ])
    assert.deepEqual(talk(message('0101', body)).heard.anomalies, ['rtps.malformed'], body)
  assert.deepEqual(talk(message('0101', '01010000'.repeat(300))).heard.anomalies, ['rtps.too-many-submessages'])
})

test('data follows its announcement on the next port', () => {
  const flow = { serverIp: '192.0.2.7', serverPort: 7910, transport: 'udp' as const }
  const ctx = context<Rtps, RtpsState>('client', dissector.start!(), flow)
  const read = (line: string): Rtps => dissector.parse(new Reader(bytes(line.slice(1))), ctx)
  const announcement = read(message('010f', data(PUBLICATIONS, PL + topic('00000103', 'arm', 'Arm'))))
  const [expected] = dissector.expects!(announcement, ctx)!
  assert.deepEqual({ ...expected, about: undefined }, { protocol: 'rtps', transport: 'udp', ip: '192.0.2.7', port: 7911, about: undefined })
  assert.equal(dissector.start!(expected!.about), ctx.state)
  assert.equal(dissector.expects!(read(message('010f', data('00000103', '0001000000000000'))), ctx), undefined)
  const away = context<Rtps, RtpsState>('client', dissector.start!(), { ...flow, serverPort: 40_000 })
  assert.equal(dissector.expects!(announcement, away), undefined)
})

test('only its own letters are RTPS', () => {
  const ctx = context<Rtps, RtpsState>('client', dissector.start!())
  const frame = (hex: string): number => dissector.frame(new Reader(bytes(hex)), ctx)
  assert.equal(frame(`52545053 0201 0101 ${PREFIX}`), 20)
  assert.equal(frame(`52545053 0901 0101 ${PREFIX}`), NOT_MINE)
  assert.equal(frame(`52545058 0201 0101 ${PREFIX}`), NOT_MINE)
})
