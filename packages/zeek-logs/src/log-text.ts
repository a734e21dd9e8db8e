/** The text of a Zeek log file: its heading, one line a row, its foot. Format: Zeek 8, `Log::WRITER_ASCII`. */
import { type Cell, EMPTY, showCell, UNSET } from './value.ts'

/** A column's name and Zeek type: `['id.orig_p', 'port']`. */
export type Column = readonly [name: string, type: string]

/** The columns every log about a connection begins with. */
export const CONNECTION_COLUMNS: readonly Column[] = [
  ['ts', 'time'],
  ['uid', 'string'],
  ['id.orig_h', 'addr'],
  ['id.orig_p', 'port'],
  ['id.resp_h', 'addr'],
  ['id.resp_p', 'port'],
]
/** What a log that is about no connection begins with. */
export const BARE_COLUMNS: readonly Column[] = [['ts', 'time']]

/** @param name without `.log`; @param openedUs capture time of the first row: the file is the same in every run. */
export function logHeading(name: string, columns: readonly Column[], openedUs: number): string {
  return [
    '#separator \\x09',
    '#set_separator\t,',
    `#empty_field\t${EMPTY}`,
    `#unset_field\t${UNSET}`,
    `#path\t${name}`,
    `#open\t${stamp(openedUs)}`,
    `#fields\t${columns.map(([column]) => column).join('\t')}`,
    `#types\t${columns.map(([, type]) => type).join('\t')}`,
    '',
  ].join('\n')
}

export function logRow(columns: readonly Column[], cells: readonly Cell[]): string {
  let line = ''
  for (let i = 0; i < columns.length; i++) line += (i === 0 ? '' : '\t') + showCell(cells[i], columns[i]![1])
  return `${line}\n`
}

export function logFoot(closedUs: number): string {
  return `#close\t${stamp(closedUs)}\n`
}

/** UTC as `2026-11-22-04-52-33`. */
function stamp(us: number): string {
  const ms = Math.floor(us / 1000)
  const at = new Date(Math.abs(ms) > 8.64e15 ? 0 : ms).toISOString()
  return at.slice(0, 19).replace(/[T:]/g, '-')
}
