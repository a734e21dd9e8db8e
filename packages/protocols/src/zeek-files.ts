/** files.log: one row a file, whichever protocol carried it. */
import type { Micros } from '@isthmus/model'
import type { Flow, Side } from '@isthmus/wire'
import type { PassingFile } from './mime/passing-file.ts'
import type { Cell, LogSpec } from './protocol.ts'

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
  readonly file: PassingFile
  readonly name: string | undefined
  readonly from: Side
  readonly at: Micros
  readonly lastAt: Micros
  readonly total: number | undefined
}

/** What Zeek attaches by type when nobody asks for more. */
const ANALYZERS: Readonly<Record<string, string>> = {
  'application/x-dosexec': 'PE',
  'application/ocsp-response': 'OCSP_REPLY',
  'application/ocsp-request': 'OCSP_REQUEST',
}
/** Private ranges (RFC 1918, RFC 6598, RFC 4193, link-local, loopback): Zeek's default of what is local. */
const LOCAL =
  /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab]|::1$)/

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
    file.missing,
    0,
    false,
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
