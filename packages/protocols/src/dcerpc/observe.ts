import type { SeenMessage } from '@isthmus/wire'
import { hintNtlm } from '../ntlm/login.ts'
import { findNtlm, type Ntlm } from '../ntlm/ntlmssp.ts'
import type { Sink } from '../protocol.ts'
import { INTERFACES, interfaceName, operationName, TYPE } from './dcerpc.table.ts'
import type { DceRpc, DceRpcState } from './dcerpc.ts'

type Memory = { login: Ntlm | undefined; isTried: boolean }
/** Faults that mean: not you ([MS-RPCE] §3.1.1.5.5, [MS-ERREF]). */
const DENIED: readonly number[] = [5, 0x1c00_0009, 0x6d3]

export function observe(seen: SeenMessage<DceRpc, DceRpcState>, sink: Sink): void {
  const { message: m, asked, state, from } = seen
  for (const name of m.anomalies) sink.anomaly(`dcerpc.${name}`)
  const memory = (state.seen ??= { login: undefined, isTried: false }) as Memory
  const ntlm = m.token === undefined ? undefined : findNtlm(m.token)
  if (ntlm !== undefined) {
    hintNtlm(ntlm, from, sink)
    if (ntlm.kind === 'authenticate') memory.login = ntlm
  }
  if (asked === undefined) return
  if (m.type === TYPE.bindAck || m.type === TYPE.bindNak || m.type === TYPE.alterResponse) bound(m, asked, memory, sink)
  else if (m.type === TYPE.response || m.type === TYPE.fault) called(m, asked, state, memory, sink)
}

function userOf(memory: Memory): string {
  const { login } = memory
  return login === undefined ? '' : login.domain === '' ? login.user : `${login.domain}\\${login.user}`
}

function bound(m: DceRpc, asked: DceRpc, memory: Memory, sink: Sink): void {
  asked.contexts.forEach((c, i) => {
    const ok = m.accepted[i] === true
    // Clients offer every interface in several transfer syntaxes; only one is taken.
    if (!ok && asked.contexts.some((other, j) => other.uuid === c.uuid && m.accepted[j] === true)) return
    sink.say({ kind: 'service.used', service: 'rpc', object: interfaceName(c.uuid), user: userOf(memory), ok })
  })
}

function called(m: DceRpc, asked: DceRpc, state: DceRpcState, memory: Memory, sink: Sink): void {
  const ok = m.type === TYPE.response
  if (memory.login !== undefined && !memory.isTried) {
    memory.isTried = true
    const { user, domain } = memory.login
    sink.say({ kind: 'login.tried', user, domain, method: 'ntlm', ok: ok ? true : DENIED.includes(m.status) ? false : undefined })
  }
  if (asked.operation < 0) return
  const uuid = state.interfaces.get(asked.context) ?? state.ofPipe
  const [operation, access] = INTERFACES[uuid]?.operations[asked.operation] ?? [
    operationName(uuid, asked.operation) ?? `operation ${asked.operation}`,
    'unknown',
  ]
  const key = `${uuid} ${asked.operation} ${m.status}`
  if (sink.again(key)) return
  sink.operation(key, {
    operation,
    object: interfaceName(uuid),
    access,
    ok,
    error: ok ? '' : `fault 0x${m.status.toString(16)}`,
    part: undefined,
  })
}
