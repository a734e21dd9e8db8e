/** RFB in the platform's words: whose screen is shown to whom, how the viewer was let in, whether it types. */
import type { SeenMessage } from '@isthmus/wire'
import { byteText, readable, textBytes } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { CLIENT_MESSAGES, securityName, TYPE } from './rfb.table.ts'
import type { Rfb, RfbState } from './rfb.ts'

/** Apple's server states this version and no other does. */
const APPLE = '003.889'
/** `root's X desktop (host:1)`: how VNC servers of Unix call a desktop. */
const HOST_IN_NAME = /\(([A-Za-z0-9][A-Za-z0-9._-]*):\d+\)$/

export function observe({ message: m, state, from }: SeenMessage<Rfb, RfbState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`rfb.${name}`)
  if (m.kind === 'version' && m.fromScreen) {
    sink.hint(from, 'role', 'remote desktop', 0.9)
    sink.hint(from, 'software', `RFB ${Number(m.major)}.${Number(m.minor)}`, 0.5)
    if (state.versions.screen === APPLE) sink.hint(from, 'os', 'macOS', 0.8)
  } else if (m.kind === 'choice' || (m.kind === 'types' && m.types.length === 1)) {
    if (state.security === TYPE.none) sink.anomaly('rfb.no-password')
  } else if (m.kind === 'result' || (m.kind === 'reason' && m.code !== 0)) {
    sink.say({ kind: 'login.tried', user: '', domain: '', method: `rfb ${securityName(state.security ?? 0)}`, ok: state.ok })
  } else if (m.kind === 'init') opened(m, state, from, sink)
  else if (m.kind === 'message') acts(m, sink)
}

function opened(m: Rfb, state: RfbState, from: 'client' | 'server', sink: Sink): void {
  const name = visible(m.text)
  sink.hint(from, 'description', `desktop ${name} ${m.width}x${m.height}`, 0.7)
  sink.hint(from, 'name', HOST_IN_NAME.exec(name)?.[1], 0.7)
  sink.say({ kind: 'service.used', service: 'vnc', object: name, user: '', ok: state.ok ?? true })
}

function acts(m: Rfb, sink: Sink): void {
  const operation = CLIENT_MESSAGES[m.code]?.[0]
  if (operation === undefined || sink.again(m.code)) return
  const access = m.code >= 4 && m.code <= 5 ? 'control' : m.code === 6 ? 'write' : 'session'
  sink.operation(m.code, { operation, object: 'desktop', access, ok: undefined, error: '', part: undefined })
}

/** Apple puts bytes of its own before the name. */
function visible(name: string): string {
  const from = name.lastIndexOf('\0') + 1
  return readable(byteText(textBytes(name.slice(from))))
}
