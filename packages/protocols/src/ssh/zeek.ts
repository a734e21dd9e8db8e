/** ssh.log: a row a connection, written when a login succeeds or when the connection ends. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { isLocal } from '../zeek-files.ts'
import { sure, unsure } from '../zeek-service.ts'
import { fingerprint, isCompressed } from './observe.ts'
import { LOGGED_EXCHANGES } from './ssh.table.ts'
import { agreed, isVersion1, type Ssh, type SshState } from './ssh.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ssh: {
    columns: [
      ['version', 'count'],
      ['auth_success', 'bool'],
      ['auth_attempts', 'count'],
      ['direction', 'enum'],
      ['client', 'string'],
      ['server', 'string'],
      ['cipher_alg', 'string'],
      ['mac_alg', 'string'],
      ['compression_alg', 'string'],
      ['kex_alg', 'string'],
      ['host_key_alg', 'string'],
      ['host_key_fingerprint', 'string'],
    ],
  },
}

type Row = { at: Micros; success: boolean | undefined; attempts: number; hostKey: string | undefined; isWritten: boolean }
/** Characters of the fingerprint that Zeek writes. */
const SHOWN_DIGEST = 'SHA256:'.length + 32

export function zeek(seen: SeenMessage<Ssh, SshState>, put: PutRow): void {
  const { message: m, state, at } = seen
  if (isKeyed(state)) sure(seen.flow, 'ssh')
  else unsure(seen.flow, 'ssh')
  const row = (state.log ??= { at, success: undefined, attempts: 0, hostKey: undefined, isWritten: false }) as Row
  if (m.hostKey !== undefined) row.hostKey = fingerprint(m.hostKey).slice(0, SHOWN_DIGEST)
  if (m.authenticated === undefined || row.success === true || isCompressed(state)) return
  row.success = m.authenticated
  row.attempts++
  if (m.authenticated) write(row, seen, put)
}

/** What Zeek takes for SSH has agreed on keys between two versions: version 2 says so, in version 1 the client sends one. */
function isKeyed({ modes, versions }: SshState): boolean {
  if (versions.client === '' || versions.server === '') return false
  if (modes.client === 'encrypted') return true
  return modes.server === 'encrypted' && !isVersion1(versions.server)
}

export function zeekEnded(seen: SeenMessage<Ssh | undefined, SshState>, put: PutRow): void {
  const row = seen.state.log as Row | undefined
  const { client, server } = seen.state.versions
  if (row !== undefined && !row.isWritten && (client !== '' || server !== '')) write(row, seen, put)
}

function write(row: Row, seen: SeenMessage<Ssh | undefined, SshState>, put: PutRow): void {
  row.isWritten = true
  const { versions, offers } = seen.state
  const { client, server } = offers
  const both = client !== undefined && server !== undefined
  const kex = both ? one(client.kex, server.kex) : undefined
  put(
    'ssh',
    [
      versionOf(versions.client, versions.server),
      row.success,
      row.attempts,
      direction(seen.flow.clientIp, seen.flow.serverIp),
      versions.client || undefined,
      versions.server || undefined,
      both ? pair(client.ciphers, server.ciphers) : undefined,
      both ? pair(client.macs, server.macs) : undefined,
      both ? pair(client.compressions, server.compressions) : undefined,
      kex,
      both ? one(client.hostKey, server.hostKey) : undefined,
      kex !== undefined && LOGGED_EXCHANGES.test(kex) ? row.hostKey : undefined,
    ],
    row.at,
  )
}

function direction(client: string | undefined, server: string | undefined): string | undefined {
  if (isLocal(client) === isLocal(server)) return undefined
  return isLocal(client) ? 'OUTBOUND' : 'INBOUND'
}

/** 1.99 means both; what does not go together is 0. Undefined until both have spoken. */
function versionOf(client: string, server: string): number | undefined {
  if (client === '' || server === '') return undefined
  const kind = (v: string): number | undefined => (v.startsWith('SSH-1.99') ? 1.99 : v[4] === '2' ? 2 : v[4] === '1' ? 1 : undefined)
  const c = kind(client)
  const s = kind(server)
  if (c === undefined || s === undefined) return undefined
  if (c === 1 || s === 1) return c === 2 || s === 2 ? 0 : 1
  return 2
}

const NONE = 'Algorithm negotiation failed'
function one(client: readonly string[], server: readonly string[]): string {
  return agreed(client, server) ?? NONE
}

function pair(client: readonly [string[], string[]], server: readonly [string[], string[]]): string {
  const toServer = one(client[0], server[0])
  const toClient = one(client[1], server[1])
  return toServer === toClient ? toServer : `To server: ${toServer}, to client: ${toClient}`
}
