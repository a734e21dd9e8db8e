/** quic.log: a row a connection, closed by a retry, a refusal, a version nobody reads or its end. ssl.log: what its hellos say. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { Half, type Tls, type TlsState } from '../tls/tls.ts'
import { zeekEnded as tlsEnded, logs as tlsLogs, zeek as tlsZeek } from '../tls/zeek.ts'
import { VERSIONS } from './quic.table.ts'
import type { Quic, QuicState } from './quic.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ssl: tlsLogs.ssl!,
  quic: {
    columns: [
      ['version', 'string'],
      ['client_initial_dcid', 'string'],
      ['client_scid', 'string'],
      ['server_scid', 'string'],
      ['server_name', 'string'],
      ['client_protocol', 'string'],
      ['history', 'string'],
    ],
  },
}

type Row = {
  at: Micros
  version: number
  first: string | undefined
  clientId: string | undefined
  serverId: string | undefined
  serverName: string | undefined
  protocol: string | undefined
  history: string
}
type Log = { row: Row | undefined; short: Record<Side, number>; discarded: number; tls: TlsState }

const MAX_HISTORY = 100
const MAX_DISCARDED = 100
const LETTERS: Readonly<Partial<Record<Quic['kind'], string>>> = {
  initial: 'i',
  handshake: 'h',
  '0rtt': 'z',
  retry: 'r',
  'unknown-version': 'u',
}

export function zeek(seen: SeenMessage<Quic, QuicState>, put: PutRow): void {
  const { message: m, from, state, at } = seen
  const log = (state.log ??= newLog()) as Log
  const letter = LETTERS[m.kind]
  if (m.kind === 'short') return short(log, from)
  if (m.kind === 'not-fixed' && state.opened > 0 && ++log.discarded <= MAX_DISCARDED) return note(log.row, 'x', from)
  if (letter === undefined) return
  const row = (log.row ??= newRow(m.version, at))
  if (m.kind !== 'retry' && m.kind !== 'unknown-version') names(row, m, from)
  note(row, letter, from)
  if (m.hello !== undefined) said(seen, row, log, put)
  if (m.closed !== undefined) note(row, 'c', from)
  if (m.kind === 'retry' || m.kind === 'unknown-version' || m.closed !== undefined) write(log, put)
}

export function zeekEnded(seen: SeenMessage<Quic | undefined, QuicState>, put: PutRow): void {
  const log = seen.state.log as Log | undefined
  if (log === undefined) return
  write(log, put)
  tlsEnded({ ...seen, state: log.tls, message: undefined, asked: undefined }, put)
}

function newLog(): Log {
  const tls: TlsState = { client: new Half(), server: new Half(), recognised: true, isFlipped: false, seen: undefined, log: undefined }
  return { row: undefined, short: { client: 0, server: 0 }, discarded: 0, tls }
}

function newRow(version: number, at: Micros): Row {
  return {
    at,
    version,
    first: undefined,
    clientId: undefined,
    serverId: undefined,
    serverName: undefined,
    protocol: undefined,
    history: '',
  }
}

function names(row: Row, m: Quic, from: Side): void {
  if (from === 'server') row.serverId = m.source
  else {
    row.clientId = m.source
    if (m.destination !== '') row.first ??= m.destination
  }
}

function said(seen: SeenMessage<Quic, QuicState>, row: Row, log: Log, put: PutRow): void {
  const { message: m, from } = seen
  const hello = m.hello?.hello
  note(row, 's', from)
  if (hello?.isClient === true) {
    row.serverName = hello.serverName
    row.protocol = hello.protocols[0]
  }
  const message: Tls = {
    kind: 'handshake',
    version: 0x0303,
    fromClient: from === 'client',
    isEncrypted: false,
    handshakes: [m.hello!],
    alert: '',
    anomalies: [],
  }
  tlsZeek({ ...seen, state: log.tls, message, asked: undefined }, put)
}

/** Short heads are counted and noted at 1, 2, 4, 8 … */
function short(log: Log, from: Side): void {
  const count = ++log.short[from]
  if ((count & (count - 1)) === 0) note(log.row, 'o', from)
}

function note(row: Row | undefined, letter: string, from: Side): void {
  if (row !== undefined && row.history.length < MAX_HISTORY) row.history += from === 'client' ? letter.toUpperCase() : letter
}

function write(log: Log, put: PutRow): void {
  const { row } = log
  if (row === undefined) return
  log.row = undefined
  const version = VERSIONS.get(row.version)?.name ?? `unknown-${row.version.toString(16)}`
  put('quic', [version, row.first, row.clientId, row.serverId, row.serverName, row.protocol, row.history], row.at)
}
