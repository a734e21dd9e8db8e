import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureReader } from '../capture/capture-reader.ts'
import { type Dissector, NOT_MINE } from '../dissector.ts'
import { Engine, type EngineListener } from '../engine.ts'
import { type Ends, pcap, tcp } from '../testing/frames.ts'

const ends: Ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40_000, dport: 7000 }
const SYN = 2
const ACK = 16
const pair: Dissector<never> = {
  name: 'pair',
  ports: ['tcp/7000'],
  maxFrame: 2,
  frame: (h) => (h.u8() === 0x7e ? 2 : NOT_MINE),
  parse: (r) => r.skip(2).short as never,
}

test('what is odd about a packet is told of that packet, not of the message before', () => {
  const told: string[] = []
  const listener: EngineListener = {
    message: (c) => void told.push(`message ${c.seen.firstPacket}`),
    recognised() {},
    left() {},
    anomaly: (c, name) => void told.push(`${name} ${c.seen.firstPacket}-${c.seen.lastPacket}, ${c.seen.fromByte}-${c.seen.toByte}`),
    undecoded() {},
    flowGrew() {},
    flowEnded() {},
  }
  const group = tcp(ends, 1002, 5000, ACK)
  group[6] = group[6]! | 1
  const said = [tcp(ends, 1000, 5000, ACK, Uint8Array.of(0x7e, 1)), group, tcp(ends, 1002, 5000, ACK, Uint8Array.of(9, 9, 9))]
  const engine = new Engine([pair], listener)
  new CaptureReader(engine).push(pcap([tcp(ends, 999, 0, SYN), ...said]))
  engine.finish()
  assert.deepEqual(told, ['message 2', 'packet.group-source 3-3, 0-0', 'lost-sync 4-4, 0-0'])
})
