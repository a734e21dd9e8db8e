import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import { icmp, icmpv6 } from './protocol.ts'

const v6 = context<never, undefined>('client', undefined, { transport: 'icmp', clientIp: 'fe80::1', serverIp: 'ff02::1:ff00:2' })

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
  const ctx = context<never, undefined>('client', undefined)
  const key = (hex: string) => icmp.dissector.key?.(new Reader(bytes(hex)), ctx)
  assert.equal(key('08 00 1234 0007 0001'), key('00 00 4321 0007 0001'))
  assert.notEqual(key('08 00 1234 0007 0001'), key('00 00 4321 0007 0002'))
})
