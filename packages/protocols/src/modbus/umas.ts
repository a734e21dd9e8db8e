/**
 * UMAS, Schneider's engineering protocol in function 90, as publicly analysed: identity, who reserves the controller, its
 * mode, and its program on the way in or out.
 *
 *   | session u8 | function u8 | data … |  answer: | session u8 | FE accepted, FD refused | data … |   little-endian
 */
import { type Section, take, tell } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import type { Modbus, ModbusState } from './modbus.ts'
import { longestText, text } from './text.ts'
import { learnNames } from './umas-dictionary.ts'
import { applicationOf, tellMemoryRead, tellMemoryWritten } from './umas-memory.ts'
import { tellRead, tellWritten } from './umas-variables.ts'

export function observeUmas(q: Modbus, a: Modbus | undefined, ok: boolean | undefined, state: ModbusState, sink: Sink): void {
  switch (q.sub) {
    case 0x02:
      if (ok && a !== undefined) identify(a.data, sink)
      return
    case 0x03:
      if (ok && a !== undefined) sink.hint('server', 'project', longestText(a.data), 0.8)
      return
    case 0x04:
      if (ok && a !== undefined) stated(a.data, state, sink)
      return
    case 0x10:
      reserved(q.data, ok, sink)
      return
    case 0x20:
      if (ok && a !== undefined) tellMemoryRead(q.data, a.data, sink)
      return
    case 0x21:
      tellMemoryWritten(q.data, ok, sink)
      return
    case 0x26:
      if (ok && a !== undefined) learnNames(q.data, a.data, (state.names ??= new Map()))
      return
    case 0x22:
      if (ok && a !== undefined) tellRead(q.data, a.data, state.names, sink)
      return
    case 0x23:
      tellWritten(q.data, ok, state.names, sink)
      return
    case 0x31:
      // Block number and length go before the block.
      state.section = part(state, 'program.downloaded', q.data.subarray(6), ok, sink)
      return
    case 0x34:
      if (ok && a !== undefined) state.section = part(state, 'program.uploaded', a.data.subarray(4), ok, sink)
      return
    case 0x32:
    case 0x35:
      umasEnded(state, sink)
      return
    case 0x40:
      sink.say({ kind: 'mode.changed', mode: 'run', by: 'command', detail: 'UMAS start PLC', ok })
      return
    case 0x41:
      sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'UMAS stop PLC', ok })
      return
    default:
  }
}

/** A transfer that nobody ended is told with what came. */
export function umasEnded(state: ModbusState, sink: Sink): void {
  if (state.section !== undefined) tell(state.section, sink)
  state.section = undefined
}

function part(state: ModbusState, kind: Section['kind'], data: Uint8Array, ok: boolean | undefined, sink: Sink): Section {
  return take(state.section, kind, 'whole project', 'project', data, ok, sink)
}

/** Range and number of the product, firmware in BCD, and further on its name with the length before it. */
function identify(data: Uint8Array, sink: Sink): void {
  sink.hint('server', 'vendor', 'Schneider Electric', 0.9)
  sink.hint('server', 'type', 'plc', 0.9)
  sink.hint('server', 'model', longestText(data), 1)
  const major = data[9] ?? 0
  const minor = data[8] ?? 0
  if (major + minor > 0) sink.hint('server', 'firmware', `${major.toString(16)}.${minor.toString(16).padStart(2, '0')}`, 0.9)
}

/** Another signature than before: the application was changed, from here or from elsewhere. */
function stated(data: Uint8Array, state: ModbusState, sink: Sink): void {
  const application = applicationOf(data)
  if (application === undefined || application === state.application) return
  sink.hint('server', 'description', `application ${application}`, 0.7)
  if (state.application !== undefined) {
    const section = 'whole project'
    sink.say({ kind: 'program.edited', section, sectionType: 'changed signature', bytes: 0, hash: undefined, user: undefined, ok: true })
  }
  state.application = application
}

/** Four bytes, the length of the owner's name, and the name: the engineering station's own. */
function reserved(data: Uint8Array, ok: boolean | undefined, sink: Sink): void {
  const owner = text(data.subarray(5, 5 + (data[4] ?? 0)))
  sink.say({ kind: 'login.tried', user: owner, domain: '', method: 'UMAS reservation', ok })
  if (owner !== '') sink.hint('client', 'user', owner, 0.8)
}
