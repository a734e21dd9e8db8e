/** A server's own record of its sessions (HCF_SPEC-085 §10.3.2.6). */
import type { Reader } from '@isthmus/wire'
import { showIpv4, showIpv6 } from '../show-address.ts'

export type SessionRecord = {
  readonly clientIpv4: string
  readonly clientIpv6: string
  readonly clientPort: number
  readonly serverPort: number
  /** Seconds since 1970, as the server counts them. */
  readonly connectedAt: number
  readonly disconnectedAt: number
  /** From bit 0: writes occurred, bad initialisation, aborted, timeout, insecure. */
  readonly status: number
  readonly startCount: number
  readonly endCount: number
  readonly published: number
  readonly requests: number
  readonly responses: number
}

export type AuditLog = {
  readonly start: number
  readonly count: number
  /** Undefined in requests. */
  readonly poweredUpAt: number | undefined
  readonly securityChangedAt: number | undefined
  /** From bit 0: log server not found, connection to it failed, connection insecure. */
  readonly serverStatus: number
  readonly recordSize: number
  readonly records: readonly SessionRecord[]
}

const RECORD = 58

export function readAuditLog(r: Reader, isResponse: boolean): AuditLog {
  const start = r.u8('start record')
  const count = r.u8('number of records')
  if (!isResponse)
    return { start, count, poweredUpAt: undefined, securityChangedAt: undefined, serverStatus: 0, recordSize: 0, records: [] }
  const poweredUpAt = Number(r.u64('power up time'))
  const securityChangedAt = Number(r.u64('last security change'))
  const serverStatus = r.u16('server status')
  const recordSize = r.u16('record size')
  const records: SessionRecord[] = []
  while (records.length < count && r.left >= RECORD) records.push(readRecord(r.sub(RECORD, 'record')))
  return { start, count, poweredUpAt, securityChangedAt, serverStatus, recordSize, records }
}

function readRecord(r: Reader): SessionRecord {
  return {
    clientIpv4: showIpv4(r.view(4, 'client IPv4')),
    clientIpv6: showIpv6(r.view(16, 'client IPv6')),
    clientPort: r.u16('client port'),
    serverPort: r.u16('server port'),
    connectedAt: Number(r.u64('connect time')),
    disconnectedAt: Number(r.u64('disconnect time')),
    status: r.u16('status'),
    startCount: r.u16('configuration changes at start'),
    endCount: r.u16('configuration changes at end'),
    published: r.u32('publications'),
    requests: r.u32('requests'),
    responses: r.u32('responses'),
  }
}
