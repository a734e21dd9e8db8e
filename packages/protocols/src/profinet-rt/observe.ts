/** Real-time frames in the platform's words: who publishes, whether it runs and its data is good, what it raises alarms for. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { shownBytes } from '../byte-text.ts'
import { statusText } from '../profinet-io-cm/profinet-io-cm.table.ts'
import type { Sink } from '../protocol.ts'
import type { Alarm } from './alarm.ts'
import { ALARMS, CHANNEL_ERRORS, nameOf, PDU, STATUS } from './profinet-rt.table.ts'
import { keyOf, type Rt, type RtState } from './profinet-rt.ts'
import type { Stream } from './stream.ts'

/** As often as a tag may be told, and as it must be told without a change, µs. */
const TELL_US = 1_000_000
const HEARTBEAT_US = 60_000_000
/** A counter of 16 bits that went back by less than half its range did not run ahead. */
const HALF = 0x8000
const MAX_SHOWN = 64

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')

export function observe(seen: SeenMessage<Rt, RtState>, sink: Sink): void {
  const { message: m, from } = seen
  if (m.isTruncated) sink.anomaly('profinet-rt.truncated')
  if (m.stream !== undefined) cyclic(m.stream, from, seen.at, sink)
  else if (m.alarm !== undefined) alarm(m.alarm, from, sink)
  else if (m.kind === 'time') said('synchronise clocks', nameOf(m.frameId), from, sink)
}

function cyclic(s: Stream, from: Side, at: number, sink: Sink): void {
  const key = keyOf(s.frameId, from)
  // A server's statement has no key of its own: it is repeated by the second, not by the frame.
  if (from === 'client' ? !sink.again(key) : s.isFirst || at - s.toldAt >= TELL_US) publish(s, from, key, sink)
  // Running is what is expected: only a station that is not is news at first sight.
  if (s.isFirst) status(s, ~s.dataStatus & STATUS.running, from, sink)
  else {
    if (s.step === 0) sink.anomaly('profinet-rt.cycle-repeated', hex4(s.frameId))
    else if (s.step >= HALF) sink.anomaly('profinet-rt.cycle-regressed', hex4(s.frameId))
    if (s.oldStatus !== s.dataStatus) status(s, s.oldStatus ^ s.dataStatus, from, sink)
  }
  if (at - s.toldAt < (s.hasNewData ? TELL_US : HEARTBEAT_US) && !s.isFirst) return
  s.toldAt = at
  const isGood = (s.dataStatus & STATUS.valid) !== 0 && (s.dataStatus & STATUS.running) !== 0
  sink.read(`cyclic ${hex4(s.frameId)}`, shownBytes(s.data, MAX_SHOWN), 'bytes', undefined, isGood ? 'good' : 'bad')
}

function publish(s: Stream, from: Side, key: number, sink: Sink): void {
  const operation = {
    operation: 'publish',
    object: `${nameOf(s.frameId)} ${hex4(s.frameId)}`,
    access: 'write',
    ok: undefined,
    error: '',
    part: undefined,
  } as const
  if (from === 'client') sink.operation(key, operation)
  else sink.sayFrom('server', { kind: 'operation.done', ...operation })
}

/** What of the data status `changed`. A station states its own; who states of itself answers. */
function status(s: Stream, changed: number, from: Side, sink: Sink): void {
  const detail = `cyclic ${hex4(s.frameId)}`
  const has = (bit: number): boolean => (s.dataStatus & bit) !== 0
  if ((changed & STATUS.running) !== 0) {
    sink.sayFrom(other(from), { kind: 'mode.changed', mode: has(STATUS.running) ? 'run' : 'stop', by: 'report', detail, ok: undefined })
  }
  if ((changed & STATUS.valid) !== 0 && !s.isFirst)
    diagnosed(`${detail}: data ${has(STATUS.valid) ? 'valid' : 'not valid'}`, !has(STATUS.valid), from, sink)
  if ((changed & STATUS.noProblem) !== 0 && !s.isFirst)
    diagnosed(`${detail}: ${has(STATUS.noProblem) ? 'no problem' : 'station problem'}`, !has(STATUS.noProblem), from, sink)
  if ((changed & STATUS.primary) !== 0 && !s.isFirst)
    diagnosed(`${detail}: ${has(STATUS.primary) ? 'primary' : 'backup'}`, false, from, sink)
}

function diagnosed(what: string, fault: boolean, from: Side, sink: Sink): void {
  sink.sayFrom(other(from), { kind: 'device.diagnosed', what, fault })
}

function alarm(a: Alarm, from: Side, sink: Sink): void {
  if (a.type === PDU.error) {
    said('end relation', statusText(a.status), from, sink)
    return
  }
  if (a.type !== PDU.data) return
  const [name, isFault] = ALARMS[a.alarmType] ?? [`alarm ${a.alarmType}`, false]
  const place = `slot ${a.slot} subslot ${a.subslot}`
  // Only a notification names the module; an acknowledgement names its outcome.
  if (a.module === 0 && a.submodule === 0) return said('acknowledge alarm', `${name} ${place}`, from, sink, statusText(a.status))
  said('raise alarm', `${name} ${place}`, from, sink)
  const errors = a.errors.map(
    ({ channel, error }) => `${channel === 0x8000 ? '' : `channel ${channel} `}${CHANNEL_ERRORS[error] ?? `error ${error}`}`,
  )
  diagnosed(`${name}, ${place}${errors.length === 0 ? '' : `: ${errors.join(', ')}`}`, isFault, from, sink)
}

function said(operation: string, object: string, from: Side, sink: Sink, error = ''): void {
  const done = { operation, object, access: 'session', ok: error === '' ? undefined : false, error, part: undefined } as const
  const key = `${operation}/${object}/${error}`
  if (from === 'server') sink.sayFrom('server', { kind: 'operation.done', ...done })
  else if (!sink.again(key)) sink.operation(key, done)
}

const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`
