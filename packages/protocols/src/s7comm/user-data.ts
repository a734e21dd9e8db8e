/** User data: status lists, blocks, clock, password, cyclic values, programmer's controls. */
import type { Access } from '@isthmus/model'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { alarmed } from './alarms.ts'
import { countBlocks, describeBlock } from './blocks.ts'
import { addressOf, textOf } from './items.ts'
import { remember } from './remembered.ts'
import { CPU_FUNCTIONS, GROUPS, PARAMETER_ERRORS, REFUSALS, SZL_NAMES } from './s7comm.table.ts'
import type { S7comm, S7State } from './s7comm.ts'
import { joinSzl, observeSzl } from './szl.ts'
import { programmed, readPushed, tablePushed } from './tables.ts'
import { blockName } from './transfer.ts'

export function settleUserData(q: S7comm, a: S7comm | undefined, state: S7State, sink: Sink): void {
  const ok = a === undefined ? undefined : a.parameterError <= 0 && (a.returnCode === 0xff || a.returnCode < 0 || a.data.length === 0)
  const group = q.code & 0x0f
  const object = objectOf(q)
  const error = ok === false && a !== undefined ? errorOf(a) : ''
  const key = `user ${q.code}/${q.sub}/${object}/${ok}/${error}`
  // The next part of an answer is no operation of its own.
  if (!(group === 4 && q.sub === 1 && object === '') && !sink.again(key)) {
    sink.operation(key, { operation: nameOf(q), object, access: accessOf(q), ok, error, part: undefined })
  }
  switch (group) {
    case 1:
      programmed(q, a, ok, state, sink)
      return
    case 2:
      if (ok && a !== undefined && q.items.length > 0) {
        remember(state.cyclic, a.sequence, { items: q.items })
        readPushed(a, q.items, sink)
      }
      return
    case 3:
      if (ok && a !== undefined && q.sub === 1) countBlocks(a, sink)
      if (ok && a !== undefined && q.sub === 3) describeBlock(a, object, state, sink)
      return
    case 4:
      if (ok && a !== undefined && q.sub === 1) readSzl(a, state, sink)
      return
    case 5:
      if (q.sub === 1) observePassword(q, ok, sink)
      return
    case 7:
      if (q.sub === 2 || q.sub === 4) sink.say({ kind: 'time.set', to: clockOf(q.data), ok })
      return
    default:
  }
}

/** The controller speaks unasked: cyclic values, diagnostics, alarms. */
export function observePush(m: S7comm, state: S7State, sink: Sink): void {
  const key = `push ${m.code}/${m.sub}`
  if (!sink.again(key)) {
    sink.operation(key, { operation: `${nameOf(m)} (push)`, object: '', access: 'read', ok: true, error: '', part: undefined })
  }
  const group = m.code & 0x0f
  if (group === 2) {
    const items = state.cyclic.get(m.sequence)?.items
    if (items !== undefined && !sink.sameBytes(`cyclic ${m.sequence}`, m.data)) readPushed(m, items, sink)
  } else if (group === 1) {
    tablePushed(m, state, sink)
  } else if (group === 0) {
    const mode = MODES[m.sub]
    if (mode === undefined || mode === state.mode) return
    state.mode = mode
    sink.say({ kind: 'mode.changed', mode, by: 'report', detail: nameOf(m), ok: true })
  } else if (group === 4 && m.sub === 3) {
    sink.sayFrom('server', { kind: 'device.diagnosed', what: `diagnostic event ${hex4(word(m.data, 0))}`, fault: false })
  } else if (group === 4) alarmed(m, sink)
}

const MODES: Readonly<Record<number, 'run' | 'stop'>> = { 0: 'stop', 1: 'run', 2: 'run', 3: 'run', 4: 'stop', 6: 'run', 9: 'run' }

function nameOf(m: S7comm): string {
  const cpu = cpuFunction(m)
  if (cpu !== undefined) return cpu[0]
  const group = GROUPS[m.code & 0x0f]
  return (group?.subs[m.sub]?.[0] ?? `${group?.name ?? 'user data'} ${m.sub}`).toLowerCase().replace('szl', 'SZL').replace('plc', 'PLC')
}

const cpuFunction = (m: S7comm) => ((m.code & 0x0f) === 4 ? CPU_FUNCTIONS[m.sub] : undefined)

function accessOf(m: S7comm): Access {
  return cpuFunction(m)?.[1] ?? GROUPS[m.code & 0x0f]?.subs[m.sub]?.[1] ?? 'unknown'
}

function objectOf(q: S7comm): string {
  const group = q.code & 0x0f
  if (group === 4 && q.sub === 1 && q.data.length >= 4) {
    const id = word(q.data, 0)
    const name = SZL_NAMES[id & 0xff]
    return `SZL ${hex4(id)} index ${hex4(word(q.data, 2))}${name === undefined ? '' : ` (${name})`}`
  }
  if (group === 3 && q.sub === 3 && q.data.length >= 8) return blockName(`_${textOf(q.data.subarray(0, 8))}`)
  if (group === 3 && q.sub === 2 && q.data.length >= 2) return blockName(`_${textOf(q.data.subarray(0, 2))}00000`).replace(/\d+$/, '')
  return q.items.slice(0, 8).map(addressOf).join(', ')
}

function errorOf(a: S7comm): string {
  if (a.parameterError > 0) return PARAMETER_ERRORS[a.parameterError] ?? `error ${hex4(a.parameterError)}`
  return REFUSALS[a.returnCode] ?? `return code ${a.returnCode}`
}

function readSzl(a: S7comm, state: S7State, sink: Sink): void {
  const list = joinSzl(a, state.szl)
  if (list === undefined) return
  state.whole = { of: a, list }
  observeSzl(list, state, sink)
}

/** Eight characters, each mixed with 0x55 and the one two places before: an encoding, not a cipher. */
function observePassword(q: S7comm, ok: boolean | undefined, sink: Sink): void {
  const coded = q.data.subarray(0, 8)
  let clear = ''
  for (let i = 0; i < coded.length; i++) clear += String.fromCharCode(coded[i]! ^ 0x55 ^ (i < 2 ? 0 : coded[i - 2]!))
  const secret = clear.replace(/[\0 ]+$/, '')
  sink.say({ kind: 'login.tried', user: '', domain: '', method: 'S7 protection password', ok })
  if (secret === '') return
  sink.say({ kind: 'credential.exposed', user: '', mask: maskSecret(secret), weakness: 'clear' })
}

/** Reserved byte, century, then year to second in BCD; milliseconds and weekday follow. */
function clockOf(data: Uint8Array): string {
  if (data.length < 8) return ''
  const bcd = (at: number): string => data[at]!.toString(16).padStart(2, '0')
  const year = Number.parseInt(bcd(2), 10)
  return `${Number.isNaN(year) ? '????' : String(year < 90 ? 2000 + year : 1900 + year)}-${bcd(3)}-${bcd(4)}T${bcd(5)}:${bcd(6)}:${bcd(7)}`
}

const word = (data: Uint8Array, at: number): number => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0)
const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`
