/** A folder of logs: text is appended to one file a log, opened when the first row comes. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { LogBook } from '@isthmus/zeek-logs'

/** Characters held in memory before they go to disk. */
const FLUSH = 1 << 20

export class LogFolder {
  readonly book = new LogBook()
  readonly #folder: string
  readonly #files = new Map<string, number>()

  constructor(folder: string) {
    this.#folder = folder
  }

  get rows(): ReadonlyMap<string, number> {
    return this.book.rows
  }

  /** Call after rows were put: writes when enough has gathered. */
  settle(): void {
    if (this.book.waiting >= FLUSH) this.#write(this.book.take())
  }

  finish(): void {
    this.#write(this.book.finish())
    for (const file of this.#files.values()) closeSync(file)
    this.#files.clear()
  }

  #write(pieces: readonly { readonly name: string; readonly text: string }[]): void {
    for (const { name, text } of pieces) {
      let file = this.#files.get(name)
      if (file === undefined) {
        file = openSync(join(this.#folder, `${name}.log`), 'w')
        this.#files.set(name, file)
      }
      writeSync(file, text)
    }
  }
}
