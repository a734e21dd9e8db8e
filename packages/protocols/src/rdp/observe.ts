import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { BUILDS, FAILURES, PROTOCOLS } from './rdp.table.ts'
import type { Rdp, RdpState } from './rdp.ts'

export function observe(seen: SeenMessage<Rdp, RdpState>, sink: Sink): void {
  const { message: m, state } = seen
  for (const name of m.anomalies) sink.anomaly(`rdp.${name}`)
  if (m.kind === 'connection request') state.seen = m.cookie ?? ''
  else if (m.kind === 'connection confirm') confirmed(m, (state.seen as string | undefined) ?? '', sink)
  else if (m.client !== undefined) {
    sink.hint('client', 'name', m.client.name, 0.9)
    sink.hint('client', 'software', BUILDS[m.client.build] ?? `RDP client build ${m.client.build}`, 0.6)
  } else if (m.server?.certificates[0] !== undefined) sink.hint('server', 'certificate', m.server.certificates[0].subject, 0.6)
}

function confirmed(m: Rdp, user: string, sink: Sink): void {
  const ok = m.failure === undefined
  sink.hint('server', 'role', 'remote desktop server', 0.8)
  sink.say({ kind: 'service.used', service: 'remote desktop', object: '', user, ok })
  // Whether the password was right is decided inside the encryption.
  if (ok && user !== '') sink.say({ kind: 'login.tried', user, domain: '', method: 'rdp', ok: undefined })
  const object = m.security === undefined ? 'RDP' : (PROTOCOLS[m.security] ?? `security ${m.security}`)
  const key = `${object} ${m.failure}`
  if (sink.again(key)) return
  sink.operation(key, {
    operation: 'connect',
    object,
    access: 'session',
    ok,
    error: ok ? '' : (FAILURES[m.failure!] ?? `failure ${m.failure}`),
    part: undefined,
  })
}
