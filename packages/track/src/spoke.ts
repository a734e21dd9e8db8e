/** Who has demonstrably sent something, by one observation: being talked to is not being there. */
import type { Observation } from '@isthmus/model'

/** From here on a hint is the device's own statement, so the device has spoken. */
const STATED = 0.8

/** The client of an observation asked, so it spoke; except where the observation tells of hosts without their frames. */
export function clientSpoke(o: Observation): boolean {
  switch (o.kind) {
    case 'session.updated':
      return o.delta.clientPackets > 0
    case 'coverage.reported':
    case 'alert.received':
    case 'access.opened':
    case 'access.closed':
      return false
    default:
      return true
  }
}

/** An answer was seen from the server. */
export function serverSpoke(o: Observation): boolean {
  switch (o.kind) {
    case 'session.updated':
      return o.delta.serverPackets > 0
    case 'asset.hinted':
      return o.about === 'server' && o.confidence >= STATED
    case 'name.resolved':
      return o.code !== ''
    case 'process.read':
    case 'encryption.negotiated':
      return true
    case 'mode.changed':
      return o.by === 'report' || o.ok !== undefined
    case 'web.requested':
      return o.status !== undefined
    case 'operation.done':
    case 'process.write':
    case 'tag.forced':
    case 'program.downloaded':
    case 'program.uploaded':
    case 'program.edited':
    case 'device.restarted':
    case 'firmware.updated':
    case 'configuration.changed':
    case 'time.set':
    case 'login.tried':
    case 'service.used':
      return o.ok !== undefined
    case 'device.diagnosed':
      return true
    case 'address.claimed':
    case 'address.asked':
    case 'credential.exposed':
    case 'file.moved':
    case 'protocol.anomaly':
    case 'protocol.misplaced':
    case 'coverage.reported':
    case 'alert.received':
    case 'access.opened':
    case 'access.closed':
      return false
    default:
      return o satisfies never
  }
}
