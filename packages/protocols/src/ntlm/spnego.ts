/** SPNEGO (RFC 4178 §4.2): which mechanism a login uses and whether the server has accepted it. */
import { type Der, derChildren, derOid, derValue } from '../x509/der.ts'

export type Spnego = {
  /** 0 accepted, 1 incomplete, 2 rejected; undefined when not stated. */
  state: number | undefined
  /** Object identifiers offered, or the one chosen. */
  mechanisms: string[]
  /** The mechanism's own token; undefined when none is sent. */
  token?: Uint8Array | undefined
}

const KERBEROS = ['1.2.840.113554.1.2.2', '1.2.840.48018.1.2.2']

export function readSpnego(token: Uint8Array): Spnego | undefined {
  const outer = derValue(token)
  if (outer.tag === 0x60) return offer(derChildren(outer)[1])
  if (outer.tag === 0xa0) return offer(outer)
  return outer.tag === 0xa1 ? answer(outer) : undefined
}

/** True when a ticket was sent: the first mechanism offered is the one the token is for. */
export function usesKerberos(token: Spnego | undefined): boolean {
  return KERBEROS.includes(token?.mechanisms[0] ?? '')
}

function offer(choice: Der | undefined): Spnego {
  const body = choice === undefined ? undefined : derChildren(choice)[0]
  const types = body === undefined ? undefined : derChildren(body).find((c) => c.tag === 0xa0)
  const list = types === undefined ? undefined : derChildren(types)[0]
  const sent = body === undefined ? undefined : derChildren(body).find((c) => c.tag === 0xa2)
  return { state: undefined, mechanisms: list === undefined ? [] : derChildren(list).map(derOid), token: tokenOf(sent) }
}

function answer(choice: Der): Spnego {
  const found: Spnego = { state: undefined, mechanisms: [] }
  for (const part of derChildren(derChildren(choice)[0] ?? choice)) {
    const value = derChildren(part)[0]
    if (part.tag === 0xa0 && value?.tag === 0x0a) found.state = value.bytes[0]
    if (part.tag === 0xa1 && value?.tag === 0x06) found.mechanisms.push(derOid(value))
    if (part.tag === 0xa2) found.token = tokenOf(part)
  }
  return found
}

function tokenOf(part: Der | undefined): Uint8Array | undefined {
  const value = part === undefined ? undefined : derChildren(part)[0]
  return value?.tag === 0x04 ? value.bytes : undefined
}
