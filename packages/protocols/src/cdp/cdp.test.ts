import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import { cdp } from './protocol.ts'

const text = (type: string, value: string) =>
  `${type} ${(value.length + 4).toString(16).padStart(4, '0')} ${Buffer.from(value).toString('hex')}`
const PDU = bytes(
  `02 b4 0000 ${text('0001', 'sw1')} ${text('0003', 'Gi0/1')} 0004 0008 00000028 ${text('0005', 'Cisco IOS, Version 12.2(25)SEB4, RELEASE')} ${text('0006', 'cisco WS-C3560')} 0002 0011 00000001 01 01 cc 0004 0a000001`,
)
const ctx = context<never, undefined>('client', undefined, { transport: 'ethernet' })

test('a neighbour says who it is', () => {
  const recorder = new Recorder()
  cdp.observe(seen(cdp.dissector.parse(new Reader(PDU), ctx), ctx), recorder)
  assert.deepEqual(recorder.anomalies, [])
  assert.deepEqual(recorder.said, [
    { kind: 'address.claimed', ip: '10.0.0.1', mac: '02:00:00:00:00:01', by: 'self', gratuitous: true, side: 'client' },
  ])
  assert.deepEqual(recorder.hints, [
    'client name=sw1',
    'client model=cisco WS-C3560',
    'client software=Cisco IOS, Version 12.2(25)SEB4, RELEASE',
    'client firmware=12.2(25)SEB4',
    'client vendor=Cisco',
    'client interface=Gi0/1',
    'client interface=management 10.0.0.1',
    'client type=switch',
  ])
})

test('an element without room for its own head ends the list; a cut one is marked', () => {
  assert.deepEqual(cdp.dissector.parse(new Reader(bytes('02 b4 0000 0001 0000')), ctx).anomalies, ['bad-length'])
  assert.deepEqual(cdp.dissector.parse(new Reader(PDU.subarray(0, 9)), ctx).anomalies, ['truncated'])
})
