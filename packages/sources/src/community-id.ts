/**
 * Community ID, version 1 (the flow hash that Suricata, Zeek and others share): `1:` and the base64 of SHA-1 over seed,
 * the two addresses and ports in order, and the protocol. The hash is injected: a package holds no cryptography it can borrow.
 */
import { addressBytes, toBase64 } from '@isthmus/model'

export type Sha1 = (bytes: Uint8Array) => Uint8Array

const NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17 }

type End = { readonly ip: string | undefined; readonly port: number | undefined }

/** Undefined for conversations without ports: their ids depend on message types that a session does not keep. */
export function communityId(transport: string, a: End, b: End, sha1: Sha1, seed = 0): string | undefined {
  const number = NUMBERS[transport]
  if (number === undefined || a.port === undefined || b.port === undefined) return undefined
  const [one, two] = [addressBytes(a.ip ?? ''), addressBytes(b.ip ?? '')]
  if (one === undefined || two === undefined || one.length !== two.length) return undefined
  const order = compareBytes(one, two) || a.port - b.port
  const [first, firstPort, second, secondPort] = order <= 0 ? [one, a.port, two, b.port] : [two, b.port, one, a.port]
  return `1:${toBase64(sha1(Uint8Array.from([...word(seed), ...first, ...second, number, 0, ...word(firstPort), ...word(secondPort)])))}`
}

function word(n: number): [number, number] {
  return [(n >> 8) & 255, n & 255]
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}
