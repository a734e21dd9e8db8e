/** How a file is compressed, by its first bytes. */

export type Compression = 'gzip' | 'zstd'

const GZIP = [0x1f, 0x8b]
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd]

/** Formats that we name but do not read. */
const NAMED: readonly (readonly [readonly number[], string])[] = [
  [[0x42, 0x5a, 0x68], 'compressed with bzip2: unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed with xz: unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive: unpack it first'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive: unpack it first'],
  [[0x52, 0x61, 0x72, 0x21], 'a rar archive: unpack it first'],
  [[0x04, 0x22, 0x4d, 0x18], 'compressed with lz4: unpack it first'],
]

export function compressionOf(head: Uint8Array): Compression | undefined {
  return begins(head, GZIP) ? 'gzip' : begins(head, ZSTD) ? 'zstd' : undefined
}

/** Why a file that begins like this is not read; undefined when nothing is known against it. */
export function unreadable(head: Uint8Array): string | undefined {
  return NAMED.find(([magic]) => begins(head, magic))?.[1]
}

function begins(head: Uint8Array, magic: readonly number[]): boolean {
  return head.length >= magic.length && magic.every((byte, i) => head[i] === byte)
}
