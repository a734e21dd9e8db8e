/** Rows of goose.log as the ICSNPP package writes it by default: one a message, the values as a hash. */
import type { SeenMessage } from '@isthmus/wire'
import { newSha256 } from '../hash/lent.ts'
import { hex } from '../icsnpp.ts'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import type { Goose } from './goose.ts'
import type { Publications } from './publication.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  goose: {
    bare: true,
    columns: [
      ['src_mac', 'string'],
      ['dst_mac', 'string'],
      ['eth_type', 'string'],
      ['appid', 'string'],
      ['length', 'int'],
      ['gocb_ref', 'string'],
      ['time_allowed_to_live', 'int'],
      ['dataset', 'string'],
      ['go_id', 'string'],
      ['timestamp', 'time'],
      ['timestamp_quality', 'string'],
      ['st_num', 'int'],
      ['sq_num', 'int'],
      ['simulation', 'bool'],
      ['conf_rev', 'int'],
      ['nds_com', 'bool'],
      ['num_dat_set_entries', 'int'],
      ['all_data_hash', 'string'],
      ['all_data_raw_hex', 'string'],
      ['parse_status', 'string'],
      ['parse_error', 'string'],
    ],
  },
}

/** Bits of `present`, by the tag's number. */
const FIELD = { gocbRef: 0, dataSet: 2, goId: 3, time: 4, stNum: 5, sqNum: 6, confRev: 8, entryCount: 10, data: 11 } as const
const ALL_DATA = 0xab
const BLANK: readonly Cell[] = ['', 0, '', undefined, undefined, undefined, 0, 0, false, 0, false, 0, '', '']

/** Of the data hashed last: repetitions share them. */
const last: { data: Uint8Array; hash: string } = { data: new Uint8Array(0), hash: '' }

export function zeek({ message: m, flow }: SeenMessage<Goose, Publications>, put: PutRow): void {
  const [status, error] = qualityOf(m)
  const head = [flow.clientMac, flow.serverMac, '0x88b8', hex(m.appId, 1), m.length]
  if (error === 'truncated_packet' || error === 'malformed_asn1') return put('goose', [...head, ...BLANK, status, error])
  const has = (bit: number): boolean => (m.present & (1 << bit)) !== 0
  put('goose', [
    ...head,
    m.gocbRef,
    m.timeAllowedToLive,
    m.dataSet,
    has(FIELD.goId) ? m.goId : undefined,
    has(FIELD.time) ? m.changedAt / 1e6 : undefined,
    has(FIELD.time) ? hex(m.timeQuality, 1) : undefined,
    m.stNum,
    m.sqNum,
    m.isSimulated,
    m.confRev,
    m.needsCommissioning,
    m.entryCount,
    has(FIELD.data) ? hashOf(m.data) : '',
    '',
    status,
    error,
  ])
}

function qualityOf(m: Goose): readonly [status: string, error: string] {
  const { anomalies } = m
  const lacks = (...bits: readonly number[]): boolean => bits.some((bit) => (m.present & (1 << bit)) === 0)
  if (anomalies.includes('truncated') || anomalies.includes('bad-data')) return ['failed', 'truncated_packet']
  if (anomalies.includes('bad-tag')) return ['failed', 'malformed_asn1']
  if (lacks(FIELD.gocbRef, FIELD.stNum, FIELD.sqNum)) return ['failed', 'missing_required_field']
  if (lacks(FIELD.data)) return ['partial', 'missing_all_data']
  if (anomalies.includes('unknown-field') || m.present >> (FIELD.data + 1) !== 0) return ['partial', 'unsupported_tlv']
  return lacks(FIELD.dataSet, FIELD.confRev, FIELD.entryCount) ? ['partial', 'missing_required_field'] : ['ok', 'none']
}

/** SHA-256 of allData with its tag and length. */
function hashOf(data: Uint8Array): string {
  if (last.data === data && last.hash !== '') return last.hash
  const size = data.length
  const head = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  const hash = newSha256()
  hash.update(new Uint8Array([ALL_DATA, ...head]))
  hash.update(data)
  last.data = data
  last.hash = hash.hex()
  return last.hash
}
