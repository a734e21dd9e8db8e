/**
 * Secure authentication (IEEE 1815-2012, chapter 7; objects of group 120 in A.45): a station answers a critical request with
 * a challenge and acts once the reply proves who asks; or the request brings its proof along (aggressive mode).
 */
import { Reader } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { type Application, SECURITY, sizeAt } from './application.ts'
import type { Dnp3State, Question } from './dnp3.ts'

const CHALLENGE = 1
const REPLY = 2
const AGGRESSIVE = 3
const KEY_STATUS = 5
const KEY_CHANGE = 6
const ERROR = 7
const CERTIFICATE = 8
const USER_CHANGE = 10
const UPDATE_KEY = 13

/** What the objects of a fragment say about whoever sends it. */
export type Proof = { readonly user: number; readonly method: string }

const MACS: Readonly<Record<number, string>> = {
  1: 'HMAC-SHA-1 (4 bytes)',
  2: 'HMAC-SHA-1 (10 bytes)',
  3: 'HMAC-SHA-256 (8 bytes)',
  4: 'HMAC-SHA-256 (16 bytes)',
  5: 'HMAC-SHA-1 (8 bytes)',
  6: 'AES-GMAC (12 bytes)',
}
const WRAPS: Readonly<Record<number, string>> = { 1: 'AES-128 key wrap', 2: 'AES-256 key wrap' }
const KEYS: Readonly<Record<number, string>> = { 2: 'no session keys', 3: 'session keys lost', 4: 'session keys refused' }
const ERRORS: Readonly<Record<number, string>> = {
  1: 'authentication failed',
  2: 'unexpected reply',
  3: 'no reply',
  4: 'aggressive mode not supported',
  5: 'MAC algorithm not supported',
  6: 'key wrap algorithm not supported',
  7: 'authorization failed',
  8: 'key change method not permitted',
  9: 'invalid signature',
  10: 'invalid certification data',
  11: 'unknown user',
  12: 'too many key status requests',
}
const CHANGES: Readonly<Record<number, string>> = { 1: 'added', 2: 'deleted', 3: 'changed' }
const ROLES: Readonly<Record<number, string>> = {
  0: 'viewer',
  1: 'operator',
  2: 'engineer',
  3: 'installer',
  4: 'security administrator',
  5: 'security auditor',
  6: 'role manager',
  32_768: 'single user',
}
/** Functions a station should ask a proof for (§7.5.2.3.2). */
const CRITICAL: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 9, 10, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 24, 25, 27, 29, 31])

export const hasSecurity = (application: Application): boolean => application.headers.some(({ group }) => group === SECURITY)

function find(application: Application, variation: number): Reader | undefined {
  for (const header of application.headers) {
    if (header.group !== SECURITY || header.variation !== variation || header.end <= header.at) continue
    const at = header.at + header.indexed
    const end = header.sized > 0 ? Math.min(header.end, at + header.sized + sizeAt(application.bytes, at, header.sized)) : header.end
    return new Reader(application.bytes, at + header.sized, end)
  }
  return undefined
}

/** Number of the challenge, then the user; undefined where the object is not there. */
function userOf(application: Application, variation: number): number | undefined {
  const r = find(application, variation)
  if (r === undefined) return undefined
  r.skip(4)
  const user = r.u16le()
  return r.short ? undefined : user
}

export const isChallenge = (application: Application): boolean => find(application, CHALLENGE) !== undefined

export function replyOf(application: Application): Proof | undefined {
  const user = userOf(application, REPLY)
  return user === undefined ? undefined : { user, method: 'challenge' }
}

export function proofOf(application: Application): Proof | undefined {
  const user = userOf(application, AGGRESSIVE)
  return user === undefined ? undefined : { user, method: 'aggressive mode' }
}

/** Why a proof was not taken; '' where nothing says so. Number, user, association, code. */
export function refusalOf(application: Application): string {
  const r = find(application, ERROR)
  if (r === undefined) return ''
  r.skip(8)
  const code = r.u8()
  return ERRORS[code] ?? `authentication error ${code}`
}

/** Which objects a fragment exchanges: for operations without any other object. */
export function securityObjects(application: Application): string {
  const names = application.headers
    .filter(({ group }) => group === SECURITY)
    .map(({ variation }) => NAMES[variation] ?? `object ${variation}`)
  return [...new Set(names)].join(', ')
}

const NAMES: Readonly<Record<number, string>> = {
  1: 'challenge',
  2: 'reply',
  3: 'aggressive mode request',
  4: 'session key status request',
  5: 'session key status',
  6: 'session key change',
  7: 'error',
  8: 'user certificate',
  9: 'authentication code',
  10: 'user status change',
  11: 'update key change request',
  12: 'update key change reply',
  13: 'update key change',
  14: 'update key signature',
  15: 'update key confirmation',
}

/** What is agreed on or changed with a question and its answer. */
export function observeSecurity(
  q: Question,
  a: Application | undefined,
  ok: boolean | undefined,
  state: Dnp3State,
  sink: Sink,
  part: string | undefined,
): void {
  const { proof } = q
  const station = q.side === 'client' ? 'server' : 'client'
  if (proof !== undefined) {
    const isProven = a === undefined ? undefined : refusalOf(a) === ''
    sink.sayFrom(q.side, { kind: 'login.tried', user: `user ${proof.user}`, domain: '', method: `DNP3 ${proof.method}`, ok: isProven })
    state.proven.add(q.outstation)
  } else if (ok === true && CRITICAL.has(q.application.code) && !state.proven.has(q.outstation)) {
    sink.hint(station, 'description', 'critical functions without secure authentication', 0.3, part)
  }
  if (a !== undefined) agreed(a, sink, q)
  if (hasSecurity(q.application)) changed(q, ok, sink)
}

/** Key status: number u32, user u16, key wrap u8, status u8, MAC u8. */
function agreed(a: Application, sink: Sink, q: Question): void {
  const r = find(a, KEY_STATUS)
  if (r === undefined) return
  r.skip(6)
  const [wrap, status, mac] = [r.u8(), r.u8(), r.u8()]
  if (r.short) return
  const cipher = `${MACS[mac] ?? `MAC ${mac}`}, ${WRAPS[wrap] ?? `key wrap ${wrap}`}`
  const what = {
    version: 'DNP3 secure authentication',
    cipher,
    serverName: '',
    fingerprint: '',
    subject: '',
    issuer: '',
    notAfter: undefined,
  }
  sink.sayFrom(q.side, { kind: 'encryption.negotiated', ...what })
  const problem = KEYS[status]
  if (problem !== undefined && find(q.application, KEY_CHANGE) !== undefined) {
    sink.sayFrom(q.side, { kind: 'device.diagnosed', what: `outstation ${q.outstation}: ${problem}`, fault: true })
  }
}

function changed(q: Question, ok: boolean | undefined, sink: Sink): void {
  const say = (what: string, value: string): void => sink.sayFrom(q.side, { kind: 'configuration.changed', what, value, ok })
  const user = find(q.application, USER_CHANGE)
  if (user !== undefined) {
    // Method u8, operation u8, number u32, role u16, expiry u16, three lengths u16, name.
    user.skip(1)
    const operation = user.u8()
    user.skip(4)
    const role = user.u16le()
    user.skip(2)
    const length = user.u16le()
    user.skip(4)
    const name = user.text(Math.min(length, user.left))
    say(`user ${name}`, `${CHANGES[operation] ?? `operation ${operation}`}, ${ROLES[role] ?? `role ${role}`}`)
  }
  const key = userOf(q.application, UPDATE_KEY)
  if (key !== undefined) say('update key', `of user ${key}`)
  if (find(q.application, CERTIFICATE) !== undefined) say('user certificate', 'sent')
}
