import type { SeenMessage } from '@isthmus/wire'
import { logTicket } from '../kerberos/gss.ts'
import { endKerberos, KERBEROS_LOG } from '../kerberos/log.ts'
import { logNtlm, NTLM_LOG, type NtlmRow, writeNtlm } from '../ntlm/login.ts'
import { findNtlm } from '../ntlm/ntlmssp.ts'
import { readSpnego } from '../ntlm/spnego.ts'
import type { Protocol, PutRow } from '../protocol.ts'
import { type DceRpc, type DceRpcState, dissector } from './dcerpc.ts'
import { observe } from './observe.ts'

export const dcerpc: Protocol<DceRpc, DceRpcState> = {
  dissector,
  service: 'dce_rpc',
  observe,
  logs: { ntlm: NTLM_LOG, kerberos: KERBEROS_LOG },
  zeek,
  zeekEnded,
}

/** ntlm.log only: the calls themselves are observations. */
function zeek(seen: SeenMessage<DceRpc, DceRpcState>, put: PutRow): void {
  const { token } = seen.message
  if (token === undefined) return
  seen.state.log = logNtlm(seen.state.log as NtlmRow | undefined, findNtlm(token), readSpnego(token), seen.at, put)
  logTicket(token, seen.flow, seen.from, seen.at, put)
}

function zeekEnded(seen: SeenMessage<DceRpc | undefined, DceRpcState>, put: PutRow): void {
  writeNtlm(seen.state.log as NtlmRow | undefined, put)
  endKerberos(seen.flow, put)
}
