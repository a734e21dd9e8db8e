/** HMAC (RFC 2104) and HKDF (RFC 5869) over SHA-256, and TLS 1.3's labels for it (RFC 8446 §7.1): keys that anybody may derive. */
import { Sha256 } from './sha256.ts'

const BLOCK = 64
const HASH = 32
const encoder = new TextEncoder()

export function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const inner = new Uint8Array(BLOCK).fill(0x36)
  const outer = new Uint8Array(BLOCK).fill(0x5c)
  const short = key.length > BLOCK ? digest(key) : key
  short.forEach((byte, i) => {
    inner[i]! ^= byte
    outer[i]! ^= byte
  })
  return digest(outer, digest(inner, message))
}

/** HKDF-Extract. */
export function extract(salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return hmac(salt, secret)
}

/** HKDF-Expand-Label with an empty context; `length` at most 32. */
export function expandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = encoder.encode(`tls13 ${label}`)
  const info = Uint8Array.of(length >> 8, length & 255, name.length, ...name, 0, 1)
  return hmac(secret, info).subarray(0, Math.min(length, HASH))
}

function digest(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = new Sha256()
  for (const part of parts) hash.update(part)
  const hex = hash.hex()
  return Uint8Array.from({ length: HASH }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}
