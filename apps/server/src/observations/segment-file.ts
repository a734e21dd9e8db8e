/**
 * Applied batches in a file, one record after another, in the order in which they were applied:
 *
 *   | length u32, big-endian | a segment as the sensor's spool writes it: number, entries, SHA-256, zstd of JSON |
 *
 * A record without entries says that a finite input was over. How much of a file counts is in the database: what lies beyond was
 * never applied, and the next record is written over it.
 */
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Batch, Observation } from '@isthmus/model'
import { packSegment, unpackSegment } from '@isthmus/sensor'

/** Then the next file begins: it is read as one. */
export const MAX_FILE_BYTES = 48e6

export function recordsOf({ number, observations }: Pick<Batch, 'number' | 'observations'>, isEnd: boolean): Buffer {
  const records = [
    framed(
      packSegment(
        number,
        observations.map((one, place) => [place, frozen(one)]),
      ),
    ),
  ]
  if (isEnd) records.push(framed(packSegment(number, [])))
  return Buffer.concat(records)
}

/** Durable when this resolves; whatever lay at `offset` and beyond is gone. */
export async function writeAt(folder: string, file: string, offset: number, records: Buffer): Promise<void> {
  const path = join(folder, file)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const handle = await open(path, offset === 0 ? 'w' : 'r+', 0o600)
  try {
    await handle.truncate(offset)
    await handle.write(records, 0, records.length, offset)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Undefined observations: a record that cannot be read, and why. */
export type Kept = { readonly observations: readonly Observation[]; readonly isEnd: boolean } | { readonly lost: string }

/** @param bytes how much of the file counts */
export async function* readKept(folder: string, file: string, bytes: number): AsyncGenerator<Kept> {
  let content: Buffer
  try {
    content = (await readFile(join(folder, file))).subarray(0, bytes)
  } catch (error) {
    yield { lost: `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}` }
    return
  }
  let at = 0
  while (at + 4 <= content.length) {
    const length = content.readUInt32BE(at)
    const record = content.subarray(at + 4, at + 4 + length)
    if (record.length < length || length < 14) break
    const entries = unpackSegment(record, record.readUIntBE(4, 6))
    if (typeof entries === 'string') yield { lost: `${file}, byte ${at}: ${entries}` }
    else yield { observations: entries.map(([, one]) => thawed(one)), isEnd: entries.length === 0 }
    at += 4 + length
  }
  if (at < bytes) yield { lost: `${file}: ${bytes - at} of ${bytes} bytes are missing or damaged` }
}

function framed(segment: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(segment.length)
  return Buffer.concat([head, segment])
}

/** JSON knows no NaN and no infinity; values of the process do. */
function frozen(one: Observation): Observation {
  if (!('value' in one) || typeof one.value !== 'number' || Number.isFinite(one.value)) return one
  return { ...one, value: { number: String(one.value) } } as unknown as Observation
}

function thawed(one: Observation): Observation {
  if (!('value' in one) || typeof one.value !== 'object' || one.value === null) return one
  return { ...one, value: Number((one.value as { number: string }).number) } as unknown as Observation
}
