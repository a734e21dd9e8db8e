/**
 * EAPOL (802.1X): a device authenticates at a switch port or an access point before it may speak.
 *
 *   | version u8 | type u8 | length u16 | body … |, EAP: | code u8 | id u8 | length u16 | method u8 | data … |   big-endian
 *
 * Spec: IEEE 802.1X-2010 §11; RFC 3748 §4, §5 (EAP); IEEE 802.11-2016 §12.7.2 (keys).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'

export type Eapol = {
  version: number
  type: number
  code: number
  method: number
  identity: string
  /** Methods that the peer would take instead. */
  wanted: number[]
  keyInformation: number
  anomalies: ('truncated' | 'bad-length' | 'unknown-type')[]
}
export type EapolState = { user: string; method: string }

const TYPES: Readonly<Record<number, string>> = {
  0: 'EAP',
  1: 'start',
  2: 'logoff',
  3: 'key',
  4: 'alert',
  5: 'MKA',
  6: 'announcement',
  7: 'specific announcement',
  8: 'announcement request',
}
const EAP = 0
const KEY = 3
const CODE = { request: 1, response: 2, success: 3, failure: 4 } as const
const IDENTITY = 1
const NAK = 3
/** IANA "EAP Registry". */
const METHODS: Readonly<Record<number, string>> = {
  1: 'identity',
  2: 'notification',
  3: 'nak',
  4: 'MD5',
  5: 'one-time password',
  6: 'token card',
  13: 'TLS',
  17: 'LEAP',
  18: 'SIM',
  21: 'TTLS',
  23: 'AKA',
  25: 'PEAP',
  26: 'MSCHAPv2',
  29: 'MSCHAPv2',
  43: 'FAST',
  47: 'PSK',
  50: "AKA'",
  52: 'PWD',
  55: 'TEAP',
}
/** RFC 3748 §7.4 and later findings: what is sent can be guessed at offline. */
const WEAK: ReadonlySet<number> = new Set([4, 17])

const dissector: Dissector<Eapol, EapolState> = {
  name: 'eapol',
  ports: ['eth/0x888e'],
  maxFrame: 1 << 16,
  sessionless: true,
  start: () => ({ user: '', method: '' }),
  frame: (head) => (head.left < 4 ? NEED_MORE : head.peek() < 1 || head.peek() > 3 ? NOT_MINE : head.left),
  parse(r) {
    const m: Eapol = {
      version: r.u8('version'),
      type: r.u8('type'),
      code: 0,
      method: 0,
      identity: '',
      wanted: [],
      keyInformation: 0,
      anomalies: [],
    }
    r.note(TYPES[m.type] ?? 'unknown')
    if (TYPES[m.type] === undefined) m.anomalies.push('unknown-type')
    const length = r.u16('length')
    const body = r.sub(length, 'body')
    if (m.type === EAP) eap(body, m)
    else if (m.type === KEY && body.left > 0) {
      body.u8('descriptor')
      m.keyInformation = body.u16('key information')
    }
    if (body.short || r.short) m.anomalies.push('truncated')
    return m
  },
}

function eap(r: Reader, m: Eapol): void {
  m.code = r.u8('code')
  r.u8('id')
  const length = r.u16('length')
  if (length < 4) {
    m.anomalies.push('bad-length')
    return
  }
  const body = r.sub(length - 4, 'data')
  if (body.short) r.short = true
  if (body.left === 0) return
  m.method = body.u8('method')
  body.note(METHODS[m.method] ?? 'unknown')
  if (m.method === IDENTITY) m.identity = byteText(body.view(Math.min(body.left, 253), 'identity'))
  else if (m.method === NAK) while (body.left > 0 && m.wanted.length < 16) m.wanted.push(body.u8('wanted'))
}

function observe(seen: SeenMessage<Eapol, EapolState>, sink: Sink): void {
  const { message: m, from, state } = seen
  for (const name of m.anomalies) sink.anomaly(`eapol.${name}`)
  if (m.anomalies.length > 0) return
  if (m.type === EAP) authenticates(m, seen, sink)
  else if (m.type === KEY) once(sink, 'key exchange', '', 'session')
  else once(sink, TYPES[m.type]!, '', 'session')
  if (m.type === 2 && state.user !== '') sink.hint(from, 'user', state.user, 0.7)
}

function authenticates(m: Eapol, { from, state }: SeenMessage<Eapol, EapolState>, sink: Sink): void {
  if (m.code === CODE.response && m.method === IDENTITY && m.identity !== '') {
    // RFC 3748 §5.1: options may follow a NUL.
    state.user = readable(m.identity.split('\0')[0]!)
    sink.hint(from, 'user', state.user, 0.8)
  } else if (m.code === CODE.request && m.method > NAK) {
    state.method = METHODS[m.method] ?? `method ${m.method}`
    sink.hint(from, 'role', 'authenticator', 0.9)
    if (WEAK.has(m.method)) sink.anomaly('eapol.weak-method', state.method)
  } else if (m.code === CODE.success || m.code === CODE.failure) {
    sink.say({ kind: 'login.tried', user: state.user, domain: '', method: `EAP ${state.method}`.trim(), ok: m.code === CODE.success })
  }
}

export const eapol: Protocol<Eapol, EapolState> = { dissector, observe }
