/** Zeek's snmp.log: a row a conversation, counting variables. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { TAG, unsignedOf } from '../asn1/ber.ts'
import { byteText } from '../byte-text.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { sure, unsure } from '../zeek-service.ts'
import { OID, PDU } from './snmp.table.ts'
import type { Snmp, SnmpState } from './snmp.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  snmp: {
    columns: [
      ['duration', 'interval'],
      ['version', 'string'],
      ['community', 'string'],
      ['get_requests', 'count'],
      ['get_bulk_requests', 'count'],
      ['get_responses', 'count'],
      ['set_requests', 'count'],
      ['display_string', 'string'],
      ['up_since', 'time'],
    ],
  },
}

export type SnmpRow = {
  readonly at: Micros
  lastAt: Micros
  readonly version: string
  community: string | undefined
  gets: number
  bulks: number
  responses: number
  sets: number
  display: string | undefined
  /** Seconds since 1970. */
  upSince: number | undefined
}

const VERSIONS: Readonly<Record<number, string>> = { 0: '1', 1: '2c', 3: '3' }
const TIME_TICKS = 0x43

export function zeek(seen: SeenMessage<Snmp, SnmpState>, _put: PutRow): void {
  const { message: m, at, state } = seen
  if (seen.from === 'server') sure(seen.flow, 'snmp')
  else if (state.row === undefined) unsure(seen.flow, 'snmp')
  // What breaks off or holds other types than it must raises no event there.
  if (VERSIONS[m.version] === undefined || m.anomalies.includes('truncated') || m.anomalies.includes('unexpected-type')) return
  state.row ??= {
    at,
    lastAt: at,
    version: VERSIONS[m.version]!,
    community: undefined,
    gets: 0,
    bulks: 0,
    responses: 0,
    sets: 0,
    display: undefined,
    upSince: undefined,
  }
  const { row } = state
  row.lastAt = at
  if (m.version !== 3) row.community ??= m.community
  else if (!m.isEncrypted && m.user !== '') row.community ??= m.user
  const variables = m.bindings.length
  if (m.pdu === PDU.get || m.pdu === PDU.next) row.gets += variables
  else if (m.pdu === PDU.bulk) row.bulks += variables
  else if (m.pdu === PDU.set) row.sets += variables
  else if (m.pdu === PDU.response) responded(m, row, at)
}

function responded(m: Snmp, row: SnmpRow, at: Micros): void {
  row.responses += m.bindings.length
  for (const b of m.bindings) {
    if (b.oid === OID.description && b.type === TAG.octets) row.display = byteText(b.value)
    else if (b.oid === OID.upTime && b.type === TIME_TICKS) row.upSince = at / 1e6 - unsignedOf(b.value) / 100
  }
}

export function zeekEnded(seen: SeenMessage<Snmp | undefined, SnmpState>, put: PutRow): void {
  const { row } = seen.state
  if (row === undefined) return
  const { gets, bulks, responses, sets } = row
  const duration = (row.lastAt - row.at) / 1e6
  put('snmp', [duration, row.version, row.community, gets, bulks, responses, sets, row.display, row.upSince], row.at)
}
