/** Kerberos inside a GSS-API token (RFC 4121 §4.1), wrapped by SPNEGO or not: found by the mechanism's identifier. */
import type { Micros } from '@isthmus/model'
import { type Flow, Reader, type Side } from '@isthmus/wire'
import { berSize } from '../asn1/ber.ts'
import { readSpnego } from '../ntlm/spnego.ts'
import type { PutRow } from '../protocol.ts'
import { logKerberos } from './log.ts'
import { isMessage, type Kerberos, readKerberos } from './message.ts'

/** DER of 1.2.840.113554.1.2.2. */
const MECHANISM = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02]
/** Token ids that precede a message, and nothing else does. */
const TOKENS: readonly number[] = [0x0100, 0x0200, 0x0300]
/** SPNEGO's list of mechanisms names it first. */
const MAX_TRIES = 8

/** The first Kerberos message in a security token; undefined when there is none. */
export function findKerberos(token: Uint8Array): Kerberos | undefined {
  // DCE style ([MS-KILE] §3.4.5.1) leaves the frame away.
  const bare = isMessage(token[0] ?? 0) ? token : readSpnego(token)?.token
  if (bare !== undefined && isBare(bare)) return readKerberos(new Reader(bare))
  let tries = 0
  for (let at = token.indexOf(0x06); at >= 0 && tries < MAX_TRIES; at = token.indexOf(0x06, at + 1)) {
    if (!MECHANISM.every((b, i) => token[at + i] === b)) continue
    tries++
    const r = new Reader(token, at + MECHANISM.length)
    if (TOKENS.includes(r.u16()) && isMessage(r.peek())) return readKerberos(r)
  }
  return undefined
}

/** A token's message into the row of the connection that carries it. */
export function logTicket(token: Uint8Array, flow: Flow, from: Side, at: Micros, put: PutRow): void {
  const m = findKerberos(token)
  if (m !== undefined) logKerberos(m, flow, from, at, put)
}

/** SPNEGO's own frame has the tag 0x60, which is no message's: a sequence must fill it as well. */
function isBare(token: Uint8Array): boolean {
  const r = new Reader(token)
  return isMessage(r.peek()) && berSize(r) === token.length
}
