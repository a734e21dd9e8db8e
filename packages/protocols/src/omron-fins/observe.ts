/** FINS in the platform's words. A command speaks when it is answered, or when nothing answers it any more. */
import type { ModeChanged } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { readable, withoutPadding } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { movePart, tellFile } from '../moving-file.ts'
import { take, tell } from '../program-section.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { COMMANDS, END_CODES, errorName, FATAL_ERRORS, NON_FATAL_ERRORS, PARAMETER_AREAS, TCP_ERRORS } from './fins.table.ts'
import { type Fins, type FinsState, keyOf } from './omron-fins.ts'
import { eachElement, elementAt, spanAt, tagAt } from './tags.ts'

export function observe({ message: m, state }: SeenMessage<Fins, FinsState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`omron-fins.${name}`)
  if (m.command < 0) {
    observeEnvelope(m, sink)
    return
  }
  const key = keyOf(m.service, m.command)
  if (m.isAnswer) {
    const question = state.open.take(key)
    settle(question, m, state, sink)
  } else if (m.wantsAnswer) {
    const displaced = state.open.put(key, m)
    if (displaced !== undefined) settle(displaced, undefined, state, sink)
  } else settle(m, undefined, state, sink)
}

export function ended(state: FinsState, sink: Sink): void {
  for (const question of state.open.drain()) settle(question, undefined, state, sink)
  if (state.section !== undefined) tell(state.section, sink)
  if (state.file !== undefined) tellFile(state.file, sink)
  state.section = undefined
  state.file = undefined
}

function observeEnvelope({ envelope }: Fins, sink: Sink): void {
  if (envelope === undefined) return
  const ok = envelope.error === 0
  const error = ok ? '' : (TCP_ERRORS[envelope.error] ?? `error ${envelope.error}`)
  if (envelope.command === 1)
    sink.operation(`nodes/${error}`, { operation: 'node address', object: '', access: 'session', ok, error, part: undefined })
  else if (!ok) sink.anomaly('omron-fins.frame-refused', error)
}

/** Relay bits (W227 §5-1-3) say where it failed, not whether. */
const FLAGS = 0x80c0
const succeeded = (a: Fins): boolean => (a.endCode & ~FLAGS) === 0

function partOf([network, node, unit]: readonly [number, number, number]): string | undefined {
  if (network > 0) return `network ${network} node ${node}`
  return unit >= 0x10 && unit <= 0x1f ? `CPU bus unit ${unit - 0x10}` : undefined
}

function settle(q: Fins | undefined, a: Fins | undefined, state: FinsState, sink: Sink): void {
  const m = q ?? a!
  const ok = a === undefined ? undefined : succeeded(a)
  const part = partOf(q === undefined ? a!.from : q.to)
  const key = operationKey(m, q, a, part)
  if (!sink.again(key)) sink.operation(key, describe(m.command, q, a, ok, part))
  if (q !== undefined && a !== undefined && ok && m.command === 0x0101) readItems(q, a, key, part, sink)
  else if (q !== undefined) observeCommand(q, a, ok, part, state, sink)
  if (a !== undefined && ok) observeAnswer(a, q, part, state, sink)
}

/** One number for plain reads, the usual case; a text for the rest. */
function operationKey(m: Fins, q: Fins | undefined, a: Fins | undefined, part: string | undefined): number | string {
  const { body } = m
  if (m.command === 0x0101 && part === undefined && a?.endCode === 0 && q !== undefined && body.is === 'items') {
    const place = body.places[0]!
    return (place.area * 0x100_0000 + place.address) * 0x1_0000 + body.count
  }
  return `${m.command}/${part ?? ''}/${a?.endCode ?? ''}/${q === undefined ? '' : objectOf(q)}`
}

function describe(
  command: number,
  q: Fins | undefined,
  a: Fins | undefined,
  ok: boolean | undefined,
  part: string | undefined,
): OperationStatement {
  const [operation, access] = COMMANDS[command] ?? [`command 0x${command.toString(16).padStart(4, '0')}`, 'unknown' as const]
  return { operation, object: q === undefined ? '' : objectOf(q), access, ok, error: ok === false ? errorOf(a!) : '', part }
}

function errorOf(a: Fins): string {
  const code = a.endCode & ~FLAGS
  return (END_CODES[code] ?? `end code 0x${code.toString(16).padStart(4, '0')}`).replace(/ \(0x[0-9a-f]{4}\)$/, '').trim()
}

const NAMED = 8

function objectOf(q: Fins): string {
  const { body } = q
  switch (body.is) {
    case 'items': {
      const count = q.command === 0x0104 || q.command === 0x0105 ? 1 : body.count
      const shown = body.places.slice(0, NAMED).map((place) => spanAt(place.area, place.address, count))
      return q.command === 0x0105
        ? shown.join(' to ')
        : body.places.length > NAMED
          ? `${shown.join(', ')}, … ${body.places.length} items`
          : shown.join(', ')
    }
    case 'parameters':
      return (PARAMETER_AREAS[body.area] ?? `parameter area 0x${body.area.toString(16)}`).replace(/ \(0x.*/, '')
    case 'program':
    case 'clear':
    case 'protect':
    case 'run':
      return `program ${body.program}`
    case 'link-table':
      return 'data link table'
    case 'file':
      return body.names.slice(0, NAMED).join(', ')
    case 'copy':
      return `${body.source} to ${body.target}`
    case 'transfer':
      return body.name
    case 'forces':
      return body.bits
        .slice(0, NAMED)
        .map((bit) => tagAt(bit.area, bit.address))
        .join(', ')
    case 'error':
      return errorName(body.code)
    case 'name':
      return body.name
    default:
      return ''
  }
}

function readItems(q: Fins, a: Fins, key: number | string, part: string | undefined, sink: Sink): void {
  if (q.body.is !== 'items' || a.body.is !== 'data' || sink.sameBytes(key, a.body.data)) return
  const place = q.body.places[0]
  if (place !== undefined) eachElement(place.area, place.address, a.body.data, (tag, value, type) => sink.read(tag, value, type, part))
}

const RUN_MODES: Readonly<Record<number, readonly [ModeChanged['mode'], string]>> = {
  1: ['test', 'DEBUG'],
  2: ['run', 'MONITOR'],
  4: ['run', 'RUN'],
}

/** What the client asked for: said with its outcome, known or not. */
function observeCommand(
  q: Fins,
  a: Fins | undefined,
  ok: boolean | undefined,
  part: string | undefined,
  state: FinsState,
  sink: Sink,
): void {
  const { body } = q
  switch (q.command) {
    case 0x0102:
      if (body.is !== 'items' || body.places[0] === undefined) return
      eachElement(body.places[0].area, body.places[0].address, body.data, (tag, value, type) => sink.wrote(tag, value, type, ok, part))
      return
    case 0x0103:
      if (body.is !== 'items' || body.places[0] === undefined || body.data.length < 2) return
      sink.wrote(spanAt(body.places[0].area, body.places[0].address, body.count), elementAt(2, body.data, 0), 'uint16', ok, part)
      return
    case 0x0104:
      if (ok && body.is === 'items' && a?.body.is === 'values') readMany(body.places, a.body.values, part, sink)
      return
    case 0x0202:
    case 0x0203:
    case 0x0221:
      sink.say({ kind: 'configuration.changed', what: objectOf(q), value: q.command === 0x0203 ? 'cleared' : '', ok })
      return
    case 0x0304:
    case 0x0305:
      protect(q, ok, sink)
      return
    case 0x0307:
      if (body.is === 'program') movedProgram('program.downloaded', body.program, body.count, body.data, ok, state, sink)
      return
    case 0x0308:
      sink.say({
        kind: 'program.edited',
        section: objectOf(q),
        sectionType: 'cleared program',
        bytes: 0,
        hash: undefined,
        user: undefined,
        ok,
      })
      return
    case 0x0401: {
      const [mode, detail] = RUN_MODES[body.is === 'run' && body.mode >= 0 ? body.mode : 2] ?? ['unknown', 'unknown mode']
      sink.say({ kind: 'mode.changed', mode, by: 'command', detail, ok })
      return
    }
    case 0x0402:
      sink.say({ kind: 'mode.changed', mode: 'program', by: 'command', detail: 'PROGRAM', ok })
      return
    case 0x0403:
      sink.say({ kind: 'device.restarted', how: 'reset', ok })
      return
    case 0x0702:
      if (body.is === 'clock') sink.say({ kind: 'time.set', to: clockText(body.fields), ok })
      return
    case 0x2301:
      if (body.is !== 'forces') return
      for (const bit of body.bits.slice(0, 64)) {
        sink.say({ kind: 'tag.forced', tag: tagAt(bit.area, bit.address), action: bit.action < 2 ? 'force' : 'unforce', ok })
        if (bit.action < 2) sink.wrote(tagAt(bit.area, bit.address), bit.action === 1, 'bool', ok, part)
      }
      return
    case 0x2302:
      sink.say({ kind: 'tag.forced', tag: 'all', action: 'unforce', ok })
      return
    case 0x2601:
    case 0x2602:
      sink.say({ kind: 'configuration.changed', what: 'name', value: body.is === 'name' ? readable(body.name) : '', ok })
      return
    default:
      observeFiles(q, a, ok, state, sink)
  }
}

function observeFiles(q: Fins, a: Fins | undefined, ok: boolean | undefined, state: FinsState, sink: Sink): void {
  const { body } = q
  if (q.command === 0x2202 && ok && body.is === 'file' && a?.body.is === 'file-data') {
    state.file = movePart(state.file, body.names[0] ?? '', 'to-client', a.body.data, a.body.position === 0, sink)
  } else if (q.command === 0x2203 && body.is === 'file') {
    state.file = movePart(state.file, body.names[0] ?? '', 'to-server', body.data, body.position === 0, sink)
  } else if (q.command === 0x220c && body.is === 'transfer') {
    const kind = body.parameter === 1 ? 'program.downloaded' : 'program.uploaded'
    if (body.parameter < 2)
      sink.say({
        kind,
        section: `program ${body.area}`,
        sectionType: `file ${body.name}`,
        bytes: body.count,
        hash: undefined,
        user: undefined,
        ok,
      })
  } else if (COMMANDS[q.command]?.[1] === 'configure') {
    const [what] = COMMANDS[q.command]!
    sink.say({ kind: 'configuration.changed', what, value: objectOf(q), ok })
  }
}

function protect(q: Fins, ok: boolean | undefined, sink: Sink): void {
  if (q.body.is !== 'protect') return
  const isClear = q.command === 0x0305
  sink.say({ kind: 'configuration.changed', what: 'program protection', value: isClear ? 'off' : 'on', ok })
  if (isClear) sink.say({ kind: 'login.tried', user: '', domain: '', method: 'FINS program password', ok })
  const { password } = q.body
  if (password !== '') sink.say({ kind: 'credential.exposed', user: '', mask: maskSecret(password), weakness: 'clear' })
}

function readMany(
  places: readonly { area: number; address: number }[],
  values: readonly { area: number; data: Uint8Array }[],
  part: string | undefined,
  sink: Sink,
): void {
  for (let i = 0; i < places.length && i < values.length; i++) {
    const place = places[i]!
    eachElement(place.area, place.address, values[i]!.data, (tag, value, type) => sink.read(tag, value, type, part))
  }
}

/** The top bit of the byte count marks the part with the last word. */
function movedProgram(
  kind: 'program.uploaded' | 'program.downloaded',
  program: number,
  count: number,
  data: Uint8Array,
  ok: boolean | undefined,
  state: FinsState,
  sink: Sink,
): void {
  state.section = take(state.section, kind, `program ${program}`, 'program', data, ok, sink)
  if (count >> 15 === 0) return
  tell(state.section, sink)
  state.section = undefined
}

/** What the controller states, asked for or not. */
function observeAnswer(a: Fins, q: Fins | undefined, part: string | undefined, state: FinsState, sink: Sink): void {
  const { body } = a
  const text = (bytes: string): string => readable(withoutPadding(bytes.split('\0')[0]!))
  switch (body.is) {
    case 'controller':
      sink.hint('server', 'vendor', 'Omron', 0.9, part)
      sink.hint('server', 'type', 'plc', 0.9, part)
      sink.hint('server', 'model', text(body.model), 1, part)
      sink.hint('server', 'firmware', text(body.version), 1, part)
      return
    case 'units':
      for (const unit of body.units)
        sink.hint('server', 'model', text(unit.model), 1, `unit 0x${unit.address.toString(16).padStart(2, '0')}`)
      return
    case 'status':
      observeStatus(body, state, sink)
      return
    case 'program':
      if (a.command === 0x0306) movedProgram('program.uploaded', body.program, body.count, body.data, true, state, sink)
      return
    case 'error-log':
      for (const record of body.records.slice(0, 20)) sink.say({ kind: 'device.diagnosed', what: errorName(record.code), fault: true })
      return
    case 'name':
      if (q === undefined || q.command === 0x2603) sink.hint('server', 'name', readable(body.name), 1, part)
      return
    default:
  }
}

const STATED_MODES: Readonly<Record<number, readonly [ModeChanged['mode'], string]>> = { ...RUN_MODES, 0: ['program', 'PROGRAM'] }

function observeStatus(body: Extract<Fins['body'], { is: 'status' }>, state: FinsState, sink: Sink): void {
  const [mode, detail] = STATED_MODES[body.mode] ?? ['unknown', `mode ${body.mode}`]
  if (state.mode !== body.mode) {
    state.mode = body.mode
    sink.say({ kind: 'mode.changed', mode, by: 'report', detail, ok: true })
  }
  sink.hint('server', 'state', detail, 1)
  const faults = [...named(FATAL_ERRORS, body.fatal), ...named(NON_FATAL_ERRORS, body.nonFatal)]
  for (const what of faults) sink.say({ kind: 'device.diagnosed', what, fault: true })
  if (body.error !== '') sink.say({ kind: 'device.diagnosed', what: readable(body.error), fault: true })
}

function named(bits: readonly (readonly [number, string])[], value: number): Set<string> {
  const found = new Set<string>()
  for (const [bit, name] of bits) if ((value >> bit) & 1) found.add(name.replace('poser', 'power').toLowerCase())
  return found
}

const bcd = (byte: number): number => (byte >> 4) * 10 + (byte & 15)
const two = (value: number): string => String(value).padStart(2, '0')

/** `2009-01-20 01:02:01`, without a zone: none is on the wire. */
function clockText(fields: Uint8Array): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = Array.from(fields, bcd)
  return `${2000 + year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`
}
