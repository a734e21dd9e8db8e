import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureReader } from '../capture/capture-reader.ts'
import { Engine, type EngineListener } from '../engine.ts'
import type { FlowRecord } from '../stream/flow.ts'
import { concat, type Ends, ethernet, hex, pcap, udp, udpDatagram } from '../testing/frames.ts'

const NEAR = 'fd000000000000000000000000000001'
const HOP = 'fd000000000000000000000000000002'
const LAST = 'fd0000000000000000000000000000ff'
const ends: Ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40_000, dport: 7000 }

/** Each conversation as `client > server`. */
const spoken = (...frames: readonly Uint8Array[]): string[] => flows(...frames).map((flow) => `${flow.clientIp} > ${flow.serverIp}`)

function flows(...frames: readonly Uint8Array[]): FlowRecord[] {
  const told: FlowRecord[] = []
  const listener: EngineListener = {
    message() {},
    recognised() {},
    left() {},
    anomaly() {},
    undecoded() {},
    flowGrew() {},
    flowEnded: (flow) => void told.push(flow),
  }
  const engine = new Engine([], listener)
  new CaptureReader(engine).push(pcap(frames))
  engine.finish()
  return told
}

/** An IPv6 packet to the first hop whose header chain begins with `next`. */
const toHop = (next: number, payload: Uint8Array): Uint8Array =>
  ethernet(0x86dd, concat([0x60, 0, 0, 0, payload.length >> 8, payload.length & 255, next, 64], hex(NEAR + HOP), payload))

/** A routing header (RFC 8200 §4.4) of `type` that lists the last address. */
const routing = (next: number, type: number, left: number): Uint8Array => concat([next, 2, type, left, 0, 0, 0, 0], hex(LAST))

test('while hops are left, an IPv6 packet is for the last address it lists', () => {
  const udp = udpDatagram(ends, hex('00'))
  assert.deepEqual(spoken(toHop(43, concat(routing(17, 0, 1), udp))), ['fd00::1 > fd00::ff'])
  assert.deepEqual(spoken(toHop(43, concat(routing(17, 2, 1), udp))), ['fd00::1 > fd00::ff'], 'a mobile node at home')
  assert.deepEqual(spoken(toHop(43, concat(routing(17, 0, 0), udp))), ['fd00::1 > fd00::2'], 'all hops were taken')
  assert.deepEqual(spoken(toHop(43, concat(routing(17, 4, 1), udp))), ['fd00::1 > fd00::2'], 'another type lists something else')
})

test('a datagram in fragments behind a routing header is for the last address too', () => {
  const udp = udpDatagram(ends, new Uint8Array(24))
  const piece = (at: number, more: boolean, data: Uint8Array): Uint8Array =>
    toHop(43, concat(routing(44, 2, 1), [17, 0, at >> 8, (at & 255) | (more ? 1 : 0), 0, 0, 0, 9], data))
  assert.deepEqual(spoken(piece(0, true, udp.subarray(0, 16)), piece(16, false, udp.subarray(16))), ['fd00::1 > fd00::ff'])
})

test('the inside of VXLAN is found whatever policy its switch marked it with', () => {
  const packet = concat(hex('4500 0020 0001 0000 40 11 0000 ac100001 ac100002'), udpDatagram(ends, new Uint8Array(4)))
  const frame = concat(hex('020000000009 020000000008 0800'), packet)
  const vxlan = (flags: number): Uint8Array => udp({ ...ends, dport: 4789 }, concat([flags, 0, 0, 5, 0, 0, 1, 0], frame))
  const inside = '172.16.0.1 > 172.16.0.2'
  assert.ok(spoken(vxlan(0x08)).includes(inside))
  assert.ok(spoken(vxlan(0x88)).includes(inside), 'group policy (draft-smith-vxlan-group-policy-05 §2.1)')
  assert.ok(!spoken(vxlan(0x80)).includes(inside), 'no network identifier')
})

test('what a datagram says it has beyond its packet is counted apart', () => {
  const lying = udp(ends, new Uint8Array(4))
  lying[14 + 20 + 5] = 100
  const [flow] = flows(udp(ends, new Uint8Array(4)), lying)
  assert.deepEqual([flow!.up.payload, flow!.up.overstated], [8, 88])
})

test('a packet that says it is longer than its frame is counted, and as such', () => {
  const lying = udp(ends, new Uint8Array(4))
  lying[14 + 2] = 2
  const [flow] = flows(udp(ends, new Uint8Array(4)), lying)
  const { packets, cut } = flow!.up
  assert.deepEqual([packets, cut?.packets, cut?.ip], [2, 1, 0x200 + 32])
})
