/** BGP: which networks meet here, what they announce and withdraw, and why they part. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { type Bgp, type BgpState, dissector } from './bgp.ts'

/** RFC 4271 §4.5 and RFC 4486. */
const CODES: Readonly<Record<number, string>> = {
  1: 'message header error',
  2: 'open message error',
  3: 'update message error',
  4: 'hold timer expired',
  5: 'state machine error',
  6: 'cease',
  7: 'route refresh error',
}
const CEASE: Readonly<Record<number, string>> = {
  1: 'maximum of prefixes reached',
  2: 'administrative shutdown',
  3: 'peer de-configured',
  4: 'administrative reset',
  5: 'connection rejected',
  6: 'other configuration change',
  7: 'connection collision',
  8: 'out of resources',
  9: 'hard reset',
}
/** Routes told one by one; a full table has a million. */
const MAX_TOLD = 64
const DEFAULT = '0.0.0.0/0'

function observe({ message: m, from, state }: SeenMessage<Bgp, BgpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`bgp.${name}`)
  if (m.type === 1) opened(m, from, sink)
  else if (m.type === 2) updated(m, from, state, sink)
  else if (m.type === 3) {
    const why = m.code === 6 ? (CEASE[m.subcode] ?? 'cease') : (CODES[m.code] ?? `error ${m.code}`)
    once(sink, 'session ended', readable(m.text), 'session', { ok: false, error: why })
  } else if (m.type === 4 && !state.isUp) {
    state.isUp = true
    const { client, server } = state.as
    once(sink, 'session up', client > 0 && server > 0 ? `AS ${client} and AS ${server}` : '', 'session')
  }
}

function opened(m: Bgp, from: 'client' | 'server', sink: Sink): void {
  sink.hint(from, 'role', 'router', 0.9)
  sink.hint(from, 'type', 'router', 0.6)
  sink.hint(from, 'interface', `BGP router ${m.router} of AS ${m.as}`, 0.9)
  sink.hint(from, 'name', readable(m.host), 0.9)
  sink.hint(from, 'domain', readable(m.domain), 0.8)
  once(sink, 'open', `AS ${m.as}`, 'session')
}

function updated(m: Bgp, from: 'client' | 'server', state: BgpState, sink: Sink): void {
  for (const prefix of m.announced.slice(0, MAX_TOLD)) {
    once(
      sink,
      prefix === DEFAULT ? 'default route announced' : 'route announced',
      m.origin === 0 ? prefix : `${prefix} of AS ${m.origin}`,
      'configure',
    )
  }
  for (const prefix of m.withdrawn.slice(0, MAX_TOLD)) once(sink, 'route withdrawn', prefix, 'configure')
  if (state.as[from] !== 0) sink.hint(from, 'role', 'router', 0.9)
}

export const bgp: Protocol<Bgp, BgpState> = { dissector, observe }
