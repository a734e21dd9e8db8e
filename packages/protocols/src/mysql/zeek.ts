/** Zeek's mysql.log: a row a login or command with its answer. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { sure, unsure } from '../zeek-service.ts'
import { COMMANDS } from './mysql.table.ts'
import type { Mysql, MysqlState } from './mysql.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  mysql: {
    columns: [
      ['cmd', 'string'],
      ['arg', 'string'],
      ['success', 'bool'],
      ['rows', 'count'],
      ['response', 'string'],
    ],
  },
}

type Row = { readonly at: Micros; readonly command: string; readonly argument: string }
type Log = { row: Row | undefined; isGreeted: boolean }

export function zeek({ message: m, state, at, flow }: SeenMessage<Mysql, MysqlState>, put: PutRow): void {
  const log = (state.log ??= { row: undefined, isGreeted: false }) as Log
  if (m.kind === 'greeting') log.isGreeted = true
  if (log.isGreeted && (m.kind === 'login' || m.kind === 'tls')) sure(flow, 'mysql')
  else unsure(flow, 'mysql')
  if (m.kind === 'login') log.row ??= { at, command: 'login', argument: m.user }
  else if (m.kind === 'command') {
    if (log.row !== undefined) put('mysql', [log.row.command, log.row.argument, undefined, undefined, undefined], log.row.at)
    const argument = m.command === 17 ? m.user : m.argument.endsWith('\0') ? m.argument.slice(0, -1) : m.argument
    log.row = { at, command: COMMANDS[m.command] ?? `unknown-${m.command}`, argument }
    if (m.command === 1) settle(log, undefined, undefined, undefined, put)
  } else if (m.kind === 'error') settle(log, false, undefined, m.text, put)
  else if (m.kind === 'ok') settle(log, true, m.rows, undefined, put)
  else if (m.kind === 'eof' && !m.isIntermediate) settle(log, true, 0, undefined, put)
}

export function zeekEnded({ state }: SeenMessage<Mysql | undefined, MysqlState>, put: PutRow): void {
  const log = state.log as Log | undefined
  if (log !== undefined) settle(log, undefined, undefined, undefined, put)
}

function settle(log: Log, ok: boolean | undefined, rows: number | undefined, text: string | undefined, put: PutRow): void {
  const { row } = log
  log.row = undefined
  if (row !== undefined) put('mysql', [row.command, row.argument, ok, rows, text], row.at)
}
