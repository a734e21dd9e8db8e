/** GOOSE in the platform's words: who publishes what, its values, and every break of the order a publisher keeps. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Entry } from './data.ts'
import type { Goose } from './goose.ts'
import type { Course, Publications } from './publication.ts'

type Seen = SeenMessage<Goose, Publications>

/** As often as any tag is told without a change, µs. */
const ALL_US = 60_000_000
const NOTHING: readonly Entry[] = []
/** A device that starts counts from here: IEC 61850-8-1 §18.1.2.5. */
const FIRST_STATE = 1

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`goose.${m.anomalies[i]}`, m.gocbRef)
  if (m.anomalies.includes('truncated') || m.gocbRef === '') return
  const before = state.course(m)
  if (before === undefined) {
    const course = state.begin(m)
    introduce(m, sink)
    flags(m, course, sink)
    remember(course, m, seen.at)
  } else {
    if (m.isRepetition && m.stNum === before.stNum && m.sqNum === before.sqNum + 1) {
      if (seen.at - before.at > before.timeAllowedToLive * 1000) sink.anomaly('goose.time-allowed-to-live-exceeded', m.gocbRef)
      before.sqNum = m.sqNum
      before.at = seen.at
    } else {
      judge(m, before, seen.at, sink)
      flags(m, before, sink)
      remember(before, m, seen.at)
    }
  }
  if (!sink.again(m.gocbRef)) {
    sink.operation(m.gocbRef, {
      operation: 'publish',
      object: m.gocbRef,
      access: 'write',
      ok: undefined,
      error: '',
      part: undefined,
    })
  }
  if (!sink.sameBytes(m.gocbRef, m.data)) tell(m, state.course(m)!, seen.at, sink)
}

function introduce(m: Goose, sink: Sink): void {
  sink.hint('client', 'type', 'ied', 0.9)
  // `IEDnameLDname/LLN0$GO$block`: how long the IED's own name is cannot be seen; the domain names the logical device.
  const slash = m.gocbRef.indexOf('/')
  if (slash > 0) sink.hint('client', 'name', m.gocbRef.slice(0, slash), 0.5)
}

/** Order first, then content: a forged message has to break one of them. */
function judge(m: Goose, before: Course, at: number, sink: Sink): void {
  const ref = m.gocbRef
  if (at - before.at > before.timeAllowedToLive * 1000) sink.anomaly('goose.time-allowed-to-live-exceeded', ref)
  if (m.stNum === before.stNum) sameState(m, before, sink)
  else if (m.stNum > before.stNum) nextState(m, before, sink)
  // §18.1.2.6: stNum rolls over to 1; a restarted publisher begins there as well, with a first message.
  else if (m.stNum === FIRST_STATE && m.sqNum <= 1) sink.anomaly('goose.publisher-restarted', `${ref} state ${before.stNum} before`)
  else sink.anomaly('goose.state-number-regressed', `${ref} ${m.stNum} after ${before.stNum}`)
  if (m.confRev !== before.confRev) {
    sink.say({ kind: 'configuration.changed', what: `${ref} configuration revision`, value: String(m.confRev), ok: undefined })
  }
  if (m.dataSet !== before.dataSet) {
    sink.say({ kind: 'configuration.changed', what: `${ref} data set`, value: m.dataSet, ok: undefined })
  }
}

function sameState(m: Goose, before: Course, sink: Sink): void {
  const ref = m.gocbRef
  const step = m.sqNum - before.sqNum
  // §18.1.2.6: sqNum rolls over to 1: 0 is only for a change.
  const rolledOver = m.sqNum <= 1 && before.sqNum === 0xffff_ffff
  if (m.stNum === FIRST_STATE && m.sqNum <= 1 && step < 0 && m.changedAt !== before.changedAt) {
    sink.anomaly('goose.publisher-restarted', ref)
    return
  }
  if (step === 0) sink.anomaly('goose.sequence-number-repeated', ref)
  else if (step < 0 && !rolledOver) sink.anomaly('goose.sequence-number-regressed', ref)
  else if (step > 1) sink.anomaly('goose.sequence-number-skipped', ref)
  if (!equal(m.data, before.data)) sink.anomaly('goose.values-changed-within-state', ref)
  if (m.changedAt !== before.changedAt) sink.anomaly('goose.time-changed-within-state', ref)
}

/** More states than a device goes through in years; subscribers that follow the number are deaf to the true publisher's. */
const MAX_LEAP = 1_000_000

function nextState(m: Goose, before: Course, sink: Sink): void {
  const ref = m.gocbRef
  if (m.stNum > before.stNum + MAX_LEAP) sink.anomaly('goose.state-number-leapt', `${ref} ${m.stNum} after ${before.stNum}`)
  else if (m.stNum > before.stNum + 1) sink.anomaly('goose.state-number-skipped', ref)
  // Messages lost in between explain a first sqNum above 0; so does an intruder who counts wrongly.
  if (m.stNum === before.stNum + 1 && m.sqNum > 0) sink.anomaly('goose.state-begins-in-the-middle', ref)
  if (m.changedAt < before.changedAt) sink.anomaly('goose.change-time-regressed', ref)
}

function flags(m: Goose, before: Course, sink: Sink): void {
  if (m.isSimulated && !before.isSimulated) {
    sink.anomaly('goose.simulated', m.gocbRef)
    sink.say({ kind: 'mode.changed', mode: 'test', by: 'report', detail: `${m.gocbRef} simulation`, ok: undefined })
  }
  if (m.needsCommissioning && !before.needsCommissioning) sink.anomaly('goose.needs-commissioning', m.gocbRef)
}

function remember(course: Course, m: Goose, at: number): void {
  course.stNum = m.stNum
  course.sqNum = m.sqNum
  course.changedAt = m.changedAt
  course.at = at
  course.timeAllowedToLive = m.timeAllowedToLive
  course.confRev = m.confRev
  course.dataSet = m.dataSet
  course.data = m.data
  course.isSimulated = m.isSimulated
  course.needsCommissioning = m.needsCommissioning
}

/** A change of state changes one entry or two of many: the rest is told once a minute. */
function tell(m: Goose, course: Course, at: number, sink: Sink): void {
  const { tags } = course
  const path = m.dataSet === '' ? m.gocbRef : m.dataSet
  let isAll = at - course.toldAt >= ALL_US || at < course.toldAt
  if (tags.length !== m.entries.length || tags[0]?.startsWith(path) !== true) {
    tags.length = 0
    // Members are numbered from 1, as in the data set's list.
    for (let i = 1; i <= m.entries.length; i++) tags.push(`${path}[${i}]`)
    isAll = true
  }
  tellList(m.entries, isAll ? NOTHING : course.told, tags, m.isSimulated || m.needsCommissioning ? 'uncertain' : 'good', sink)
  if (isAll) course.toldAt = at
  course.told = m.entries
}

function tellList(
  entries: readonly Entry[],
  told: readonly Entry[],
  tags: readonly string[],
  quality: 'good' | 'uncertain',
  sink: Sink,
): void {
  for (let i = 0; i < entries.length; i++) {
    const { value, dataType, parts } = entries[i]!
    const tag = tags[i]!
    if (value === undefined) {
      const inner = parts.map((_, n) => `${tag}[${n + 1}]`)
      tellList(parts, NOTHING, inner, quality, sink)
    } else if (told[i]?.value !== value) sink.read(tag, value, dataType, undefined, quality)
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
