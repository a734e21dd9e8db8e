import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureReader } from '../capture/capture-reader.ts'
import { Engine, type EngineListener } from '../engine.ts'
import { concat, type Ends, ethernet, hex, ipv4, pcap, tcp, udp, udpDatagram } from '../testing/frames.ts'

const ends: Ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40_000, dport: 7000 }
const FE80 = 'fe800000000000000000000000000001fe800000000000000000000000000002'

function oddIn(...frames: readonly Uint8Array[]): string[] {
  const told: string[] = []
  const listener: EngineListener = {
    message() {},
    recognised() {},
    left() {},
    anomaly: (_c, name) => void told.push(name),
    undecoded() {},
    flowGrew() {},
    flowEnded() {},
  }
  const engine = new Engine([], listener)
  new CaptureReader(engine).push(pcap(frames))
  engine.finish()
  return told
}

/** An IPv6 packet whose header chain begins with `next`. */
function ipv6(next: number, payload: Uint8Array): Uint8Array {
  return ethernet(0x86dd, concat([0x60, 0, 0, 0, payload.length >> 8, payload.length & 255, next, 64], hex(FE80), payload))
}

/** A fragment header (RFC 8200 §4.5) and what follows it; `offset` in bytes. */
const piece = (next: number, offset: number, more: boolean, data: Uint8Array): Uint8Array =>
  ipv6(44, concat([next, 0, offset >> 8, (offset & 255) | (more ? 1 : 0), 0, 0, 0, 7], data))

test('the sender says the way: an option of IPv4, a header of IPv6, also inside fragments', () => {
  const optioned = (option: string): Uint8Array => {
    const data = udpDatagram(ends, hex('00'))
    return ethernet(0x0800, concat(hex(`47 00 0025 0001 0000 40 11 0000 0a000001 0a000002 ${option}`), data))
  }
  assert.deepEqual(oddIn(optioned('01 83 07 04 0a000009')), ['packet.source-route'])
  assert.deepEqual(oddIn(optioned('94 04 0000 00 000000')), [], 'a router alert')
  assert.deepEqual(oddIn(optioned('83 00 000000000000')), ['packet.source-route'], 'a length of nothing')
  const routing = (type: number): Uint8Array => concat([58, 2, type, 1, 0, 0, 0, 0], new Uint8Array(16))
  const echo = hex('80 00 0000 0001 0001')
  assert.deepEqual(oddIn(ipv6(43, concat(routing(0), echo))), ['packet.source-route'])
  assert.deepEqual(oddIn(ipv6(43, concat(routing(2), echo))), [], 'mobility')
  const whole = concat(routing(0), echo)
  assert.deepEqual(oddIn(piece(43, 0, true, whole.slice(0, 8)), piece(43, 8, false, whole.slice(8))), ['packet.source-route'])
})

test('a header chain that a fragment cuts', () => {
  const options = concat([58, 1, 1, 12], new Uint8Array(12), hex('80 00 0000 0001 0001'))
  assert.deepEqual(oddIn(piece(60, 0, true, options.slice(0, 8)), piece(60, 8, false, options.slice(8))), ['packet.headers-split'])
  assert.deepEqual(oddIn(piece(60, 0, true, options.slice(0, 16)), piece(60, 16, false, options.slice(16))), [])
})

test('neighbour discovery in fragments; an echo may be fragmented', () => {
  assert.deepEqual(oddIn(piece(58, 0, true, hex('86 00 0000 40 00 0708'))), ['packet.discovery-in-fragments'])
  assert.deepEqual(oddIn(piece(58, 0, true, hex('80 00 0000 0001 0001'))), [])
})

test('a length beyond the frame, unless the capture or a card cut it', () => {
  const whole = udp(ends, new Uint8Array(20))
  const lying = whole.slice()
  lying[16] = 0x40
  assert.deepEqual(oddIn(whole), [])
  assert.deepEqual(oddIn(lying), ['packet.longer-than-frame'])
  const cut = pcap([lying])
  cut[24 + 12] = 200
  const told: string[] = []
  const engine = new Engine([], {
    message() {},
    recognised() {},
    left() {},
    anomaly: (_c, name) => void told.push(name),
    undecoded() {},
    flowGrew() {},
    flowEnded() {},
  })
  new CaptureReader(engine).push(cut)
  assert.deepEqual(told, [], 'the frame was longer than what was kept of it')
})

test('fragments over one another, and beyond what a datagram can hold', () => {
  const data = udpDatagram(ends, new Uint8Array(64))
  const part = (at: number, to: number, more: boolean): Uint8Array =>
    ipv4(17, ends, data.slice(at, to), { id: 9, fragment: (more ? 0x2000 : 0) | (at >> 3) })
  assert.deepEqual(oddIn(part(0, 40, true), part(40, 72, false)), [])
  assert.deepEqual(oddIn(part(0, 40, true), part(0, 40, true), part(40, 72, false)), [], 'the same again')
  assert.deepEqual(oddIn(part(0, 40, true), part(24, 28, false)), ['packet.fragments-overlap'], 'one inside another')
  const last = ipv4(1, ends, new Uint8Array(100), { id: 9, fragment: 8190 })
  assert.deepEqual(oddIn(last), ['packet.fragments-too-long'])
})

test('a host that speaks to itself, and a sender that is a group', () => {
  const self = { ...ends, dst: ends.src, sport: 139, dport: 139 }
  assert.deepEqual(oddIn(tcp(self, 1, 0, 2)), ['packet.to-itself'])
  assert.deepEqual(oddIn(tcp({ ...self, dport: 140 }, 1, 0, 2)), [])
  const loopback = tcp(self, 1, 0, 2)
  loopback.fill(0, 0, 12)
  assert.deepEqual(oddIn(loopback), [], 'a loopback has no MAC addresses')
  const group = udp(ends, hex('00'))
  group[6] = 3
  assert.deepEqual(oddIn(group), ['packet.group-source'])
  group[12] = 0x07
  group[13] = 0x07
  assert.deepEqual(oddIn(group), ['packet.group-source'], 'in an EtherType that nobody reads, too')
})
