/**
 * Who asks: basic authentication (RFC 7617), a name and a password readable by everybody on the way; digest (RFC 7616), a name
 * and a proof; NTLM and Kerberos in tokens (RFC 4559).
 */
import { readable, textBytes } from '../byte-text.ts'
import { findKerberos } from '../kerberos/gss.ts'
import { hintTicket } from '../kerberos/observe.ts'
import { maskSecret } from '../mask.ts'
import { Base64, fromBase64 } from '../mime/base64.ts'
import { hintNtlm } from '../ntlm/login.ts'
import { findNtlm } from '../ntlm/ntlmssp.ts'
import type { Sink } from '../protocol.ts'
import { field, type Head } from './head.ts'
import { DEFAULT_PAIRS } from './http.table.ts'

export type Login = {
  readonly user: string
  readonly domain: string
  readonly method: string
  /** Of a password; undefined when only its proof is sent. */
  readonly mask: string | undefined
  readonly isDefault: boolean
}
export type LoginState = { readonly exposed: Set<string> }

const MAX_EXPOSED = 64
const MAX_TOKEN = 32_768

export function loginOf(head: Head, sink: Sink): Login | undefined {
  const value = authorization(head)
  if (value === undefined) return undefined
  if (/^basic[ \t]/i.test(value)) return basicLogin(head)
  const user = /^digest[ \t].*?\busername="((?:[^"\\]|\\.)*)"/is.exec(value)?.[1]
  if (user !== undefined) return { user: readable(user), domain: '', method: 'http digest', mask: undefined, isDefault: false }
  return tokenLogin(value, sink)
}

/** What a challenge of NTLM says of the host that sends it. */
export function challenged(head: Head, sink: Sink): void {
  for (const [name, value] of head.fields) {
    const token = name === 'www-authenticate' || name === 'proxy-authenticate' ? tokenIn(value) : undefined
    const ntlm = token === undefined ? undefined : findNtlm(token)
    if (ntlm?.kind === 'challenge') hintNtlm(ntlm, 'server', sink)
  }
}

function basicLogin(head: Head): Login | undefined {
  const pair = basicPair(authorization(head))
  if (pair === undefined) return undefined
  const colon = pair.indexOf(':')
  if (colon < 0) return undefined
  const user = readable(pair.slice(0, colon))
  const mask = maskSecret(readable(pair.slice(colon + 1)))
  return { user, domain: '', method: 'http basic', mask, isDefault: DEFAULT_PAIRS.includes(pair) }
}

function tokenLogin(value: string, sink: Sink): Login | undefined {
  const token = tokenIn(value)
  if (token === undefined) return undefined
  const ntlm = findNtlm(token)
  if (ntlm !== undefined) hintNtlm(ntlm, 'client', sink)
  if (ntlm?.kind === 'authenticate') {
    return { user: ntlm.user, domain: ntlm.domain, method: 'http ntlm', mask: undefined, isDefault: false }
  }
  const kerberos = ntlm === undefined ? findKerberos(token) : undefined
  if (kerberos !== undefined) hintTicket(kerberos, 'server', sink)
  return undefined
}

/** `user:password` as bytes, of either header that carries it. */
export function basicPair(authorization: string | undefined): string | undefined {
  const encoded = /^basic[ \t]+(\S+)/i.exec(authorization ?? '')?.[1]
  return encoded === undefined ? undefined : fromBase64(encoded.slice(0, 1024))
}

function authorization(head: Head): string | undefined {
  return field(head, 'authorization') ?? field(head, 'proxy-authorization')
}

function tokenIn(value: string): Uint8Array | undefined {
  const encoded = /^(?:ntlm|negotiate)[ \t]+(\S+)/i.exec(value)?.[1]
  return encoded === undefined ? undefined : decoded(encoded.slice(0, MAX_TOKEN))
}

function decoded(text: string): Uint8Array {
  return new Base64().decode(textBytes(text))
}

/** Said once a name and conversation, however often the header is repeated. */
export function exposes(login: Login, memory: LoginState, sink: Sink): void {
  if (login.mask === undefined) return
  const key = `${login.user}\u0001${login.mask}`
  if (memory.exposed.has(key) || memory.exposed.size >= MAX_EXPOSED) return
  memory.exposed.add(key)
  sink.say({ kind: 'credential.exposed', user: login.user, mask: login.mask, weakness: login.isDefault ? 'default' : 'clear' })
}

export function loginEnded({ user, domain, method }: Login, status: number, sink: Sink): void {
  const ok = status === 401 || status === 403 || status === 407 ? false : status < 400 ? true : undefined
  sink.say({ kind: 'login.tried', user, domain, method, ok })
}
