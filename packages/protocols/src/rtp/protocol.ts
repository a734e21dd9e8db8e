/** RTP: which media pass, in which encoding, whether they arrive; who the ends say they are. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { dissector, MAX_SOURCES, type Rtp, type RtpState } from './rtp.ts'

/** RFC 3551 §6, tables 4 and 5. */
const PAYLOADS: Readonly<Record<number, string>> = {
  0: 'G.711 µ-law',
  3: 'GSM',
  4: 'G.723',
  5: 'DVI4',
  6: 'DVI4',
  7: 'LPC',
  8: 'G.711 A-law',
  9: 'G.722',
  10: 'L16 stereo',
  11: 'L16',
  12: 'QCELP',
  13: 'comfort noise',
  14: 'MPEG audio',
  15: 'G.728',
  18: 'G.729',
  25: 'CelB',
  26: 'JPEG',
  28: 'nv',
  31: 'H.261',
  32: 'MPEG video',
  33: 'MPEG-2 transport',
  34: 'H.263',
}

function observe({ message: m, from, state }: SeenMessage<Rtp, RtpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`rtp.${name}`)
  if (m.kind === 'rtp') stream(m, state, sink)
  else if (m.kind === 'rtcp') {
    const at = m.name.lastIndexOf('@')
    sink.hint(from, 'user', readable(m.person), 0.5)
    if (at > 0) sink.hint(from, 'name', hostOf(readable(m.name.slice(at + 1))), 0.4)
    sink.hint(from, 'software', readable(m.tool), 0.7)
    once(sink, 'report', '', 'session')
  }
}

/** A host's address is no name. */
function hostOf(text: string): string | undefined {
  return /^[\d.]+$|:/.test(text) ? undefined : text
}

function stream(m: Rtp, state: RtpState, sink: Sink): void {
  let source = state.sources.get(m.source)
  if (source === undefined) {
    if (state.sources.size >= MAX_SOURCES) return
    source = { payload: m.payload, last: m.sequence, packets: 0, lost: 0 }
    state.sources.set(m.source, source)
    once(sink, 'media', PAYLOADS[m.payload] ?? `dynamic payload ${m.payload}`, 'read')
  }
  const step = (m.sequence - source.last) & 0xffff
  if (step > 1 && step < 1000) source.lost += step - 1
  source.last = m.sequence
  source.packets++
}

function ended(state: RtpState, sink: Sink): void {
  for (const { packets, lost } of state.sources.values()) {
    if (lost * 20 > packets + lost) sink.anomaly('rtp.media-lost', `${lost} of ${packets + lost} packets`)
  }
}

/** Zeek itself has no word for it in conn.log. */
export const rtp: Protocol<Rtp, RtpState> = { dissector, service: '', observe, ended }
