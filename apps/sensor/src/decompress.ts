/**
 * Compressed bytes → bytes, in pieces: gzip members (RFC 1952) and zstd frames (RFC 8878), any number one after the
 * other. Corrupt or cut data ends them with a problem, after what could be unpacked.
 */
import type { Transform } from 'node:stream'
import { crc32, createInflateRaw, createZstdDecompress } from 'node:zlib'
import type { Problem } from '@isthmus/wire'
import type { ByteSource } from './byte-source.ts'
import { type Compression, compressionOf } from './compression.ts'

const STEP = 64 * 1024
/** What one piece holds when corrupt data is met is lost: pieces are small. */
const PIECE = 16 * 1024
const MAX_QUEUED = 16
const MAX_HEADER = 128 * 1024

type End = { problem: string | undefined }

/** @param max bytes that are unpacked at most: a small file may unpack to any number */
export async function* decompress(
  source: ByteSource,
  first: Compression,
  problems: Problem[],
  max: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  const complain = (reason: string): void => {
    problems.push({ offset: source.taken, reason: `${reason} (offset is in the compressed file)` })
  }
  let kind: Compression | undefined = first
  let total = 0
  while (kind !== undefined) {
    if (kind === 'gzip' && !(await skipGzipHeader(source))) return complain('corrupt gzip header')
    const end: End = { problem: undefined }
    let sum = 0
    let length = 0
    for await (const piece of unpackOne(source, kind, end)) {
      total += piece.length
      if (total > max) return complain(`unpacks to more than ${max} bytes: the rest is not read`)
      if (kind === 'gzip') {
        sum = crc32(piece, sum)
        length += piece.length
      }
      yield piece
    }
    if (end.problem !== undefined) return complain(end.problem)
    if (kind === 'gzip') {
      const trailer = Buffer.from(await source.peek(8))
      source.skip(8)
      if (trailer.length < 8) return complain('cut off: the gzip data has no end')
      if (trailer.readUInt32LE(0) !== sum || trailer.readUInt32LE(4) !== length % 0x1_0000_0000)
        complain('corrupt gzip data: the checksum does not match')
    }
    const next = await source.peek(4)
    if (next.length === 0 || next.every((byte) => byte === 0)) return
    kind = compressionOf(next)
    if (kind === undefined) complain('bytes after the compressed data that are not compressed')
  }
}

/** One member or frame; bytes behind its end go back to the source. */
async function* unpackOne(source: ByteSource, kind: Compression, end: End): AsyncGenerator<Uint8Array> {
  const unpacker = kind === 'gzip' ? createInflateRaw({ chunkSize: PIECE }) : createZstdDecompress({ chunkSize: PIECE })
  const queue: Buffer[] = []
  let ended = false
  let wake = (): void => {}
  const finish = (error?: Error & { code?: string }): void => {
    if (error !== undefined) end.problem = explain(error, kind)
    ended = true
    wake()
  }
  unpacker.on('data', (piece: Buffer) => {
    queue.push(piece)
    if (queue.length >= MAX_QUEUED) unpacker.pause()
    wake()
  })
  unpacker.on('end', () => finish())
  unpacker.on('error', finish)
  const feeding = feed(source, unpacker)
  try {
    for (;;) {
      const piece = queue.shift()
      if (piece !== undefined) {
        yield piece
        continue
      }
      if (ended) break
      unpacker.resume()
      await new Promise<void>((resolve) => {
        wake = resolve
        if (queue.length > 0 || ended) resolve()
      })
    }
  } finally {
    unpacker.destroy()
    await feeding
  }
}

async function feed(source: ByteSource, unpacker: Transform): Promise<void> {
  const used = (): number => (unpacker as unknown as { bytesWritten: number }).bytesWritten
  let isOver = false
  let next = (): void => {}
  const stop = (): void => {
    isOver = true
    next()
  }
  unpacker.once('end', stop).once('error', stop).once('close', stop)
  while (!isOver) {
    const before = used()
    const step = await source.take(STEP)
    if (step.length === 0) break
    // The source uses its buffer again: waits until the step is consumed, or the data has ended within it.
    await new Promise<void>((resolve) => {
      next = resolve
      if (isOver) resolve()
      else unpacker.write(step, () => resolve())
    })
    const left = step.length - (used() - before)
    if (left > 0) source.putBack(step.subarray(step.length - left))
  }
  if (!isOver) unpacker.end()
}

/** RFC 1952 §2.3. */
async function skipGzipHeader(source: ByteSource): Promise<boolean> {
  const fixed = await source.peek(10)
  if (fixed.length < 10 || fixed[2] !== 8) return false
  const flags = fixed[3]!
  source.skip(10)
  if ((flags & 4) !== 0) {
    const size = await source.peek(2)
    if (size.length < 2) return false
    const extra = size[0]! | (size[1]! << 8)
    source.skip(2)
    if ((await source.peek(extra)).length < extra) return false
    source.skip(extra)
  }
  for (const flag of [8, 16]) if ((flags & flag) !== 0 && !(await skipText(source))) return false
  if ((flags & 2) !== 0) {
    await source.peek(2)
    source.skip(2)
  }
  return true
}

/** A text that ends with a NUL. */
async function skipText(source: ByteSource): Promise<boolean> {
  for (let want = 64; want <= MAX_HEADER; want *= 2) {
    const bytes = await source.peek(want)
    const end = bytes.indexOf(0)
    if (end >= 0) {
      source.skip(end + 1)
      return true
    }
    if (bytes.length < want) return false
  }
  return false
}

function explain(error: Error & { code?: string }, kind: Compression): string {
  const { code = '' } = error
  if (code === 'Z_BUF_ERROR' || /unexpected end|src size/i.test(error.message)) return `cut off: the ${kind} data has no end`
  return `corrupt ${kind} data: ${error.message}`
}
