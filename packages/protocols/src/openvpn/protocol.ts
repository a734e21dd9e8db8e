import type { SeenMessage } from '@isthmus/wire'
import type { Protocol, Sink } from '../protocol.ts'
import { dissector, type OpenVpn, type OpenVpnState } from './openvpn.ts'

function observe({ message: m, state, from }: SeenMessage<OpenVpn, OpenVpnState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`openvpn.${name}`)
  if (m.opcode === 7 || m.opcode === 10 || m.opcode === 1) state.resets++
  else if (m.opcode === 8 || m.opcode === 2) {
    sink.hint(from, 'role', 'vpn server', 0.9)
    sink.hint(from, 'software', state.protection === 'none' ? 'OpenVPN' : `OpenVPN (${state.protection})`, 0.8)
    state.answered = true
    if (!sink.again('open')) sink.operation('open', operation(true))
  } else if ((m.opcode === 6 || m.opcode === 9) && ++state.data === 1 && state.answered) {
    sink.say({ kind: 'service.used', service: 'vpn', object: '', user: '', ok: true })
  }
}

function ended(state: OpenVpnState, sink: Sink): void {
  if (state.resets > 0 && !state.answered) sink.operation('tried', operation(undefined))
}

function operation(ok: boolean | undefined) {
  return { operation: 'open tunnel', object: '', access: 'session', ok, error: '', part: undefined } as const
}

/** Zeek itself has no word for it in conn.log. */
export const openvpn: Protocol<OpenVpn, OpenVpnState> = { dissector, service: '', observe, ended }
