/**
 * A capture as bytes: a file or standard input, decompressed when its first bytes say gzip or zstd. What cannot be
 * read is a problem with its offset; what came before it is delivered.
 */
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Problem } from '@isthmus/wire'
import { ByteSource } from './byte-source.ts'
import { compressionOf, unreadable } from './compression.ts'
import { decompress } from './decompress.ts'

const CHUNK = 1 << 20

export type OpenCapture = {
  /** Valid until the next one is asked for: the buffer is used again. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Bytes of the file as it lies on disk; undefined for standard input. */
  readonly size: number | undefined
  /** Bytes of it that have been read. */
  position(): number
  readonly problems: Problem[]
}

/**
 * @param path a file, or `-` for standard input
 * @param maxUnpacked bytes that a compressed file is unpacked to at most
 */
export async function openCapture(path: string, maxUnpacked?: number): Promise<OpenCapture> {
  const problems: Problem[] = []
  if (path === '-') return fromStream(process.stdin, problems)
  try {
    const file = await open(path, 'r')
    const found = await file.stat()
    if (found.isDirectory()) {
      await file.close()
      return nothing({ offset: 0, reason: 'a directory, not a capture' })
    }
    if (!found.isFile()) return fromStream(file.createReadStream(), problems)
    const read = { bytes: 0 }
    return {
      chunks: decoded(fileChunks(file, read, problems), problems, maxUnpacked),
      size: found.size,
      position: () => read.bytes,
      problems,
    }
  } catch (error) {
    return nothing({ offset: 0, reason: `cannot be opened: ${systemReason(error)}` })
  }
}

/** Bytes of a file that may be opened as often as one likes; undefined for pipes, folders and what is not there. */
export async function fileSize(path: string): Promise<number | undefined> {
  const found = path === '-' ? undefined : await stat(path).catch(() => undefined)
  return found?.isFile() === true ? found.size : undefined
}

/** A running capture's output, a pipe: anything that yields bytes. */
export function fromStream(stream: AsyncIterable<Uint8Array>, problems: Problem[] = []): OpenCapture {
  const read = { bytes: 0 }
  return { chunks: decoded(counted(stream, read, problems), problems), size: undefined, position: () => read.bytes, problems }
}

function nothing(problem: Problem): OpenCapture {
  return { chunks: (async function* () {})(), size: undefined, position: () => 0, problems: [problem] }
}

async function* fileChunks(file: FileHandle, read: { bytes: number }, problems: Problem[]): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK)
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null)
      if (bytesRead === 0) return
      read.bytes += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } catch (error) {
    problems.push({ offset: read.bytes, reason: `cannot be read further: ${systemReason(error)}` })
  } finally {
    await file.close()
  }
}

async function* counted(stream: AsyncIterable<Uint8Array>, read: { bytes: number }, problems: Problem[]): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) {
      read.bytes += chunk.length
      yield chunk
    }
  } catch (error) {
    problems.push({ offset: read.bytes, reason: `cannot be read further: ${systemReason(error)}` })
  }
}

/** Looks at the first bytes and decompresses when they ask for it. */
async function* decoded(chunks: AsyncGenerator<Uint8Array>, problems: Problem[], maxUnpacked?: number): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(chunks)
  try {
    const head = await source.peek(8)
    const named = unreadable(head)
    if (named !== undefined) {
      problems.push({ offset: 0, reason: named })
      return
    }
    const kind = compressionOf(head)
    if (kind !== undefined) return yield* decompress(source, kind, problems, maxUnpacked)
    for (let chunk = await source.take(CHUNK); chunk.length > 0; chunk = await source.take(CHUNK)) yield chunk
  } finally {
    await source.close()
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'a directory, not a capture',
  EIO: 'the disk reports an error',
  ENAMETOOLONG: 'the name is too long',
}

export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code === undefined ? undefined : REASONS[code]) ?? message
}
