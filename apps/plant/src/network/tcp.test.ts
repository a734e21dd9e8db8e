import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOSTS } from '../hosts.table.ts'
import { Random } from '../random.ts'
import { TcpFlow } from './tcp.ts'
import { Wire } from './wire.ts'

type Segment = { from: string; sequence: number; acknowledged: number; flags: number; data: Buffer; at: number }

/** Reads a tagged frame back, checking lengths and both checksums on the way (RFC 1071). */
function segment({ bytes, at }: { bytes: Uint8Array; at: number }): Segment {
  const frame = Buffer.from(bytes)
  assert.equal(frame.readUInt16BE(12), 0x8100)
  const packet = frame.subarray(18, 18 + frame.readUInt16BE(20))
  assert.equal(ones(packet.subarray(0, 20)), 0xffff, 'IPv4 checksum')
  const body = packet.subarray(20)
  const pseudo = Buffer.concat([packet.subarray(12, 20), Buffer.of(0, 6, body.length >> 8, body.length & 0xff)])
  assert.equal(ones(Buffer.concat([pseudo, body])), 0xffff, 'TCP checksum')
  return {
    from: [...packet.subarray(12, 16)].join('.'),
    sequence: body.readUInt32BE(4),
    acknowledged: body.readUInt32BE(8),
    flags: body[13]!,
    data: body.subarray((body[12]! >> 4) * 4),
    at,
  }
}

function ones(bytes: Buffer): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

function play(run: (flow: TcpFlow) => void): Segment[] {
  const wire = new Wire()
  run(new TcpFlow(wire, new Random('tcp'), HOSTS.scada1, 50_000, HOSTS.plc1, 502))
  return wire.take(Number.POSITIVE_INFINITY).map(segment)
}

test('a conversation opens, carries every byte in order, acknowledges all and closes', () => {
  const sent = Buffer.from(new Random('data').bytes(20_011))
  const segments = play((flow) => {
    const done = flow.play(flow.open(1_000_000), [
      { by: 'c', bytes: sent },
      { by: 's', bytes: sent.subarray(0, 33) },
    ])
    flow.close(done + 100)
  })
  assert.deepEqual(
    segments.slice(0, 3).map((s) => s.flags),
    [0x02, 0x12, 0x10],
  )
  for (const [ip, bytes] of [
    [HOSTS.scada1.ip, sent],
    [HOSTS.plc1.ip, sent.subarray(0, 33)],
  ] as const) {
    const mine = segments.filter((s) => s.from === ip)
    assert.deepEqual(Buffer.concat(mine.map((s) => s.data)), bytes)
    let next = (mine[0]!.sequence + 1) >>> 0
    for (const s of mine.slice(1)) {
      assert.equal(s.sequence, next)
      next = (next + s.data.length + (s.flags & 1)) >>> 0
    }
    const other = segments.filter((s) => s.from !== ip).at(-1)!
    assert.equal(other.acknowledged, next, 'the other end saw all of it, the close included')
  }
  for (const [i, s] of segments.entries()) assert.ok(i === 0 || s.at >= segments[i - 1]!.at)
})

test('a conversation that ends in silence has acknowledged the last word', () => {
  const segments = play((flow) => void flow.play(flow.open(0), [{ by: 's', bytes: Buffer.from('ready') }]))
  const last = segments.at(-1)!
  assert.equal(last.from, HOSTS.scada1.ip)
  assert.equal(last.data.length, 0)
})

test('a refused attempt is answered by a reset, an unanswered one by nothing', () => {
  assert.deepEqual(
    play((flow) => void flow.refuse(0)).map((s) => s.flags),
    [0x02, 0x14],
  )
  assert.deepEqual(
    play((flow) => void flow.knock(0, 1)).map((s) => s.flags),
    [0x02, 0x02],
  )
})
