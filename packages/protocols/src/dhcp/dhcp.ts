/**
 * DHCP: a host gets its address, and says who it is when it asks.
 *
 *   | op u8 | htype u8 | hlen u8 | hops u8 | xid u32 | secs u16 | flags u16 | ciaddr | yiaddr | siaddr | giaddr |
 *   | chaddr 16 | sname 64 | file 128 | cookie 0x63825363 | options: code u8, length u8, value … |   big-endian
 *
 * Spec: RFC 2131 §2; options RFC 2132; client name RFC 4702; overload RFC 2132 §9.3.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { showIpv4, showMac } from '../show-address.ts'
import { MESSAGES, OPTION, OPTION_NAMES } from './dhcp.table.ts'

export type Dhcp = {
  isRequest: boolean
  /** `DISCOVER`, `ACK` …; empty for plain BOOTP. */
  type: string
  xid: number
  clientIp: string
  yourIp: string
  relayIp: string
  hardware: string
  hostName: string | undefined
  fqdn: string | undefined
  domain: string | undefined
  requested: string | undefined
  leaseSeconds: number | undefined
  server: string | undefined
  mask: string | undefined
  router: string | undefined
  /** Name servers. */
  names: string[]
  message: string | undefined
  vendorClass: string | undefined
  /** Parameter request list, in the order asked: differs by operating system and firmware. */
  wanted: string | undefined
  clientId: { hardwareType: number; address: string } | undefined
  anomalies: ('truncated' | 'no-cookie' | 'missing-end' | 'too-many-options')[]
}

const COOKIE = 0x63825363
const FIXED = 236
/** Real messages have some twenty options. */
const MAX_OPTIONS = 256
const MAX_NAMES = 8
const NOWHERE = '0.0.0.0'

export const dissector: Dissector<Dhcp> = {
  name: 'dhcp',
  ports: ['udp/67', 'udp/68', 'udp/4011'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all < 4) return NEED_MORE
    const op = head.u8()
    const hardwareType = head.u8()
    const hardwareLength = head.u8()
    if ((op !== 1 && op !== 2) || hardwareType > 64 || hardwareLength > 16) return NOT_MINE
    if (all < FIXED + 4) return all < FIXED ? NOT_MINE : all
    return head.skip(FIXED - 3).u32() === COOKIE ? all : NOT_MINE
  },
  key: (head) => head.skip(4).u32(),
  parse(r) {
    const m = fixedPart(r)
    if (r.short) m.anomalies.push('truncated')
    else if (r.u32('magic cookie') !== COOKIE) m.anomalies.push(r.short ? 'truncated' : 'no-cookie')
    else options(r, m)
    return m
  },
  // A question stays open: several servers may offer, and the same transaction goes on to request and acknowledge.
  staysOpen: () => true,
}

function fixedPart(r: Reader): Dhcp {
  const op = r.u8('operation')
  const hardwareType = r.u8('hardware type')
  r.u8('hardware length')
  r.u8('hops')
  const xid = r.u32('transaction')
  r.u16('seconds')
  r.u16('flags')
  const clientIp = showIpv4(r.view(4, 'client address'))
  const yourIp = showIpv4(r.view(4, 'your address'))
  r.view(4, 'next server')
  const relayIp = showIpv4(r.view(4, 'relay address'))
  const hardware = showMac(r.view(16, 'client hardware address'))
  r.view(64, 'server name')
  r.view(128, 'boot file')
  return {
    isRequest: op === 1,
    type: '',
    xid,
    clientIp,
    yourIp,
    relayIp,
    hardware: hardwareType === 0 && hardware === NO_MAC ? '' : hardware,
    hostName: undefined,
    fqdn: undefined,
    domain: undefined,
    requested: undefined,
    leaseSeconds: undefined,
    server: undefined,
    mask: undefined,
    router: undefined,
    names: [],
    message: undefined,
    vendorClass: undefined,
    wanted: undefined,
    clientId: undefined,
    anomalies: [],
  }
}

const NO_MAC = '00:00:00:00:00:00'

function options(r: Reader, m: Dhcp): void {
  let ended = false
  for (let n = 0; r.left > 0 && !ended; n++) {
    if (n === MAX_OPTIONS) {
      m.anomalies.push('too-many-options')
      return
    }
    const code = r.u8('option')
    r.note(OPTION_NAMES[code] ?? '')
    if (code === OPTION.pad) continue
    ended = code === OPTION.end
    if (ended) break
    const length = r.u8('length')
    const value = r.sub(length, OPTION_NAMES[code] ?? `option ${code}`)
    ;(READ[code] ?? ignore)(value, m)
  }
  if (r.short) m.anomalies.push('truncated')
  else if (!ended) m.anomalies.push('missing-end', 'truncated')
}

type Read = (r: Reader, m: Dhcp) => void
const ignore: Read = () => {}
const READ: Readonly<Record<number, Read>> = {
  [OPTION.mask]: (r, m) => {
    m.mask = showIpv4(r.view(4, 'mask'))
  },
  [OPTION.dnsServer]: (r, m) => {
    while (r.left >= 4 && m.names.length < MAX_NAMES) m.names.push(showIpv4(r.view(4, 'address')))
    if (r.left > 0) r.view(r.left, 'more')
  },
  [OPTION.router]: (r, m) => {
    m.router = showIpv4(r.view(4, 'address'))
  },
  [OPTION.hostName]: (r, m) => {
    m.hostName = r.text(r.left, 'name')
  },
  [OPTION.domain]: (r, m) => {
    m.domain = r.text(r.left, 'domain')
  },
  [OPTION.requested]: (r, m) => {
    m.requested = showIpv4(r.view(4, 'address'))
  },
  [OPTION.lease]: (r, m) => {
    m.leaseSeconds = r.u32('seconds')
  },
  [OPTION.type]: (r, m) => {
    const code = r.u8('type')
    m.type = MESSAGES[code] ?? `unknown-message-type-${code}`
    r.note(m.type)
  },
  [OPTION.server]: (r, m) => {
    m.server = showIpv4(r.view(4, 'address'))
  },
  [OPTION.wanted]: (r, m) => {
    m.wanted = Array.from(r.view(r.left, 'options')).join(',')
  },
  [OPTION.message]: (r, m) => {
    m.message = r.text(r.left, 'message')
  },
  [OPTION.vendorClass]: (r, m) => {
    m.vendorClass = r.text(r.left, 'vendor class')
  },
  [OPTION.clientId]: (r, m) => {
    const hardwareType = r.u8('hardware type')
    m.clientId = { hardwareType, address: showMac(r.view(r.left, 'identifier')) }
  },
  [OPTION.fqdn]: (r, m) => {
    const flags = r.u8('flags')
    r.u16('result codes')
    m.fqdn = (flags & 4) === 0 ? r.text(r.left, 'name') : labels(r)
  },
}

/** RFC 4702 §2.3.1: names in the DNS's own encoding, without compression. */
function labels(r: Reader): string {
  const parts: string[] = []
  while (r.left > 0) {
    const length = r.u8('label length')
    if (length === 0) return `${parts.join('.')}.`
    parts.push(r.text(length, 'label'))
  }
  return parts.join('.')
}

/** The address of the host that asks, as far as the message tells. */
export function leaseOf(m: Dhcp): string | undefined {
  return m.yourIp !== NOWHERE ? m.yourIp : m.clientIp !== NOWHERE ? m.clientIp : undefined
}
