import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { fromStream, type OpenCapture, openCapture } from './open-capture.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-open-'))
})
after(() => rm(folder, { recursive: true }))

/** Compressible, but not into nothing. */
const plain = Buffer.alloc(2_000_000)
for (let i = 0, seed = 1; i < plain.length; i++) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  plain[i] = (seed >>> 28) + (i % 7)
}
const gzip = gzipSync(plain)
const zstd = zstdCompressSync(plain)

async function drain(capture: OpenCapture): Promise<{ bytes: Buffer; problems: string[] }> {
  const parts: Buffer[] = []
  for await (const chunk of capture.chunks) parts.push(Buffer.from(chunk))
  return { bytes: Buffer.concat(parts), problems: capture.problems.map((p) => `${p.offset}: ${p.reason}`) }
}

async function read(content: Uint8Array): Promise<{ bytes: Buffer; problems: string[] }> {
  const path = join(folder, 'capture')
  await writeFile(path, content)
  return drain(await openCapture(path))
}

test('plain, gzip and zstd give the same bytes, members and frames one after the other too', async () => {
  const half = plain.length / 2
  const named = Buffer.concat([gzip.subarray(0, 3), Buffer.from([8]), gzip.subarray(4, 10), Buffer.from('plant.pcap\0'), gzip.subarray(10)])
  const inputs = [
    plain,
    gzip,
    zstd,
    named,
    Buffer.concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))]),
    Buffer.concat([zstdCompressSync(plain.subarray(0, half)), zstdCompressSync(plain.subarray(half))]),
  ]
  for (const input of inputs) {
    const { bytes, problems } = await read(input)
    assert.deepEqual(problems, [])
    assert.ok(bytes.equals(plain))
  }
})

test('a cut file gives what was there and says where it ends', async () => {
  for (const whole of [gzip, zstd]) {
    const cut = whole.subarray(0, whole.length / 2)
    const { bytes, problems } = await read(cut)
    assert.ok(bytes.length > plain.length / 3)
    assert.ok(bytes.equals(plain.subarray(0, bytes.length)))
    assert.equal(problems.length, 1)
    assert.match(problems[0]!, new RegExp(`^${cut.length}: cut off`))
  }
})

test('corrupt and foreign data is named', async () => {
  const corrupt = Buffer.from(gzip)
  corrupt.fill(0xff, 700_000, 700_020)
  const { bytes, problems } = await read(corrupt)
  assert.ok(bytes.subarray(0, 500_000).equals(plain.subarray(0, 500_000)))
  assert.match(problems.join(), /corrupt gzip data/)
  assert.match((await read(Buffer.concat([zstd, Buffer.from('behind')]))).problems.join(), /bytes after the compressed data/)
  assert.match((await read(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]))).problems.join(), /xz: unpack it first/)
  assert.match((await read(Buffer.from([0x1f, 0x8b, 8, 4, 0]))).problems.join(), /corrupt gzip header/)
})

test('what cannot be opened is a problem, not an exception', async () => {
  assert.deepEqual((await drain(await openCapture(join(folder, 'absent')))).problems, ['0: cannot be opened: no such file'])
  assert.deepEqual((await drain(await openCapture(folder))).problems, ['0: a directory, not a capture'])
  assert.deepEqual((await read(new Uint8Array(0))).problems, [])
})

test('a pipe is read however small its pieces are, and its failure is named', async () => {
  const pieces = Readable.from(
    (function* () {
      for (let i = 0; i < 3000; i++) yield gzip.subarray(i, i + 1)
      yield gzip.subarray(3000)
    })(),
  )
  assert.ok((await drain(fromStream(pieces))).bytes.equals(plain))
  const broken = fromStream(
    (async function* () {
      yield plain.subarray(0, 100)
      throw new Error('gone')
    })(),
  )
  const { bytes, problems } = await drain(broken)
  assert.equal(bytes.length, 100)
  assert.deepEqual(problems, ['100: cannot be read further: gone'])
})

test('a reader that stops early lets go of the file', async () => {
  const path = join(folder, 'capture')
  await writeFile(path, gzip)
  const capture = await openCapture(path)
  for await (const chunk of capture.chunks) {
    assert.ok(chunk.length > 0)
    break
  }
  assert.ok(capture.position() < gzip.length * 2)
})
