/** C12.22 in the platform's words: tables of meters are tags, procedures are what they do, AP titles are parts. */
import type { Access } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { byteText, shownBytes } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { ANSWERS, LAST_STANDARD_TABLE, PROCEDURES, SERVICE, SERVICES, TABLE } from './c1222.table.ts'
import type { C1222, C1222State } from './c1222.ts'
import type { Service } from './services.ts'

const VALUE_BYTES = 32

export function observe({ message: m, from, state }: SeenMessage<C1222, C1222State>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`c1222.${name}`)
  const { user } = m
  if (user === undefined) return
  if (user.enciphered !== undefined) {
    tell(from, 'enciphered service', '', 'unknown', undefined, '', partOf(m.calledTitle), sink)
    return
  }
  for (const service of user.services) {
    if (service.code > SERVICE.lastAnswer) asked(service, from, state, sink)
    else if (service.question !== undefined) answered(service, service.question, m, from, state, sink)
  }
}

/** What nobody answered. */
export function ended(state: C1222State, sink: Sink): void {
  for (const question of state.asked.splice(0)) settle(question, undefined, 'client', undefined, state, sink)
}

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')
const partOf = (title: string | undefined): string | undefined => (title === undefined ? undefined : `node ${title}`)

function tell(
  from: Side,
  operation: string,
  object: string,
  access: Access,
  ok: boolean | undefined,
  error: string,
  part: string | undefined,
  sink: Sink,
): void {
  if (from === 'server') return sink.sayFrom('server', { kind: 'operation.done', operation, object, access, ok, error, part })
  const key = `${operation} ${object} ${part ?? ''} ${error} ${ok}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok, error, part })
}

function asked(service: Service, from: Side, state: C1222State, sink: Sink): void {
  const { code, secret } = service
  if (code === SERVICE.logon) state.user = clean(String(service.row?.fields.user ?? ''))
  if (code !== SERVICE.security || secret === undefined) return
  const text = clean(byteText(secret))
  if (text === '') return
  sink.sayFrom(from, { kind: 'credential.exposed', user: state.user, mask: maskSecret(text), weakness: 'clear' })
}

const clean = (text: string): string => text.replace(/[^\x21-\x7e]+/g, ' ').trim()

function answered(a: Service, q: Service, m: C1222, from: Side, state: C1222State, sink: Sink): void {
  const part = partOf(m.callingTitle)
  settle(q, a, other(from), part, state, sink)
  if (a.code !== SERVICE.ok) return
  if (q.code === SERVICE.identify) {
    const fields = a.row?.fields
    sink.hint(from, 'type', 'meter', 0.5)
    for (const where of [undefined, part]) {
      const identity = clean(String(fields?.device_identity ?? ''))
      // Format 1 is text; others are the maker's own bytes.
      if (/^[\w .:-]{3,}$/.test(identity)) sink.hint(from, 'serial', identity, 0.9, where)
      const deviceClass = fields?.device_class
      if (deviceClass !== undefined) sink.hint(from, 'family', `device class ${deviceClass}`, 0.6, where)
    }
  } else if (q.code === SERVICE.register) {
    const fields = q.row?.fields
    sink.hint(other(from), 'role', 'C12.22 node', 0.6)
    sink.hint(other(from), 'serial', String(fields?.electronic_serial_number ?? ''), 0.6)
    sink.hint(from, 'role', 'C12.22 master relay', 0.6)
  } else if (q.code >= SERVICE.fullRead && q.code <= SERVICE.offsetRead) readBack(a, q, from, part, sink)
}

function settle(q: Service, a: Service | undefined, from: Side, part: string | undefined, state: C1222State, sink: Sink): void {
  const ok = a === undefined ? undefined : a.code === SERVICE.ok
  const [, words, access] = SERVICES[q.code] ?? ['', `service 0x${q.code.toString(16)}`, 'unknown' as const]
  tell(from, words, objectOf(q), access, ok, ok === false ? (ANSWERS[a!.code]?.[1] ?? 'error') : '', part, sink)
  const say = sink.sayFrom.bind(sink, from)
  if (q.code === SERVICE.logon) say({ kind: 'login.tried', user: state.user, domain: '', method: 'logon', ok })
  else if (q.code === SERVICE.security) say({ kind: 'login.tried', user: state.user, domain: '', method: 'password', ok })
  else if (q.code === SERVICE.register || q.code === SERVICE.deregister)
    say({ kind: 'configuration.changed', what: words, value: String(q.row?.fields.ap_title ?? ''), ok })
  else if (q.code >= SERVICE.fullWrite && q.code <= SERVICE.offsetWrite) wrote(q, ok, part, from, sink)
}

function objectOf(q: Service): string {
  const fields = q.row?.fields
  if (fields?.table_id !== undefined) return tagOf(q)
  const title = fields?.ap_title ?? fields?.user
  return title === undefined ? '' : clean(String(title))
}

/** `table 1`, `table 3 offset 4`, `table 15 element 2.1`, `manufacturer table 7`. */
function tagOf(q: Service): string {
  const { table_id, offset, index } = q.row?.fields ?? {}
  // Bits 0 to 10 are the number, 11 says whose; 12 and 13 that it is pending or a procedure's.
  const number = Number(table_id)
  const name = number > LAST_STANDARD_TABLE ? `manufacturer table ${number & 0x7ff}` : `table ${number}`
  if (offset !== undefined) return `${name} offset ${offset}`
  return index === undefined || index === '' ? name : `${name} element ${index}`
}

function readBack(a: Service, q: Service, from: Side, part: string | undefined, sink: Sink): void {
  const [data] = a.data
  if (data === undefined) return
  if (q.row?.fields.table_id !== undefined) sink.read(tagOf(q), shownBytes(data, VALUE_BYTES), 'bytes', part)
  const table = q.row?.fields.table_id
  const isWhole = q.code === SERVICE.fullRead || (q.code === SERVICE.offsetRead && q.row?.fields.offset === 0)
  if (!isWhole) return
  const text = (at: number, size: number): string => clean(byteText(data.subarray(at, at + size)))
  for (const where of [undefined, part]) {
    if (table === TABLE.manufacturer && data.length >= 16) {
      // C12.19 §9.2: maker 4, model 8, hardware version and revision, firmware version and revision, serial number 16.
      sink.hint(from, 'vendor', text(0, 4), 0.9, where)
      sink.hint(from, 'model', text(4, 8), 1, where)
      sink.hint(from, 'hardware', `${data[12]}.${data[13]}`, 1, where)
      sink.hint(from, 'firmware', `${data[14]}.${data[15]}`, 1, where)
      if (data.length >= 32) sink.hint(from, 'serial', text(16, 16), 1, where)
    } else if (table === TABLE.device) sink.hint(from, 'name', text(0, 20), 0.8, where)
  }
}

function wrote(q: Service, ok: boolean | undefined, part: string | undefined, from: Side, sink: Sink): void {
  const [data] = q.data
  if (data === undefined) return
  const table = Number(q.row?.fields.table_id)
  const say = sink.sayFrom.bind(sink, from)
  if (table !== TABLE.procedure) {
    sink.wrote(tagOf(q), shownBytes(data, VALUE_BYTES), 'bytes', ok, part)
    if (table === TABLE.clock) say({ kind: 'time.set', to: '', ok })
    return
  }
  // Number in the low eleven bits, a maker's own with bit 11; least significant byte first as tables are.
  const number = (data[0] ?? 0) | ((data[1] ?? 0) << 8)
  const name =
    (number & 0x800) !== 0 ? `manufacturer procedure ${number & 0x7ff}` : (PROCEDURES[number & 0x7ff] ?? `procedure ${number & 0x7ff}`)
  if (number === 0 || number === 1 || number === 9) say({ kind: 'device.restarted', how: name, ok })
  else if (number === 10) say({ kind: 'time.set', to: '', ok })
  else if (number === 6) say({ kind: 'mode.changed', mode: 'unknown', by: 'command', detail: name, ok })
  else say({ kind: 'configuration.changed', what: 'procedure', value: name, ok })
}
