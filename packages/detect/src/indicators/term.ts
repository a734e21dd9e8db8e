/** Values as sources write them → terms in the form in which the wire shows them, or the reason why they are none. */
import { addressBytes, addressKind, addressText } from '@isthmus/model'
import type { Term } from './indicator.ts'

/** Wider networks are no indicator: they hold a good part of the internet. */
const LEAST_PREFIX = { 4: 8, 16: 16 } as const
const MAX_VALUE = 2048

export type TermOrReason = Term | { readonly reason: string }

export function isTerm(result: TermOrReason): result is Term {
  return !('reason' in result)
}

/** An address, or with `/` a network. */
export function addressTerm(text: string, end?: Term['end']): TermOrReason {
  const [address, length, ...rest] = text.trim().split('/')
  const bytes = addressBytes(address ?? '')
  if (bytes === undefined || rest.length > 0) return { reason: 'not an address' }
  const bits = bytes.length * 8
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  if (!(prefix <= bits)) return { reason: 'not a network' }
  if (prefix === bits) {
    const ip = addressText(bytes)
    const kind = addressKind(ip)
    if (kind === 'none' || kind === 'unspecified') return { reason: 'not the address of one host' }
    return { type: 'ip', value: ip, end }
  }
  if (prefix < LEAST_PREFIX[bytes.length as 4 | 16]) return { reason: `a network wider than /${LEAST_PREFIX[bytes.length as 4 | 16]}` }
  return { type: 'network', value: `${addressText(masked(bytes, prefix))}/${prefix}`, end }
}

export function masked(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, i) => {
    const left = prefix - i * 8
    return left >= 8 ? byte : left <= 0 ? 0 : byte & (0xff << (8 - left))
  })
}

export function domainTerm(text: string): TermOrReason {
  if (addressBytes(text.trim()) !== undefined) return addressTerm(text)
  const name = domainOf(text.trim())
  if (name.includes('*')) return { reason: 'a name with a wildcard' }
  // RFC 1035 §2.3.4: 253 characters, labels of 63; underscores are used.
  if (!/^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(name) || name.length > 253) return { reason: 'not a domain name' }
  return { type: 'domain', value: name }
}

/** Lower case, no final dot, other scripts as they are asked for on the wire (`xn--…`). */
export function domainOf(text: string): string {
  const name = text.toLowerCase().replace(/\.$/, '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is 0 to 7f
  if (/^[\x00-\x7f]*$/.test(name) || name.length > 253) return name
  try {
    return new URL(`http://${name}`).hostname
  } catch {
    return name
  }
}

export function urlTerm(text: string): TermOrReason {
  const value = text.length > MAX_VALUE ? undefined : urlOf(text.trim())
  return value === undefined ? { reason: 'not an http or https URL' } : { type: 'url', value }
}

/** Host, port where it is not the usual one, path and query. The scheme is left out: an indicator seldom knows it, the wire shows only one. */
export function urlOf(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined
  try {
    const url = new URL(text)
    const isUsual = url.port === '' || url.port === '80' || url.port === '443'
    return `${url.hostname}${isUsual ? '' : `:${url.port}`}${url.pathname}${url.search}`
  } catch {
    return undefined
  }
}

/** Hex digits of MD5, SHA-1 and SHA-256: what files on the wire are hashed with. What names only another hash is never found, and said so. */
const HASHED: readonly number[] = [32, 40, 64]
const OTHERS: Readonly<Record<number, string>> = { 96: 'SHA-384', 128: 'SHA-512' }

export function hashTerm(text: string): TermOrReason {
  const hex = text.trim().toLowerCase()
  if (!/^[0-9a-f]{32,128}$/.test(hex)) return { reason: 'not a hash' }
  if (HASHED.includes(hex.length)) return { type: 'hash', value: hex }
  return { reason: `${OTHERS[hex.length] ?? 'an unknown hash'}: files on the wire are hashed with MD5, SHA-1 and SHA-256 only` }
}

/** JA4 (TLS client): `t13d1516h2_8daaf6152771_b186095e22b6`. */
export function ja4Term(text: string): TermOrReason {
  const value = text.trim().toLowerCase()
  return /^[a-z0-9]{10}_[0-9a-f]{12}_[0-9a-f]{12}$/.test(value) ? { type: 'ja4', value } : { reason: 'not a JA4 fingerprint' }
}

export function portTerm(text: string): TermOrReason {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536 ? { type: 'port', value: text } : { reason: 'not a port' }
}

/** What a value without a type looks like. */
export function guessTerm(text: string): TermOrReason {
  const value = text.trim()
  if (value.length > MAX_VALUE) return { reason: 'a value that is too long' }
  if (/^https?:\/\//i.test(value)) return urlTerm(value)
  if (addressBytes(value.split('/')[0]!) !== undefined) return addressTerm(value)
  if (/^[0-9a-f]{32,128}$/i.test(value)) return hashTerm(value)
  const ja4 = ja4Term(value)
  if (isTerm(ja4)) return ja4
  const domain = domainTerm(value)
  return isTerm(domain) ? domain : { reason: 'a value of no known shape' }
}
