import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import { arp } from './protocol.ts'

const ctx = context<never, undefined>('client', undefined, { transport: 'ethernet', clientMac: '02:00:00:00:00:01' })
const frame = (operation: string, senderIp: string, targetIp: string) =>
  bytes(`0001 0800 06 04 ${operation} 020000000001 ${senderIp} 000000000000 ${targetIp} 0000000000000000`)

function said(pdu: Uint8Array): Recorder {
  const recorder = new Recorder()
  arp.observe(seen(arp.dissector.parse(new Reader(pdu), ctx), ctx), recorder)
  return recorder
}

test('a request claims the sender and asks for the target', () => {
  assert.deepEqual(said(frame('0001', '0a000001', '0a000002')).said, [
    { kind: 'address.claimed', ip: '10.0.0.1', mac: '02:00:00:00:00:01', by: 'arp', gratuitous: false, side: 'client' },
    { kind: 'address.asked', ip: '10.0.0.2', side: 'client' },
  ])
})

test('an announcement is gratuitous and asks for nobody', () => {
  assert.deepEqual(said(frame('0001', '0a000001', '0a000001')).said, [
    { kind: 'address.claimed', ip: '10.0.0.1', mac: '02:00:00:00:00:01', by: 'arp', gratuitous: true, side: 'client' },
  ])
})

test('a probe claims nothing', () => {
  assert.deepEqual(said(frame('0001', '00000000', '0a000009')).said, [{ kind: 'address.asked', ip: '10.0.0.9', side: 'client' }])
})

test('a reply from another MAC than it names is an anomaly', () => {
  const lying = bytes('0001 0800 06 04 0002 020000000099 0a000001 020000000002 0a000002')
  assert.deepEqual(said(lying).anomalies, ['arp.sender-not-frame-source'])
})

test('a cut message claims nothing and says so', () => {
  const recorder = said(frame('0002', '0a000001', '0a000002').subarray(0, 20))
  assert.deepEqual([recorder.said, recorder.anomalies], [[], ['arp.truncated']])
})

test('ARP for another network layer is not ours', () => {
  assert.equal(arp.dissector.frame(new Reader(bytes('0001 86dd 06 10 0001')), ctx), NOT_MINE)
})
