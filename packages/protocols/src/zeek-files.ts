/** files.log: one row a file, whichever protocol carried it. */
import type { Micros } from '@isthmus/model'
import type { Flow, Side } from '@isthmus/wire'
import type { PassingFile } from './mime/passing-file.ts'
import { DLL_FLAG, readExecutable, TABLE } from './mime/pe.ts'
import type { Cell, LogSpec, PutRow } from './protocol.ts'
import { readOcsp } from './x509/ocsp.ts'

export const FILES_LOG: LogSpec = {
  bare: true,
  columns: [
    ['fuid', 'string'],
    ['uid', 'string'],
    ['id.orig_h', 'addr'],
    ['id.orig_p', 'port'],
    ['id.resp_h', 'addr'],
    ['id.resp_p', 'port'],
    ['source', 'string'],
    ['depth', 'count'],
    ['analyzers', 'set[string]'],
    ['mime_type', 'string'],
    ['filename', 'string'],
    ['duration', 'interval'],
    ['local_orig', 'bool'],
    ['is_orig', 'bool'],
    ['seen_bytes', 'count'],
    ['total_bytes', 'count'],
    ['missing_bytes', 'count'],
    ['overflow_bytes', 'count'],
    ['timedout', 'bool'],
    ['parent_fuid', 'string'],
    ['md5', 'string'],
    ['sha1', 'string'],
    ['sha256', 'string'],
    ['extracted', 'string'],
    ['extracted_cutoff', 'bool'],
    ['extracted_size', 'count'],
  ],
}

export type LoggedFile = {
  readonly id: string
  readonly flow: Flow
  readonly source: string
  readonly file: Pick<PassingFile, 'bytes' | 'missing' | 'type' | 'start'>
  readonly name: string | undefined
  readonly from: Side
  readonly at: Micros
  readonly lastAt: Micros
  readonly total: number | undefined
  /** Bytes of the file that come before the part that was asked for. */
  readonly skipped?: number
  /** The connection was left open before the file had ended. */
  readonly timedOut?: boolean
}

/** pe.log: what the headers of an executable say; ocsp.log: what an authority says of a certificate. */
export const PE_LOG: LogSpec = {
  bare: true,
  columns: [
    ['id', 'string'],
    ['machine', 'string'],
    ['compile_ts', 'time'],
    ['os', 'string'],
    ['subsystem', 'string'],
    ['is_exe', 'bool'],
    ['is_64bit', 'bool'],
    ['uses_aslr', 'bool'],
    ['uses_dep', 'bool'],
    ['uses_code_integrity', 'bool'],
    ['uses_seh', 'bool'],
    ['has_import_table', 'bool'],
    ['has_export_table', 'bool'],
    ['has_cert_table', 'bool'],
    ['has_debug_data', 'bool'],
    ['section_names', 'vector[string]'],
  ],
}

export const OCSP_LOG: LogSpec = {
  bare: true,
  columns: [
    ['id', 'string'],
    ['hashAlgorithm', 'string'],
    ['issuerNameHash', 'string'],
    ['issuerKeyHash', 'string'],
    ['serialNumber', 'string'],
    ['certStatus', 'string'],
    ['revoketime', 'time'],
    ['revokereason', 'string'],
    ['thisUpdate', 'time'],
    ['nextUpdate', 'time'],
  ],
}

/** The logs of a protocol that moves files. */
export const FILE_LOGS: Readonly<Record<string, LogSpec>> = { files: FILES_LOG, pe: PE_LOG, ocsp: OCSP_LOG }

/** A file's row, and what its content is worth a row of its own. */
export function putFile(f: LoggedFile, put: PutRow, depth = 0): void {
  const cells = fileCells(f)
  cells[DEPTH] = depth
  put('files', cells, f.at)
  const { file } = f
  if (file.type === 'application/x-dosexec') putExecutable(f.id, file.start, f.at, put)
  else if (file.type === 'application/ocsp-response' && file.bytes === file.start.length) putOcsp(f.id, file.start, f.at, put)
}

const DEPTH = 7

export function putOcsp(id: string, bytes: Uint8Array, at: Micros, put: PutRow): void {
  for (const a of readOcsp(bytes)) {
    const { algorithm, issuerName, issuerKey, serial, status, revokedAt, reason, thisUpdate, nextUpdate } = a
    put('ocsp', [id, algorithm, issuerName, issuerKey, serial, status, revokedAt, reason, thisUpdate, nextUpdate], at)
  }
}

function putExecutable(id: string, bytes: Uint8Array, at: Micros, put: PutRow): void {
  const pe = readExecutable(bytes)
  if (pe === undefined) return
  const { optional } = pe
  const has = (flag: number): boolean => ((optional?.flags ?? 0) & flag) !== 0
  const table = (n: number): boolean | undefined => (optional === undefined ? undefined : (optional.tables[n] ?? 0) > 0)
  put(
    'pe',
    [
      id,
      pe.machine,
      pe.compiledAt,
      optional?.system,
      optional?.subsystem,
      pe.isExecutable,
      pe.is64Bit,
      has(DLL_FLAG.aslr),
      has(DLL_FLAG.dep),
      has(DLL_FLAG.codeIntegrity),
      !has(DLL_FLAG.noSeh),
      table(TABLE.imports),
      table(TABLE.exports),
      table(TABLE.certificates),
      table(TABLE.debug),
      pe.sections,
    ],
    at,
  )
}

/** What Zeek attaches by type when nobody asks for more. */
const ANALYZERS: Readonly<Record<string, string>> = {
  'application/x-dosexec': 'PE',
  'application/ocsp-response': 'OCSP_REPLY',
  'application/ocsp-request': 'OCSP_REQUEST',
}
/** Private ranges (RFC 1918, RFC 6598, RFC 4193, RFC 3849, link-local, loopback): Zeek's default of what is local. */
const LOCAL =
  /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab]|2001:db8:|::1$)/

export function fileCells(f: LoggedFile): Cell[] {
  const { flow, file } = f
  const source = f.from === 'client' ? flow.clientIp : flow.serverIp
  const analyzer = ANALYZERS[file.type ?? '']
  return [
    f.id,
    flow.uid,
    flow.clientIp,
    flow.clientPort,
    flow.serverIp,
    flow.serverPort,
    f.source,
    0,
    analyzer === undefined ? [] : [analyzer],
    file.type,
    f.name,
    (f.lastAt - f.at) / 1e6,
    LOCAL.test(source ?? ''),
    f.from === 'client',
    file.bytes,
    f.total,
    file.missing + (f.skipped ?? 0),
    0,
    f.timedOut === true,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]
}

export function isLocal(ip: string | undefined): boolean {
  return LOCAL.test(ip ?? '')
}
