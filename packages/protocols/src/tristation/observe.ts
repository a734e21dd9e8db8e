/** TriStation in the platform's words. Whoever speaks it can change what protects the plant: every use is worth a look. */
import type { ModeChanged } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { take, tell } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { ANSWERS, COMMANDS, KEYS, MODULES, RUNS, TYPES } from './tristation.table.ts'
import type { Body, Project, TriStation, TriStationState } from './tristation.ts'

export function observe({ message: m, asked, from, state }: SeenMessage<TriStation, TriStationState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`tristation.${name}`)
  if (m.command < 0) {
    observeEnvelope(m, asked, sink)
    return
  }
  if (m.isAnswer && from === 'server') answered(m, asked, state, sink)
}

export function ended(state: TriStationState, sink: Sink): void {
  if (state.section !== undefined) tell(state.section, sink)
  state.section = undefined
}

/** Connecting and leaving; refusals by name. */
function observeEnvelope(m: TriStation, asked: TriStation | undefined, sink: Sink): void {
  if (!m.isAnswer) return
  const ok = m.type === 2 || m.type === 3
  const operation = TYPES[asked?.type ?? (m.type === 3 ? 4 : 1)] ?? 'connect'
  const error = ok ? '' : (TYPES[m.type] ?? `type ${m.type}`)
  if (!sink.again(`${operation}/${error}`))
    sink.operation(`${operation}/${error}`, { operation, object: '', access: 'session', ok, error, part: undefined })
  sink.hint('server', 'vendor', 'Triconex', 0.8)
  sink.hint('server', 'type', 'safety-controller', 0.9)
  sink.hint('client', 'type', 'engineering-station', 0.6)
}

function answered(a: TriStation, q: TriStation | undefined, state: TriStationState, sink: Sink): void {
  const ok = a.command !== 100 && a.command < 200
  if (q !== undefined && q.command >= 0) settle(q, a, ok, state, sink)
  if (!ok || a.body === undefined) return
  switch (a.body.is) {
    case 'status':
      stated(a.body.key, a.body.run, state, sink)
      hintProject(a.body.project, sink)
      return
    case 'chassis':
      stated(a.body.key, a.body.run, state, sink)
      hintProject(a.body.project, sink)
      for (const [slot, type] of a.body.slots.entries())
        if (type !== 0) sink.hint('server', 'model', MODULES[type] ?? `module type ${type}`, 0.9, `slot ${slot}`)
      return
    case 'versions':
      identify(a.body, sink)
      return
    case 'part':
      state.section = take(
        state.section,
        'program.uploaded',
        sectionName(a.command === 163, a.body.id),
        a.command === 163 ? 'function' : 'program',
        a.body.code,
        true,
        sink,
      )
      return
    default:
  }
}

const sectionName = (isFunction: boolean, id: number): string => `${isFunction ? 'function' : 'program'} ${id}`

function errorOf(a: TriStation): string {
  if (a.command !== 100) return ANSWERS[a.command] ?? `answer ${a.command}`
  const code = a.body?.is === 'data' ? a.body.data[0] : undefined
  return code === undefined ? 'command rejected' : (ANSWERS[code] ?? `rejected, ${code}`)
}

function objectOf({ body, command }: TriStation): string {
  if (body === undefined) return ''
  if (body.is === 'part') return sectionName(command === 56, body.id)
  if (body.is === 'start') return body.project
  if (body.is === 'data' && (command === 65 || command === 66) && body.data.length >= 2)
    return sectionName(command === 66, body.data[0]! | (body.data[1]! << 8))
  return ''
}

function settle(q: TriStation, a: TriStation, ok: boolean, state: TriStationState, sink: Sink): void {
  const [operation, access] = COMMANDS[q.command] ?? [`command ${q.command}`, 'unknown' as const]
  const object = objectOf(q)
  const error = ok ? '' : errorOf(a)
  const key = `${q.command}/${object}/${error}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok, error, part: undefined })
  switch (q.command) {
    case 0:
    case 1:
    case 59:
      ended(state, sink)
      return
    case 55:
    case 56:
      if (q.body?.is === 'part') {
        state.section = take(
          state.section,
          'program.downloaded',
          sectionName(q.command === 56, q.body.id),
          q.command === 56 ? 'function' : 'program',
          q.body.code,
          ok,
          sink,
        )
      }
      return
    case 10:
    case 11:
      ended(state, sink)
      sink.say({
        kind: 'program.edited',
        section: 'control program',
        sectionType: operation,
        bytes: 0,
        hash: undefined,
        user: undefined,
        ok,
      })
      return
    case 12:
      ended(state, sink)
      return
    case 7:
    case 31:
      sink.say({ kind: 'time.set', to: '', ok })
      return
    case 17:
      sink.say({ kind: 'tag.forced', tag: 'all points', action: 'unforce', ok })
      return
    default:
      if (MODES[q.command] !== undefined) sink.say({ kind: 'mode.changed', mode: MODES[q.command]!, by: 'command', detail: operation, ok })
      else if (access === 'configure') sink.say({ kind: 'configuration.changed', what: operation, value: '', ok })
  }
}

const MODES: Readonly<Record<number, ModeChanged['mode']>> = { 20: 'run', 21: 'stop', 22: 'stop', 23: 'test', 80: 'program' }
const RUN_MODES: readonly ModeChanged['mode'][] = ['run', 'stop', 'stop']

/** The key on the controller decides whether any of this works: its position is the first thing to know. */
function stated(key: number, run: number, state: TriStationState, sink: Sink): void {
  if (state.key !== key) {
    state.key = key
    const name = KEYS[key]
    sink.say({ kind: 'mode.changed', mode: name ?? 'unknown', by: 'report', detail: `key position ${name ?? key}`, ok: true })
    sink.hint('server', 'state', `key ${name ?? key}`, 1)
  }
  if (state.run === run) return
  state.run = run
  sink.say({ kind: 'mode.changed', mode: RUN_MODES[run] ?? 'unknown', by: 'report', detail: `program ${RUNS[run] ?? run}`, ok: true })
}

function hintProject({ name, version }: Project, sink: Sink): void {
  if (name !== '') sink.hint('server', 'project', `${name} ${version}`, 1)
}

function identify(body: Extract<Body, { is: 'versions' }>, sink: Sink): void {
  for (const { slot, type, firmware } of body.slots) {
    sink.hint('server', 'model', MODULES[type] ?? `module type ${type}`, 1, `slot ${slot}`)
    sink.hint('server', 'firmware', firmware, 1, `slot ${slot}`)
  }
  for (const { what, assembly, revision, serial } of body.serials) {
    sink.hint('server', 'serial', serial, 1, what)
    sink.hint('server', 'hardware', `${assembly} ${revision}`.trim(), 1, what)
  }
}
