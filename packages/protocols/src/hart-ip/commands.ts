/** Commands with their layouts and where their columns stand. */
import type { Reader } from '@isthmus/wire'
import type { Cell, Column } from '../protocol.ts'
import { COMMON, type CommandRow, MORE_NAMES, SHARES_HEAD, UNIVERSAL } from './commands.table.ts'
import { type Layout, layoutOf } from './fields.ts'

export type Command = {
  readonly row: CommandRow
  readonly request: Layout | undefined
  readonly response: Layout | undefined
  /** First column of each in the log. */
  readonly requestAt: number
  readonly responseAt: number
}

/** One command's data in one message. */
export type CommandData = {
  readonly number: number
  readonly command: Command | undefined
  readonly isResponse: boolean
  readonly cells: readonly Cell[]
  /** As it stands, where no layout is known. Own bytes. */
  readonly raw: Uint8Array
}

const BY_NUMBER = new Map<number, Command>()

function register(rows: readonly CommandRow[]): Column[] {
  const columns: Column[] = []
  const put = (layout: Layout, prefix: string): number => {
    const at = columns.length
    for (const [name, type] of layout.columns) columns.push([`${prefix}_${name}`, type])
    return at
  }
  for (const row of rows) {
    const request = row.request === undefined ? undefined : layoutOf(row.request)
    const response = row.response === undefined ? undefined : layoutOf(row.response)
    const sharesHead = SHARES_HEAD.includes(row.number)
    let requestAt = 0
    let responseAt = 0
    if (row.isShared || sharesHead) requestAt = responseAt = put((response ?? request)!, row.prefix)
    else {
      // The contents of command 48 name no direction.
      const isPlain = row.prefix.endsWith('_contents')
      if (request !== undefined) requestAt = put(request, `${row.prefix}_request`)
      if (response !== undefined) responseAt = put(response, isPlain ? row.prefix : `${row.prefix}_response`)
    }
    BY_NUMBER.set(row.number, { row, request, response, requestAt, responseAt })
  }
  return columns
}

export const UNIVERSAL_COLUMNS: readonly Column[] = register(UNIVERSAL)
export const COMMON_COLUMNS: readonly Column[] = register(COMMON)

export function commandName(number: number): string {
  return BY_NUMBER.get(number)?.row.name ?? MORE_NAMES[number]?.[0] ?? `command ${number}`
}

export function commandAccess(number: number): CommandRow['access'] {
  return BY_NUMBER.get(number)?.row.access ?? MORE_NAMES[number]?.[1] ?? 'unknown'
}

/** As ICSNPP words it: it knows those of its tables only. */
export function zeekName(number: number): string {
  return BY_NUMBER.get(number)?.row.name ?? `unknown-0x${number.toString(16)}`
}

const EMPTY = new Uint8Array(0)
const NONE: readonly Cell[] = []
/** Without columns in ICSNPP's logs, its data is kept as bytes there. */
const isLaid = (command: Command | undefined): boolean => command !== undefined && command.row.log !== ''

export function readData(number: number, isResponse: boolean, r: Reader): CommandData {
  const command = BY_NUMBER.get(number)
  const layout = isResponse ? command?.response : command?.request
  const cells = layout?.read(r) ?? NONE
  const rest = r.view(r.left, 'data')
  return { number, command, isResponse, cells, raw: isLaid(command) ? EMPTY : rest.slice() }
}

/** The value of a field by its name in the table. */
export function fieldOf(data: CommandData, name: string): Cell {
  const layout = data.isResponse ? data.command?.response : data.command?.request
  const at = layout?.columns.findIndex(([column]) => column === name) ?? -1
  return at < 0 ? undefined : data.cells[at]
}
