/** Associations: with which context and mechanism a client logs in, what it exposes, and that a service is hidden. */
import type { Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import type { Apdu } from './apdu.ts'
import { APDU, APDU_NAMES, CONTEXTS, MECHANISMS } from './dlms.table.ts'
import type { DlmsState } from './dlms.ts'

/** Joint-iso-ccitt DLMS UA: contexts end in 1.n, mechanisms in 2.n. */
const CONTEXT = '2.16.756.5.8.1.'
const MECHANISM = '2.16.756.5.8.2.'
const PASSWORD = 1

const lastOf = (oid: string, prefix: string): number => (oid.startsWith(prefix) ? Number(oid.slice(prefix.length)) : -1)

export function associated(apdu: Apdu, state: DlmsState, sink: Sink): void {
  const { tag } = apdu
  const acse = apdu.acse!
  if (tag === APDU.associationRequest) {
    // Kept without what is the packet's.
    state.association = { ...apdu, acse: { ...acse, user: new Uint8Array(0) } }
    title('client', acse.callingTitle, sink)
    if (lastOf(acse.mechanism, MECHANISM) === PASSWORD && acse.password !== '') {
      sink.say({ kind: 'credential.exposed', user: '', mask: maskSecret(readable(acse.password)), weakness: 'clear' })
    }
    return
  }
  if (tag === APDU.releaseRequest) return
  if (tag === APDU.releaseResponse) return tell('release', '', true, '', sink)
  title('server', acse.respondingTitle, sink)
  const request = state.association?.acse
  if (request === undefined) return
  state.association = undefined
  const ok = acse.result === 0
  const mechanism = lastOf(request.mechanism, MECHANISM)
  const level = MECHANISMS[mechanism] ?? (request.mechanism === '' ? MECHANISMS[0]! : request.mechanism)
  const context = CONTEXTS[lastOf(request.context, CONTEXT)] ?? request.context
  tell('associate', `${context}, ${level}`, ok, ok ? '' : `diagnostic ${acse.diagnostic}`, sink)
  sink.hint('server', 'role', 'meter', 0.8)
  sink.hint('client', 'role', 'head-end system', 0.6)
  // High-level logins are proven later, by a challenge (§5.3.7.3).
  if (ok && mechanism > PASSWORD) state.login = { method: level, user: request.callingTitle }
  else sink.say({ kind: 'login.tried', user: request.callingTitle, domain: '', method: level, ok })
}

/** The answer to the challenge was accepted or not. */
export function proven(ok: boolean | undefined, state: DlmsState, sink: Sink): void {
  if (state.login === undefined) return
  sink.say({ kind: 'login.tried', ...state.login, domain: '', ok })
  state.login = undefined
}

/** System titles begin with the three letters that a manufacturer is known by; the rest is its own number. */
function title(about: Side, hex: string, sink: Sink): void {
  if (hex.length !== 16) return
  const letters = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  if (!letters.every((c) => c >= 0x41 && c <= 0x5a)) return
  sink.hint(about, 'vendor', String.fromCharCode(...letters), 0.4)
  sink.hint(about, 'serial', hex.slice(6), 0.4)
}

/** A service that is hidden is known by its name and its counter alone. */
export function ciphered(apdu: Apdu, from: Side, part: string | undefined, sink: Sink): void {
  if (apdu.acse !== undefined || from === 'server') return
  const name = APDU_NAMES[apdu.hides] ?? 'service'
  const suite = apdu.security & 0x0f
  const how = (apdu.security & 0x20) !== 0 ? 'ciphered' : 'authenticated'
  if (how === 'authenticated') return
  const key = `${how} ${name} ${part ?? ''}`
  if (sink.again(key)) return
  const access = apdu.hides === APDU.get || apdu.hides === APDU.readRequest ? 'read' : apdu.hides === APDU.set ? 'write' : 'unknown'
  sink.operation(key, { operation: `${how} ${name}`, object: `suite ${suite}`, access, ok: undefined, error: '', part })
}

function tell(operation: string, object: string, ok: boolean, error: string, sink: Sink): void {
  const key = `${operation} ${object} ${error}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access: 'session', ok, error, part: undefined })
}
