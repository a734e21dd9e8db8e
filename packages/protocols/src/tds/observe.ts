/** TDS in the platform's words: who logs in from which program to which database, what is asked, what the server is. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { readQuery } from '../sql.ts'
import type { TdsLogin } from './login.ts'
import { PRODUCTS, TYPES } from './tds.table.ts'
import type { Tds, TdsState } from './tds.ts'
import type { Token } from './tokens.ts'

type Memory = { login: TdsLogin | undefined; statement: string | undefined; type: number }

export function observe({ message: m, from, state }: SeenMessage<Tds, TdsState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`tds.${name}`)
  const memory = (state.seen ??= { login: undefined, statement: undefined, type: 0 }) as Memory
  if (from === 'client') asked(m, memory, sink)
  else if (m.isLast) answered(m, memory, sink)
}

export function ended(state: TdsState, sink: Sink): void {
  const memory = state.seen as Memory | undefined
  if (memory?.login !== undefined) tries(memory, undefined, sink)
  if (memory?.statement !== undefined) tell(memory, undefined, '', sink)
}

function asked(m: Tds, memory: Memory, sink: Sink): void {
  const { login } = m
  if (login !== undefined) {
    memory.login = login
    sink.hint('client', 'name', login.host, 0.8)
    sink.hint('client', 'software', login.application, 0.7)
    sink.hint('client', 'software', login.library, 0.6)
    sink.hint('client', 'user', login.user, 0.6)
    // The obfuscation is no secret: nothing but the two ends' names protects it.
    if (login.password !== undefined) sink.say({ kind: 'credential.exposed', user: login.user, mask: login.password, weakness: 'clear' })
  } else if (m.isLast && (m.type === 1 || m.type === 3 || m.type === 15 || m.type === 7)) {
    if (memory.statement !== undefined) tell(memory, undefined, '', sink)
    memory.statement = m.text
    memory.type = m.type
  }
}

function answered(m: Tds, memory: Memory, sink: Sink): void {
  if (m.version !== '') {
    const major = Number(m.version.split('.')[0])
    sink.hint('server', 'software', `Microsoft ${PRODUCTS[major] ?? 'SQL Server'} (${m.version})`, 0.9)
    sink.hint('server', 'role', 'database server', 0.9)
    return
  }
  const error = m.tokens.find((token) => token.kind === 'error')
  const acknowledged = m.tokens.find((token) => token.kind === 'acknowledged')
  for (const token of m.tokens) said(token, sink)
  if (memory.login !== undefined && (acknowledged !== undefined || error !== undefined)) {
    tries(memory, acknowledged !== undefined, sink)
    return
  }
  if (memory.statement === undefined) return
  const ok = error === undefined && !m.tokens.some((token) => token.kind === 'done' && token.isError)
  tell(memory, ok, error?.kind === 'error' ? `${error.number} ${error.text.slice(0, 120)}` : '', sink)
}

function said(token: Token, sink: Sink): void {
  if (token.kind === 'error' || token.kind === 'information') sink.hint('server', 'name', token.server.split('\\')[0], 0.8)
  else if (token.kind === 'acknowledged') {
    sink.hint('server', 'software', `${token.program} ${token.version}`.trim(), 0.9)
    sink.hint('server', 'role', 'database server', 0.9)
  }
}

function tries(memory: Memory, ok: boolean | undefined, sink: Sink): void {
  const login = memory.login!
  memory.login = undefined
  const method = login.isIntegrated ? 'tds integrated' : 'tds password'
  sink.say({ kind: 'login.tried', user: login.user, domain: login.database, method, ok })
}

function tell(memory: Memory, ok: boolean | undefined, error: string, sink: Sink): void {
  const statement = memory.statement!
  memory.statement = undefined
  const isCall = memory.type === 3 && /^[\w.[\]]+$/.test(statement)
  const query = readQuery(statement)
  const operation = isCall ? 'procedure' : memory.type === 7 ? TYPES[7]! : query.verb
  // A statement that lets the server run programs of its host is no ordinary procedure.
  const access = /xp_cmdshell|sp_oacreate|sp_configure/i.test(statement)
    ? 'control'
    : isCall
      ? 'control'
      : memory.type === 7
        ? 'write'
        : query.access
  const key = `${operation} ${query.shown} ${ok}`
  if (!sink.again(key)) sink.operation(key, { operation, object: query.shown, access, ok, error, part: undefined })
}
