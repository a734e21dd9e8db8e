/** SRTP in the platform's words: an answer speaks for its question. */
import type { ModeChanged } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { readable, withoutPadding } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { take, tell } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { ERRORS, MINOR_ERRORS, PLC_STATES, SEGMENTS, SERVICES } from './ge-srtp.table.ts'
import type { GeSrtp, GeSrtpState } from './ge-srtp.ts'

/** Elements of one transfer that become tags. */
const MAX_ELEMENTS = 2048

export function observe({ message: m, asked, state }: SeenMessage<GeSrtp, GeSrtpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`ge-srtp.${name}`)
  if (m.type === 1 && !sink.again('open'))
    sink.operation('open', { operation: 'open', object: '', access: 'session', ok: true, error: '', part: undefined })
  if (m.type !== 3) return
  stated(m, state, sink)
  if (asked !== undefined && asked.type === 2) settle(asked, m, state, sink)
}

export function ended(state: GeSrtpState, sink: Sink): void {
  if (state.section !== undefined) tell(state.section, sink)
  state.section = undefined
}

const MODES: readonly ModeChanged['mode'][] = ['run', 'run', 'stop', 'fault', 'stop', 'stop', 'stop']

/** Every answer carries the controller's status word. */
function stated(a: GeSrtp, state: GeSrtpState, sink: Sink): void {
  const plc = a.word >> 12
  if (plc !== state.state) {
    state.state = plc
    const detail = `${PLC_STATES[plc] ?? `state ${plc}`}, switch ${(a.word >> 8) & 1 ? 'run' : 'stop'}`
    sink.say({ kind: 'mode.changed', mode: MODES[plc] ?? 'unknown', by: 'report', detail, ok: true })
    sink.hint('server', 'state', PLC_STATES[plc], 1)
    sink.hint('server', 'vendor', 'GE', 0.8)
    sink.hint('server', 'type', 'plc', 0.9)
  }
  const faults = (a.word >> 4) & 3
  if (faults === state.faults) return
  state.faults = faults
  if (faults & 1) sink.say({ kind: 'device.diagnosed', what: 'entries in the PLC fault table', fault: true })
  if (faults & 2) sink.say({ kind: 'device.diagnosed', what: 'entries in the I/O fault table', fault: true })
}

function objectOf(q: GeSrtp): string {
  if (q.service !== 0x04 && q.service !== 0x07 && q.service !== 0x44) return ''
  const segment = SEGMENTS[q.selector]
  if (segment === undefined) return `selector 0x${q.selector.toString(16)} ${q.offset}`
  const width = segment[1] === 'byte' ? 8 : 1
  const first = q.offset * width + 1
  const last = (q.offset + q.length) * width
  return last > first ? `${segment[0]}${first}..${last}` : `${segment[0]}${first}`
}

function errorOf(a: GeSrtp): string {
  const minor = a.minor === 0 ? undefined : MINOR_ERRORS[a.minor]
  return minor === undefined ? (ERRORS[a.status] ?? `status ${a.status}`) : minor.replace(/\.$/, '')
}

function settle(q: GeSrtp, a: GeSrtp, state: GeSrtpState, sink: Sink): void {
  const ok = a.status === 0 && a.messageType !== 0xd1
  const [operation, access] = SERVICES[q.service] ?? [`service 0x${q.service.toString(16)}`, 'unknown' as const]
  const object = objectOf(q)
  const key = `${q.service}/${object}/${ok ? '' : `${a.status}.${a.minor}`}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok, error: ok ? '' : errorOf(a), part: undefined })
  const answer = a.text.length > 0 ? a.text : a.inline
  const sent = q.text.length > 0 ? q.text : q.inline
  switch (q.service) {
    case 0x04:
      if (ok && !sink.sameBytes(key, answer)) eachElement(q, answer, (tag, value, type) => sink.read(tag, value, type))
      return
    case 0x07:
      eachElement(q, sent, (tag, value, type) => sink.wrote(tag, value, type, ok))
      return
    case 0x44:
      sink.say({ kind: 'tag.forced', tag: object, action: 'force', ok })
      return
    case 0x20:
    case 0x21:
      loggedOn(q, ok, operation, sink)
      return
    case 0x22:
      sink.say({ kind: 'configuration.changed', what: operation, value: nameIn(sent), ok })
      return
    case 0x23:
      // Which of the two is the status word's to tell.
      sink.say({ kind: 'mode.changed', mode: ok ? (MODES[a.word >> 12] ?? 'unknown') : 'unknown', by: 'command', detail: operation, ok })
      return
    case 0x24:
      sink.say({ kind: 'time.set', to: clockOf(sent), ok })
      return
    case 0x39:
      sink.say({ kind: 'configuration.changed', what: operation, value: '', ok })
      return
    case 0x43:
      if (ok) sink.hint('server', 'name', nameIn(answer.subarray(0, 8)), 0.9)
      return
    case 0x03:
      if (ok) sink.hint('server', 'project', nameIn(answer), 0.7)
      return
    case 0x06:
    case 0x3f:
      if (ok) state.section = take(state.section, 'program.uploaded', 'control program', operation, answer, ok, sink)
      return
    case 0x09:
    case 0x40:
      state.section = take(state.section, 'program.downloaded', 'control program', operation, sent, ok, sink)
      return
    default:
  }
}

/**
 * Second, minute, hour, day, month and year of the century in BCD, as the answer to a read has them (public drivers read it so). What a
 * new time looks like is published nowhere: bytes of another form are no time.
 */
function clockOf(data: Uint8Array): string {
  if (data.length < 6) return ''
  const fields = Array.from(data.subarray(0, 6))
  if (fields.some((byte) => byte >> 4 > 9 || (byte & 15) > 9)) return ''
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = fields.map((byte) => (byte >> 4) * 10 + (byte & 15))
  if (second > 59 || minute > 59 || hour > 23 || day < 1 || day > 31 || month < 1 || month > 12) return ''
  const two = (n: number): string => String(n).padStart(2, '0')
  return `20${two(year)}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`
}

/** A level above the lowest needs its password, in clear. */
function loggedOn(q: GeSrtp, ok: boolean, method: string, sink: Sink): void {
  sink.say({ kind: 'login.tried', user: '', domain: '', method, ok })
  const secret = nameIn(q.text.length > 0 ? q.text : q.inline)
  if (q.service === 0x21 && secret !== '') sink.say({ kind: 'credential.exposed', user: '', mask: maskSecret(secret), weakness: 'clear' })
}

function nameIn(data: Uint8Array): string {
  let text = ''
  for (const c of data.subarray(0, 64)) {
    if (c === 0) break
    text += String.fromCharCode(c)
  }
  return /^[\x20-\x7e]*$/.test(text) ? readable(withoutPadding(text)) : ''
}

function eachElement(q: GeSrtp, data: Uint8Array, tell: (tag: string, value: number | boolean, dataType: string) => void): void {
  const segment = SEGMENTS[q.selector]
  if (segment === undefined) return
  const [prefix, element] = segment
  const count = Math.min(q.length, MAX_ELEMENTS)
  if (element === 'word') {
    for (let i = 0; i < count && i * 2 + 1 < data.length; i++)
      tell(`${prefix}${q.offset + i + 1}`, data[i * 2]! | (data[i * 2 + 1]! << 8), 'uint16')
    return
  }
  // Bits keep their place in the byte they come from.
  const shift = element === 'bit' ? q.offset & 7 : 0
  const first = element === 'bit' ? q.offset + 1 : q.offset * 8 + 1
  const bits = element === 'bit' ? count : Math.min(count * 8, MAX_ELEMENTS)
  for (let i = 0; i < bits && (i + shift) >> 3 < data.length; i++)
    tell(`${prefix}${first + i}`, ((data[(i + shift) >> 3]! >> ((i + shift) & 7)) & 1) === 1, 'bool')
}
