/** Mailbox services in the platform's words: objects read and written, files, drive parameters, emergencies. */
import type { Endpoint } from '@isthmus/model'
import { byteText, hexText, readable } from '../byte-text.ts'
import { UNSEEN_FILE } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import { ABORTS, COE, IDENTITY, OBJECTS, SDO, TEXTS } from './coe.table.ts'
import { EEPROM } from './ethercat.table.ts'
import { identified } from './identity.ts'
import type { CanOpen, Mail } from './mailbox.ts'

const FILE_OPERATIONS: readonly string[] = ['', 'read file', 'write file', 'file data', 'acknowledge', 'file error', 'busy']
const DRIVE_OPERATIONS: readonly string[] = [
  '',
  'read parameter',
  'read parameter',
  'write parameter',
  'write parameter',
  'notify',
  'emergency',
]
const MAX_SHOWN = 32

/** What the master wants of a device. */
export function asked(mail: Mail, part: string | undefined, sink: Sink): void {
  if (mail.kind === 'canopen' && mail.type === COE.request) request(mail, part, sink)
  else if (mail.kind === 'file' && (mail.operation === 1 || mail.operation === 2)) {
    const operation = FILE_OPERATIONS[mail.operation]!
    say(operation, mail.text, mail.operation === 2 ? 'program' : 'read', '', part, sink)
    // Files written to a device are its firmware more often than not; where it is said, it was in the state for it.
    if (mail.operation === 2) sink.say({ ...UNSEEN_FILE, kind: 'file.moved', name: mail.text, direction: 'to-server' })
  } else if (mail.kind === 'drive' && (mail.operation === 1 || mail.operation === 3)) {
    const [operation, access] = mail.operation === 1 ? (['read parameter', 'read'] as const) : (['write parameter', 'configure'] as const)
    say(operation, idn(mail.index), access, '', part, sink)
  } else if (mail.kind === 'ads') say(`ADS command ${mail.command}`, `${mail.target}:${mail.targetPort}`, 'unknown', '', part, sink)
}

function request(m: CanOpen, part: string | undefined, sink: Sink): void {
  const service = m.command >> 5
  const object = objectOf(m)
  if (service === SDO.upload) say('read object', object, m.index <= IDENTITY ? 'identify' : 'read', '', part, sink)
  else if (service === SDO.download) {
    say('write object', object, 'configure', '', part, sink)
    sink.wrote(object, shownValue(m), 'bytes', undefined, part)
  } else if (service === SDO.abort) say('abort', object, 'session', ABORTS[m.word] ?? hex8(m.word), part, sink)
}

/** What a device says. */
export function answered(mail: Mail, part: string | undefined, host: Endpoint | undefined, sink: Sink): void {
  if (mail.kind === 'canopen') {
    if (mail.type === COE.emergency) {
      sink.say({ kind: 'device.diagnosed', what: `${part}: emergency 0x${((mail.index << 8) | mail.command).toString(16)}`, fault: true })
    } else if (mail.type === COE.answer) answer(mail, part, host, sink)
  } else if (mail.kind === 'file' && mail.operation === 5) say('file error', mail.text, 'unknown', hex8(mail.number), part, sink)
  else if (mail.kind === 'drive' && mail.hasError)
    say(DRIVE_OPERATIONS[mail.operation] ?? 'drive', idn(mail.index), 'unknown', 'error', part, sink)
}

function answer(m: CanOpen, part: string | undefined, host: Endpoint | undefined, sink: Sink): void {
  const service = m.command >> 5
  const object = objectOf(m)
  if (service === SDO.abort) return say('access object', object, 'unknown', ABORTS[m.word] ?? hex8(m.word), part, sink)
  if (service !== SDO.upload) return
  const text = TEXTS[m.index]
  if (text !== undefined) sink.hint('client', text, readable(byteText(m.value)).replace(/\0.*$/s, '').trim(), 1, part, host)
  else if (m.index === IDENTITY && m.subindex >= 1 && m.subindex <= 4)
    identified(EEPROM.vendor + (m.subindex - 1) * 2, numberOf(m), part, host, sink)
  sink.read(object, shownValue(m), 'bytes', part)
}

function objectOf(m: CanOpen): string {
  const name = OBJECTS[m.index]
  const at = `0x${m.index.toString(16).padStart(4, '0')}:${m.subindex}`
  return name === undefined ? at : `${at} ${name}`
}

function numberOf({ value }: CanOpen): number {
  let number = 0
  for (let i = Math.min(value.length, 4) - 1; i >= 0; i--) number = number * 256 + value[i]!
  return number
}

/** Up to four bytes are a number; more are shown as they are. */
function shownValue(m: CanOpen): number | string {
  if (m.value.length <= 4) return numberOf(m)
  return hexText(m.value, MAX_SHOWN)
}

/** SERCOS identification number: S or P, set, block. */
export function idn(index: number): string {
  return `${index >> 15 === 1 ? 'P' : 'S'}-${(index >> 12) & 7}-${(index & 0xfff).toString().padStart(4, '0')}`
}

const hex8 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

function say(
  operation: string,
  object: string,
  access: 'read' | 'configure' | 'identify' | 'program' | 'session' | 'unknown',
  error: string,
  part: string | undefined,
  sink: Sink,
): void {
  const key = `${operation}/${object}/${part}/${error}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok: error === '' ? undefined : false, error, part })
}
