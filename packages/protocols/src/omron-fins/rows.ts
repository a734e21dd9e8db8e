/** Rows written by column name, of logs whose frames fill few of many columns. */
import type { Cell, Column, PutRow } from '../protocol.ts'

export type Cells = Readonly<Record<string, Cell>>

export class Rows {
  readonly #put: PutRow
  readonly #common: Cells

  /** `common`: cells of every row of the frame. */
  constructor(put: PutRow, common: Cells) {
    this.#put = put
    this.#common = common
  }

  put(log: string, columns: readonly Column[], cells: Cells): void {
    this.#put(
      log,
      columns.map(([name]) => (name in cells ? cells[name] : this.#common[name])),
    )
  }
}
