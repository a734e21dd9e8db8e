import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { inflate } from './inflate.ts'
import { sniffType } from './sniff.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

function inflated(bytes: Uint8Array, most = 1 << 20): { whole: boolean; bytes: Buffer } {
  const pieces: Buffer[] = []
  const whole = inflate(bytes, most, (piece) => pieces.push(Buffer.from(piece)))
  return { whole, bytes: Buffer.concat(pieces) }
}

/** Text that repeats at near and far distances. */
const sample = Uint8Array.from({ length: 200_000 }, (_, i) => ((i * i) >> 9) & 0x3f)

test('what zlib compresses comes back, in every wrapper and at every level', () => {
  for (const level of [0, 1, 9]) {
    for (const squeeze of [gzipSync, deflateSync, deflateRawSync]) {
      const { whole, bytes } = inflated(squeeze(sample, { level }))
      assert.ok(whole && bytes.equals(Buffer.from(sample)), `${squeeze.name} at level ${level}`)
    }
  }
})

test('a bomb stops at the limit', () => {
  assert.equal(inflated(gzipSync(new Uint8Array(10_000_000)), 100_000).bytes.length, 100_000)
})

test('cut and broken input gives what came before and says so', () => {
  const squeezed = gzipSync(sample)
  for (let cut = 0; cut < squeezed.length; cut += 97)
    assert.equal(inflated(squeezed.subarray(0, cut)).whole && cut < squeezed.length - 8, false)
  const noise = Uint8Array.from({ length: 4096 }, (_, i) => (i * 2_654_435_761) >>> 24)
  for (let at = 0; at < 512; at++) inflated(noise.subarray(at))
})

test('long leads of white space and comments cost no more than their length', () => {
  const started = process.cpuUsage().user
  for (const lead of [' '.repeat(2000), '<!---->'.repeat(300), ' <!-- '.repeat(300)]) sniffType(ascii(`${lead}x`))
  assert.ok(process.cpuUsage().user - started < 500_000)
  assert.equal(sniffType(ascii('  <!-- a --> <!-- b --> <html>')), 'text/html')
})

test('types by content', () => {
  assert.equal(sniffType(ascii('MZ\x90')), 'application/x-dosexec')
  assert.equal(sniffType(ascii('  <!DOCTYPE html><html>')), 'text/html')
  assert.equal(sniffType(ascii('{"a": 1}')), 'text/json')
  assert.equal(sniffType(ascii('just some text')), 'text/plain')
  assert.equal(sniffType(ascii('short')), undefined)
  assert.equal(sniffType(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0)), 'application/x-sharedlib')
})
