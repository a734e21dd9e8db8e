/** Objects read and written in the platform's words. */
import type { Access } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { byteText, readable, shownBytes } from '../byte-text.ts'
import { ABORTS as CANOPEN_ABORTS } from '../ethercat/coe.table.ts'
import type { Sink } from '../protocol.ts'
import { deviceType, identified } from './identity.ts'
import { ABORTS, OBJECT, OBJECTS, SDO, SDO_COMMANDS, TEXTS } from './powerlink.table.ts'
import type { Powerlink, PowerlinkState } from './powerlink.ts'
import type { Sdo } from './sdo.ts'

const MAX_SHOWN = 32
const INIT = 1

export function objects({ from, asked, flow, state: { waiting } }: SeenMessage<Powerlink, PowerlinkState>, m: Sdo, sink: Sink): void {
  if (m.command < 0) {
    if (m.receivedState === 0 && m.sentState === INIT) say('open connection', '', 'session', undefined, '', sink)
    else if (m.receivedState === 0 && m.sentState === 0) say('close connection', '', 'session', undefined, '', sink)
    return
  }
  // Parts in between say nothing new: the first one has the object.
  if (m.segmentation >= 2 && !m.isAbort) return
  if (!m.isAnswer && !m.isAbort) {
    // Over Ethernet each direction is a conversation of its own: nobody will be seen to answer.
    if (flow.transport === 'ethernet') unanswered(m, sink)
    else waiting.set(m.transaction, m)
    return
  }
  waiting.delete(m.transaction)
  const question = asked?.sdo
  const done = question ?? m
  if (m.isAbort) return say(nameOf(done), objectOf(done), accessOf(done), false, errorOf(m.abort), sink)
  say(nameOf(done), objectOf(done), accessOf(done), true, '', sink)
  if (question === undefined) return
  if (m.command === SDO.write) wrote(question, true, sink)
  else if (m.command === SDO.read) read(m, from, sink)
}

export function unanswered(m: Sdo, sink: Sink): void {
  say(nameOf(m), objectOf(m), accessOf(m), undefined, '', sink)
  if (m.command === SDO.write) wrote(m, undefined, sink)
}

const nameOf = ({ command }: Sdo): string => SDO_COMMANDS[command] ?? (command <= 0 ? 'abort' : `SDO command 0x${command.toString(16)}`)

function wrote(m: Sdo, ok: boolean | undefined, sink: Sink): void {
  const value = shownValue(m)
  if (m.index >= OBJECT.profile) sink.wrote(objectOf(m), value, 'bytes', ok)
  else if (m.index === OBJECT.reset) sink.say({ kind: 'device.restarted', how: `reset command ${value}`, ok })
  else if (m.index !== OBJECT.programData) sink.say({ kind: 'configuration.changed', what: objectOf(m), value: `${value}`, ok })
}

function read(m: Sdo, from: 'client' | 'server', sink: Sink): void {
  const text = TEXTS[m.index]
  if (text !== undefined) sink.hint(from, text, readable(byteText(m.value)).replace(/\0.*$/s, '').trim(), 1)
  else if (m.index === OBJECT.deviceType && m.value.length === 4) deviceType(numberOf(m), from, sink)
  else if (m.index === OBJECT.identity) identified(m.subindex, numberOf(m), from, sink)
  sink.read(objectOf(m), shownValue(m), 'bytes')
}

function accessOf({ command, index }: Sdo): Access {
  const isWrite = command === SDO.write || command === SDO.writeAll || command === SDO.writeByName || command === 0x31
  if (command === SDO.fileWrite || (isWrite && (index === OBJECT.programData || index === OBJECT.programControl))) return 'program'
  if (isWrite) return index >= OBJECT.profile ? 'write' : index === OBJECT.reset ? 'control' : 'configure'
  return TEXTS[index] !== undefined || index === OBJECT.identity || index === OBJECT.deviceType ? 'identify' : 'read'
}

function objectOf({ index, subindex }: Sdo): string {
  if (index < 0) return ''
  const name = OBJECTS[index]
  const at = `0x${index.toString(16).padStart(4, '0')}:${subindex}`
  return name === undefined ? at : `${at} ${name}`
}

function numberOf({ value }: Sdo): number {
  let number = 0
  for (let i = Math.min(value.length, 4) - 1; i >= 0; i--) number = number * 256 + value[i]!
  return number
}

/** Up to four bytes are a number; more are shown as they are. */
function shownValue(m: Sdo): number | string {
  if (m.value.length <= 4) return numberOf(m)
  if (TEXTS[m.index] !== undefined) return readable(byteText(m.value)).replace(/\0.*$/s, '')
  return shownBytes(m.value, MAX_SHOWN)
}

function errorOf(code: number): string {
  return ABORTS[code] ?? CANOPEN_ABORTS[code] ?? `0x${code.toString(16).padStart(8, '0')}`
}

function say(operation: string, object: string, access: Access, ok: boolean | undefined, error: string, sink: Sink): void {
  const key = `${operation}/${object}/${error}/${ok}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok, error, part: undefined })
}
