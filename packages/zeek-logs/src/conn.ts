/** conn.log: one row for every conversation, written when it is over. Columns as Zeek 8 writes them by default. */
import type { LogShape } from './log-book.ts'
import type { Cell } from './value.ts'

/** What conn.log says of one conversation. */
export type ConnEnd = {
  readonly transport: 'tcp' | 'udp' | 'icmp' | 'ip' | 'ethernet'
  /** IP protocol number. */
  readonly ipProtocol: number
  readonly services: readonly string[]
  /** µs from the first to the last packet that counts. */
  readonly durationUs: number
  readonly clientBytes: number
  readonly serverBytes: number
  readonly connState: string
  readonly clientIsLocal: boolean
  readonly serverIsLocal: boolean
  readonly missedBytes: number
  readonly history: string
  readonly clientPackets: number
  readonly clientIpBytes: number
  readonly serverPackets: number
  readonly serverIpBytes: number
  readonly tunnelParents: readonly string[]
}

export const CONN_LOG: LogShape = {
  columns: [
    ['proto', 'enum'],
    ['service', 'string'],
    ['duration', 'interval'],
    ['orig_bytes', 'count'],
    ['resp_bytes', 'count'],
    ['conn_state', 'string'],
    ['local_orig', 'bool'],
    ['local_resp', 'bool'],
    ['missed_bytes', 'count'],
    ['history', 'string'],
    ['orig_pkts', 'count'],
    ['orig_ip_bytes', 'count'],
    ['resp_pkts', 'count'],
    ['resp_ip_bytes', 'count'],
    ['tunnel_parents', 'set[string]'],
    ['ip_proto', 'count'],
  ],
}

export function connCells(end: ConnEnd): Cell[] {
  // One packet has no duration; Zeek leaves its byte counts unset too.
  const lasted = end.durationUs > 0
  return [
    end.transport === 'ip' ? 'unknown_transport' : end.transport,
    end.services.length === 0 ? undefined : end.services.join(','),
    lasted ? end.durationUs / 1e6 : undefined,
    lasted ? end.clientBytes : undefined,
    lasted ? end.serverBytes : undefined,
    end.connState,
    end.clientIsLocal,
    end.serverIsLocal,
    end.missedBytes,
    end.history === '' ? undefined : end.history,
    end.clientPackets,
    end.clientIpBytes,
    end.serverPackets,
    end.serverIpBytes,
    end.tunnelParents.length === 0 ? undefined : end.tunnelParents,
    end.ipProtocol,
  ]
}
