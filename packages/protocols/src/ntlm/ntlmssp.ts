/**
 * NTLM: three messages by which a Windows host logs in, and by which both ends say who they are.
 *
 *   | "NTLMSSP\0" | type u32 | fields of length u16, size u16, offset u32 … | flags u32 | version … |   little-endian
 *
 * Spec: [MS-NLMP] §2.2.1. Found by its signature inside SPNEGO (RFC 4178) or on its own.
 */
import { Reader } from '@isthmus/wire'
import { FLAGS, PAIR, windowsName } from './ntlm.table.ts'

export type Ntlm = {
  kind: 'negotiate' | 'challenge' | 'authenticate'
  user: string
  domain: string
  host: string
  /** Of a challenge: what the server says of itself. */
  computer: string
  dnsComputer: string
  dnsDomain: string
  tree: string
  /** Windows version of the sender; empty when not stated. */
  os: string
  /** Bytes of the answer to the challenge: 24 is NTLM version 1. */
  responseBytes: number
}

const KINDS = ['negotiate', 'challenge', 'authenticate'] as const
const SIGNATURE = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0]
/** Target information of one challenge. */
const MAX_PAIRS = 64

/** The first NTLM message in a security token; undefined when there is none. */
export function findNtlm(token: Uint8Array): Ntlm | undefined {
  for (let at = token.indexOf(0x4e); at >= 0; at = token.indexOf(0x4e, at + 1)) {
    if (SIGNATURE.every((b, i) => token[at + i] === b)) return readNtlm(token, at)
  }
  return undefined
}

function readNtlm(token: Uint8Array, start: number): Ntlm | undefined {
  const r = new Reader(token, start)
  const type = r.skip(8).u32le()
  const kind = KINDS[type - 1]
  if (kind === undefined) return undefined
  const m: Ntlm = { kind, user: '', domain: '', host: '', computer: '', dnsComputer: '', dnsDomain: '', tree: '', os: '', responseBytes: 0 }
  if (kind === 'negotiate') negotiate(token, start, m)
  else if (kind === 'challenge') challenge(token, start, m)
  else authenticate(token, start, m)
  return m
}

function negotiate(token: Uint8Array, start: number, m: Ntlm): void {
  const flags = new Reader(token, start + 12).u32le()
  if ((flags & FLAGS.version) !== 0) m.os = version(token, start + 32)
}

function challenge(token: Uint8Array, start: number, m: Ntlm): void {
  const flags = new Reader(token, start + 20).u32le()
  const info = new Reader(payload(token, start, 40))
  for (let n = 0; n < MAX_PAIRS && info.left >= 4; n++) {
    const id = info.u16le()
    const length = info.u16le()
    if (id === PAIR.end) break
    if (id > PAIR.tree) {
      info.skip(length)
      continue
    }
    const text = info.utf16(length)
    if (id === PAIR.computer) m.computer = text
    else if (id === PAIR.domain) m.domain = text
    else if (id === PAIR.dnsComputer) m.dnsComputer = text
    else if (id === PAIR.dnsDomain) m.dnsDomain = text
    else m.tree = text
  }
  if ((flags & FLAGS.version) !== 0) m.os = version(token, start + 48)
}

function authenticate(token: Uint8Array, start: number, m: Ntlm): void {
  const flags = new Reader(token, start + 60).u32le()
  const isWide = (flags & FLAGS.unicode) !== 0
  const text = (at: number): string => {
    const bytes = payload(token, start, at)
    const r = new Reader(bytes)
    return isWide ? r.utf16(bytes.length) : r.text(bytes.length)
  }
  m.responseBytes = payload(token, start, 20).length
  m.domain = text(28)
  m.user = text(36)
  m.host = text(44)
  if ((flags & FLAGS.version) !== 0) m.os = version(token, start + 64)
}

/** The bytes a field points to; offsets count from the message's start and may lie. */
function payload(token: Uint8Array, start: number, at: number): Uint8Array {
  const r = new Reader(token, start + at)
  const length = r.u16le()
  const offset = r.skip(2).u32le()
  return offset > token.length - start ? token.subarray(0, 0) : token.subarray(start + offset, start + offset + length)
}

function version(token: Uint8Array, at: number): string {
  const r = new Reader(token, at)
  const major = r.u8()
  const minor = r.u8()
  const build = r.u16le()
  return r.short ? '' : windowsName(major, minor, build)
}
