/** PTP in the platform's words: who is the grandmaster and how good its clock, every change of both, and jumps of time. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { ACTIONS, MANAGED, MANAGEMENT_ERRORS, TIME_SOURCES, TYPE } from './ptp.table.ts'
import type { Announce, Course, Management, Ptp, PtpState } from './ptp.ts'

type Seen = SeenMessage<Ptp, PtpState>

const MAX_COURSES = 64
/** Master's time and capture's time may drift apart this much between two messages, seconds. */
const JUMP = 1
/** Sequence numbers this far behind are old; further ones have begun anew. */
const REGRESSED = 0x4000
/** Classes locked to a primary reference or in holdover within specification (table 4). */
const GOOD_CLASS = 7
const UTC_OFFSET = 37

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`ptp.${m.anomalies[i]}`, m.clock)
  if (m.anomalies.includes('truncated')) return
  if (m.management !== undefined) return managed(m.management, sink)
  const course = courseOf(m, state)
  if (m.type === TYPE.announce) announced(m, m.announce!, course, sink)
  else if (m.type === TYPE.sync || m.type === TYPE.followUp) synced(m, course, seen.at, sink)
  else if (m.type === TYPE.delayRequest) sink.hint('client', 'role', 'ptp slave', 0.7)
  // In version 1 a sync is an announcement as well.
  if (m.version === 1 && m.announce !== undefined) announced(m, m.announce, course, sink)
  follow(m, course, sink)
}

function courseOf(m: Ptp, { courses }: PtpState): Course {
  const key = `${m.clock} ${m.domain}`
  let course = courses.get(key)
  if (course === undefined) {
    if (courses.size >= MAX_COURSES) courses.delete(courses.keys().next().value!)
    course = { sequences: new Map(), grandmaster: '', clockClass: -1, seconds: 0, at: 0 }
    courses.set(key, course)
  }
  return course
}

/** Two rings of a redundant network show the same message twice: only old ones are strange. */
function follow(m: Ptp, course: Course, sink: Sink): void {
  if (m.type !== TYPE.announce && m.type !== TYPE.sync) return
  const before = course.sequences.get(m.type)
  const behind = before === undefined ? 0 : (before - m.sequence) & 0xffff
  if (behind > 0 && behind < REGRESSED) sink.anomaly('ptp.sequence-regressed', `${m.clock} ${m.type === TYPE.sync ? 'sync' : 'announce'}`)
  course.sequences.set(m.type, m.sequence)
}

function announced(m: Ptp, a: Announce, course: Course, sink: Sink): void {
  const isGrandmaster = a.stepsRemoved === 0
  const object = `grandmaster ${a.grandmaster} domain ${m.domain}`
  tell(`announce ${object}`, { operation: 'announce', object, access: 'session', ok: undefined, error: '', part: undefined }, sink)
  sink.hint('client', 'role', isGrandmaster ? 'ptp grandmaster' : 'ptp boundary clock', 0.9)
  const source = TIME_SOURCES[a.timeSource]
  if (isGrandmaster && source !== undefined) sink.hint('client', 'description', `time from ${source}`, 0.5)
  sink.read(`domain ${m.domain} clock class`, a.clockClass, 'uint8')
  sink.read(`domain ${m.domain} grandmaster`, a.grandmaster, 'clock identity')
  const { grandmaster, clockClass } = course
  course.grandmaster = a.grandmaster
  course.clockClass = a.clockClass
  if (grandmaster === '') return
  const what = `ptp domain ${m.domain} grandmaster`
  if (grandmaster !== a.grandmaster)
    sink.say({ kind: 'configuration.changed', what, value: `${a.grandmaster}, ${grandmaster} before`, ok: undefined })
  if (clockClass !== a.clockClass) {
    sink.say({
      kind: 'device.diagnosed',
      what: `${what} clock class ${a.clockClass}, ${clockClass} before`,
      fault: a.clockClass > GOOD_CLASS,
    })
  }
}

/** One-step masters put the time into sync, others into what follows it. */
function synced(m: Ptp, course: Course, at: number, sink: Sink): void {
  sink.hint('client', 'role', 'ptp master', 0.8)
  const object = `domain ${m.domain}`
  tell(`sync ${object}`, { operation: 'sync', object, access: 'session', ok: undefined, error: '', part: undefined }, sink)
  const seconds = m.time.seconds + m.time.nanoseconds / 1e9
  if (m.time.seconds === 0) return
  if (course.seconds > 0) {
    const off = seconds - course.seconds - (at - course.at) / 1e6
    if (Math.abs(off) > JUMP) sink.anomaly('ptp.time-jumped', `${m.clock} by ${off.toFixed(1)} s`)
  } else {
    // TAI is ahead of UTC; a master far from the capture's clock is worth knowing once.
    const ahead = seconds - at / 1e6
    if (Math.abs(ahead) > UTC_OFFSET + 3600)
      sink.say({ kind: 'device.diagnosed', what: `time differs from the capture's by hours`, fault: false })
  }
  course.seconds = seconds
  course.at = at
}

function managed(g: Management, sink: Sink): void {
  const name = MANAGED[g.id] ?? `object 0x${g.id.toString(16).padStart(4, '0')}`
  const action = ACTIONS[g.action] ?? `action ${g.action}`
  const error = g.error < 0 ? '' : (MANAGEMENT_ERRORS[g.error] ?? `error ${g.error}`)
  const isChange = g.action === 1 || g.action === 3
  const isAnswer = g.action === 2 || g.action === 4
  tell(
    `${action} ${name} ${g.target} ${error}`,
    {
      operation: `management ${action}`,
      object: `${name} of ${g.target}`,
      access: isChange ? 'configure' : 'identify',
      ok: isAnswer ? g.error < 0 : undefined,
      error,
      part: undefined,
    },
    sink,
  )
  if (isAnswer) return describe(g, sink)
  if (!isChange) return
  if (g.id === 0x0005) sink.say({ kind: 'device.restarted', how: 'initialize', ok: undefined })
  else if (g.id === 0x200f) sink.say({ kind: 'time.set', to: g.value, ok: undefined })
  else sink.say({ kind: 'configuration.changed', what: `ptp ${name} of ${g.target}`, value: g.value, ok: undefined })
}

/** Product is `manufacturer;model;instance`, revision `hardware;firmware;software`; either may lack parts (§15.5.3.1.2). */
function describe(g: Management, sink: Sink): void {
  const [vendor, model, serial] = readable(g.product).split(';')
  const [hardware, firmware, software] = readable(g.revision).split(';')
  sink.hint('client', 'vendor', vendor, 0.9)
  sink.hint('client', 'model', model, 0.9)
  sink.hint('client', 'serial', serial, 0.8)
  sink.hint('client', 'hardware', hardware, 0.8)
  sink.hint('client', 'firmware', firmware, 0.8)
  sink.hint('client', 'software', software, 0.7)
  sink.hint('client', 'description', readable(g.description), 0.7)
}

function tell(key: string, operation: OperationStatement, sink: Sink): void {
  if (!sink.again(key)) sink.operation(key, operation)
}
