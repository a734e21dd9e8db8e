import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, addressKind, EVERYBODY, isGroup, isHostMac, macWithin, networkOf } from './address.ts'

const KINDS: Record<string, string[]> = {
  inside: [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.1.1',
    '169.254.3.3',
    '100.64.0.1',
    '127.0.0.1',
    'fe80::1',
    'fd00::1',
    '::1',
    '::ffff:10.0.0.1',
  ],
  outside: ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:db8::1', '::ffff:8.8.8.8', '::2'],
  unspecified: ['0.0.0.0', '::'],
  none: [
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '240.0.0.1',
    '0.1.2.3',
    'ff02::1',
    'plc.local',
    '',
    '1.2.3',
    '1.2.3.256',
    '1..2.3',
    '1.2.3.4.',
    '1.2.3.4.5',
    'v=spf1 ip6:',
    'a:b',
    '1::2::3',
  ],
}

for (const [kind, addresses] of Object.entries(KINDS)) {
  test(`${kind}: ${addresses.join(', ')}`, () => {
    for (const address of addresses) assert.equal(addressKind(address), kind, address)
  })
}

test('a network is a /24 or a /64', () => {
  assert.equal(networkOf('10.1.2.3'), '10.1.2')
  assert.equal(networkOf('2001:db8::1'), networkOf('2001:db8:0:0:5::1'))
  assert.notEqual(networkOf('2001:db8::1'), networkOf('2001:db8:0:1::1'))
})

test('the MAC inside an interface id (RFC 4291 appendix A)', () => {
  assert.equal(macWithin('fe80::201:2ff:fe03:405'), '00:01:02:03:04:05')
  assert.equal(macWithin('fe80::1'), undefined)
  assert.equal(macWithin('10.0.0.1'), undefined)
})

test('one interface or a group', () => {
  assert.ok(isHostMac('00:1b:1b:00:00:01') && isHostMac('02:00:00:00:00:01'))
  for (const mac of ['ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', '33:33:00:00:00:01', '00:00:00:00:00:00', '', undefined])
    assert.ok(!isHostMac(mac))
})

test('a group is no host; an address that ends in 255 is one only where its frame went to everybody', () => {
  const isAll = (ip: string | undefined, mac?: string) => isGroup({ ip, mac, port: undefined })
  for (const ip of ['224.0.0.251', '255.255.255.255', 'ff02::1', '0.0.0.0', '::']) assert.ok(isAll(ip), ip)
  assert.ok(isAll('10.1.2.255', EVERYBODY) && isAll('10.1.2.127', EVERYBODY))
  assert.ok(!isAll('10.1.2.255', '02:00:00:00:00:09') && !isAll('10.1.2.255'))
  assert.ok(isAll(undefined, '01:00:5e:00:00:01') && isAll(undefined) && !isAll(undefined, '02:00:00:00:00:09'))
})

test('the bytes of an address', () => {
  assert.deepEqual([...addressBytes('10.0.2.255')!], [10, 0, 2, 255])
  assert.deepEqual([...addressBytes('fe80::1:2%eth0')!], [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2])
  assert.deepEqual([...addressBytes('::ffff:1.2.3.4')!].slice(10), [255, 255, 1, 2, 3, 4])
})
