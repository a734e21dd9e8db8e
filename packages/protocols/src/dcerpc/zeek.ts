/** Zeek's dce_rpc.log: a row an answered call. And the logins of the security trailer. */
import type { Micros } from '@isthmus/model'
import type { Flow, SeenMessage } from '@isthmus/wire'
import { logTicket } from '../kerberos/gss.ts'
import { endKerberos, KERBEROS_LOG } from '../kerberos/log.ts'
import { logNtlm, NTLM_LOG, type NtlmRow, writeNtlm } from '../ntlm/login.ts'
import { findNtlm } from '../ntlm/ntlmssp.ts'
import { readSpnego } from '../ntlm/spnego.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { sure, sureOfToken } from '../zeek-service.ts'
import { operationName, TYPE } from './dcerpc.table.ts'
import type { DceRpc, DceRpcState } from './dcerpc.ts'
import { NAMES } from './names.table.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  dce_rpc: {
    columns: [
      ['rtt', 'interval'],
      ['named_pipe', 'string'],
      ['endpoint', 'string'],
      ['operation', 'string'],
    ],
  },
  ntlm: NTLM_LOG,
  kerberos: KERBEROS_LOG,
}

/** Of one binding: a TCP connection has one, a connection of SMB one a pipe. */
type Binding = {
  at: Micros
  rtt: number | undefined
  uuid: string | undefined
  pipe: string | undefined
  endpoint: string | undefined
  operation: string | undefined
  readonly contexts: Map<number, string>
  /** The last call's number by context: an answer does not repeat it. */
  readonly numbers: Map<number, number>
}
type Log = { ntlm: NtlmRow | undefined; binding: Binding | undefined }

/** Interfaces and calls too frequent to be worth a row there. */
const IGNORED: Readonly<Record<string, readonly string[]>> = {
  winreg: [
    'BaseRegCloseKey',
    'BaseRegGetVersion',
    'BaseRegOpenKey',
    'BaseRegQueryValue',
    'BaseRegDeleteKeyEx',
    'OpenLocalMachine',
    'BaseRegEnumKey',
    'OpenClassesRoot',
  ],
  spoolss: ['RpcSplOpenPrinter', 'RpcClosePrinter'],
  wkssvc: ['NetrWkstaGetInfo'],
}
/** What is usually behind a pipe, for when the binding was not seen. */
const PIPES: Readonly<Record<string, string>> = {
  winreg: '338cd001-2244-31f1-aaaa-900038001003',
  spoolss: '12345678-1234-abcd-ef00-0123456789ab',
  srvsvc: '4b324fc8-1670-01d3-1278-5a47bf6ee188',
}
const MAX_CONTEXTS = 256
/** Connections whose last call waits for its answer: what their bindings last said is written once more at their end. */
const waiting = new WeakSet<Flow>()

export function zeek(seen: SeenMessage<DceRpc, DceRpcState>, put: PutRow): void {
  const { message: m, state, at, flow } = seen
  const log = (state.log ??= { ntlm: undefined, binding: undefined }) as Log
  if (m.token !== undefined) {
    log.ntlm = logNtlm(log.ntlm, findNtlm(m.token), readSpnego(m.token), at, put)
    logTicket(m.token, flow, seen.from, at, put)
    sureOfToken(flow, m.token)
  }
  if (m.anomalies.includes('truncated')) return
  if (m.type === TYPE.bind || m.type === TYPE.alter) bind(m, bindingOf(log, flow, at))
  else if (m.type === TYPE.bindAck || m.type === TYPE.alterResponse) {
    const binding = bindingOf(log, flow, at)
    sure(flow, 'dce_rpc')
    if (m.type === TYPE.bindAck && m.address !== '') binding.pipe = m.address
  } else if (m.type === TYPE.request && m.isLast) {
    const binding = bindingOf(log, flow, at)
    binding.at = at
    if (binding.numbers.size < MAX_CONTEXTS) binding.numbers.set(m.context, m.number)
  } else if (m.type === TYPE.response && m.isLast) {
    answered(m, bindingOf(log, flow, at), at, put)
    waiting.delete(flow)
  }
}

export function zeekEnded(seen: SeenMessage<DceRpc | undefined, DceRpcState>, put: PutRow): void {
  const log = seen.state.log as Log | undefined
  writeNtlm(log?.ntlm, put)
  if (log?.binding !== undefined && waiting.has(seen.flow)) write(log.binding, put)
  endKerberos(seen.flow, put)
}

function bindingOf(log: Log, flow: Flow, at: Micros): Binding {
  waiting.add(flow)
  log.binding ??= {
    at,
    rtt: undefined,
    uuid: undefined,
    pipe: undefined,
    endpoint: undefined,
    operation: undefined,
    contexts: new Map(),
    numbers: new Map(),
  }
  return log.binding
}

function bind(m: DceRpc, binding: Binding): void {
  for (const { id, uuid } of m.contexts) {
    if (binding.contexts.size < MAX_CONTEXTS) binding.contexts.set(id, uuid)
    binding.uuid = uuid
    binding.endpoint = endpointOf(uuid)
  }
}

function answered(m: DceRpc, binding: Binding, at: Micros, put: PutRow): void {
  if (binding.endpoint === undefined && binding.pipe !== undefined) {
    const name = binding.pipe.toLowerCase().split('\\pipe\\').at(-1)!
    binding.uuid = PIPES[name] ?? binding.uuid
  }
  const number = binding.numbers.get(m.context) ?? 0
  if (binding.endpoint !== undefined && binding.uuid !== undefined) {
    binding.operation = operationOf(binding.uuid, number)
    if (binding.at !== at) binding.rtt = (at - binding.at) / 1e6
  }
  const uuid = binding.contexts.get(m.context)
  if (uuid !== undefined) {
    binding.endpoint = endpointOf(uuid)
    binding.operation = operationOf(uuid, number)
  }
  write(binding, put)
  // What the next call finds is what was bound last, not what answered last.
  if (binding.uuid !== undefined) binding.endpoint = endpointOf(binding.uuid)
}

function endpointOf(uuid: string): string {
  return NAMES[uuid]?.[0] ?? `unknown-${uuid}`
}

function operationOf(uuid: string, number: number): string {
  return operationName(uuid, number) ?? `unknown-${number}`
}

function write(b: Binding, put: PutRow): void {
  if (b.endpoint === undefined || b.operation === undefined || IGNORED[b.endpoint]?.includes(b.operation) === true) return
  put('dce_rpc', [b.rtt, b.pipe, b.endpoint, b.operation], b.at)
}
