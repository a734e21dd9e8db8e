/** ONC RPC in the platform's words: which services a host offers, who mounts what, which files are read, written, removed. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { programName } from './programs.ts'
import { MOUNT, NFS, PORTMAP, PROCEDURES, STATUS } from './rpc.table.ts'
import type { Rpc, RpcState } from './rpc.ts'

const REFUSALS: Readonly<Record<number, string>> = {
  1: 'program unavailable',
  2: 'version mismatch',
  3: 'procedure unavailable',
  4: 'garbage arguments',
  5: 'system error',
  16: 'rpc version mismatch',
  17: 'authentication failed',
}

export function observe({ message: m, asked, state }: SeenMessage<Rpc, RpcState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`rpc.${name}`)
  if (m.isCall) {
    if (m.machine !== '' && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(m.machine)) sink.hint('client', 'name', readable(m.machine), 0.7)
    const displaced = state.open.put(m.xid, m)
    // The same number again is the same call, sent once more.
    if (displaced !== undefined && displaced.xid !== m.xid) tell(displaced, displaced, undefined, '', sink)
    return
  }
  if (asked === undefined || m.status < 0) return
  state.open.take(m.xid)
  const ok = m.status === 0 && m.result <= 0
  const error = ok ? '' : m.status !== 0 ? (REFUSALS[m.status] ?? `status ${m.status}`) : (STATUS[m.result] ?? `status ${m.result}`)
  tell(m, asked, ok, error, sink)
  if (ok) serves(m, sink)
}

export function ended(state: RpcState, sink: Sink): void {
  for (const asked of state.open.drain()) tell(asked, asked, undefined, '', sink)
}

function tell(m: Rpc, asked: Rpc, ok: boolean | undefined, error: string, sink: Sink): void {
  const [name, access] = procedureOf(m)
  const object = readable(asked.object).slice(0, 200)
  const key = `${m.program} ${m.procedure} ${asked.entries.join()} ${object} ${ok} ${error}`
  if (!sink.again(key))
    sink.operation(key, { operation: name, object: object || asked.entries.join(' '), access, ok, error, part: undefined })
  if (m.program === MOUNT && m.procedure === 1)
    sink.say({ kind: 'service.used', service: 'nfs mount', object, user: asked.uid < 0 ? '' : `uid ${asked.uid}`, ok })
}

function procedureOf(
  m: Rpc,
): readonly [string, 'read' | 'write' | 'control' | 'identify' | 'session' | 'configure' | 'program' | 'unknown'] {
  const rows = PROCEDURES[`${m.program}.${m.version}`] ?? PROCEDURES[`${m.program}.0`]
  const [name, access] = rows?.[m.procedure] ?? [
    m.procedure === 0 ? 'null' : `procedure ${m.procedure}`,
    m.procedure === 0 ? 'identify' : 'unknown',
  ]
  return [`${programName(m.program)} ${name}`, access]
}

function serves(m: Rpc, sink: Sink): void {
  if (m.program === NFS || m.program === MOUNT) sink.hint('server', 'role', 'nfs server', 0.8)
  else if (m.program === PORTMAP) sink.hint('server', 'role', 'rpc port mapper', 0.6)
  // What is exported or registered describes the host.
  if (m.entries.length > 1 || (m.program === MOUNT && m.entries.length > 0)) {
    const what = m.program === MOUNT ? 'exports' : 'rpc services'
    sink.hint('server', 'description', `${what}: ${m.entries.slice(0, 12).map(readable).join(', ')}`, 0.5)
  }
}
