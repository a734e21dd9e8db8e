/** LDAP in the platform's words: logins, what was looked for, what was changed, which server this is. */
import type { SeenMessage } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import { findKerberos } from '../kerberos/gss.ts'
import { hintTicket } from '../kerberos/observe.ts'
import { maskSecret } from '../mask.ts'
import { hintNtlm } from '../ntlm/login.ts'
import { findNtlm, type Ntlm } from '../ntlm/ntlmssp.ts'
import type { Sink } from '../protocol.ts'
import { identifyServer } from './identity.ts'
import { AUTH, EXTENDED, OP, OPS, PASSWORD_MODIFY, RESULT, RESULTS, SCOPES, SECRETS } from './ldap.table.ts'
import type { LdapState } from './ldap.ts'
import type { Change, Ldap } from './message.ts'

type Memory = { login: Ntlm | undefined; exposed: Set<string> }

/** Characters of a filter or value that are told. */
const MAX_TEXT = 256
const MAX_EXPOSED = 64
const MAX_VALUES = 4

export function observe(seen: SeenMessage<Ldap, LdapState>, sink: Sink): void {
  const { message: m, asked, state, from } = seen
  const memory = (state.seen ??= { login: undefined, exposed: new Set() }) as Memory
  for (const name of m.anomalies) if (name !== 'encrypted') sink.anomaly(`ldap.${name}`)
  if (m.token !== undefined) token(m.token, from, memory, sink)
  if (m.op === OP.bindRequest) exposes(m, memory, sink)
  if (m.op === OP.searchEntry && asked !== undefined && asked.object === '' && asked.scope === 0) identifyServer(m.entry, sink)
  if (from !== 'server' || asked === undefined || m.result === undefined) return
  sink.hint('server', 'role', 'directory server', 0.7)
  if (m.op === OP.bindResponse) bound(m, asked, memory, sink)
  else answered(m, asked, sink)
}

function token(bytes: Uint8Array, from: 'client' | 'server', memory: Memory, sink: Sink): void {
  const ntlm = findNtlm(bytes)
  if (ntlm !== undefined) {
    hintNtlm(ntlm, from, sink)
    if (ntlm.kind === 'authenticate') memory.login = ntlm
  }
  const kerberos = from === 'client' ? findKerberos(bytes) : undefined
  if (kerberos !== undefined) hintTicket(kerberos, 'server', sink)
}

function exposes(m: Ldap, memory: Memory, sink: Sink): void {
  if (m.auth !== AUTH.simple || m.password === '') return
  const user = readable(m.object)
  const mask = maskSecret(readable(m.password))
  const key = `${user}\u0001${mask}`
  if (memory.exposed.has(key) || memory.exposed.size >= MAX_EXPOSED) return
  memory.exposed.add(key)
  sink.say({ kind: 'credential.exposed', user, mask, weakness: 'clear' })
  sink.hint('client', 'user', user, 0.5)
}

function bound(m: Ldap, asked: Ldap, memory: Memory, sink: Sink): void {
  if (m.result === RESULT.saslInProgress) return
  const ok = m.result === RESULT.success
  const { login } = memory
  const isAnonymous = asked.auth === AUTH.simple && asked.password === ''
  const user = login?.user ?? readable(asked.object)
  const method = asked.auth === AUTH.simple ? (isAnonymous ? 'ldap anonymous' : 'ldap simple') : `ldap ${asked.mechanism || 'sicily'}`
  if (isAnonymous) done(m, asked, 'anonymous', sink)
  else sink.say({ kind: 'login.tried', user, domain: login?.domain ?? '', method, ok })
  if (!isAnonymous) done(m, asked, asked.mechanism || 'simple', sink)
}

function answered(m: Ldap, asked: Ldap, sink: Sink): void {
  const ok = m.result === RESULT.success
  const name = readable(asked.object)
  switch (asked.op) {
    case OP.searchRequest:
      return done(m, asked, `${name} ${SCOPES[asked.scope] ?? ''} ${readable(asked.filter).slice(0, MAX_TEXT)}`, sink)
    case OP.compareRequest:
      return done(m, asked, `${name} ${readable(asked.filter).slice(0, MAX_TEXT)}`, sink)
    case OP.modifyRequest:
    case OP.addRequest:
    case OP.modifyDnRequest:
    case OP.deleteRequest: {
      const value = asked.op === OP.deleteRequest ? 'deleted' : asked.changes.slice(0, 16).map(changeText).join(', ')
      sink.say({ kind: 'configuration.changed', what: name, value, ok })
      return done(m, asked, name, sink)
    }
    case OP.extendedRequest:
      if (asked.extended === PASSWORD_MODIFY) sink.say({ kind: 'configuration.changed', what: 'password', value: '', ok })
      return done(m, asked, EXTENDED[asked.extended] ?? asked.extended, sink)
    default:
      return done(m, asked, name, sink)
  }
}

/** `replace(description=pump 7)`; secrets keep their name only. */
export function changeText(change: Change): string {
  const { how, name, values } = change
  if (SECRETS.includes(name.toLowerCase())) return `${how}(${name}=…)`
  const shown = values.slice(0, MAX_VALUES).map((v) => readable(byteText(v.subarray(0, MAX_TEXT))))
  return values.length === 0 ? `${how}(${readable(name)})` : `${how}(${readable(name)}=${shown.join(', ')})`
}

function done(m: Ldap, asked: Ldap, object: string, sink: Sink): void {
  const key = `${asked.op} ${m.result} ${object}`
  if (sink.again(key)) return
  const ok =
    m.result === RESULT.success || m.result === RESULT.compareFalse || m.result === RESULT.compareTrue || m.result === RESULT.referral
  // What was asked may be an operation that nobody has defined.
  const { name, access } = OPS[asked.op] ?? { name: `operation ${asked.op}`, access: 'unknown' as const }
  sink.operation(key, {
    operation: name,
    object,
    access,
    ok,
    error: ok ? '' : (RESULTS[m.result!] ?? `result ${m.result}`),
    part: undefined,
  })
}
