/** HART-IP in the platform's words: who the device is, its variables, what was changed, and its own complaints. */
import type { TagValue } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import type { Cell, Sink } from '../protocol.ts'
import { RESPONSES, STATUS } from './codes.table.ts'
import { type CommandData, commandAccess, commandName, fieldOf } from './commands.ts'
import { type Called, type HartIp, type HartState, ID, TYPE } from './hart-ip.ts'
import { IDENTIFIES, identify } from './identify.ts'

type Seen = SeenMessage<HartIp, HartState>

const SESSION: Readonly<Record<number, string>> = {
  [ID.open]: 'open session',
  [ID.close]: 'close session',
  [ID.alive]: 'keep alive',
  [ID.audit]: 'read audit log',
}
const MAX_TOLD = 1024
const DEVICE_RESET = 42
const SET_CLOCK = 89
/** Response codes that warn: the command was done all the same. */
const WARNINGS: readonly number[] = [8, 30]

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, state } = seen
  if (m.isTruncated) sink.anomaly('hart-ip.truncated')
  const isAnswer = m.type !== TYPE.request
  const asker = isAnswer ? other(from) : from
  if (m.token === undefined && m.direct === undefined) {
    const name = SESSION[m.id]
    if (name === undefined || !isAnswer) return
    const error = m.status === 0 || WARNINGS.includes(m.status) ? '' : (STATUS[m.status] ?? `status ${m.status}`)
    say(name, '', m.id === ID.audit ? 'read' : 'session', undefined, error, asker, sink)
    return
  }
  const device = m.token?.unique === undefined ? '' : addressOf(m.token.unique)
  const part = device === '' || state.own === '' || device === state.own ? undefined : `device ${device}`
  // The first address that a host asks by is its own: gateways answer for others by other addresses.
  if (device !== '' && state.own === '') state.own = device
  const calls: readonly Called[] = m.token !== undefined ? [m.token.called] : m.direct!.commands
  for (const called of calls) if (isAnswer) answered(called, part, asker, seen, sink)
  const status = m.token?.deviceStatus ?? (isAnswer ? m.direct?.deviceStatus : undefined)
  if (status !== undefined) complain(status, part, asker, state, sink)
}

function answered(called: Called, part: string | undefined, asker: Side, seen: Seen, sink: Sink): void {
  const { number, responseCode = 0, data } = called
  const isPublished = seen.message.type === TYPE.publish
  // Bit 7 marks a communication error rather than a response code.
  const error = responseCode === 0 || WARNINGS.includes(responseCode) ? '' : (RESPONSES[responseCode] ?? `response code ${responseCode}`)
  const access = commandAccess(number)
  const name = isPublished ? `publish ${commandName(number)}` : commandName(number)
  say(name, '', access, part, error, isPublished ? other(asker) : asker, sink)
  if (number === DEVICE_RESET) sink.sayFrom(asker, { kind: 'device.restarted', how: part ?? 'command', ok: error === '' })
  if (data === undefined) return
  if (access === 'configure' && error === '') changed(number, data, part, asker, sink)
  if (IDENTIFIES.includes(number)) identify(data, part, other(asker), sink)
  if (error === '' && (access === 'read' || access === 'write')) variables(data, part, asker, access === 'write', seen, sink)
}

function changed(number: number, data: CommandData, part: string | undefined, asker: Side, sink: Sink): void {
  const columns = (data.isResponse ? data.command?.response : data.command?.request)?.columns ?? []
  const value = columns
    .flatMap(([name], i) => (data.cells[i] === undefined ? [] : [`${name.replaceAll('_', ' ')} ${shown(data.cells[i])}`]))
    .join(', ')
  if (number === SET_CLOCK)
    return sink.sayFrom(asker, { kind: 'time.set', to: `${fieldOf(data, 'date')} ${fieldOf(data, 'time_of_day')}`, ok: true })
  const what = part === undefined ? commandName(number) : `${part}: ${commandName(number)}`
  sink.sayFrom(asker, { kind: 'configuration.changed', what, value: value.slice(0, 256), ok: true })
}

function shown(cell: Cell): string {
  return String(cell).replace(/[\0@ ]+$/, '')
}

/** Floats of a message are its variables; device variables are told by their number. */
function variables(data: CommandData, part: string | undefined, asker: Side, isWrite: boolean, seen: Seen, sink: Sink): void {
  const columns = data.command?.response?.columns ?? []
  for (let i = 0; i < columns.length && i < data.cells.length; i++) {
    const [name, type] = columns[i]!
    const value = data.cells[i]
    // Not a number: the device has no such variable.
    if (type !== 'double' || typeof value !== 'number' || !Number.isFinite(value)) continue
    const slot = /^(?:response_)?slot(\d)_device_variable$/.exec(name)
    const code =
      slot === null ? (isWrite ? fieldOf(data, 'device_variable_code') : undefined) : fieldOf(data, `slot${slot[1]}_device_variable_code`)
    const tag = code === undefined ? name.replaceAll('_', ' ') : `device variable ${code}`
    const status = slot === null ? undefined : fieldOf(data, `slot${slot[1]}_device_variable_status_process_data_status`)
    const quality = status === undefined ? undefined : status === 'Good' ? 'good' : status === 'Bad' ? 'bad' : 'uncertain'
    tell(tag, value, part, asker, isWrite, quality, seen.state, sink)
  }
}

function tell(
  tag: string,
  value: TagValue,
  part: string | undefined,
  asker: Side,
  isWrite: boolean,
  quality: 'good' | 'uncertain' | 'bad' | undefined,
  state: HartState,
  sink: Sink,
): void {
  if (asker === 'client') return isWrite ? sink.wrote(tag, value, 'float32', true, part) : sink.read(tag, value, 'float32', part, quality)
  // The device opened this flow (it answers from another port): it is the server all the same.
  const key = `${part ?? ''} ${tag} ${isWrite}`
  if (Object.is(state.told.get(key), value)) return
  if (state.told.size >= MAX_TOLD) state.told.clear()
  state.told.set(key, value)
  const what = { tag, part, value, dataType: 'float32', quality, unit: undefined }
  if (isWrite) sink.sayFrom('server', { kind: 'process.write', ...what, ok: true, previous: undefined })
  else sink.sayFrom('server', { kind: 'process.read', ...what })
}

const COMPLAINTS: readonly (readonly [bit: number, what: string, fault: boolean])[] = [
  [0x80, 'device malfunction', true],
  [0x20, 'cold start', false],
  [0x40, 'configuration changed', false],
  [0x08, 'loop current fixed', false],
  [0x04, 'loop current saturated', true],
  [0x02, 'a variable out of limits', true],
  [0x01, 'primary variable out of limits', true],
]

/** What the device says of itself with every answer: told when it changes. */
function complain(status: number, part: string | undefined, asker: Side, state: HartState, sink: Sink): void {
  const key = `status ${part ?? ''}`
  const before = (state.told.get(key) as number | undefined) ?? 0
  if (before === status) return
  if (state.told.size >= MAX_TOLD) state.told.clear()
  state.told.set(key, status)
  for (const [bit, what, fault] of COMPLAINTS) {
    if ((status & ~before & bit) !== 0)
      sink.sayFrom(asker, { kind: 'device.diagnosed', what: part === undefined ? what : `${part}: ${what}`, fault })
  }
}

function say(
  operation: string,
  object: string,
  access: ReturnType<typeof commandAccess>,
  part: string | undefined,
  error: string,
  asker: Side,
  sink: Sink,
): void {
  const done = { operation, object, access, ok: error === '', error, part }
  if (asker === 'server') return sink.sayFrom('server', { kind: 'operation.done', ...done })
  const key = `${operation}/${part ?? ''}/${error}`
  if (!sink.again(key)) sink.operation(key, done)
}

/** Five bytes: type and number of the device. The two highest bits tell masters and bursts apart. */
function addressOf(unique: Uint8Array): string {
  let text = ''
  for (let i = 0; i < unique.length; i++) text += (i === 0 ? unique[i]! & 0x3f : unique[i]!).toString(16).padStart(2, '0')
  return text
}
