/** Collects the rows of many logs as text, a file each; whoever owns the disk takes the text and appends it. */
import { BARE_COLUMNS, CONNECTION_COLUMNS, type Column, logFoot, logHeading, logRow } from './log-text.ts'
import type { Cell } from './value.ts'

/** Columns after the connection's own; with `bare`, after `ts`. */
export type LogShape = { readonly columns: readonly Column[]; readonly bare?: boolean }

/** Whose row it is. Ports of protocols without ports are 0. */
export type RowOwner = {
  readonly uid: string
  readonly clientHost: string
  readonly clientPort: number
  readonly serverHost: string
  readonly serverPort: number
}

export type LogPiece = { readonly name: string; readonly text: string }

type Book = { readonly columns: readonly Column[]; readonly bare: boolean; lines: string[]; rows: number; lastUs: number }

export class LogBook {
  readonly #books = new Map<string, Book>()
  #waiting = 0

  /** Characters not yet taken. */
  get waiting(): number {
    return this.#waiting
  }

  get rows(): ReadonlyMap<string, number> {
    return new Map([...this.#books].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, book]) => [name, book.rows]))
  }

  put(name: string, shape: LogShape, owner: RowOwner | undefined, cells: readonly Cell[], atUs: number): void {
    let book = this.#books.get(name)
    if (book === undefined) {
      const bare = shape.bare === true
      const columns = [...(bare ? BARE_COLUMNS : CONNECTION_COLUMNS), ...shape.columns]
      book = { columns, bare, lines: [], rows: 0, lastUs: atUs }
      this.#books.set(name, book)
      this.#keep(book, logHeading(name, columns, atUs))
    }
    const prefix: Cell[] = [atUs / 1e6]
    if (!book.bare) {
      if (owner === undefined) prefix.push(undefined, undefined, undefined, undefined, undefined)
      else prefix.push(owner.uid, owner.clientHost, owner.clientPort, owner.serverHost, owner.serverPort)
    }
    this.#keep(book, logRow(book.columns, [...prefix, ...cells]))
    book.rows++
    book.lastUs = Math.max(book.lastUs, atUs)
  }

  /** The text since the last call, file by file. */
  take(): LogPiece[] {
    const pieces: LogPiece[] = []
    for (const [name, book] of this.#books) {
      if (book.lines.length === 0) continue
      pieces.push({ name, text: book.lines.join('') })
      book.lines = []
    }
    this.#waiting = 0
    return pieces
  }

  /** Ends every log. */
  finish(): LogPiece[] {
    for (const book of this.#books.values()) this.#keep(book, logFoot(book.lastUs))
    return this.take()
  }

  #keep(book: Book, text: string): void {
    book.lines.push(text)
    this.#waiting += text.length
  }
}
