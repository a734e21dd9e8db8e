/** OSI associations in the platform's words: who opens one with whom, with what credentials, and how it ends. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import type { Acse } from './acse.ts'
import {
  ABORT_DIAGNOSTICS,
  NAMES,
  PRESENTATION_REASONS,
  PROVIDER_DIAGNOSTICS,
  REFUSALS,
  RESULTS,
  SPDU,
  USER_DIAGNOSTICS,
} from './osi.table.ts'
import type { Osi, OsiState } from './osi.ts'

type Seen = SeenMessage<Osi, OsiState>

/** A connection that nobody answered is a try. */
export function ended(state: OsiState, sink: Sink): void {
  if (state.waiting !== undefined) associated(state.waiting, state.waiting, undefined, sink)
  state.waiting = undefined
}

export function observe({ message: m, from, state }: Seen, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`osi.${m.anomalies[i]}`)
  const asked = from === 'server' ? state.waiting : undefined
  if (from === 'server') state.waiting = undefined
  if (m.spdu === SPDU.data) return
  if (m.spdu === SPDU.connect) {
    // Kept without what is the packet's: all that is told of it are texts.
    state.opening = m.acse && { ...m.acse, user: new Uint8Array(0) }
    state.waiting = { ...m, acse: state.opening, presentation: undefined, values: [] }
    exposed(m.acse, sink)
  } else if (m.spdu === SPDU.accept) associated(asked, m, (m.acse?.result ?? 0) <= 0, sink)
  else if (m.spdu === SPDU.refuse) associated(asked, m, false, sink)
  else if (m.spdu === SPDU.abort) {
    if (from === 'server' && asked?.spdu === SPDU.connect) associated(asked, m, false, sink)
    else tell('abort association', '', true, words(diagnosticOf(m)), sink)
  } else if (m.spdu === SPDU.disconnect) tell('release association', '', true, '', sink)
}

function exposed(acse: Acse | undefined, sink: Sink): void {
  if (acse === undefined || acse.password === '') return
  sink.say({ kind: 'credential.exposed', user: acse.callingTitle, mask: maskSecret(readable(acse.password)), weakness: 'clear' })
}

function associated(asked: Osi | undefined, answer: Osi, ok: boolean | undefined, sink: Sink): void {
  const request = asked?.acse
  const error = ok !== false ? '' : words(diagnosticOf(answer))
  const called = request === undefined ? '' : titleOf(request.calledTitle, request.calledQualifier)
  const calling = request === undefined ? '' : titleOf(request.callingTitle, request.callingQualifier)
  const context = NAMES[request?.context ?? ''] ?? request?.context ?? ''
  const object = [context, called === '' ? '' : `to ${called}`, calling === '' ? '' : `from ${calling}`].filter((s) => s !== '').join(' ')
  tell('associate', object, ok, error, sink)
  if (request?.hasAuthentication !== true) return
  const method = NAMES[request.mechanism] ?? (request.mechanism === '' ? 'ACSE' : request.mechanism)
  sink.say({ kind: 'login.tried', user: request.callingTitle, domain: '', method, ok })
}

const titleOf = (title: string, qualifier: string): string => (qualifier === '' ? title : `${title}/${qualifier}`)
const words = (name: string): string => name.replace('ABRT_diagnostic_', '').replaceAll('_', ' ')

/** Why an association was not made or ended: the innermost reason that is given. */
export function diagnosticOf({ acse, presentation, reason, spdu }: Osi): string {
  if (acse?.apdu === 0x64) return ABORT_DIAGNOSTICS[acse.diagnostic] ?? ''
  if (acse !== undefined && acse.diagnostic > 0) {
    return (acse.diagnosticSource === 2 ? PROVIDER_DIAGNOSTICS : USER_DIAGNOSTICS)[acse.diagnostic] ?? `diagnostic ${acse.diagnostic}`
  }
  if (acse !== undefined && acse.result > 0) return RESULTS[acse.result] ?? `result ${acse.result}`
  if ((presentation?.reason ?? -1) >= 0) return PRESENTATION_REASONS[presentation!.reason] ?? `reason ${presentation!.reason}`
  return spdu === SPDU.refuse ? (REFUSALS[reason] ?? `reason ${reason}`) : ''
}

function tell(operation: string, object: string, ok: boolean | undefined, error: string, sink: Sink): void {
  const key = `${operation} ${object} ${ok} ${error}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access: 'session', ok, error, part: undefined })
}
