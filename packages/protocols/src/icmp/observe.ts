import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Sink } from '../protocol.ts'
import { changes, type EchoState } from './echo.ts'
import { ND } from './icmp.table.ts'
import type { Icmp } from './icmp.ts'

export function observe(seen: SeenMessage<Icmp, EchoState>, sink: Sink): void {
  const { message: m, from } = seen
  for (const name of m.anomalies) sink.anomaly(`icmp.${name}`)
  if (m.anomalies.length > 0) return
  if (m.echo !== undefined) echoed(seen, m.echo, sink)
  if (m.gateway !== '') sink.anomaly('icmp.redirect', m.gateway)
  if (m.target !== '') neighbour(seen, sink)
  else if (m.type === ND.routerAdvertisement && m.name === 'router advertisement') {
    sink.hint(from, 'role', 'router', 0.9)
    if (m.isPreferred) once(sink, 'router asks to be preferred', '', 'session')
  } else if (seen.asked !== undefined && !sink.again(m.type)) {
    sink.operation(m.type, {
      operation: seen.asked.name,
      object: '',
      access: 'identify',
      ok: true,
      error: '',
      part: undefined,
    })
  }
}

function echoed(
  { message, asked, from, state }: SeenMessage<Icmp, EchoState>,
  { sum, pattern, words }: NonNullable<Icmp['echo']>,
  sink: Sink,
): void {
  if (pattern !== undefined && asked?.echo?.sum !== sum && changes(state, `${from} ${message.identifier}`, pattern))
    sink.anomaly('icmp.echo-data-changes')
  if (asked?.echo !== undefined && asked.echo.sum !== sum) sink.anomaly('icmp.reply-differs')
  if (words !== '' && (from === 'client' || asked?.echo?.sum !== sum)) sink.anomaly('icmp.words-in-echo', readable(words))
}

function neighbour(seen: SeenMessage<Icmp, EchoState>, sink: Sink): void {
  const { message: m, from, flow } = seen
  if (m.name === 'neighbor advertisement') {
    if (m.targetMac !== '') {
      sink.sayFrom(from, { kind: 'address.claimed', ip: m.target, mac: m.targetMac, by: 'nd', gratuitous: !m.isSolicited })
    }
    return
  }
  sink.sayFrom(from, { kind: 'address.asked', ip: m.target })
  const source = from === 'client' ? flow.clientIp : flow.serverIp
  // RFC 4861 §4.3: a solicitation from the unspecified address carries no claim.
  if (m.sourceMac !== '' && source !== undefined && source !== '::') {
    sink.sayFrom(from, { kind: 'address.claimed', ip: source, mac: m.sourceMac, by: 'nd', gratuitous: false })
  }
}
