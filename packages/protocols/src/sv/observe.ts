/** Sampled Values in the platform's words: who measures what, and every break in the row of samples. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Asdu, Stream, Sv, SvState } from './sv.ts'

type Seen = SeenMessage<Sv, SvState>

const MAX_STREAMS = 256
/** A count that falls from at least here to at most there began anew with the second: IEC 61850-9-2 table 14. */
const LATE = 64
const SYNCHRONISED = ['not synchronised', 'local clock', 'global clock']

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`sampled-values.${m.anomalies[i]}`)
  for (let i = 0; i < m.asdus.length; i++) {
    const asdu = m.asdus[i]!
    const stream = state.streams.get(asdu.svId)
    if (stream === undefined) begin(asdu, m.isSimulated, state, sink)
    else follow(asdu, stream, m.isSimulated, sink)
    if (!sink.again(asdu.svId)) {
      const what = { operation: 'publish samples', object: asdu.svId, access: 'write' as const }
      sink.operation(asdu.svId, { ...what, ok: undefined, error: '', part: undefined })
    }
  }
}

function begin(a: Asdu, isSimulated: boolean, state: SvState, sink: Sink): void {
  if (state.streams.size >= MAX_STREAMS) state.streams.delete(state.streams.keys().next().value!)
  const { sampleCount, confRev, synchronised, sampleRate, size } = a
  state.streams.set(a.svId, { sampleCount, confRev, synchronised, sampleRate, size, isSimulated, wrapsAt: -1 })
  sink.hint('client', 'type', 'ied', 0.8)
  sink.hint('client', 'role', 'merging unit', 0.8)
  sink.read(`${a.svId} synchronisation`, clockOf(synchronised), 'string')
  if (isSimulated) simulated(a, sink)
}

function follow(a: Asdu, stream: Stream, isSimulated: boolean, sink: Sink): void {
  count(a, stream, sink)
  if (a.confRev !== stream.confRev) {
    sink.say({ kind: 'configuration.changed', what: `${a.svId} configuration revision`, value: String(a.confRev), ok: undefined })
    stream.confRev = a.confRev
  }
  if (a.synchronised !== stream.synchronised) {
    sink.read(`${a.svId} synchronisation`, clockOf(a.synchronised), 'string')
    if (a.synchronised < stream.synchronised) sink.anomaly('sampled-values.synchronisation-lost', a.svId)
    stream.synchronised = a.synchronised
  }
  if (a.size !== stream.size) {
    sink.anomaly('sampled-values.size-changed', a.svId)
    stream.size = a.size
  }
  if (isSimulated && !stream.isSimulated) simulated(a, sink)
  stream.isSimulated = isSimulated
}

function simulated(a: Asdu, sink: Sink): void {
  sink.anomaly('sampled-values.simulated', a.svId)
  sink.say({ kind: 'mode.changed', mode: 'test', by: 'report', detail: `${a.svId} simulation`, ok: undefined })
}

function count(a: Asdu, stream: Stream, sink: Sink): void {
  const before = stream.sampleCount
  const now = a.sampleCount
  stream.sampleCount = now
  if (now === before + 1) return
  if (now === before) return sink.anomaly('sampled-values.sample-repeated', a.svId)
  if (now > before) return sink.anomaly('sampled-values.samples-skipped', a.svId)
  if (now > 0 || before < LATE) return sink.anomaly('sampled-values.sample-count-regressed', a.svId)
  if (stream.wrapsAt >= 0 && before !== stream.wrapsAt) sink.anomaly('sampled-values.second-of-other-length', a.svId)
  stream.wrapsAt = before
}

function clockOf(synchronised: number): string {
  return synchronised < 0 ? 'unsaid' : (SYNCHRONISED[synchronised] ?? `clock ${synchronised}`)
}
