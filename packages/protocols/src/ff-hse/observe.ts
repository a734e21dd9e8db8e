/** Foundation Fieldbus HSE in the platform's words: devices and tags, objects read, written and published, domains, programs. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { shownBytes } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { Device } from './body.ts'
import { transfers } from './domain.ts'
import { ERROR_CLASSES, KINDS, LOGICAL, OPERATIONAL, PHYSICAL, QUERIES, SERVICE, SERVICES, STATES } from './ff-hse.table.ts'
import { type FfHse, type FfHseState, KIND } from './ff-hse.ts'

type Seen = SeenMessage<FfHse, FfHseState>
type Statement = Parameters<Sink['say']>[0]

const MAX_SHOWN = 32
const MAX_DEVICES = 4096
/** Under no device's id: what the flow's own device says of its status. */
const STATUS = ''
const READS: readonly number[] = [SERVICE.read, SERVICE.readPart]
const WRITES: readonly number[] = [SERVICE.write, SERVICE.writePart]
const REPORTS: readonly number[] = [SERVICE.report, SERVICE.reportPart, SERVICE.reportChange, SERVICE.reportPartChange]
const COMMANDS: Readonly<Record<number, 'run' | 'stop'>> = {
  [SERVICE.start]: 'run',
  [SERVICE.resume]: 'run',
  [SERVICE.stop]: 'stop',
  [SERVICE.kill]: 'stop',
}

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, asked } = seen
  if (m.isTruncated) sink.anomaly('ff-hse.truncated')
  transfers(m, seen.state, sink)
  if (from === 'client' && m.kind === KIND.request) operation(m, m, undefined, sink)
  else if (m.kind !== KIND.request && asked !== undefined) operation(asked, m, m.kind === KIND.response, sink)
  if (m.isTruncated) return
  about(seen, sink)
  if (m.kind === KIND.request) {
    if (REPORTS.includes(m.service)) sink.read(objectOf(m), shownBytes(m.body.data, MAX_SHOWN), 'bytes')
    else if (m.service === SERVICE.event)
      stated(from, sink)({ kind: 'device.diagnosed', what: `event ${m.body.event} of ${objectOf(m)}`, fault: false })
  } else if (asked !== undefined) answered(asked, m, sink)
}

/** A question and its answer are two operations: the first is all there is where nobody answers. */
function operation(question: FfHse, m: FfHse, ok: boolean | undefined, sink: Sink): void {
  const [name, access] = SERVICES[question.service] ?? ['unknown', 'unknown']
  const object = whatOf(question)
  const error = ok === false ? errorOf(m) : ''
  const key = `${name}/${object}/${ok}/${error}`
  if (!sink.again(key)) sink.operation(key, { operation: name, object, access, ok, error, part: undefined })
}

function errorOf({ body: { errorClass, errorCode, text } }: FfHse): string {
  const name = `${ERROR_CLASSES[errorClass] ?? `class ${errorClass}`} error ${errorCode}`
  return text === '' ? name : `${name}: ${text}`
}

function whatOf(m: FfHse): string {
  const { tag, query, id } = m.body
  if (m.service === SERVICE.findTag || m.service === SERVICE.foundTag) return `${QUERIES[query] ?? 'tag'} ${tag}`
  if (m.body.device !== undefined) return m.body.device.tag
  if (tag !== '' || id !== '') return tag === '' ? id : tag
  return m.body.index < 0 ? '' : objectOf(m)
}

/** Links and nodes have addresses; an object, an index within its node. */
function objectOf({ address, body: { index, subindex } }: FfHse): string {
  const at = `0x${address.toString(16).padStart(8, '0')}/${index}`
  return subindex < 0 ? at : `${at}.${subindex}`
}

function answered(question: FfHse, m: FfHse, sink: Sink): void {
  const ok = m.kind === KIND.response
  const { service, body } = question
  if (READS.includes(service) && ok) sink.read(objectOf(question), shownBytes(m.body.data, MAX_SHOWN), 'bytes')
  else if (WRITES.includes(service)) sink.wrote(objectOf(question), shownBytes(body.data, MAX_SHOWN), 'bytes', ok)
  else if (COMMANDS[service] !== undefined)
    sink.say({ kind: 'mode.changed', mode: COMMANDS[service], by: 'command', detail: `program ${objectOf(question)}`, ok })
  else if (service === SERVICE.reset) sink.say({ kind: 'device.restarted', how: `reset of program ${objectOf(question)}`, ok })
  else if (service === SERVICE.assign) {
    const value = `${body.tag}, index ${body.index}${body.text === '' ? '' : `, ${body.text}`}`
    sink.say({ kind: 'configuration.changed', what: `tag and address of ${body.id}`, value, ok })
  } else if (service === SERVICE.clearAddress || service === SERVICE.clearAssignment)
    sink.say({ kind: 'configuration.changed', what: `${SERVICES[service]![0]} of ${body.id}`, value: '', ok })
}

/** What a device says of itself. */
function about({ message: m, from, state }: Seen, sink: Sink): void {
  const { device, identity, status } = m.body
  const say = stated(from, sink)
  if (device !== undefined) introduce(device, from, state, sink)
  if (identity !== undefined) {
    const [vendor, model, revision] = identity
    if (vendor !== '') sink.hint(from, 'vendor', vendor, 1)
    if (model !== '') sink.hint(from, 'model', model, 1)
    if (revision !== '') sink.hint(from, 'firmware', revision, 1)
  }
  // Over a link its nodes are the device's parts; the tag of a session's answer is the device's own.
  if (m.service === SERVICE.openSession && m.kind === KIND.response && m.body.tag !== '') sink.hint(from, 'name', m.body.tag, 0.9)
  if (status === undefined) return
  const words = [LOGICAL[status[0]], PHYSICAL[status[1]]].filter((word) => word !== undefined).join(', ')
  const isFirst = !state.told.has(STATUS)
  // That all is well is news only where it was not.
  if (news(state, STATUS, `${status}`) && (words !== '' || !isFirst)) {
    say({ kind: 'device.diagnosed', what: words === '' ? 'operational' : words, fault: PHYSICAL[status[1]] !== undefined })
  }
}

function introduce(d: Device, from: Side, state: FfHseState, sink: Sink): void {
  const say = stated(from, sink)
  const host = d.ip === '' ? undefined : { ip: d.ip, mac: undefined, port: undefined }
  const kinds = KINDS.filter(([bit]) => (d.kinds & bit) !== 0).map(([, name]) => name)
  if (d.tag !== '') sink.hint(from, 'name', d.tag, 1, undefined, host)
  // Six characters of vendor, four of device type, the rest is the serial number.
  if (d.id !== '') sink.hint(from, 'serial', d.id, 1, undefined, host)
  if (kinds.length > 0) sink.hint(from, 'type', kinds.join(', '), 0.9, undefined, host)
  const name = d.tag === '' ? d.id : d.tag
  if (news(state, d.id, `${d.state} ${d.duplicates}`)) {
    const word = STATES[d.state] ?? `state ${d.state}`
    say({ kind: 'mode.changed', mode: d.state === OPERATIONAL ? 'run' : 'stop', by: 'report', detail: `${name}: ${word}`, ok: undefined })
    if ((d.duplicates & 2) !== 0) say({ kind: 'device.diagnosed', what: `${name}: duplicate tag`, fault: true })
    if ((d.duplicates & 1) !== 0) say({ kind: 'device.diagnosed', what: `${name}: duplicate device index`, fault: true })
  }
}

/** Who states of itself answers. */
function stated(from: Side, sink: Sink): (statement: Statement) => void {
  return (statement) => sink.sayFrom(from === 'client' ? 'server' : 'client', statement)
}

function news({ told }: FfHseState, key: string, value: string): boolean {
  if (told.get(key) === value) return false
  if (told.size >= MAX_DEVICES) told.clear()
  told.set(key, value)
  return true
}
