/** WS-Discovery in the platform's words: what a camera, printer or host says it is and where its services are. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { Match, WsDiscovery } from './ws-discovery.ts'

const SCOPE = /^onvif:\/\/www\.onvif\.org\/(\w+)\/(.+)$/i

export function observe({ message: m, from }: SeenMessage<WsDiscovery>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`ws-discovery.${name}`)
  if (m.action !== '' && !sink.again(m.action)) {
    const object = m.action === 'Bye' ? '' : (m.matches[0]?.addresses[0] ?? '').slice(0, 160)
    sink.operation(m.action, { operation: m.action.toLowerCase(), object, access: 'identify', ok: undefined, error: '', part: undefined })
  }
  // Questions name types that somebody looks for; the others are the sender's own.
  if (m.action === 'Probe' || m.action === 'Resolve') return
  for (const match of m.matches) describe(match, from, sink)
}

function describe(match: Match, from: Side, sink: Sink): void {
  for (const scope of match.scopes) {
    const found = SCOPE.exec(scope)
    if (found === null) continue
    const value = decoded(found[2]!)
    const name = found[1]!.toLowerCase()
    if (name === 'name') sink.hint(from, 'name', value, 0.7)
    else if (name === 'hardware') sink.hint(from, 'model', value, 0.9)
    else if (name === 'location') sink.hint(from, 'location', value, 0.6)
    else if (name === 'type' && /video_encoder|network_video_transmitter/i.test(value)) sink.hint(from, 'type', 'camera', 0.8)
  }
  if (/NetworkVideoTransmitter/i.test(match.types)) sink.hint(from, 'type', 'camera', 0.9)
  else if (/PrintDeviceType|Printer/i.test(match.types)) sink.hint(from, 'type', 'printer', 0.7)
  else if (/(?:^|:)Computer\b/.test(match.types)) sink.hint(from, 'os', 'Windows', 0.4)
  for (const address of match.addresses.slice(0, 2)) sink.hint(from, 'description', readable(address).slice(0, 160), 0.3)
}

function decoded(text: string): string {
  return readable(text.replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))).slice(0, 120)
}
