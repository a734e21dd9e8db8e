/**
 * IPsec over IP: ESP (protocol 50), all of it encrypted, and AH (51), whose inside is in the clear and is read on.
 *
 *   ESP | SPI u32 | sequence u32 | encrypted … |; AH | next u8 | length u8 | 0 u16 | SPI u32 | sequence u32 | check … | inside … |   big-endian
 *
 * Spec: RFC 4303 §2, RFC 4302 §2.
 */
import { type Carried, type Dissector, NEED_MORE, NOT_MINE, type SeenMessage } from '@isthmus/wire'
import type { Protocol, Sink } from '../protocol.ts'

export type IpSec = {
  spi: number
  sequence: number
  next: number
  inside: Uint8Array | undefined
  anomalies: ('truncated' | 'bad-length')[]
}
/** The last sequence number by direction and SPI: one that falls is a replay. */
export type IpSecState = { readonly last: Map<string, number> }

const MAX_SPIS = 64
/** RFC 4303 §3.4.3: a receiver looks at least so far back; what is older would be refused. */
const WINDOW = 64

const start = (): IpSecState => ({ last: new Map() })

const espDissector: Dissector<IpSec, IpSecState> = {
  name: 'esp',
  ports: ['ip/50'],
  maxFrame: 65_535,
  start,
  frame: (head) => (head.left < 8 ? NEED_MORE : head.u32() === 0 ? NOT_MINE : 4 + head.left),
  parse(r) {
    const m: IpSec = { spi: r.u32('SPI'), sequence: r.u32('sequence'), next: 0, inside: undefined, anomalies: [] }
    r.view(r.left, 'encrypted')
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

const ahDissector: Dissector<IpSec, IpSecState> = {
  name: 'ah',
  ports: ['ip/51'],
  maxFrame: 65_535,
  start,
  frame: (head) => (head.left < 12 ? NEED_MORE : head.left),
  parse(r) {
    const next = r.u8('next protocol')
    const length = (r.u8('length') + 2) * 4
    r.u16('reserved')
    const m: IpSec = { spi: r.u32('SPI'), sequence: r.u32('sequence'), next, inside: undefined, anomalies: [] }
    if (length < 12) m.anomalies.push('bad-length')
    else {
      r.view(length - 12, 'check value')
      m.inside = r.view(r.left, 'inside')
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  carries: (m): Carried | undefined =>
    m.inside === undefined || m.inside.length === 0 ? undefined : { over: `ip/${m.next}`, bytes: m.inside, channel: m.spi },
}

function observe(name: 'esp' | 'ah', { message: m, from, state }: SeenMessage<IpSec, IpSecState>, sink: Sink): void {
  for (const anomaly of m.anomalies) sink.anomaly(`${name}.${anomaly}`)
  if (m.anomalies.length > 0) return
  const key = `${from} ${m.spi}`
  const last = state.last.get(key)
  if (last !== undefined && m.sequence + WINDOW <= last) sink.anomaly(`${name}.replayed`, `sequence ${m.sequence} after ${last}`)
  if (last !== undefined || state.last.size < MAX_SPIS) state.last.set(key, Math.max(last ?? 0, m.sequence))
  if (last !== undefined) return
  sink.hint(from, 'role', 'vpn peer', 0.7)
  const operation = name === 'esp' ? 'encrypted tunnel' : 'authenticated tunnel'
  if (!sink.again(operation))
    sink.operation(operation, { operation, object: '', access: 'session', ok: undefined, error: '', part: undefined })
}

export const esp: Protocol<IpSec, IpSecState> = {
  dissector: espDissector,
  service: '',
  observe: (seen, sink) => observe('esp', seen, sink),
}
export const ah: Protocol<IpSec, IpSecState> = { dissector: ahDissector, service: '', observe: (seen, sink) => observe('ah', seen, sink) }
