/** SOCKS in the platform's words: who lets itself be connected where, with whose name. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { COMMANDS, METHODS, STATUS_4, STATUS_5 } from './socks.table.ts'
import type { Socks, SocksState } from './socks.ts'

export function observe({ message: m, state }: SeenMessage<Socks, SocksState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`socks.${name}`)
  if (m.kind === 'method') {
    sink.hint('server', 'role', 'proxy', 0.9)
    if (m.status === 0xff) sink.say({ kind: 'login.tried', user: '', domain: '', method: 'socks', ok: false })
  } else if (m.kind === 'login') {
    sink.say({ kind: 'credential.exposed', user: readable(m.user ?? ''), mask: maskSecret(m.password ?? ''), weakness: 'clear' })
  } else if (m.kind === 'login-answer') {
    sink.say({ kind: 'login.tried', user: readable(state.user ?? ''), domain: '', method: `socks ${METHODS[2]}`, ok: m.status === 0 })
  } else if (m.kind === 'reply') answered(m, state, sink)
}

function answered(m: Socks, state: SocksState, sink: Sink): void {
  const ask = state.asked
  const ok = m.status === (state.version === 4 ? 90 : 0)
  const error = ok ? '' : statusName(m)
  const to = ask === undefined ? '' : `${readable(ask.name ?? ask.host ?? '')}:${ask.port}`
  sink.hint('server', 'role', 'proxy', 0.9)
  sink.say({ kind: 'service.used', service: 'socks', object: to, user: readable(state.user ?? ''), ok })
  const operation = COMMANDS[state.command] ?? 'unknown command'
  const key = `${operation} ${to} ${m.status}`
  if (!sink.again(key)) sink.operation(key, { operation, object: to, access: 'session', ok, error, part: undefined })
}

export function statusName(m: Socks): string {
  return (m.version === 4 ? STATUS_4 : STATUS_5)[m.status] ?? `unknown-${m.status}`
}
