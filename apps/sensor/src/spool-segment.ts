/**
 * One file of the spool: a part of a batch, compressed and checksummed.
 *
 *   | magic "ISP1" | number u48 | entries u32 | SHA-256 of what follows, 32 bytes | zstd of JSON |   big-endian
 *
 * The JSON is a list of [place in the batch, observation]: the two parts of a batch merge in their first order.
 */
import { createHash } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Observation } from '@isthmus/model'

const MAGIC = 0x49535031
const HEADER = 46
/** No honest part unpacks to more: protects memory against a file that was tampered with. */
const MAX_UNPACKED = 256 * 1024 * 1024

export type Entry = readonly [place: number, observation: Observation]

export function packSegment(number: number, entries: readonly Entry[]): Buffer {
  const body = zstdCompressSync(Buffer.from(JSON.stringify(entries)))
  const head = Buffer.alloc(HEADER)
  head.writeUInt32BE(MAGIC, 0)
  head.writeUIntBE(number, 4, 6)
  head.writeUInt32BE(entries.length, 10)
  checksum(head, body).copy(head, 14)
  return Buffer.concat([head, body])
}

/** The entries, or why the file cannot be believed. */
export function unpackSegment(file: Buffer, number: number): readonly Entry[] | string {
  if (file.length < HEADER || file.readUInt32BE(0) !== MAGIC) return 'not a spool segment'
  if (file.readUIntBE(4, 6) !== number) return 'the number inside is another one'
  const body = file.subarray(HEADER)
  if (!checksum(file, body).equals(file.subarray(14, HEADER))) return 'the checksum does not match'
  try {
    const entries = JSON.parse(zstdDecompressSync(body, { maxOutputLength: MAX_UNPACKED }).toString()) as Entry[]
    return entries.length === file.readUInt32BE(10) ? entries : 'entries are missing'
  } catch (error) {
    return (error as Error).message
  }
}

/** Over number, count and body: no part of the file can change unseen. */
function checksum(head: Buffer, body: Buffer): Buffer {
  return createHash('sha256').update(head.subarray(0, 14)).update(body).digest()
}
