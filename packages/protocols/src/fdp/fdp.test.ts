import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import { fdp } from './protocol.ts'

const text = (type: string, value: string) =>
  `${type} ${(value.length + 4).toString(16).padStart(4, '0')} ${Buffer.from(value).toString('hex')}`
const PDU = bytes(
  `01 b4 0000 ${text('0001', 'core-1')} 0002 0011 00000001 01 01 cc 0004 0a000005 ${text('0003', 'ethernet1/1')} ${text('0005', 'Foundry Networks, Inc. IronWare VERSION 07.6.01aT51 Compiled')} ${text('0006', 'FastIron')}`,
)
const ctx = context<never, undefined>('client', undefined, { transport: 'ethernet' })

test('a neighbour says who it is', () => {
  const recorder = new Recorder()
  fdp.observe(seen(fdp.dissector.parse(new Reader(PDU), ctx), ctx), recorder)
  assert.deepEqual(recorder.anomalies, [])
  assert.deepEqual(recorder.said, [
    { kind: 'address.claimed', ip: '10.0.0.5', mac: '02:00:00:00:00:01', by: 'self', gratuitous: true, side: 'client' },
  ])
  assert.deepEqual(recorder.hints, [
    'client name=core-1',
    'client model=FastIron',
    'client software=Foundry Networks, Inc. IronWare VERSION 07.6.01aT51 Compiled',
    'client firmware=07.6.01aT51',
    'client vendor=Foundry',
    'client interface=ethernet1/1',
    'client interface=management 10.0.0.5',
  ])
})

test('lengths that lie and cuts are anomalies of its own', () => {
  const anomalies = (pdu: Uint8Array): readonly string[] => {
    const recorder = new Recorder()
    fdp.observe(seen(fdp.dissector.parse(new Reader(pdu), ctx), ctx), recorder)
    return recorder.anomalies
  }
  assert.deepEqual(anomalies(bytes('01 b4 0000 0001 0000')), ['fdp.bad-length'])
  assert.deepEqual(anomalies(PDU.subarray(0, 9)), ['fdp.truncated'])
})
