import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Packet } from '../packet/packet.ts'
import { isForServer, isReversed } from './direction.ts'
import { FlowRecord } from './flow.ts'
import { Hosts } from './hosts.ts'
import { Registry } from './registry.ts'

const registry = new Registry([])

function packet(srcPort: number, dstPort: number, to: readonly number[] = [10, 0, 0, 2]): Packet {
  const p = new Packet()
  p.srcPort = srcPort
  p.dstPort = dstPort
  p.ipVersion = 4
  p.bytes = Uint8Array.from(to)
  p.dstAt = 0
  return p
}

test('a datagram tells who is its server by one known port, or because it is for many', () => {
  assert.equal(isForServer(packet(50_000, 53), registry), true)
  assert.equal(isForServer(packet(50_000, 23), registry), true, 'a port that services alone have')
  assert.equal(isForServer(packet(50_000, 50_001, [239, 1, 2, 3]), registry), true)
  assert.equal(isForServer(packet(50_000, 50_001), registry), false)
  assert.equal(isForServer(packet(47_808, 47_808), registry), false, 'peers share a port')
  assert.equal(isForServer(packet(800, 50_001), registry), false)
  assert.equal(isReversed(packet(53, 50_000), 'udp', registry), true)
  assert.equal(isReversed(packet(53, 161), 'udp', registry), false)
})

function flow(transport: 'tcp' | 'udp'): FlowRecord {
  const hosts = new Hosts()
  const [client, server] = [Uint8Array.from([10, 0, 0, 1]), Uint8Array.from([10, 0, 0, 2])].map((b) => hosts.ipv4(b, 0))
  return new FlowRecord(1, transport, 17, client!, server!, [50_000, 50_001], { us: 0, packet: 1, vlan: -1, depth: 0 }, ['', ''], false)
}

test('the content settles a guess; what is carried does not against a stream at its server’s port', () => {
  const turned = flow('udp')
  assert.equal(turned.told(false, 0), true)
  assert.deepEqual([turned.directionKnown, turned.toldBy, turned.clientIp], [true, 'content', '10.0.0.2'])
  const asGuessed = flow('udp')
  assert.equal(asGuessed.told(true, 0), false)
  assert.deepEqual([asGuessed.directionKnown, asGuessed.clientIp], [true, '10.0.0.1'])
  const bilateral = flow('tcp')
  bilateral.isAtServerPort = true
  assert.equal(bilateral.told(false, 1), false)
  assert.deepEqual([bilateral.directionKnown, bilateral.clientIp], [false, '10.0.0.1'])
  const second = flow('udp')
  assert.equal(second.isSettled, false)
  second.addService('stun')
  assert.equal(second.isSettled, true, 'another protocol was read before: nobody changes sides midway')
})
