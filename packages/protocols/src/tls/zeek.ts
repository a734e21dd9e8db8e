/** ssl.log and x509.log. A row is written when both sides have gone over to encryption, or when the connection ends. */
import { derivedId, type Micros } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { PassingFile } from '../mime/passing-file.ts'
import type { Cell, Gather, LogSpec, PutRow } from '../protocol.ts'
import { type Certificate, matchesHost } from '../x509/certificate.ts'
import { FILE_LOGS, putFile } from '../zeek-files.ts'
import { CIPHERS } from './ciphers.table.ts'
import type { Handshake, Hello } from './handshake.ts'
import { EXTENSION, GROUPS, HANDSHAKE, HISTORY, versionName } from './tls.table.ts'
import type { Tls, TlsState } from './tls.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ...FILE_LOGS,
  ssl: {
    columns: [
      ['version', 'string'],
      ['cipher', 'string'],
      ['curve', 'string'],
      ['server_name', 'string'],
      ['resumed', 'bool'],
      ['last_alert', 'string'],
      ['next_protocol', 'string'],
      ['established', 'bool'],
      ['ssl_history', 'string'],
      ['cert_chain_fps', 'vector[string]'],
      ['client_cert_chain_fps', 'vector[string]'],
      ['sni_matches_cert', 'bool'],
    ],
  },
  x509: {
    bare: true,
    columns: [
      ['fingerprint', 'string'],
      ['certificate.version', 'count'],
      ['certificate.serial', 'string'],
      ['certificate.subject', 'string'],
      ['certificate.issuer', 'string'],
      ['certificate.not_valid_before', 'time'],
      ['certificate.not_valid_after', 'time'],
      ['certificate.key_alg', 'string'],
      ['certificate.sig_alg', 'string'],
      ['certificate.key_type', 'string'],
      ['certificate.key_length', 'count'],
      ['certificate.exponent', 'string'],
      ['certificate.curve', 'string'],
      ['san.dns', 'vector[string]'],
      ['san.uri', 'vector[string]'],
      ['san.email', 'vector[string]'],
      ['san.ip', 'vector[addr]'],
      ['basic_constraints.ca', 'bool'],
      ['basic_constraints.path_len', 'count'],
      ['host_cert', 'bool'],
      ['client_cert', 'bool'],
    ],
    gather: () => new OnceEach(),
  },
}

type Row = {
  at: Micros
  version: number | undefined
  cipher: number | undefined
  group: number | undefined
  serverName: string | undefined
  sessionId: string
  resumed: boolean
  alert: string | undefined
  protocol: string | undefined
  established: boolean
  history: string
  offeredTicket: boolean
  offeredKey: boolean
  sentKeyExchange: boolean
  chains: Record<Side, Certificate[]>
  isWritten: boolean
}

const MAX_HISTORY = 100

export function zeek(seen: SeenMessage<Tls, TlsState>, put: PutRow): void {
  const { message: m, state, at } = seen
  const row = (state.log ??= newRow(at)) as Row
  if (state.isFlipped && row.history === '') row.history = '^'
  if (row.isWritten || m.kind === 'piece') return
  const isClient = m.fromClient
  if (m.kind === 'data' && m.isEncrypted && state.client.encrypted && state.server.encrypted) {
    row.established = true
    write(row, put)
  } else if (m.kind === 'alert') {
    note(row, 'l', isClient)
    row.alert = m.alert
  } else if (m.kind === 'change-cipher') {
    note(row, 'i', isClient)
    if (isClient && row.offeredTicket && !row.sentKeyExchange) row.resumed = true
  } else if (m.kind === 'heartbeat') note(row, 'b', isClient)
  for (const h of m.handshakes) {
    handshake(h, row, isClient ? 'client' : 'server', at, put)
    if (h.status !== undefined) stapled(h.status, seen, isClient ? 'client' : 'server', put)
  }
}

export function zeekEnded(seen: SeenMessage<Tls | undefined, TlsState>, put: PutRow): void {
  const row = seen.state.log as Row | undefined
  if (row !== undefined && !row.isWritten) write(row, put)
}

/** What the server sends along to show that its certificate has not been revoked: a file to Zeek. */
function stapled(status: Uint8Array, { flow, at }: SeenMessage<Tls, TlsState>, from: Side, put: PutRow): void {
  const file = new PassingFile()
  file.update(status)
  const id = derivedId('F', flow.uid, `ocsp${at}`).replace('-', '')
  putFile({ id, flow, source: 'SSL', file, name: undefined, from, at, lastAt: at, total: undefined }, put)
}

function newRow(at: Micros): Row {
  return {
    at,
    version: undefined,
    cipher: undefined,
    group: undefined,
    serverName: undefined,
    sessionId: '',
    resumed: false,
    alert: undefined,
    protocol: undefined,
    established: false,
    history: '',
    offeredTicket: false,
    offeredKey: false,
    sentKeyExchange: false,
    chains: { client: [], server: [] },
    isWritten: false,
  }
}

function note(row: Row, letter: string, isClient: boolean): void {
  if (row.history.length < MAX_HISTORY) row.history += isClient ? letter.toUpperCase() : letter
}

function handshake(h: Handshake, row: Row, from: Side, at: Micros, put: PutRow): void {
  const isClient = from === 'client'
  if (h.hello !== undefined) hello(h.hello, row)
  note(row, h.hello?.isRetry === true ? 'j' : (HISTORY[h.type] ?? 'z'), isClient)
  if (h.group !== undefined) row.group = h.group
  if (isClient && h.type === HANDSHAKE.clientKeyExchange) row.sentKeyExchange = true
  h.certificates.forEach((certificate, i) => {
    row.chains[from].push(certificate)
    put('x509', certificateCells(certificate, i === 0, isClient), at)
  })
}

function hello(h: Hello, row: Row): void {
  if (h.isClient) {
    if (h.serverName !== undefined) row.serverName = h.serverName
    if (h.hasTicket) row.offeredTicket = true
    if (h.extensions.includes(EXTENSION.preSharedKey)) row.offeredKey = true
    if (h.sessionId !== '') {
      row.sessionId = h.sessionId
      row.offeredTicket = false
    }
    return
  }
  row.version = h.version
  row.cipher = h.ciphers[0]
  row.group = h.group ?? row.group
  row.protocol = h.protocols[0] ?? row.protocol
  const is13 = h.version === 0x0304 || h.version >> 8 === 0x7f
  if (!is13 && row.sessionId !== '' && row.sessionId === h.sessionId) row.resumed = true
  if (row.offeredKey && h.extensions.includes(EXTENSION.preSharedKey)) row.resumed = true
}

function write(row: Row, put: PutRow): void {
  row.isWritten = true
  const { client, server } = row.chains
  const hasChain = client.length + server.length > 0
  const leaf = server[0]
  put(
    'ssl',
    [
      row.version === undefined ? undefined : versionName(row.version),
      row.cipher === undefined ? undefined : (CIPHERS.get(row.cipher) ?? `unknown-${row.cipher}`),
      row.group === undefined ? undefined : (GROUPS[row.group] ?? `unknown-${row.group}`),
      row.serverName,
      row.resumed,
      row.alert,
      row.protocol,
      row.established,
      row.history,
      hasChain ? server.map((c) => c.fingerprint) : undefined,
      hasChain ? client.map((c) => c.fingerprint) : undefined,
      leaf === undefined || row.serverName === undefined ? undefined : matchesHost(leaf, row.serverName),
    ],
    row.at,
  )
}

export function certificateCells(c: Certificate, isHost: boolean, isClient: boolean): Cell[] {
  const names = c.alternativeNames
  const some = (list: readonly string[] | undefined): readonly string[] | undefined =>
    list !== undefined && list.length > 0 ? list : undefined
  return [
    c.fingerprint,
    c.version,
    c.serial,
    c.subject,
    c.issuer,
    c.notBefore,
    c.notAfter,
    c.keyAlgorithm,
    c.signatureAlgorithm,
    c.keyType,
    c.keyBits,
    c.exponent,
    c.curve,
    some(names?.dns),
    some(names?.uri),
    some(names?.email),
    some(names?.ip),
    c.isAuthority,
    c.pathLength,
    isHost,
    isClient,
  ]
}

/** A certificate is logged once for each role it plays; a million of them are remembered in Zeek, fewer here. */
class OnceEach implements Gather {
  readonly #known = new Set<string>()

  put(cells: readonly Cell[], at: number, emit: (cells: readonly Cell[], at: number) => void): void {
    const key = `${cells[0]} ${cells.at(-2)} ${cells.at(-1)}`
    if (this.#known.has(key)) return
    if (this.#known.size < 100_000) this.#known.add(key)
    emit(cells, at)
  }

  end(): void {}
}
