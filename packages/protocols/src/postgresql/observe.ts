/** PostgreSQL in the platform's words: who logs in to which database, what is asked of it, what server and client are. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { readQuery } from '../sql.ts'
import { METHODS } from './postgresql.table.ts'
import { fieldOf, type Postgresql, type PostgresqlState } from './postgresql.ts'

type Memory = { user: string; database: string; method: string; isTrying: boolean; query: string | undefined; error: string }

export function observe({ message: m, from, state }: SeenMessage<Postgresql, PostgresqlState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`postgresql.${name}`)
  const memory = (state.seen ??= {
    user: '',
    database: '',
    method: 'postgresql',
    isTrying: false,
    query: undefined,
    error: '',
  }) as Memory
  if (from === 'client') asked(m, memory, sink)
  else answered(m, memory, sink)
}

export function ended(state: PostgresqlState, sink: Sink): void {
  const memory = state.seen as Memory | undefined
  if (memory === undefined) return
  if (memory.isTrying) tries(memory, undefined, sink)
  if (memory.query !== undefined) tell(memory, undefined, sink)
}

function asked(m: Postgresql, memory: Memory, sink: Sink): void {
  if (m.type === 'startup') {
    memory.user = readable(fieldOf(m, 'user') ?? '').slice(0, 128)
    memory.database = readable(fieldOf(m, 'database') ?? memory.user).slice(0, 128)
    memory.isTrying = true
    sink.hint('client', 'software', readable(fieldOf(m, 'application_name') ?? ''), 0.8)
  } else if (m.type === 'Q' || m.type === 'P') {
    if (memory.query !== undefined) tell(memory, undefined, sink)
    memory.query = m.text
    memory.error = ''
  } else if (m.type === 'p') {
    if (m.password !== undefined) sink.say({ kind: 'credential.exposed', user: memory.user, mask: m.password, weakness: 'clear' })
    if (m.text !== '') memory.method = `postgresql ${readable(m.text)}`
  } else if (m.type === 'cancel' && !sink.again('cancel'))
    sink.operation('cancel', { operation: 'cancel query', object: '', access: 'control', ok: undefined, error: '', part: undefined })
}

function answered(m: Postgresql, memory: Memory, sink: Sink): void {
  if (m.type === 'R') {
    sink.hint('server', 'role', 'database server', 0.9)
    if (m.method === 0 && memory.isTrying) tries(memory, true, sink)
    else if (m.method > 0 && m.method < 11) memory.method = `postgresql ${METHODS[m.method] ?? m.method}`
  } else if (m.type === 'S') {
    const [name, value] = m.parameters[0] ?? ['', '']
    if (name === 'server_version') sink.hint('server', 'software', `PostgreSQL ${readable(value)}`, 1)
  } else if (m.type === 'E') {
    const error = readable(`${fieldOf(m, 'C') ?? ''} ${fieldOf(m, 'M') ?? ''}`.trim())
    if (memory.isTrying) tries(memory, false, sink)
    else memory.error = error.slice(0, 160)
  } else if (m.type === 'Z' && memory.query !== undefined) tell(memory, memory.error === '', sink)
}

function tries(memory: Memory, ok: boolean | undefined, sink: Sink): void {
  memory.isTrying = false
  sink.say({ kind: 'login.tried', user: memory.user, domain: memory.database, method: memory.method, ok })
}

function tell(memory: Memory, ok: boolean | undefined, sink: Sink): void {
  const { verb, access, shown } = readQuery(readable(memory.query!))
  const error = ok === false ? memory.error : ''
  memory.query = undefined
  memory.error = ''
  const key = `${verb} ${shown} ${ok}`
  if (!sink.again(key)) sink.operation(key, { operation: verb, object: shown, access, ok, error, part: undefined })
}
