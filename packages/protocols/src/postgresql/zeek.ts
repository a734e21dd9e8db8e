/** Zeek's postgresql.log: a row a request with what came back. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { ERROR_FIELDS, METHODS } from './postgresql.table.ts'
import { fieldOf, type Postgresql, type PostgresqlState } from './postgresql.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  postgresql: {
    columns: [
      ['user', 'string'],
      ['database', 'string'],
      ['application_name', 'string'],
      ['frontend', 'string'],
      ['frontend_arg', 'string'],
      ['backend', 'string'],
      ['backend_arg', 'string'],
      ['success', 'bool'],
      ['rows', 'count'],
    ],
  },
}

type Row = {
  readonly at: Micros
  frontend: string | undefined
  argument: string | undefined
  backend: string | undefined
  backendArgument: string | undefined
  ok: boolean | undefined
  rows: number | undefined
}
type Log = {
  row: Row | undefined
  user: string | undefined
  database: string | undefined
  application: string | undefined
  rows: number | undefined
}

const MAX_TEXT = 4096

export function zeek(seen: SeenMessage<Postgresql, PostgresqlState>, put: PutRow): void {
  const { message: m, from, state, at } = seen
  const log = (state.log ??= { row: undefined, user: undefined, database: undefined, application: undefined, rows: undefined }) as Log
  if (from === 'client') asked(m, log, at, put)
  else answered(m, log, at, put)
}

export function zeekEnded({ state }: SeenMessage<Postgresql | undefined, PostgresqlState>, put: PutRow): void {
  const log = state.log as Log | undefined
  if (log !== undefined) write(log, put)
}

function rowOf(log: Log, at: Micros): Row {
  log.row ??= {
    at,
    frontend: undefined,
    argument: undefined,
    backend: undefined,
    backendArgument: undefined,
    ok: undefined,
    rows: undefined,
  }
  return log.row
}

function asked(m: Postgresql, log: Log, at: Micros, put: PutRow): void {
  if (m.type === 'tls') rowOf(log, at).frontend = 'ssl_request'
  else if (m.type === 'startup') {
    log.user = fieldOf(m, 'user')
    log.database = fieldOf(m, 'database')
    log.application = fieldOf(m, 'application_name')
    rowOf(log, at).frontend = 'startup'
  } else if (m.type === 'Q' || m.type === 'X') {
    write(log, put)
    const row = rowOf(log, at)
    row.frontend = m.type === 'Q' ? 'simple_query' : 'terminate'
    if (m.type === 'X') return write(log, put)
    row.argument = m.text
    log.rows = 0
  }
}

function answered(m: Postgresql, log: Log, at: Micros, put: PutRow): void {
  if (m.type === 'tls answer') {
    const row = rowOf(log, at)
    row.backend = 'ssl_reply'
    row.backendArgument = m.text
    row.ok = m.text === 'S'
    write(log, put)
  } else if (m.type === 'E') {
    const row = rowOf(log, at)
    row.backend = joined(row.backend, 'error')
    row.backendArgument = joined(row.backendArgument, fieldsOf(m))
    row.ok = false
    write(log, put)
  } else if (m.type === 'N') {
    const row = rowOf(log, at)
    row.backendArgument = joined(row.backendArgument, fieldsOf(m))
  } else if (m.type === 'R') authenticates(m, rowOf(log, at))
  else if (m.type === 'D') {
    rowOf(log, at)
    log.rows = (log.rows ?? 0) + 1
  } else if (m.type === 'Z' && log.row !== undefined) {
    log.row.ok ??= m.text === 'I' || m.text === 'T'
    if (log.rows !== undefined) log.row.rows = log.rows
    log.rows = undefined
    write(log, put)
  }
}

function authenticates(m: Postgresql, row: Row): void {
  if (m.method === 0) {
    row.backend = 'auth_ok'
    row.ok = true
    return
  }
  row.backend = row.backend === undefined || row.backend.endsWith('auth') ? 'auth_request' : joined(row.backend, 'auth_request')
  row.backendArgument = joined(row.backendArgument, METHODS[m.method] ?? `UnknownAuthId${m.method}`)
}

function fieldsOf(m: Postgresql): string {
  return m.parameters.map(([code, value]) => `${ERROR_FIELDS[code] ?? `UnknownErrorId${code}`}=${value}`).join(',')
}

function joined(before: string | undefined, more: string): string {
  return before === undefined ? more : `${before},${more}`.slice(0, MAX_TEXT)
}

function write(log: Log, put: PutRow): void {
  const { row } = log
  log.row = undefined
  if (row === undefined) return
  const { frontend, argument, backend, backendArgument, ok, rows } = row
  put('postgresql', [log.user, log.database, log.application, frontend, argument, backend, backendArgument, ok, rows], row.at)
}
