/** rfb.log: a row when the desktop is shown, or at the end of a conversation that did not come so far. */
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { securityName } from './rfb.table.ts'
import type { Rfb, RfbState } from './rfb.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  rfb: {
    columns: [
      ['client_major_version', 'string'],
      ['client_minor_version', 'string'],
      ['server_major_version', 'string'],
      ['server_minor_version', 'string'],
      ['authentication_method', 'string'],
      ['auth', 'bool'],
      ['share_flag', 'bool'],
      ['desktop_name', 'string'],
      ['width', 'count'],
      ['height', 'count'],
    ],
  },
}

export function zeek({ message: m, state }: SeenMessage<Rfb, RfbState>, put: PutRow): void {
  if (m.kind === 'init') write(state, put)
}

export function zeekEnded({ state }: SeenMessage<Rfb | undefined, RfbState>, put: PutRow): void {
  if (!state.isWritten && state.versions.screen !== '') write(state, put)
}

function write(state: RfbState, put: PutRow): void {
  state.isWritten = true
  const [clientMajor, clientMinor] = parts(state.versions.viewer)
  const [serverMajor, serverMinor] = parts(state.versions.screen)
  const isShown = state.name !== undefined
  put('rfb', [
    clientMajor,
    clientMinor,
    serverMajor,
    serverMinor,
    state.security === undefined ? undefined : securityName(state.security),
    state.ok,
    state.isShared,
    state.name,
    isShown ? state.width : undefined,
    isShown ? state.height : undefined,
  ])
}

function parts(version: string): readonly (string | undefined)[] {
  return version === '' ? [undefined, undefined] : version.split('.')
}
