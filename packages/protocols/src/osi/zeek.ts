/** Rows of acse.log, as DINA's package for Zeek writes it: one an association that was answered. */
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { diagnosticOf } from './observe.ts'
import { ACSE_TAG, RESULTS, SPDU } from './osi.table.ts'
import type { Osi, OsiState } from './osi.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  acse: {
    columns: [
      ['context_name', 'string'],
      ['calling_ap_title', 'string'],
      ['called_ap_title', 'string'],
      ['auth_mechanism', 'string'],
      ['auth_failure', 'bool'],
      ['result', 'string'],
      ['aborted', 'bool'],
      ['diag', 'string'],
    ],
  },
}

export function zeek({ message: m, state }: SeenMessage<Osi, OsiState>, put: PutRow): void {
  const { acse } = m
  // A refused association carries an abort where the presentation gave up.
  const isAbort = acse?.apdu === ACSE_TAG.abort
  if (acse === undefined || m.spdu === SPDU.connect || (!isAbort && acse.apdu !== ACSE_TAG.response)) return
  const request = state.opening
  if (isAbort && request === undefined) return
  state.opening = undefined
  const diagnostic = diagnosticOf(m)
  const orUnset = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
  put('acse', [
    orUnset(isAbort ? request?.context : acse.context),
    orUnset(request?.callingTitle),
    orUnset(request?.calledTitle),
    orUnset(request?.mechanism),
    diagnostic.includes('authentication'),
    isAbort ? undefined : RESULTS[acse.result],
    isAbort,
    acse.diagnostic > 0 && diagnostic !== '' ? `acse::${diagnostic}` : undefined,
  ])
}
