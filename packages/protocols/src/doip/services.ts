/** What each UDS service means beyond being an operation. */
import type { TagValue } from '@isthmus/model'
import { byteText, hexText, SHOWN_BYTES, withoutPadding } from '../byte-text.ts'
import { MovingBytes, sideOf } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { IDENTIFIERS, RESETS, ROUTINES, SESSIONS, SID } from './doip.table.ts'
import type { DoipState } from './doip.ts'
import type { Uds } from './uds.ts'

const MAX_TRANSFERS = 16
const MAX_FAULTS = 64
/** Status bits of a DTC: test failed, confirmed. */
const FAILED = 0x01
const CONFIRMED = 0x08

const hex4 = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`

export function nameOf(id: number): string {
  return IDENTIFIERS[id]?.[0] ?? hex4(id)
}

/** What a request is about. */
export function objectOf(q: Uds): string {
  switch (q.service) {
    case SID.read:
      return q.ids.map(nameOf).join(', ')
    case SID.write:
    case SID.control:
      return nameOf(q.id)
    case SID.routine:
      return `${ROUTINES[q.sub] ?? `control ${q.sub}`} ${hex4(q.id)}`
    case SID.session:
      return SESSIONS[q.sub] ?? `session ${q.sub}`
    case SID.reset:
      return RESETS[q.sub] ?? `reset ${q.sub}`
    case SID.securityAccess:
      return `level ${q.sub + (q.sub & 1)} ${(q.sub & 1) === 1 ? 'seed' : 'key'}`
    case SID.file:
      return byteText(q.data.subarray(3, 3 + (((q.data[1] ?? 0) << 8) | (q.data[2] ?? 0))))
    case SID.clearFaults:
      return `group 0x${hexText(q.data.subarray(0, 3))}`
    default:
      if (q.address >= 0) return memoryOf(q)
      return q.sub >= 0 && q.service !== SID.present ? `sub-function ${q.sub}` : ''
  }
}

const memoryOf = (q: Uds): string => `0x${q.address.toString(16)} (${q.size} bytes)`

export function effect(q: Uds, a: Uds | undefined, ok: boolean | undefined, ecu: number, part: string, state: DoipState, sink: Sink): void {
  switch (q.service) {
    case SID.read:
      // Several identifiers in one answer: where one ends is the maker's knowledge.
      if (ok === true && q.ids.length === 1) told(q.id, a!.data, part, sink)
      return
    case SID.write:
      return sink.wrote(nameOf(q.id), contentOf(q.data), 'octets', ok, part)
    case SID.control:
      return sink.say({ kind: 'tag.forced', tag: `${part} ${nameOf(q.id)}`, action: (q.data[0] ?? 0) === 0 ? 'unforce' : 'force', ok })
    case SID.session:
      if (q.sub === 2) sink.say({ kind: 'mode.changed', mode: 'program', by: 'command', detail: `${part} programming session`, ok })
      return
    case SID.reset:
      return sink.say({ kind: 'device.restarted', how: `${part} ${RESETS[q.sub] ?? `reset ${q.sub}`}`, ok })
    case SID.securityAccess:
      if ((q.sub & 1) === 0) sink.say({ kind: 'login.tried', user: '', domain: part, method: `security access level ${q.sub}`, ok })
      return
    case SID.communication:
    case SID.faultSetting:
      return sink.say({
        kind: 'configuration.changed',
        what: `${part} ${q.service === SID.communication ? 'communication' : 'DTC setting'}`,
        value: `sub-function ${q.sub}`,
        ok,
      })
    case SID.writeMemory:
      return sink.say({
        kind: 'program.edited',
        section: `${part} ${memoryOf(q)}`,
        sectionType: 'memory',
        bytes: q.data.length,
        hash: undefined,
        user: undefined,
        ok,
      })
    case SID.readFaults:
      if (ok === true && q.sub === 2) faults(a!.data, part, sink)
      return
    case SID.download:
    case SID.upload:
      if (ok === true) begin(q, ecu, part, state, sink)
      return
    case SID.transfer:
      return transfer(q, a, ok, ecu, state)
    case SID.exit:
      return finish(ok, ecu, state, sink)
    default:
  }
}

function told(id: number, data: Uint8Array, part: string, sink: Sink): void {
  const value = contentOf(data)
  sink.read(nameOf(id), value, 'octets', part)
  const attribute = IDENTIFIERS[id]?.[1]
  if (attribute !== undefined && typeof value === 'string') sink.hint('server', attribute, value, 0.9, part)
}

/** Texts where all of it prints, else hexadecimal. */
function contentOf(data: Uint8Array): TagValue {
  const text = withoutPadding(byteText(data.subarray(0, 256)))
  return text.length > 0 && /^[\x20-\x7e]+$/.test(text) ? text : hexText(data, SHOWN_BYTES)
}

/** Availability mask, then three octets and a status each (ISO 14229-1 §12.3). */
function faults(data: Uint8Array, part: string, sink: Sink): void {
  for (let at = 1, n = 0; at + 4 <= data.length && n < MAX_FAULTS; at += 4, n++) {
    const status = data[at + 3]!
    if ((status & (FAILED | CONFIRMED)) === 0) continue
    sink.sayFrom('server', { kind: 'device.diagnosed', what: `${part} DTC 0x${hexText(data.subarray(at, at + 3))}`, fault: true })
  }
}

function begin(q: Uds, ecu: number, part: string, state: DoipState, sink: Sink): void {
  if (state.transfers.size >= MAX_TRANSFERS) state.transfers.delete(state.transfers.keys().next().value!)
  const kind = q.service === SID.download ? 'program.downloaded' : 'program.uploaded'
  state.transfers.set(ecu, { kind, name: `${part} ${memoryOf(q)}`, moving: new MovingBytes(sideOf(kind), sink) })
}

function transfer(q: Uds, a: Uds | undefined, ok: boolean | undefined, ecu: number, state: DoipState): void {
  const known = state.transfers.get(ecu)
  if (known === undefined || ok !== true) return
  const data = known.kind === 'program.downloaded' ? q.data : a!.data
  known.moving.update(data)
}

function finish(ok: boolean | undefined, ecu: number, state: DoipState, sink: Sink): void {
  const known = state.transfers.get(ecu)
  if (known === undefined) return
  state.transfers.delete(ecu)
  sink.say({ kind: known.kind, section: known.name, sectionType: 'memory', ...known.moving.end(sink), user: undefined, ok })
}
