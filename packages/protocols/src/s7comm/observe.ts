/** S7comm in the platform's words. A question speaks when it is answered, or when nothing answers it any more. */
import type { Access } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { OperationStatement, Sink } from '../protocol.ts'
import { addressOf, elementsOf } from './items.ts'
import { ERROR_CLASSES, FUNCTIONS, PARAMETER_ERRORS, REFUSALS, ROSCTR } from './s7comm.table.ts'
import type { S7comm, S7State } from './s7comm.ts'
import { announce, blockName, blocksIn, download, upload } from './transfer.ts'
import { observePush, settleUserData } from './user-data.ts'

type Seen = SeenMessage<S7comm, S7State>

/** Open jobs of one side; beyond it the oldest counts as unanswered. */
const MAX_OPEN = 32

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, asked, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`s7comm.${m.anomalies[i]}`)
  if (m.rosctr === ROSCTR.job || (m.rosctr === ROSCTR.userData && m.code >> 4 === 4)) {
    if (from === 'server') keepJob(state.serverJobs, m)
    else wait(state, m, sink)
    return
  }
  if (m.rosctr === ROSCTR.userData && m.code >> 4 === 0) {
    observePush(m, state, sink)
    return
  }
  if (from === 'client') {
    const job = state.serverJobs.get(m.reference)
    if (job === undefined) return
    state.serverJobs.delete(m.reference)
    settleServerJob(job, m, state, sink)
    return
  }
  if (asked === undefined) {
    if (!state.hasAsked) unasked(m, sink)
    return
  }
  state.open.delete(m.reference)
  settle(asked, m, state, sink)
}

export function ended(state: S7State, sink: Sink): void {
  for (const job of state.open.values()) settle(job, undefined, state, sink)
  state.open.clear()
}

function wait(state: S7State, m: S7comm, sink: Sink): void {
  state.hasAsked = true
  const displaced = state.open.get(m.reference) ?? (state.open.size >= MAX_OPEN ? state.open.values().next().value : undefined)
  if (displaced !== undefined) {
    state.open.delete(displaced.reference)
    settle(displaced, undefined, state, sink)
  }
  state.open.set(m.reference, m)
}

/** Where only the controller's direction is captured: its answer names the function, and says that it was done. */
function unasked(m: S7comm, sink: Sink): void {
  if (m.rosctr !== ROSCTR.ackData || FUNCTIONS[m.code] === undefined || m.anomalies.includes('truncated')) return
  const ok = succeeded(m)
  const key = `unasked ${m.code}/${ok ? '' : errorOf(m)}`
  if (!sink.again(key)) sink.operation(key, describe(m, m, ok))
  if (m.code === 0x29) sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail: '', ok })
}

function keepJob(jobs: Map<number, S7comm>, m: S7comm): void {
  if (jobs.size >= MAX_OPEN) jobs.delete(jobs.keys().next().value!)
  jobs.set(m.reference, m)
}

function settle(q: S7comm, a: S7comm | undefined, state: S7State, sink: Sink): void {
  if (q.rosctr === ROSCTR.userData) {
    settleUserData(q, a, state, sink)
    return
  }
  const ok = a === undefined ? undefined : succeeded(a)
  const key = ok === true ? q.signature : `${q.signature}/${ok}/${a === undefined ? '' : errorOf(a)}`
  if (!sink.again(key)) sink.operation(key, describe(q, a, ok))
  switch (q.code) {
    case 0x04:
      if (a !== undefined && !sink.sameBytes(q.signature, a.data)) readValues(q, a, sink)
      return
    case 0x05:
      wroteValues(q, a, ok, sink)
      return
    case 0x1a:
      if (ok) announce(q, ok, state.transfers, sink)
      return
    case 0x1d:
    case 0x1e:
    case 0x1f:
      if (a !== undefined) upload(q, a, ok === true, state.transfers, sink)
      return
    case 0x28:
      state.blocks.clear()
      invoked(q, ok, sink)
      return
    case 0x29:
      sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail: q.service, ok })
      return
    default:
  }
}

function succeeded(a: S7comm): boolean {
  return a.errorClass <= 0 && a.errorCode <= 0 && (a.code > 0x05 || a.values.every((value) => value.code === 0xff))
}

function errorOf(a: S7comm): string {
  if (a.errorClass > 0 || a.errorCode > 0) {
    const code = (a.errorClass << 8) | a.errorCode
    const kind = ERROR_CLASSES[a.errorClass]?.toLowerCase()
    return PARAMETER_ERRORS[code] ?? `${kind ?? 'error'} ${hex2(a.errorClass)}${hex2(a.errorCode)}`
  }
  const failed = a.values.find((value) => value.code !== 0xff)
  return failed === undefined ? '' : (REFUSALS[failed.code] ?? `return code ${hex2(failed.code)}`)
}

const hex2 = (value: number): string => value.toString(16).padStart(2, '0')

function describe(q: S7comm, a: S7comm | undefined, ok: boolean | undefined): OperationStatement {
  const [operation, , access] = FUNCTIONS[q.code] ?? [`function 0x${hex2(q.code)}`, '', 'unknown' as Access]
  const [named, does] = q.code === 0x28 ? invocationOf(q) : [operation, access]
  return {
    operation: named,
    object: objectOf(q),
    access: does,
    ok,
    error: ok === false && a !== undefined ? errorOf(a) : '',
    part: undefined,
  }
}

function objectOf(q: S7comm): string {
  if (q.items.length > 0) {
    const shown = q.items.slice(0, 8).map(addressOf).join(', ')
    return q.items.length > 8 ? `${shown}, … ${q.items.length} items` : shown
  }
  if (q.file !== '') return blockName(q.file)
  return q.code === 0x28 ? blocksIn(q.argument) : ''
}

const INVOCATIONS: Readonly<Record<string, readonly [operation: string, access: Access]>> = {
  P_PROGRAM: ['start', 'control'],
  _MODU: ['copy RAM to ROM', 'program'],
  _GARB: ['compress memory', 'program'],
  _INSE: ['activate block', 'program'],
  _INS2: ['activate block', 'program'],
  _DELE: ['delete block', 'program'],
}

function invocationOf(q: S7comm): readonly [string, Access] {
  return INVOCATIONS[q.service] ?? [`invoke ${q.service}`, 'control']
}

function invoked(q: S7comm, ok: boolean | undefined, sink: Sink): void {
  if (q.service === 'P_PROGRAM') {
    // The argument `C ` asks for a cold restart, none for a warm one.
    const detail = q.argument.startsWith('C') ? 'cold restart' : 'warm restart'
    sink.say({ kind: 'mode.changed', mode: 'run', by: 'command', detail, ok })
  } else if (q.service === '_DELE') {
    const section = blocksIn(q.argument)
    sink.say({ kind: 'program.edited', section, sectionType: 'deleted block', bytes: 0, hash: undefined, user: undefined, ok })
  } else if (q.service === '_MODU') {
    sink.say({ kind: 'configuration.changed', what: 'copy RAM to ROM', value: q.argument, ok })
  }
}

function readValues(q: S7comm, a: S7comm, sink: Sink): void {
  const n = Math.min(q.items.length, a.values.length)
  for (let i = 0; i < n; i++) {
    const value = a.values[i]!
    if (value.code !== 0xff) continue
    for (const element of elementsOf(q.items[i]!, value.data)) sink.read(element.tag, element.value, element.dataType)
  }
}

function wroteValues(q: S7comm, a: S7comm | undefined, ok: boolean | undefined, sink: Sink): void {
  const n = Math.min(q.items.length, q.values.length)
  for (let i = 0; i < n; i++) {
    const answered = a?.values[i]
    const done = answered === undefined ? ok : answered.code === 0xff
    for (const element of elementsOf(q.items[i]!, q.values[i]!.data)) sink.wrote(element.tag, element.value, element.dataType, done)
  }
}

/** The controller asked for a part of a block, or said that it has it all. */
function settleServerJob(q: S7comm, a: S7comm, state: S7State, sink: Sink): void {
  const ok = a.errorClass <= 0 && a.errorCode <= 0
  const key = `server ${q.signature}/${ok}`
  if (!sink.again(key)) sink.operation(key, describe(q, a, ok))
  if (q.code === 0x1b || q.code === 0x1c) download(q, a, ok, state.transfers, sink)
  // What this client loads is told as a download.
  state.blocks.clear()
}
