/** Resource records: what an answer says, as one line of text in the notation of Zeek's dns.log. */
import type { Reader } from '@isthmus/wire'
import { byteText, hexText } from '../byte-text.ts'
import { showIpv4, showIpv6 } from '../show-address.ts'
import { typeName } from './dns.table.ts'
import { lowerCase, readName } from './name.ts'

export type Record_ = {
  name: string
  type: number
  class: number
  ttl: number
  /** Undefined for record types that say nothing in one line (OPT, TSIG, NULL bodies of NetBIOS). */
  value: string | undefined
  /** Its data are one name, and that has more than the 255 octets a name may have (RFC 1035 §2.3.4). */
  isOverlong?: true
  /** The operating system that HINFO names. */
  system?: string
}

/** Octets of a name on the wire; compression only makes it shorter. */
const MAX_NAME = 255
/** Types whose data are a name and nothing else: NS, CNAME, PTR, DNAME. */
const NAMES: ReadonlySet<number> = new Set([2, 5, 12, 39])

type Body = (r: Reader, base: number, record: Record_) => string | undefined

/** Reads one record; undefined when the message ends within its head. */
export function readRecord(r: Reader, base: number, isNetbios: boolean): Record_ | undefined {
  const name = readName(r, base, 'name', isNetbios)
  const record: Record_ = { name: name.text, type: r.u16('type'), class: 0, ttl: 0, value: undefined }
  r.note(typeName(record.type))
  record.class = r.u16('class')
  record.ttl = r.u32('time to live')
  const length = r.u16('data length')
  if (r.short) return undefined
  if (length > MAX_NAME && !isNetbios && NAMES.has(record.type)) record.isOverlong = true
  const body = r.sub(length, 'data')
  if (isNetbios && (record.type === 32 || record.type === 33)) record.value = netbios(body, record)
  else record.value = (BODIES[record.type] ?? unknown)(body, base, record)
  return record
}

const unknown: Body = (_r, _base, record) => `<unknown type=${record.type}>`
const silent: Body = () => undefined
/** Names in answers are compared, so they are lower case throughout (RFC 4343). */
const host = (r: Reader, base: number, label: string): string => lowerCase(readName(r, base, label, false).text)
const name: Body = (r, base) => host(r, base, 'name')
const texts =
  (kind: string): Body =>
  (r) => {
    const parts: string[] = []
    while (r.left > 0) {
      const text = text1(r)
      parts.push(`${kind} ${text.length} ${text}`)
    }
    return parts.join(' ')
  }

const BODIES: Readonly<Record<number, Body>> = {
  1: (r) => showIpv4(r.view(4, 'address')),
  2: name,
  5: name,
  6: (r, base) => {
    const primary = host(r, base, 'primary server')
    host(r, base, 'mailbox')
    r.skip(20, 'serial, refresh, retry, expire, minimum')
    return primary
  },
  11: () => '',
  12: name,
  13: (r, _base, record) => {
    text1(r)
    record.system = text1(r)
    return undefined
  },
  15: (r, base) => {
    r.u16('preference')
    return host(r, base, 'exchange')
  },
  16: texts('TXT'),
  28: (r) => showIpv6(r.view(16, 'address')),
  29: (r) => {
    r.u8('version')
    return `LOC:  ${r.u8('size')} ${r.u8('horizontal precision')} ${r.u8('vertical precision')}`
  },
  33: (r, base) => {
    r.skip(6, 'priority, weight, port')
    return host(r, base, 'target')
  },
  35: (r, base) => {
    const order = r.u16('order')
    const preference = r.u16('preference')
    const flags = text1(r)
    const service = text1(r)
    const expression = text1(r)
    return `NAPTR ${order} ${preference} ${flags} ${service} ${expression} ${host(r, base, 'replacement')}`
  },
  38: (r) => showIpv6(r.view(16, 'address')),
  41: silent,
  43: (r) => {
    r.u16('key tag')
    return `DS ${r.u8('algorithm')} ${r.u8('digest type')}`
  },
  44: (r) => {
    r.u16('algorithm and type')
    return `SSHFP: ${hexText(r.view(r.left, 'fingerprint'))}`
  },
  46: (r, base) => {
    const covered = r.u16('type covered')
    r.skip(16, 'algorithm, labels, ttl, expiration, inception, key tag')
    return `RRSIG ${covered} ${host(r, base, 'signer') || '<Root>'}`
  },
  47: (r, base, record) => `NSEC ${lowerCase(record.name)} ${host(r, base, 'next name')}`,
  48: (r) => {
    r.skip(3, 'flags and protocol')
    return `DNSKEY ${r.u8('algorithm')}`
  },
  50: () => 'NSEC3',
  51: () => 'NSEC3PARAM',
  64: silent,
  65: silent,
  99: texts('SPF'),
  250: silent,
  257: silent,
  65534: () => 'BIND9 signing signal',
}

/** NB and NBSTAT answers (RFC 1002 §4.2.13, §4.2.18): the first address, or the node's unique name. */
function netbios(r: Reader, record: Record_): string | undefined {
  if (record.type === 32) {
    r.u16('flags')
    return showIpv4(r.view(4, 'address'))
  }
  for (let n = r.u8('names'); n > 0 && r.left >= 18; n--) {
    const text = r.text(15, 'name')
    const suffix = r.u8('suffix')
    const flags = r.u16('flags')
    if (suffix === 0 && (flags & 0x8000) === 0) return text
  }
  return undefined
}

function text1(r: Reader): string {
  return byteText(r.view(r.u8('length'), 'text'))
}
