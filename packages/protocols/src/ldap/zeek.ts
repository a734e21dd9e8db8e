/** Zeek's ldap.log and ldap_search.log: a row an operation, written when it ends or the connection does. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { logTicket } from '../kerberos/gss.ts'
import { endKerberos, KERBEROS_LOG } from '../kerberos/log.ts'
import { logNtlm, NTLM_LOG, type NtlmRow, writeNtlm } from '../ntlm/login.ts'
import { findNtlm } from '../ntlm/ntlmssp.ts'
import { readSpnego } from '../ntlm/spnego.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { isJoined, sure, sureOfToken, unsure } from '../zeek-service.ts'
import { ALIASES, AUTH, EXTENDED, LOG_BINDS, LOG_OPS, OP, RESULTS, SCOPES, SECRETS } from './ldap.table.ts'
import type { LdapState } from './ldap.ts'
import type { Change, Ldap } from './message.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ldap: {
    columns: [
      ['message_id', 'int'],
      ['version', 'int'],
      ['opcode', 'string'],
      ['result', 'string'],
      ['diagnostic_message', 'string'],
      ['object', 'string'],
      ['argument', 'string'],
    ],
  },
  ldap_search: {
    columns: [
      ['message_id', 'int'],
      ['scope', 'string'],
      ['deref_aliases', 'string'],
      ['base_object', 'string'],
      ['result_count', 'count'],
      ['result', 'string'],
      ['diagnostic_message', 'string'],
      ['filter', 'string'],
      ['attributes', 'vector[string]'],
    ],
  },
  ntlm: NTLM_LOG,
  kerberos: KERBEROS_LOG,
}

type Message = {
  readonly at: Micros
  version: number | undefined
  opcode: string | undefined
  result: string | undefined
  diagnostic: string | undefined
  object: string | undefined
  argument: string | undefined
}
type Search = {
  readonly at: Micros
  scope: string | undefined
  deref: string | undefined
  base: string | undefined
  count: number
  result: string | undefined
  diagnostic: string | undefined
  filter: string | undefined
}
type Log = { readonly messages: Map<number, Message>; readonly searches: Map<number, Search>; ntlm: NtlmRow | undefined }

/** Operations waiting for their end (Zeek's max_pending_commands and _searches). */
const MAX_PENDING = 100
const ENDS: readonly number[] = [
  OP.bindResponse,
  OP.unbindRequest,
  OP.modifyResponse,
  OP.addResponse,
  OP.deleteResponse,
  OP.modifyDnResponse,
  OP.compareResponse,
  OP.abandonRequest,
  OP.extendedResponse,
]
/** Requests whose entry Zeek does not read. */
const SILENT: readonly number[] = [OP.addRequest, OP.modifyDnRequest, OP.compareRequest]

export function zeek(seen: SeenMessage<Ldap, LdapState>, put: PutRow): void {
  const { message: m, state, at } = seen
  const log = (state.log ??= { messages: new Map(), searches: new Map(), ntlm: undefined }) as Log
  if (m.token !== undefined) {
    log.ntlm = logNtlm(log.ntlm, findNtlm(m.token), readSpnego(m.token), at, put)
    logTicket(m.token, seen.flow, seen.from, at, put)
    if (!isJoined(seen.flow)) sureOfToken(seen.flow, m.token)
  }
  const service = seen.flow.transport === 'udp' ? 'ldap_udp' : 'ldap_tcp'
  if (seen.from === 'server') sure(seen.flow, service)
  else unsure(seen.flow, service)
  if (m.op < 0 || m.anomalies.includes('truncated')) return
  if (m.op === OP.searchRequest || m.op === OP.searchEntry || m.op === OP.searchDone) search(m, log, at, put)
  else if (LOG_OPS[m.op] !== undefined) message(m, log, at, put)
}

export function zeekEnded(seen: SeenMessage<Ldap | undefined, LdapState>, put: PutRow): void {
  const log = seen.state.log as Log | undefined
  if (log !== undefined) {
    for (const [id, row] of log.messages) writeMessage(id, row, put)
    for (const [id, row] of log.searches) writeSearch(id, row, put)
    writeNtlm(log.ntlm, put)
  }
  endKerberos(seen.flow, put)
}

function search(m: Ldap, log: Log, at: Micros, put: PutRow): void {
  let row = log.searches.get(m.id)
  if (row === undefined) {
    if (log.searches.size >= MAX_PENDING) {
      for (const [id, old] of log.searches) writeSearch(id, old, put)
      log.searches.clear()
    }
    row = { at, scope: undefined, deref: undefined, base: undefined, count: 0, result: undefined, diagnostic: undefined, filter: undefined }
    log.searches.set(m.id, row)
  }
  if (m.op === OP.searchRequest) {
    row.scope = SCOPES[m.scope] ?? 'unknown'
    row.deref = ALIASES[m.deref] ?? 'unknown'
    row.base = m.object || row.base
    row.filter = m.filter
  } else if (m.op === OP.searchEntry) row.count++
  else {
    row.result = resultText(m) ?? row.result
    row.diagnostic = m.diagnostic || row.diagnostic
    writeSearch(m.id, row, put)
    log.searches.delete(m.id)
  }
}

function message(m: Ldap, log: Log, at: Micros, put: PutRow): void {
  let row = log.messages.get(m.id)
  if (row === undefined) {
    if (log.messages.size >= MAX_PENDING) {
      for (const [id, old] of log.messages) writeMessage(id, old, put)
      log.messages.clear()
    }
    row = { at, version: undefined, opcode: undefined, result: undefined, diagnostic: undefined, object: undefined, argument: undefined }
    log.messages.set(m.id, row)
  }
  if (m.op === OP.bindRequest) {
    row.version ??= m.version
    row.opcode = LOG_BINDS[m.auth] ?? 'bind'
    row.argument = m.auth === AUTH.simple ? (m.password === '' ? row.argument : 'REDACTED') : m.mechanism || row.argument
  } else if (m.op !== OP.bindResponse || row.opcode === undefined) row.opcode = LOG_OPS[m.op]
  if (m.op === OP.extendedRequest) row.object = `${m.extended} (${EXTENDED[m.extended] ?? 'unknown'})`
  else if (m.isRequest && m.object !== '' && !SILENT.includes(m.op)) row.object = m.object
  if (m.op === OP.modifyRequest && m.changes.length > 0) row.argument = m.changes.map(logChange).join(', ')
  row.result = resultText(m) ?? row.result
  row.diagnostic = m.diagnostic || row.diagnostic
  if (!ENDS.includes(m.op)) return
  writeMessage(m.id, row, put)
  log.messages.delete(m.id)
}

function resultText(m: Ldap): string | undefined {
  return m.result === undefined ? undefined : (RESULTS[m.result] ?? 'unknown')
}

/** Passwords stay out of the log as those of a bind do. */
function logChange({ how, name, values }: Change): string {
  return `${how}(${name}=${SECRETS.includes(name.toLowerCase()) ? 'REDACTED' : values.map(byteText).join(',')})`
}

function writeMessage(id: number, row: Message, put: PutRow): void {
  put('ldap', [id, row.version, row.opcode, row.result, row.diagnostic, row.object, row.argument], row.at)
}

function writeSearch(id: number, row: Search, put: PutRow): void {
  put('ldap_search', [id, row.scope, row.deref, row.base, row.count, row.result, row.diagnostic, row.filter, undefined], row.at)
}
