import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { cardOf, type Dhcpv6 } from './dhcpv6.ts'
import { dhcpv6 } from './protocol.ts'

const flow = { transport: 'udp', clientIp: 'fe80::1', serverIp: 'fe80::2', clientPort: 546, serverPort: 547 } as const
const CLIENT = '0001 000e 0001 0001 32961172 0080f4000077'
const SERVER = '0002 000a 0003 0001 525400aa0020'
const FQDN = '0027 000d 00 05706c632d37 05706c616e74'
const WINDOWS = '0010 000e 00000137 0008 4d53465420352e30'
const ADDRESS = 'fd000020000000000000000000001100'
const lease = (seconds: string): string => `0003 0028 f4000077 00000000 00000000 0005 0018 ${ADDRESS} 0000004b ${seconds}`
const hex = (text: string): string => text.replaceAll(' ', '')
const size = (text: string): string => (hex(text).length / 2).toString(16).padStart(4, '0')

test('who asks says its name, its system and what it wants', () => {
  const { heard, messages } = exchange(dhcpv6, flow, [`> 01 0d5170 ${CLIENT} ${FQDN} ${WINDOWS} 0006 0006 0011 0017 0018`])
  assert.deepEqual(heard.hints, [
    'client name=plc-7.plant',
    'client software=MSFT 5.0',
    'client os=Windows',
    'client fingerprint=dhcpv6 17,23,24',
    'client fingerprint=duid 0001000132961172' + '0080f4000077',
  ])
  assert.deepEqual([messages[0]!.xid, messages[0]!.anomalies], [0x0d5170, []])
  assert.equal(cardOf(messages[0]!.clientId), '00:80:f4:00:00:77')
})

test('a reply says who has which address from now on; an address given up is nobody’s', () => {
  const domain = '0018 000f 05706c616e74 076578616d706c65 00'
  const reply = exchange(dhcpv6, flow, [
    `> 03 32467f ${CLIENT} ${lease('00000078')}`,
    `< 07 32467f ${lease('00000078')} ${CLIENT} ${SERVER} ${domain}`,
  ])
  assert.deepEqual(reply.heard.said, [
    { kind: 'address.claimed', ip: 'fd00:20::1100', mac: '02:00:00:00:00:01', by: 'dhcp', gratuitous: false, side: 'server' },
  ])
  assert.ok(reply.heard.hints.includes('client domain=plant.example'))
  assert.ok(reply.heard.hints.includes('server role=dhcp server'))
  assert.deepEqual(
    reply.heard.operations.map((o) => [o.operation, o.ok]),
    [['reply', true]],
  )
  const none = exchange(dhcpv6, flow, [`< 07 32467f ${lease('00000000')} ${CLIENT} ${SERVER} 000d 0007 0002 66756c6c21`])
  assert.deepEqual(none.heard.said, [])
  assert.deepEqual(
    none.heard.operations.map((o) => [o.operation, o.error]),
    [['reply', 'full!']],
  )
})

test('what a relay passes on is told of the host behind it, however many relays there are', () => {
  const inner = `01 0d5170 ${CLIENT} ${FQDN}`
  const relay = (hops: string, peer: string, of: string, seen = ''): string =>
    `0c ${hops} fd00002000000000000000000000000f ${peer} 0009 ${size(of)} ${of} ${seen}`
  const first = relay('00', 'fe800000000000000000000000000077', inner, '004f 0008 0001 0080f4000077')
  const { messages, heard } = exchange(dhcpv6, flow, [`> ${relay('01', 'fd00002000000000000000000000000e', first)}`])
  const m = messages[0]!
  assert.deepEqual([m.type, m.peer, m.linkLayer, m.fqdn], [1, 'fe80::77', '00:80:f4:00:00:77', 'plc-7.plant'])
  assert.ok(heard.hints.includes('client role=dhcp relay'))
  let deep = inner
  for (let i = 0; i < 12; i++) deep = relay('00', 'fe800000000000000000000000000077', deep)
  assert.deepEqual(exchange(dhcpv6, flow, [`> ${deep}`]).messages[0]!.anomalies, ['truncated'])
})

test('every cut is marked, and options without end are counted', () => {
  const whole = bytes(`01 0d5170 ${CLIENT} ${FQDN} ${lease('00000078')}`)
  const parse = (pdu: Uint8Array): Dhcpv6 => dhcpv6.dissector.parse(new Reader(pdu), context('client', undefined, flow))
  const ends = new Set([4, 22, 39, whole.length])
  for (let cut = 4; cut <= whole.length; cut++) {
    assert.deepEqual(parse(whole.subarray(0, cut)).anomalies, ends.has(cut) ? [] : ['truncated'], `${cut} bytes`)
  }
  assert.deepEqual(parse(bytes(`01 0d5170 ${'000e 0000'.repeat(300)}`)).anomalies, ['too-many-options'])
  assert.deepEqual(parse(bytes(`01 0d5170 ${'0003 ffff 000000000000000000000000'.repeat(300)}`)).anomalies.includes('truncated'), true)
})

test('on another port only options that fill the message are believed', () => {
  const elsewhere = context<Dhcpv6, undefined>('client', undefined, { ...flow, clientPort: 4000, serverPort: 9000 })
  const frame = (text: string): number => dhcpv6.dissector.frame(new Reader(bytes(text)), elsewhere)
  assert.equal(frame(`01 0d5170 ${CLIENT} ${FQDN}`), 39)
  assert.equal(frame(`01 0d5170 ${FQDN}`), NOT_MINE, 'nobody asks')
  assert.equal(frame(`01 0d5170 ${CLIENT} 00`), NOT_MINE)
  assert.equal(frame('01 00 0000 0000 0001'), NOT_MINE)
})
