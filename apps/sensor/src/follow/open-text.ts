/** A file being followed, and how it is known again under another name. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { systemReason } from '../open-capture.ts'

/** A place behind a line, in a file that begins with these bytes. */
export type FilePosition = {
  readonly offset: number
  /** SHA-256 of the first `headBytes` bytes: names and inode numbers are used again. */
  readonly head: string
  readonly headBytes: number
}

export type OpenFile = { readonly handle: FileHandle; readonly dev: bigint; readonly ino: bigint }

/** As long as the time and the ids with which a first event begins. */
const HEAD_BYTES = 512

/** The reason why it cannot be followed otherwise. */
export async function openText(path: string): Promise<OpenFile | string> {
  let handle: FileHandle
  try {
    // A named pipe would keep us waiting for its writer.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return `cannot be opened: ${systemReason(error)}`
  }
  const about = await handle.stat({ bigint: true })
  if (about.isFile()) return { handle, dev: about.dev, ino: about.ino }
  await handle.close()
  return 'is not a file'
}

export function isSame(a: { dev: bigint; ino: bigint }, b: { dev: bigint; ino: bigint }): boolean {
  return a.dev === b.dev && a.ino === b.ino
}

/** The first bytes of what was read, as a hash. */
export class Head {
  #bytes = Buffer.alloc(0)
  #known: Pick<FilePosition, 'head' | 'headBytes'> | undefined

  /** @param known of an earlier run, whose bytes are not at hand */
  constructor(known?: Pick<FilePosition, 'head' | 'headBytes'>) {
    this.#known = known
  }

  add(bytes: Buffer, offset: number): void {
    if (this.#known !== undefined || offset !== this.#bytes.length || offset >= HEAD_BYTES) return
    this.#bytes = Buffer.concat([this.#bytes, bytes.subarray(0, HEAD_BYTES - offset)])
  }

  /** Only of whole lines: what stands behind `offset` may still be written otherwise. */
  position(offset: number): FilePosition {
    if (this.#known !== undefined) return { offset, head: this.#known.head, headBytes: this.#known.headBytes }
    const bytes = this.#bytes.subarray(0, offset)
    return { offset, head: hashOf(bytes), headBytes: bytes.length }
  }

  async isOf(handle: FileHandle): Promise<boolean> {
    const { head, headBytes } = this.#known ?? { head: hashOf(this.#bytes), headBytes: this.#bytes.length }
    return beginsWith(handle, head, headBytes)
  }
}

/** Whether the position can be in this file. */
export async function holds(handle: FileHandle, { offset, head, headBytes }: FilePosition): Promise<boolean> {
  return (await handle.stat()).size >= offset && (await beginsWith(handle, head, headBytes))
}

async function beginsWith(handle: FileHandle, head: string, headBytes: number): Promise<boolean> {
  if (headBytes > HEAD_BYTES) return false
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  return bytesRead === headBytes && hashOf(buffer) === head
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
