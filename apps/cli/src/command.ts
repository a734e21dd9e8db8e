import type { Writable } from 'node:stream'
import type { OptionRow, Parsed } from './options.ts'

/** Where a command speaks; tests give it their own. */
export type Console = {
  readonly out: Writable & { isTTY?: boolean; columns?: number }
  readonly err: Writable & { isTTY?: boolean; columns?: number }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** One command. `run` is loaded only when it is called. */
export type Command = {
  readonly options: readonly OptionRow[]
  /** Exit status. */
  run(parsed: Parsed, console: Console): Promise<number>
}

/** A row of the table of commands. */
export type CommandRow = {
  readonly name: string
  readonly usage: string
  readonly summary: string
  load(): Promise<Command>
}
