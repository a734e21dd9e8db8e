/**
 * IGMP: hosts join and leave multicast groups, a router asks who is in them.
 *
 *   1, 2: | type u8 | response time u8 | checksum u16 | group 4 |; 3, query adds | flags u8 | interval u8 | sources u16 | source 4 … |;
 *   3, report: | 22 | 0 | checksum u16 | 0 u16 | records u16 | type u8, words u8, sources u16, group 4, source 4 …, … |   big-endian
 *
 * Spec: RFC 1112 appendix I, RFC 2236 §2, RFC 3376 §4; RFC 4286 (discovery of routers).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { showIpv4 } from '../show-address.ts'

export type GroupRecord = { readonly type: number; readonly group: string; readonly sources: number }
export type Igmp = {
  type: number
  version: number
  group: string
  records: GroupRecord[]
  anomalies: ('truncated' | 'unknown-type' | 'not-multicast')[]
}

export const TYPES: Readonly<Record<number, string>> = {
  0x11: 'query',
  0x12: 'join group',
  0x13: 'DVMRP',
  0x14: 'PIM version 1',
  0x15: 'Cisco trace',
  0x16: 'join group',
  0x17: 'leave group',
  0x1e: 'multicast traceroute response',
  0x1f: 'multicast traceroute',
  0x22: 'group report',
  0x30: 'multicast router advertisement',
  0x31: 'multicast router solicitation',
  0x32: 'multicast router termination',
  // RFC 3488: switches learn from routers.
  0xfc: 'RGMP leave',
  0xfd: 'RGMP join',
  0xfe: 'RGMP bye',
  0xff: 'RGMP hello',
}
export const QUERY = 0x11
export const REPORT_3 = 0x22
const REPORT_1 = 0x12
const LEAVE = 0x17
const MAX_RECORDS = 256
const MAX_SOURCES = 512

export const dissector: Dissector<Igmp> = {
  name: 'igmp',
  ports: ['ip/2'],
  maxFrame: 65_535,
  frame: (head) => (head.left < 8 ? NEED_MORE : TYPES[head.peek()] === undefined ? NOT_MINE : head.left),
  parse(r) {
    const m: Igmp = { type: r.u8('type'), version: 2, group: '', records: [], anomalies: [] }
    r.note(TYPES[m.type] ?? 'unknown')
    if (TYPES[m.type] === undefined) m.anomalies.push('unknown-type')
    const time = r.u8('response time')
    r.u16('checksum')
    if (m.type === REPORT_3) report(r, m)
    else if (m.type === QUERY || m.type === REPORT_1 || m.type === 0x16 || m.type === LEAVE || m.type >= 0xfc) group(r, m, time)
    else r.view(r.left, 'content')
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function group(r: Reader, m: Igmp, time: number): void {
  m.version = m.type === REPORT_1 || (m.type === QUERY && time === 0) ? 1 : 2
  m.group = multicast(r, m)
  if (m.type !== QUERY || r.left < 4) return
  m.version = 3
  r.u8('flags')
  r.u8('interval')
  sources(r, r.u16('sources'))
}

function report(r: Reader, m: Igmp): void {
  m.version = 3
  r.u16('reserved')
  const count = r.u16('records')
  while (m.records.length < count && m.records.length < MAX_RECORDS && r.left >= 8) {
    const type = r.u8('record type')
    const words = r.u8('further words')
    const many = r.u16('sources')
    m.records.push({ type, group: multicast(r, m), sources: many })
    sources(r, many)
    r.view(Math.min(words * 4, r.left), 'further data')
  }
  if (m.records.length < Math.min(count, MAX_RECORDS)) r.short = true
}

function sources(r: Reader, count: number): void {
  for (let i = 0; i < count && i < MAX_SOURCES && r.left >= 4; i++) r.view(4, 'source')
}

function multicast(r: Reader, m: Igmp): string {
  const bytes = r.view(4, 'group')
  const first = bytes[0] ?? 0
  if (bytes.length === 4 && first !== 0 && first >> 4 !== 14 && !m.anomalies.includes('not-multicast')) m.anomalies.push('not-multicast')
  return showIpv4(bytes)
}
