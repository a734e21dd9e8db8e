import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, hex, pcap } from '../testing/frames.ts'
import { CaptureReader } from './capture-reader.ts'

type Frame = { bytes: string; wire: number; at: number; link: number }

function read(...chunks: Uint8Array[]): { frames: Frame[]; reasons: string[] } {
  const frames: Frame[] = []
  const reader = new CaptureReader({
    frame: (b, at, end, wire, atUs, link) => frames.push({ bytes: Buffer.from(b.subarray(at, end)).toString('hex'), wire, at: atUs, link }),
  })
  for (const chunk of chunks) if (!reader.push(chunk)) break
  reader.finish()
  return { frames, reasons: reader.problems.map((p) => `${p.offset}: ${p.reason}`) }
}

const two = pcap([hex('0102030405'), hex('0a0b')])

test('a classic capture gives its frames with time, lengths and link type', () => {
  const { frames, reasons } = read(two)
  assert.deepEqual(frames, [
    { bytes: '0102030405', wire: 5, at: 1_700_000_000_000_000, link: 1 },
    { bytes: '0a0b', wire: 2, at: 1_700_000_001_000_000, link: 1 },
  ])
  assert.deepEqual(reasons, [])
})

test('every cut of the input into two chunks gives the same frames, Buffers that are reused included', () => {
  const whole = read(two)
  for (let cut = 0; cut <= two.length; cut++) {
    assert.deepEqual(read(two.subarray(0, cut), two.subarray(cut)), whole, `cut at ${cut}`)
    const frames: string[] = []
    const reader = new CaptureReader({ frame: (b, at, end) => frames.push(Buffer.from(b.subarray(at, end)).toString('hex')) })
    const reused = Buffer.alloc(two.length)
    for (const part of [two.subarray(0, cut), two.subarray(cut)]) {
      reused.set(part)
      reader.push(reused.subarray(0, part.length))
      reused.fill(0)
    }
    assert.deepEqual(frames, ['0102030405', '0a0b'], `reused buffer cut at ${cut}`)
  }
})

test('big endian, nanoseconds: time is rounded down to µs', () => {
  const file = concat(hex('a1b23c4d 0002 0004 00000000 00000000 00040000 00000001'), hex('65000000 0000 07cf 00000001 00000001 ff'))
  assert.deepEqual(read(file).frames, [{ bytes: 'ff', wire: 1, at: 0x65000000 * 1_000_000 + 1, link: 1 }])
})

test('a snap length is told by the wire length', () => {
  const file = concat(hex('a1b2c3d4 0002 0004 00000000 00000000 00000004 00000001'), hex('00000001 00000002 00000002 000005dc aabb'))
  assert.deepEqual(read(file).frames, [{ bytes: 'aabb', wire: 1500, at: 1_000_002, link: 1 }])
})

test('pcapng: sections, interfaces with their own clock, enhanced and simple packets, unknown blocks', () => {
  const block = (type: string, body: string): Uint8Array => {
    const bytes = hex(body)
    const total = bytes.length + 12
    const length = hex(total.toString(16).padStart(8, '0'))
    return concat(hex(type), length, bytes, length)
  }
  const file = concat(
    block('0a0d0d0a', '1a2b3c4d 0001 0000 ffffffffffffffff'),
    block('00000001', '0001 0000 00000000 0009 0001 09000000 00000000'),
    block('00000001', '0065 0000 00000000'),
    block('00000bad', '12345678'),
    block('00000006', '00000000 00000000 3b9aca01 00000003 00000003 aabbcc00'),
    block('00000006', '00000001 00000000 000f4240 00000002 00000002 45000000'),
    block('00000003', '00000002 ddee0000'),
    block('00000006', '00000009 00000000 00000000 00000001 00000001 00000000'),
  )
  const { frames, reasons } = read(file)
  assert.deepEqual(frames, [
    { bytes: 'aabbcc', wire: 3, at: 1_000_000, link: 1 },
    { bytes: '4500', wire: 2, at: 1_000_000, link: 101 },
    { bytes: 'ddee', wire: 2, at: 1_000_000, link: 1 },
  ])
  assert.match(reasons.join(), /interface that was never described \(9\)/)
})

test('what is no capture, cut, empty or corrupt is named with its offset; what came before is kept', () => {
  assert.deepEqual(read(hex('')).reasons, ['0: empty: no bytes'])
  assert.deepEqual(read(hex('a1b2')).reasons, ['0: too short to be a capture'])
  assert.match(read(hex('504b0304deadbeef')).reasons.join(), /^0: not a capture/)
  const cut = read(two.subarray(0, two.length - 1))
  assert.equal(cut.frames.length, 1)
  assert.match(cut.reasons.join(), /^45: cut off/)
  const lying = two.slice()
  lying.set([255, 255, 255, 255], 24 + 16 + 5 + 8)
  const corrupt = read(lying)
  assert.equal(corrupt.frames.length, 1)
  assert.match(corrupt.reasons.join(), /^45: corrupt record: it claims 4294967295/)
})

test('a packet dated outside 1970 to 2100 happens when the one before it did, and is named once', () => {
  const late = pcap([hex('01'), hex('02'), hex('03')])
  const second = 24 + 16 + 1
  for (const at of [second, second + 17]) late.set([255, 255, 255, 255], at)
  const { frames, reasons } = read(late)
  assert.deepEqual(
    frames.map((f) => f.at),
    [1_700_000_000_000_000, 1_700_000_000_000_000, 1_700_000_000_000_000],
  )
  assert.deepEqual(reasons, [`${second}: a packet is dated outside 1970 to 2100: it is given the time of the one before it`])
})
