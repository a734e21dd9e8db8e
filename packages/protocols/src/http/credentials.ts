/** Basic authentication (RFC 7617): a name and a password in base64, readable by everybody on the way. */
import { byteText, readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { field, type Head } from './head.ts'
import { DEFAULT_PAIRS } from './http.table.ts'

export type Login = { readonly user: string; readonly mask: string; readonly isDefault: boolean }
export type LoginState = { readonly exposed: Set<string> }

const MAX_EXPOSED = 64
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function basicCredentials(head: Head): Login | undefined {
  const pair = basicPair(head)
  if (pair === undefined) return undefined
  const colon = pair.indexOf(':')
  if (colon < 0) return undefined
  return {
    user: readable(pair.slice(0, colon)),
    mask: maskSecret(readable(pair.slice(colon + 1))),
    isDefault: DEFAULT_PAIRS.includes(pair),
  }
}

/** `user:password` as bytes, of either header that carries it. */
export function basicPair(head: Head): string | undefined {
  const value = field(head, 'authorization') ?? field(head, 'proxy-authorization')
  const encoded = /^basic[ \t]+(\S+)/i.exec(value ?? '')?.[1]
  return encoded === undefined ? undefined : fromBase64(encoded.slice(0, 1024))
}

/** Said once a name and conversation, however often the header is repeated. */
export function exposes(login: Login, memory: LoginState, sink: Sink): void {
  const key = `${login.user}\u0001${login.mask}`
  if (memory.exposed.has(key) || memory.exposed.size >= MAX_EXPOSED) return
  memory.exposed.add(key)
  sink.say({ kind: 'credential.exposed', user: login.user, mask: login.mask, weakness: login.isDefault ? 'default' : 'clear' })
}

export function loginEnded(login: Login, status: number, sink: Sink): void {
  const ok = status === 401 || status === 403 || status === 407 ? false : status < 400 ? true : undefined
  sink.say({ kind: 'login.tried', user: login.user, domain: '', method: 'http basic', ok })
}

export function fromBase64(text: string): string {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const c of text) {
    const value = ALPHABET.indexOf(c)
    if (value < 0) break
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 0xff)
  }
  return byteText(Uint8Array.from(bytes))
}
