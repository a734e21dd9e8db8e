/** Zeek's kerberos.log: one row a connection, also for tickets that another protocol carries. */
import { derivedId, type Micros } from '@isthmus/model'
import type { Flow, Side } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { certificateCells } from '../tls/zeek.ts'
import { CIPHERS, ERRORS, OPTION, TYPE } from './kerberos.table.ts'
import type { Kerberos } from './message.ts'

export const KERBEROS_LOG: LogSpec = {
  columns: [
    ['request_type', 'string'],
    ['client', 'string'],
    ['service', 'string'],
    ['success', 'bool'],
    ['error_msg', 'string'],
    ['from', 'time'],
    ['till', 'time'],
    ['cipher', 'string'],
    ['forwardable', 'bool'],
    ['renewable', 'bool'],
    ['client_cert_subject', 'string'],
    ['client_cert_fuid', 'string'],
    ['server_cert_subject', 'string'],
    ['server_cert_fuid', 'string'],
  ],
}

type KerberosRow = {
  at: Micros
  request: string | undefined
  client: string | undefined
  service: string | undefined
  success: boolean | undefined
  error: string | undefined
  from: number | undefined
  till: number | undefined
  cipher: string | undefined
  options: number | undefined
  subjects: Partial<Record<Side, string>>
  /** Ids of what was sent as certificates. */
  files: Partial<Record<Side, string>>
  isWritten: boolean
}

/** What clients are answered before they prove who they are: Zeek drops the row. */
const IGNORED: readonly string[] = ['NEEDED_PREAUTH', 'Need to use PA-ENC-TIMESTAMP/PA-PK-AS-REQ']

const LOGGED: readonly number[] = [TYPE.asRequest, TYPE.asReply, TYPE.tgsRequest, TYPE.tgsReply, TYPE.apRequest, TYPE.error]

/** By connection: a login of the carrier and one inside it (a call through a named pipe) are one row. */
const rows = new WeakMap<Flow, KerberosRow>()

/** Adds a message to its connection's row. */
export function logKerberos(m: Kerberos, flow: Flow, from: Side, at: Micros, put: PutRow): void {
  // Of the others no event is raised there, nor of what breaks off.
  if (!LOGGED.includes(m.type) || m.anomalies.includes('truncated')) return
  let row = rows.get(flow)
  if (row === undefined) {
    row = newRow(at)
    rows.set(flow, row)
  }
  if (m.hasPublicKey) row.files[from] ??= derivedId('F', flow.uid, from).replace('-', '')
  if (m.certificate !== undefined) {
    put('x509', certificateCells(m.certificate, true, from === 'client'), at)
    row.subjects[from] = m.certificate.subject
  }
  if (row.isWritten) return
  if (m.type === TYPE.error) {
    if (m.errorText !== undefined && IGNORED.includes(m.errorText)) rows.delete(flow)
    else failed(row, m, put)
  } else if (m.type === TYPE.asRequest || m.type === TYPE.tgsRequest) asked(row, m)
  else if (m.type === TYPE.asReply || m.type === TYPE.tgsReply) answered(row, m, put)
}

/** The connection is over: what got no answer is written as it is. */
export function endKerberos(flow: Flow, put: PutRow): void {
  const row = rows.get(flow)
  if (row !== undefined) write(row, put)
}

function write(row: KerberosRow, put: PutRow): void {
  if (row.isWritten) return
  row.isWritten = true
  const { options, subjects, files } = row
  const option = (bit: number): boolean | undefined => (options === undefined ? undefined : (options & bit) !== 0)
  const { request, client, service, success, error, from, till, cipher } = row
  put(
    'kerberos',
    [
      request,
      client,
      service,
      success,
      error,
      from,
      till,
      cipher,
      option(OPTION.forwardable),
      option(OPTION.renewable),
      subjects.client,
      files.client,
      subjects.server,
      files.server,
    ],
    row.at,
  )
}

function newRow(at: Micros): KerberosRow {
  return {
    at,
    request: undefined,
    client: undefined,
    service: undefined,
    success: undefined,
    error: undefined,
    from: undefined,
    till: undefined,
    cipher: undefined,
    options: undefined,
    subjects: {},
    files: {},
    isWritten: false,
  }
}

function asked(row: KerberosRow, m: Kerberos): void {
  const isFirst = m.type === TYPE.asRequest
  row.request = isFirst ? 'AS' : 'TGS'
  if (isFirst || m.client.length > 0) row.client = `${logName(m.client) ?? ''}/${m.realm ?? ''}`
  row.service = logName(m.service) ?? row.service
  row.from = m.from ?? row.from
  row.till = m.till ?? row.till
  row.options = m.options ?? row.options
}

function answered(row: KerberosRow, m: Kerberos, put: PutRow): void {
  if (m.ticket === undefined) return
  row.client ??= `${logName(m.client) ?? ''}/${m.clientRealm ?? ''}`
  row.service = logName(m.ticket.service)
  row.cipher = CIPHERS[m.ticket.cipher] ?? `unknown-${m.ticket.cipher}`
  row.success = true
  write(row, put)
}

function failed(row: KerberosRow, m: Kerberos, put: PutRow): void {
  const name = logName(m.client)
  if (row.client === undefined && (name !== undefined || m.clientRealm !== undefined))
    row.client = `${name === undefined ? '' : `${name}/`}${m.clientRealm ?? ''}`
  row.service = logName(m.service) ?? row.service
  row.success = false
  row.error = m.errorText ?? ERRORS[m.errorCode] ?? `unknown-${m.errorCode}`
  write(row, put)
}

/** Zeek has words for names of one and two components. */
function logName(parts: readonly string[]): string | undefined {
  if (parts.length === 0) return undefined
  return parts.length <= 2 ? parts.join('/') : 'unknown'
}
