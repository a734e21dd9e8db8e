/** A capture file that grows while it is written, on a disk that may be full: what could not be written is written again. */
import { type FileHandle, open } from 'node:fs/promises'

/**
 * A chunk counts as written when all of it is; until then the next attempt begins at the same place. After a failure the
 * file is opened again: the folder may have come back as another one.
 */
export class CaptureFile {
  readonly #path: string
  #handle: FileHandle | undefined
  #bytes = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Bytes that are whole in the file. */
  get bytes(): number {
    return this.#bytes
  }

  /** Throws what the operating system says; calling again with the same chunk goes on. */
  async write(chunk: Uint8Array): Promise<void> {
    try {
      this.#handle ??= await open(this.#path, this.#bytes === 0 ? 'w' : 'r+', 0o600)
      for (let done = 0; done < chunk.length; ) {
        const { bytesWritten } = await this.#handle.write(chunk, done, chunk.length - done, this.#bytes + done)
        done += bytesWritten
      }
      this.#bytes += chunk.length
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close().catch(() => undefined)
  }
}
