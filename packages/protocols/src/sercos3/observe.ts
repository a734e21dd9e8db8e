/** SERCOS III in the platform's words: the phase of the network, its devices, their parameters, their process data. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { byteText, readable, shownBytes } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { Channel } from './channel.ts'
import {
  BEGIN,
  COMMANDS,
  DIAGNOSTIC,
  ELEMENT,
  ELEMENTS,
  ERRORS,
  IDENTIFY,
  IDENTITIES,
  IDENTITY,
  LISTS,
  PARAMETERS,
  PHASE,
  STATUS,
  TEXTS,
} from './sercos3.table.ts'
import type { Sercos, SercosState } from './sercos3.ts'

type Seen = SeenMessage<Sercos, SercosState>

/** As often as process data may be told, µs. */
const TELL_US = 1_000_000
const MAX_SHOWN = 64
const STANDARD = 0x8000

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, state, from } = seen
  const other: Side = from === 'client' ? 'server' : 'client'
  if (m.isTruncated) sink.anomaly('sercos3.truncated')
  if (m.phase !== state.phase) {
    state.phase = m.phase
    const mode = m.phase === PHASE.operation ? 'run' : 'stop'
    sink.sayFrom(other, { kind: 'mode.changed', mode, by: 'report', detail: `communication phase ${m.phase}`, ok: undefined })
    sink.hint(from, 'role', 'SERCOS master', 0.9)
  }
  const key = (m.isAnswer ? 32 : 0) + m.number * 8 + m.phase
  if (!sink.again(key)) {
    const operation = `${m.isAnswer ? 'AT' : 'MDT'} ${m.number} of phase ${m.phase}`
    const access = m.phase < 3 ? 'session' : m.isAnswer ? 'read' : 'write'
    sink.operation(key, { operation, object: '', access, ok: undefined, error: '', part: undefined })
  }
  if (m.addresses.length > 0) devices(m.addresses, state, from, sink)
  for (const { slot, word } of m.words) worded(slot, word, m.isAnswer, seen, sink)
  for (const done of m.done) parameter(done, from, partOf(done.slot, state), sink)
  if (m.hotPlug > 0 && m.hotPlug < 512 && m.hotPlug !== state.hotPlug) {
    state.hotPlug = m.hotPlug
    sink.operation(`hot plug ${m.hotPlug}`, {
      operation: 'hot plug',
      object: `address ${m.hotPlug}`,
      access: 'session',
      ok: undefined,
      error: '',
      part: `address ${m.hotPlug}`,
    })
  }
  if (m.data !== undefined) process(seen, m.data, sink)
}

/** By its address where the start was seen, by its place in the ring otherwise. */
function partOf(slot: number, { addresses }: SercosState): string {
  const address = addresses[slot]
  return address === undefined ? `slave ${slot + 1}` : `address ${address}`
}

function devices(addresses: readonly number[], state: SercosState, from: Side, sink: Sink): void {
  if (addresses.length === state.addresses.length && addresses.every((one, i) => one === state.addresses[i])) return
  // On its way out the telegram holds the first ones only.
  if (addresses.length < state.addresses.length && addresses.every((one, i) => one === state.addresses[i])) return
  state.addresses = addresses
  for (const address of addresses) sink.hint(from, 'type', 'SERCOS slave', 0.9, `address ${address}`)
}

function worded(slot: number, word: number, isAnswer: boolean, { state, from }: Seen, sink: Sink): void {
  const part = partOf(slot, state)
  if (!isAnswer) {
    if ((word & IDENTIFY) !== 0 && !sink.again(`identify ${slot}`))
      sink.operation(`identify ${slot}`, { operation: 'blink', object: part, access: 'identify', ok: undefined, error: '', part })
    return
  }
  const other: Side = from === 'client' ? 'server' : 'client'
  if ((word & STATUS.connectionError) !== 0)
    sink.sayFrom(other, { kind: 'device.diagnosed', what: `${part}: connection error`, fault: true })
  if ((word & STATUS.warning) !== 0) sink.sayFrom(other, { kind: 'device.diagnosed', what: `${part}: communication warning`, fault: false })
}

/** `S-0-0099`, `P-0-0010`, with instance and element of a structure `S-0-1300.0.4`. */
export function nameOf(parameter: number): string {
  const number = parameter & 0xfff
  const isStandard = (parameter & STANDARD) === 0
  const [instance, element] = [parameter >>> 24, (parameter >>> 16) & 255]
  const at = `${isStandard ? 'S' : 'P'}-${(parameter >> 12) & 7}-${number.toString().padStart(4, '0')}`
  const whole = instance === 0 && element === 0 ? at : `${at}.${instance}.${element}`
  const name = isStandard ? PARAMETERS[number] : undefined
  return name === undefined ? whole : `${whole} ${name}`
}

function parameter(done: Channel, from: Side, part: string, sink: Sink): void {
  if (done.element === ELEMENT.open && done.error === 0) return
  const object = nameOf(done.parameter)
  const number = (done.parameter & STANDARD) === 0 ? done.parameter & 0xfff : -1
  const isCommand = done.isWrite && COMMANDS.includes(number)
  const isValue = done.element === ELEMENT.value
  const what = isValue || done.element === ELEMENT.open ? 'parameter' : `${ELEMENTS[done.element]} of parameter`
  const operation = isCommand ? 'execute command' : `${done.isWrite ? 'write' : 'read'} ${what}`
  const access = isCommand ? 'control' : done.isWrite ? 'configure' : number === IDENTITY ? 'identify' : 'read'
  const error = done.error === 0 ? '' : (ERRORS[done.error] ?? `error 0x${done.error.toString(16).padStart(4, '0')}`)
  const key = `${operation}/${object}/${part}/${error}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok: error === '', error, part })
  if (!isValue) return
  // A password is no value to be shown.
  const value = number === DIAGNOSTIC.password ? '' : shownValue(number, done.data)
  if (done.isWrite) wrote(object, value, isCommand, error === '', part, sink)
  else if (error === '') read(done, number, object, value, from, part, sink)
}

function wrote(object: string, value: number | string, isCommand: boolean, ok: boolean, part: string, sink: Sink): void {
  if (!isCommand) sink.say({ kind: 'configuration.changed', what: `${part} ${object}`, value: `${value}`, ok })
  else if (value === BEGIN) sink.say({ kind: 'configuration.changed', what: `${part} ${object}`, value: 'executed', ok })
}

function read(done: Channel, number: number, object: string, value: number | string, from: Side, part: string, sink: Sink): void {
  const attribute = number === IDENTITY ? IDENTITIES[(done.parameter >>> 16) & 255] : TEXTS[number]
  if (attribute !== undefined && typeof value === 'string') sink.hint(from, attribute, value.trim(), 1, part)
  sink.read(object, value, 'bytes', part)
  const other: Side = from === 'client' ? 'server' : 'client'
  if (number === DIAGNOSTIC.class1 && value !== 0)
    sink.sayFrom(other, { kind: 'device.diagnosed', what: `${part}: class 1 diagnostic 0x${value.toString(16)}`, fault: true })
  else if (number === DIAGNOSTIC.message) sink.sayFrom(other, { kind: 'device.diagnosed', what: `${part}: ${value}`, fault: false })
}

/** Four bytes are a number; texts and lists say their length first. */
function shownValue(number: number, b: Uint8Array): number | string {
  if (LISTS.includes(number) && b.length > 4) {
    const content = b.subarray(4, 4 + (b[0]! | (b[1]! << 8)))
    return content.every((one) => one >= 0x20) ? readable(byteText(content)) : shownBytes(content, MAX_SHOWN)
  }
  if (b.length > 4) return shownBytes(b, MAX_SHOWN)
  let value = 0
  for (let i = b.length - 1; i >= 0; i--) value = value * 256 + b[i]!
  return value
}

function process({ message: m, state: { toldAt }, at }: Seen, data: Uint8Array, sink: Sink): void {
  const key = m.number * 2 + (m.isAnswer ? 1 : 0)
  const told = toldAt.get(key)
  if (told !== undefined && at - told < TELL_US && at >= told) return
  toldAt.set(key, at)
  if (m.isAnswer) sink.read(`AT ${m.number}`, shownBytes(data, MAX_SHOWN), 'bytes')
  else sink.wrote(`MDT ${m.number}`, shownBytes(data, MAX_SHOWN), 'bytes', undefined)
}
