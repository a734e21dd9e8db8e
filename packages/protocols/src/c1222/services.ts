/** EPSEM services (IEEE 1703 §5.3.2.4), their fields under the names of ICSNPP's columns. */
import type { Reader } from '@isthmus/wire'
import { relativeOidOf } from '../asn1/ber.ts'
import { byteText } from '../byte-text.ts'
import type { Cell } from '../protocol.ts'
import { readIdentifier } from './ber.ts'
import { ANSWERS, CONNECTION_TYPES, FEATURE, NODE_TYPES, REGISTRATIONS, SERVICE, SERVICES, STANDARDS } from './c1222.table.ts'

/** Questions of a conversation that may wait; beyond it the oldest is forgotten. */
const MAX_ASKED = 64
const MAX_TABLES = 16
const MAX_HOPS = 32

export type Fields = { readonly [column: string]: Cell }
type Row = { readonly log: string; readonly fields: Fields }

export type Service = {
  readonly code: number
  /** The question of an answer, where one waited. */
  readonly question: Service | undefined
  readonly row: Row | undefined
  /** Tables read or written. */
  readonly data: readonly Uint8Array[]
  /** The password of a security service. Never told. */
  readonly secret: Uint8Array | undefined
}

const NO_DATA: readonly Uint8Array[] = []
const plain = (code: number, question: Service | undefined, row?: Row): Service => ({
  code,
  question,
  row,
  data: NO_DATA,
  secret: undefined,
})

export function readService(r: Reader, asked: Service[]): Service {
  const code = r.u8('service')
  r.note(SERVICES[code]?.[1] ?? ANSWERS[code]?.[0] ?? '')
  if (code <= SERVICE.lastAnswer) {
    const question = asked.shift()
    return code === SERVICE.ok ? readOk(r, question) : readRefusal(r, code, question)
  }
  const service = readAsked(r, code)
  if (asked.length >= MAX_ASKED) asked.shift()
  asked.push(service)
  return service
}

function readAsked(r: Reader, code: number): Service {
  const row = (log: string, fields: Fields): Service => plain(code, undefined, { log, fields: { req_resp: 'Req', ...fields } })
  switch (code) {
    case SERVICE.identify:
      return row('identification_service', {})
    case SERVICE.fullRead:
      return row('read_write_service', { service_type: 'full-read', table_id: r.u16('table') })
    case SERVICE.defaultRead:
      return row('read_write_service', { service_type: 'pread-default' })
    case SERVICE.offsetRead:
      return row('read_write_service', {
        service_type: 'pread-offset',
        table_id: r.u16('table'),
        offset: r.u24('offset'),
        octet_count: r.u16('bytes'),
      })
    case SERVICE.logon:
      return row('logon_security_service', {
        service_type: 'Logon',
        user_id: r.u16('user id'),
        user: byteText(r.view(10, 'user')),
        session_idle_timeout: r.left > 0 ? r.u16('idle time, s') : undefined,
      })
    case SERVICE.security: {
      const secret = r.view(20, 'password')
      const user_id = r.left >= 2 ? r.u16('user id') : undefined
      return { ...row('logon_security_service', { service_type: 'Security', user_id, password: '<hidden>' }), secret }
    }
    case SERVICE.wait:
      return row('wait_service', { time_s: r.u8('wait, s') })
    case SERVICE.register:
      return row('dereg_reg_service', { service_type: 'register_req', ...readRegistration(r) })
    case SERVICE.deregister:
      return row('dereg_reg_service', { service_type: 'deregister_req', ap_title: readIdentifier(r, 'AP title') })
    case SERVICE.resolve:
      return row('resolve_service', { ap_title: readIdentifier(r, 'AP title') })
    case SERVICE.trace:
      return row('trace_service', { ap_titles: readHops(r) })
    default:
  }
  if (code > SERVICE.fullRead && code <= SERVICE.lastIndexedRead) {
    const table_id = r.u16('table')
    const index = readIndex(r, code & 0x0f)
    return row('read_write_service', { service_type: 'pread', table_id, index, element_count: r.u16('elements') })
  }
  if (code >= SERVICE.fullWrite && code <= SERVICE.offsetWrite) return readWrite(r, code)
  r.view(r.left, 'data')
  return plain(code, undefined)
}

function readIndex(r: Reader, count: number): string {
  let text = ''
  for (let i = 0; i < count && r.left > 0; i++) text += `${i > 0 ? '.' : ''}${r.u16('index')}`
  return text
}

function readWrite(r: Reader, code: number): Service {
  const fields: Record<string, Cell> = { req_resp: 'Req', service_type: 'full-write', table_id: r.u16('table') }
  if (code === SERVICE.offsetWrite) {
    fields.service_type = 'pwrite-offset'
    fields.offset = r.u24('offset')
  } else if (code > SERVICE.fullWrite) {
    fields.service_type = 'pwrite'
    fields.index = readIndex(r, code & 0x0f)
  }
  const { data, columns } = readTables(r, 1)
  return { ...plain(code, undefined, { log: 'read_write_service', fields: { ...fields, ...columns } }), data }
}

/** Count u16, data, checksum u8; a count of 65535 announces one table more. */
function readTables(r: Reader, tables: number): { data: Uint8Array[]; columns: Fields } {
  const count: number[] = []
  const data: Uint8Array[] = []
  const chksum: number[] = []
  for (let i = 0, left = tables; i < left && i < MAX_TABLES && r.left > 0; i++) {
    const length = r.u16('bytes')
    if (length === 0xffff) left++
    count.push(length)
    data.push(r.view(Math.min(length, r.left), 'table data'))
    chksum.push(r.left > 0 ? r.u8('checksum') : 0)
  }
  return { data, columns: { count_m: count, data: data.map(byteText), chksum } }
}

function readHops(r: Reader): string[] {
  const hops: string[] = []
  while (r.left > 0 && hops.length < MAX_HOPS) hops.push(readIdentifier(r, 'AP title'))
  return hops
}

const flags = (value: number, names: readonly string[]): string[] => names.filter((_, bit) => (value & (1 << bit)) !== 0)

/** §5.3.2.4.10. */
function readRegistration(r: Reader): Fields {
  const node = r.u8('node type')
  const connection = r.u8('connection type')
  const device_class = relativeOidOf(r.view(4, 'device class'))
  const ap_title = readIdentifier(r, 'AP title')
  const electronic_serial_number = readIdentifier(r, 'serial number')
  const native_address = byteText(r.view(r.u8('native address, bytes'), 'native address'))
  const reg_period = r.u24('registration period, s')
  const notification_pattern = (node & 0x80) === 0 ? undefined : byteText(r.view(r.u8('pattern, bytes'), 'domain pattern'))
  const types = { node_type: flags(node, NODE_TYPES), connection_type: flags(connection, CONNECTION_TYPES) }
  return { ...types, device_class, ap_title, electronic_serial_number, native_address, notification_pattern, reg_period }
}

function readOk(r: Reader, question: Service | undefined): Service {
  const row = (log: string, fields: Fields): Service => plain(SERVICE.ok, question, { log, fields: { req_resp: 'Resp', ...fields } })
  const code = question?.code ?? -1
  switch (code) {
    case SERVICE.identify:
      return row('identification_service', readIdentity(r))
    case SERVICE.logon:
      return row('logon_security_service', { service_type: 'Logon', session_idle_timeout: r.left > 0 ? r.u16('idle time, s') : undefined })
    case SERVICE.security:
      return row('logon_security_service', { service_type: 'Security' })
    case SERVICE.wait:
      return row('wait_service', {})
    case SERVICE.register: {
      const ap_title = readIdentifier(r, 'AP title')
      const reg_delay = r.u16('delay, s')
      const reg_period = r.u24('period, s')
      const reg_info = flags(r.u8('registration'), REGISTRATIONS)
      return row('dereg_reg_service', { service_type: 'register_resp_ok', ap_title, reg_period, reg_delay, reg_info })
    }
    case SERVICE.deregister:
      return row('dereg_reg_service', { service_type: 'deregister_resp_ok' })
    case SERVICE.resolve:
      return row('resolve_service', { local_address: byteText(r.view(r.u8('address, bytes'), 'local address')) })
    case SERVICE.trace:
      return row('trace_service', { ap_titles: readHops(r) })
    default:
  }
  if (code >= SERVICE.fullRead && code <= SERVICE.offsetRead) {
    const isIndexed = code > SERVICE.fullRead && code <= SERVICE.lastIndexedRead
    const { data, columns } = readTables(r, isIndexed ? code & 0x0f : 1)
    return { ...row('read_write_service', { service_type: 'readresp-ok', ...columns }), data }
  }
  r.view(r.left, 'data')
  return plain(SERVICE.ok, question)
}

/** §5.3.2.4.1: standard, version, revision, features until a zero. */
function readIdentity(r: Reader): Fields {
  const standard = STANDARDS[r.u8('standard')] ?? 'RESERVED'
  const fields: Record<string, Cell> = { standard, version: r.u8('version'), revision: r.u8('revision') }
  while (r.left > 0) {
    const feature = r.u8('feature')
    if (feature === FEATURE.security) fields.security_mechanism = readIdentifier(r, 'security mechanism')
    else if (feature === FEATURE.deviceClass) fields.device_class = readIdentifier(r, 'device class')
    else if (feature === FEATURE.session) {
      const sessions = r.u8('sessions')
      fields.nbr_session_supported = (sessions & 0x7f) !== 0
      fields.sessionless_supported = (sessions & 0x80) !== 0
    } else if (feature === FEATURE.identity) {
      const length = r.u8('identity, bytes')
      fields.device_identity_format = r.u8('identity format')
      fields.device_identity = byteText(r.view(length - 1, 'identity'))
    } else break
  }
  return fields
}

/** What a refusal carries: a size, the rest of a segmentation error, the route of a trace. */
function readRefusal(r: Reader, code: number, question: Service | undefined): Service {
  const fields: Record<string, Cell> = {
    service: SERVICES[question?.code ?? -1]?.[0] ?? 'Unknown Code',
    error_code: ANSWERS[code]?.[0] ?? 'Unknown Code',
  }
  if (code === SERVICE.requestTooLarge && r.left >= 4) fields.rqtl_max_request_size = r.u32('largest request')
  if (code === SERVICE.responseTooLarge && r.left >= 4) fields.rstl_max_response_size = r.u32('largest response')
  if (code === SERVICE.segmentation) fields.sigerr_resp = byteText(r.view(r.left, 'segmentation error'))
  r.view(r.left, 'rest')
  return plain(code, question, { log: 'service_error', fields })
}
