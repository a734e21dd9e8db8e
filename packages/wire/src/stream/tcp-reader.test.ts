import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureReader } from '../capture/capture-reader.ts'
import { Engine } from '../engine.ts'
import { type Ends, pcap, tcp } from '../testing/frames.ts'

const up: Ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40_000, dport: 7000 }
const down: Ends = { src: '10.0.0.2', dst: '10.0.0.1', sport: 7000, dport: 40_000 }
const SYN = 2
const RST = 4
const ACK = 16
const text = (said: string) => new TextEncoder().encode(said)
const asks = (said: string, seq = 1000) => tcp(up, seq, 5001, ACK, text(said))
const takes = (ack: number) => tcp(down, 5001, ack, ACK)
const OPENING = [tcp(up, 999, 0, SYN), tcp(down, 5000, 1000, SYN | ACK), tcp(up, 1000, 5001, ACK)]

function told(frames: readonly Uint8Array[]): string[] {
  const names: string[] = []
  const engine = new Engine([], {
    message() {},
    recognised() {},
    left() {},
    anomaly: (c, name) => void names.push(`${name} ${c.seen.lastPacket}`),
    undecoded() {},
    flowGrew() {},
    flowEnded() {},
  })
  new CaptureReader(engine).push(pcap([...OPENING, ...frames]))
  engine.finish()
  return names
}

test('bytes that were taken and come again as others are told once', () => {
  assert.deepEqual(told([asks('stop'), takes(1004), asks('read'), asks('read')]), ['packet.bytes-differ 6'])
  assert.deepEqual(told([asks('read'), takes(1004), asks('read'), asks('read')]), [])
  assert.deepEqual(told([asks('stop'), asks('read')]), [], 'nobody took the first ones')
})

test('a byte that only asks whether the other side is there is no data', () => {
  assert.deepEqual(told([asks('read'), takes(1004), asks('\0', 1003)]), [])
})

test('a side that goes on after its own reset did not send it', () => {
  const reset = (seq: number) => tcp(up, seq, 0, RST)
  assert.deepEqual(told([asks('read'), reset(1004), asks('next', 1004), asks('more', 1008)]), ['packet.reset-ignored 6'])
  assert.deepEqual(
    told([asks('read'), reset(1040), asks('read')]),
    ['packet.reset-ignored 6'],
    'within the window, and not where it stands',
  )
  assert.deepEqual(told([asks('read'), reset(1004)]), [])
  assert.deepEqual(told([asks('read'), reset(1004), tcp(up, 7000, 0, SYN), tcp(up, 7001, 5001, ACK, text('read'))]), [], 'it began anew')
  assert.deepEqual(told([asks('read'), reset(1004), asks('far', 0x3000_0000)]), [], 'another connection')
})
