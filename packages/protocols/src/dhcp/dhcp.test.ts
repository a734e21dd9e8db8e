import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { bytes, context, Recorder, Rows, seen } from '../testing/recorder.ts'
import type { Dhcp } from './dhcp.ts'
import { dhcp } from './protocol.ts'

const asks = { transport: 'udp', clientIp: '0.0.0.0', serverIp: '255.255.255.255', clientPort: 68, serverPort: 67 } as const
const message = (op: string, your: string, options: string) =>
  bytes(
    `${op} 01 06 00 00000042 0000 0000 00000000 ${your} 00000000 00000000 020000000007 ${'00'.repeat(10)} ${'00'.repeat(192)} 63825363 ${options} ff`,
  )
const DISCOVER = message('01', '00000000', '350101 0c03484d49 3c08 4d53465420352e30 3704 01030f06')
const ACK = message('02', '0a000007', '350105 3604 0a000001 0304 0a0000fe 3304 00000e10')

const client = context<Dhcp, undefined>('client', undefined, asks)
const server = context<Dhcp, undefined>('server', undefined, { ...asks, clientIp: '10.0.0.7', serverIp: '10.0.0.1' })
const parse = (pdu: Uint8Array, ctx = client) => dhcp.dissector.parse(new Reader(pdu), ctx)

test('a discover tells name, system and fingerprint of its sender', () => {
  const recorder = new Recorder()
  dhcp.observe(seen(parse(DISCOVER), client), recorder)
  assert.deepEqual(recorder.hints, [
    '02:00:00:00:00:07 name=HMI',
    '02:00:00:00:00:07 software=MSFT 5.0',
    '02:00:00:00:00:07 os=Windows',
    '02:00:00:00:00:07 fingerprint=dhcp 1,3,15,6',
  ])
})

test('a host that has an address is known by it, whatever it writes; a relay is one', () => {
  const recorder = new Recorder()
  const hosts: string[] = []
  recorder.hint = (_about, attribute, value, _confidence, _part, host) => void hosts.push(`${host?.ip} ${attribute}=${value}`)
  const here = context<Dhcp, undefined>('client', undefined, { ...asks, clientIp: '10.0.0.9' })
  dhcp.observe(seen(parse(message('01', '0a000007', '350108 0c03484d49'), here), here), recorder)
  const relayed = message('01', '0a000007', '350103 0c03484d49')
  relayed.set([10, 0, 0, 9], 24)
  dhcp.observe(seen(parse(relayed, here), here), recorder)
  assert.deepEqual(
    hosts.filter((h) => /name|role/.test(h)),
    ['10.0.0.9 name=HMI', 'undefined role=dhcp relay', '10.0.0.7 name=HMI'],
  )
})

test('an acknowledgement is a claim of the address by the client', () => {
  const recorder = new Recorder()
  dhcp.observe(seen(parse(ACK, server), server), recorder)
  assert.deepEqual(recorder.said, [
    { kind: 'address.claimed', ip: '10.0.0.7', mac: '02:00:00:00:00:07', by: 'dhcp', gratuitous: false, side: 'server' },
  ])
  assert.deepEqual(recorder.hints, ['server role=dhcp server', '02:00:00:00:00:07 gateway=10.0.0.254'])
})

test('what a server tells is the way out of its network; what a relay passes on is of another', () => {
  const told = (pdu: Uint8Array): unknown[] => {
    const recorder = new Recorder()
    dhcp.observe(seen(parse(pdu, server), server), recorder)
    return recorder.operations.filter((o) => o.operation.startsWith('way out')).map((o) => [o.operation, o.object])
  }
  const offer = message('02', '0a000907', '350102 0104 fffffc00 0304 0a0008fe 0608 0a000802 0a000803')
  assert.deepEqual(told(offer), [['way out of 10.0.8.0 mask 255.255.252.0', '10.0.8.254, names by 10.0.8.2 10.0.8.3']])
  const relayed = offer.slice()
  relayed.set([10, 0, 8, 1], 24)
  assert.deepEqual(told(relayed), [])
  assert.deepEqual(told(ACK), [], 'no mask')
})

test('the messages of one transaction are one row', () => {
  const rows = new Rows()
  dhcp.zeek?.(seen(parse(DISCOVER), client, 1_000_000), rows.put)
  dhcp.zeek?.(seen(parse(ACK, server), server, 1_500_000), rows.put)
  const gather = dhcp.logs?.dhcp?.gather?.()
  const out: unknown[] = []
  gather?.put(rows.rows[0]!.cells, 1_000_000, (cells) => out.push(cells))
  gather?.put(rows.rows[1]!.cells, 1_500_000, (cells) => out.push(cells))
  gather?.end((cells, at) => out.push([at, ...cells]))
  assert.deepEqual(out, [
    [
      1_000_000,
      ['C1'],
      '10.0.0.7',
      '10.0.0.1',
      '02:00:00:00:00:07',
      'HMI',
      undefined,
      undefined,
      undefined,
      '10.0.0.7',
      3600,
      undefined,
      undefined,
      ['DISCOVER', 'ACK'],
      0.5,
    ],
  ])
})

test('every truncation parses and is marked', () => {
  for (let cut = 0; cut < ACK.length; cut++) assert.ok(parse(ACK.subarray(0, cut)).anomalies.includes('truncated'), `cut at ${cut}`)
})
