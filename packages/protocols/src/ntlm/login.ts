/** What NTLM inside another protocol means: hints of both hosts, the login and its outcome, the row of ntlm.log. */
import type { Micros } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import type { LogSpec, PutRow, Sink } from '../protocol.ts'
import type { Ntlm } from './ntlmssp.ts'
import type { Spnego } from './spnego.ts'

export const NTLM_LOG: LogSpec = {
  columns: [
    ['username', 'string'],
    ['hostname', 'string'],
    ['domainname', 'string'],
    ['server_nb_computer_name', 'string'],
    ['server_dns_computer_name', 'string'],
    ['server_tree_name', 'string'],
    ['success', 'bool'],
  ],
}

/** NTLMv1 answers have 24 bytes; version 2 is longer. */
const VERSION1_BYTES = 24

export function hintNtlm(m: Ntlm, from: Side, sink: Sink): void {
  sink.hint(from, 'os', m.os, 0.9)
  if (m.kind === 'challenge') {
    sink.hint(from, 'name', m.computer, 1)
    sink.hint(from, 'name', m.dnsComputer, 1)
    sink.hint(from, 'domain', m.dnsDomain || m.domain, 0.9)
  } else if (m.kind === 'authenticate') {
    sink.hint(from, 'name', m.host, 0.9)
    sink.hint(from, 'user', m.user === '' ? undefined : m.domain === '' ? m.user : `${m.domain}\\${m.user}`, 0.7)
    if (m.responseBytes === VERSION1_BYTES && m.user !== '') {
      sink.say({ kind: 'credential.exposed', user: m.user, mask: `NTLMv1 answer (${VERSION1_BYTES})`, weakness: 'weak-hash' })
    }
  }
}

/** Collects one connection's messages for its row. */
export type NtlmRow = { at: Micros; client: Ntlm | undefined; server: Ntlm | undefined; success: boolean | undefined; isWritten: boolean }

export function logNtlm(
  row: NtlmRow | undefined,
  m: Ntlm | undefined,
  token: Spnego | undefined,
  at: Micros,
  put: PutRow,
): NtlmRow | undefined {
  let current = row
  if (m !== undefined) {
    current ??= { at, client: undefined, server: undefined, success: undefined, isWritten: false }
    if (m.kind === 'authenticate') current.client = m
    else if (m.kind === 'challenge') current.server = m
  }
  const state = token?.state
  if (current === undefined || state === undefined || state === 1 || current.isWritten) return current
  current.success = state === 0
  writeNtlm(current, put)
  return current
}

export function writeNtlm(row: NtlmRow | undefined, put: PutRow): void {
  if (row === undefined || row.isWritten) return
  row.isWritten = true
  const { client, server } = row
  const some = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
  put(
    'ntlm',
    [
      some(client?.user),
      some(client?.host),
      some(client?.domain),
      some(server?.computer),
      some(server?.dnsComputer),
      some(server?.tree),
      row.success,
    ],
    row.at,
  )
}
