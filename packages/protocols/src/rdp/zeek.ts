/**
 * rdp.log. The row is written when the server has chosen TLS, since the rest of the connection is that dissector's, or
 * when the connection ends or turns ten seconds old.
 */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { certificateCells, logs as tlsLogs } from '../tls/zeek.ts'
import { refuted, sure, unsure } from '../zeek-service.ts'
import type { ClientData, ServerData } from './gcc.ts'
import { BUILDS, CERTIFICATES, DEPTHS, FAILURES, LEVELS, layoutName, METHODS, PROTOCOLS, RESULTS } from './rdp.table.ts'
import type { Rdp, RdpState } from './rdp.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  rdp: {
    columns: [
      ['cookie', 'string'],
      ['result', 'string'],
      ['security_protocol', 'string'],
      ['client_channels', 'vector[string]'],
      ['keyboard_layout', 'string'],
      ['client_build', 'string'],
      ['client_name', 'string'],
      ['client_dig_product_id', 'string'],
      ['desktop_width', 'count'],
      ['desktop_height', 'count'],
      ['requested_color_depth', 'string'],
      ['cert_type', 'string'],
      ['cert_count', 'count'],
      ['cert_permanent', 'bool'],
      ['encryption_level', 'string'],
      ['encryption_method', 'string'],
    ],
  },
  x509: tlsLogs.x509!,
}

type Row = {
  at: Micros
  cookie: string | undefined
  result: string | undefined
  security: string | undefined
  client: ClientData | undefined
  server: ServerData | undefined
  /** Zeek's analyzer stops at a request it cannot read, with what it has buffered: the client's data. */
  isRefused: boolean
  isWritten: boolean
}
const PATIENCE_US = 10_000_000

export function zeek(seen: SeenMessage<Rdp, RdpState>, put: PutRow): void {
  const { message: m, state, at } = seen
  const row = (state.log ??= {
    at,
    cookie: undefined,
    result: undefined,
    security: undefined,
    client: undefined,
    server: undefined,
    isRefused: false,
    isWritten: false,
  }) as Row
  if (row.isWritten) return
  if (at - row.at > PATIENCE_US && m.kind === 'data') return write(row, put)
  if (m.kind === 'connection request') row.cookie = m.cookie ?? row.cookie
  row.isRefused ||= m.strayBytes > 0
  // Zeek names the service once the data of one side was read.
  if (row.isRefused) refuted(seen.flow, 'rdp')
  else if (m.client !== undefined || m.server !== undefined) sure(seen.flow, 'rdp')
  else unsure(seen.flow, 'rdp')
  if (m.client !== undefined) row.client = m.client
  if (row.isRefused) return
  if (m.security !== undefined) row.security = PROTOCOLS[m.security] ?? `security_protocol-${m.security}`
  if (m.failure !== undefined) row.result = FAILURES[m.failure] ?? `failure_code-${m.failure}`
  if (m.server !== undefined) {
    row.server = m.server
    row.result = RESULTS[m.server.result] ?? `result-${m.server.result}`
    for (const certificate of m.server.certificates) put('x509', certificateCells(certificate, true, false), at)
  }
  if (m.security !== undefined && m.security > 0) {
    row.result = 'encrypted'
    row.cookie ??= ''
    write(row, put)
  }
}

export function zeekEnded(seen: SeenMessage<Rdp | undefined, RdpState>, put: PutRow): void {
  const row = seen.state.log as Row | undefined
  if (row !== undefined && !row.isWritten) write(row, put)
}

function write(row: Row, put: PutRow): void {
  row.isWritten = true
  const { client, server } = row
  if (row.cookie === undefined && client === undefined && row.result === undefined) return
  const type = server?.certificateType
  put(
    'rdp',
    [
      row.cookie,
      row.result,
      row.security,
      client?.channels,
      client === undefined ? undefined : layoutName(client.keyboard),
      client === undefined ? undefined : (BUILDS[client.build] ?? `client_build-${client.build}`),
      client?.name,
      client?.productId,
      client?.width,
      client?.height,
      client === undefined ? undefined : client.wants32Bit ? '32bit' : (DEPTHS[client.depth] ?? `high_color_depth-${client.depth}`),
      type === undefined ? undefined : (CERTIFICATES[type] ?? `cert_type-${type}`),
      type === 1 ? 1 : (server?.certificates.length ?? 0),
      server?.isPermanent,
      server?.encryptionLevel === undefined ? undefined : (LEVELS[server.encryptionLevel] ?? `encryption_level-${server.encryptionLevel}`),
      server?.encryptionMethod === undefined
        ? undefined
        : (METHODS[server.encryptionMethod] ?? `encryption_method-${server.encryptionMethod}`),
    ],
    row.at,
  )
}
