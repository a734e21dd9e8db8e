/** MySQL in the platform's words: who logs in from which program, what is asked of the database, what the server is. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { readQuery } from '../sql.ts'
import { COMMANDS } from './mysql.table.ts'
import type { Mysql, MysqlState } from './mysql.ts'

type Asked = { readonly command: number; readonly argument: string }
type Memory = { user: string; database: string; isTrying: boolean; asked: Asked | undefined }

const READS = new Set([4, 9, 10, 13, 14, 15, 18, 30])
const MAX_OBJECT = 160

export function observe({ message: m, state }: SeenMessage<Mysql, MysqlState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`mysql.${name}`)
  const memory = (state.seen ??= { user: '', database: '', isTrying: false, asked: undefined }) as Memory
  if (m.kind === 'greeting') {
    sink.hint('server', 'software', productOf(m.version), 1)
    sink.hint('server', 'role', 'database server', 0.9)
  } else if (m.kind === 'login') logsIn(m, memory, sink)
  else if (m.kind === 'command') asks(m, memory, sink)
  else if (m.kind === 'auth' && m.password !== undefined)
    sink.say({ kind: 'credential.exposed', user: memory.user, mask: m.password, weakness: 'clear' })
  else if (m.kind === 'ok' || m.kind === 'error' || (m.kind === 'eof' && !m.isIntermediate)) answers(m, memory, state, sink)
}

export function ended(state: MysqlState, sink: Sink): void {
  const memory = state.seen as Memory | undefined
  if (memory === undefined) return
  if (memory.isTrying) tries(memory, undefined, state, sink)
  if (memory.asked !== undefined) tell(memory.asked, undefined, '', sink)
}

function productOf(version: string): string {
  const maria = /^(?:5\.5\.5-)?(.*mariadb.*)$/i.exec(version)?.[1]
  return maria === undefined ? `MySQL ${version}` : `MariaDB ${maria}`
}

function logsIn(m: Mysql, memory: Memory, sink: Sink): void {
  memory.user = readable(m.user).slice(0, 128)
  memory.database = readable(m.database).slice(0, 128)
  memory.isTrying = true
  const said = (name: string): string => readable(m.attributes.find(([key]) => key === name)?.[1] ?? '')
  const client = `${said('_client_name')} ${said('_client_version')}`.trim()
  sink.hint('client', 'software', client, 0.8)
  sink.hint('client', 'software', said('program_name'), 0.8)
  sink.hint('client', 'os', `${said('_os')} ${said('_platform')}`.trim(), 0.8)
}

function asks(m: Mysql, memory: Memory, sink: Sink): void {
  if (memory.asked !== undefined) tell(memory.asked, undefined, '', sink)
  memory.asked = undefined
  if (m.command === 17) {
    memory.user = readable(m.user).slice(0, 128)
    memory.isTrying = true
  } else memory.asked = { command: m.command, argument: m.argument }
}

function answers(m: Mysql, memory: Memory, state: MysqlState, sink: Sink): void {
  const ok = m.kind !== 'error'
  if (memory.isTrying) tries(memory, ok, state, sink)
  else if (memory.asked !== undefined) tell(memory.asked, ok, ok ? '' : `${m.code} ${readable(m.text)}`, sink)
  else if (!ok) sink.say({ kind: 'login.tried', user: '', domain: '', method: 'mysql', ok: false })
  memory.asked = undefined
}

function tries(memory: Memory, ok: boolean | undefined, state: MysqlState, sink: Sink): void {
  memory.isTrying = false
  sink.say({ kind: 'login.tried', user: memory.user, domain: memory.database, method: state.plugin || 'mysql', ok })
}

function tell({ command, argument }: Asked, ok: boolean | undefined, error: string, sink: Sink): void {
  const name = COMMANDS[command] ?? `command ${command}`
  const isText = command === 3 || command === 22
  const query = isText ? readQuery(readable(argument)) : undefined
  const object =
    query?.shown ?? (command === 2 || command === 4 || command === 5 || command === 6 ? readable(argument).slice(0, MAX_OBJECT) : '')
  const key = `${name} ${object} ${ok}`
  if (sink.again(key)) return
  const access =
    query?.access ?? (command === 8 ? 'control' : command === 5 || command === 6 ? 'configure' : READS.has(command) ? 'read' : 'session')
  sink.operation(key, { operation: query?.verb ?? name, object, access, ok, error, part: undefined })
}
