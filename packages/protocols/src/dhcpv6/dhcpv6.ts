/**
 * DHCPv6: a host gets IPv6 addresses and settings, and says who it is when it asks.
 *
 *   | type u8 | transaction u24 | options: code u16, length u16, value … |   big-endian
 *   | 12, 13: relayed | hops u8 | link address 16 | peer address 16 | options, one of them the message |
 *
 * Spec: RFC 8415 §8, §9, §11, §21; client name RFC 4704; link-layer address RFC 6939.
 */
import { type Dissector, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText, hexText } from '../byte-text.ts'
import { isAtOneOf } from '../own-port.ts'
import { showIpv6, showMac } from '../show-address.ts'
import { ANSWERS, DUID, ETHERNET, MESSAGES, OPTION, OPTION_NAMES, RELAY_FORWARD, RELAY_REPLY } from './dhcpv6.table.ts'

export type Dhcpv6 = {
  /** Number in `MESSAGES`; of a relayed message the inner one's. */
  type: number
  xid: number
  /** A relay's packet: the address of the host that asks. */
  peer: string | undefined
  /** Hex; what names the client for good. */
  clientId: string | undefined
  serverId: string | undefined
  /** Of the client, as its relay saw it. */
  linkLayer: string | undefined
  fqdn: string | undefined
  vendorClass: string | undefined
  /** Options asked for, in order. */
  wanted: string | undefined
  /** Addresses with time to live, as asked for or given. */
  addresses: { ip: string; seconds: number }[]
  /** `address/length`. */
  prefixes: string[]
  domain: string | undefined
  /** The first status that is not success: number and text. */
  status: { code: number; text: string } | undefined
  anomalies: ('truncated' | 'too-many-options')[]
}

const PORTS: readonly number[] = [546, 547]
const HEAD = 4
const RELAY_HEAD = 34
/** Real messages have some ten, relays nest a few. */
const MAX_OPTIONS = 256
/** RFC 8415 §7.6: HOP_COUNT_LIMIT. */
const MAX_HOPS = 8
/** RFC 8415 §11.1: at most 128 bytes and the type. */
const MAX_DUID = 130
const MAX_NAME = 255

export const dissector: Dissector<Dhcpv6> = {
  name: 'dhcpv6',
  ports: ['udp/546', 'udp/547'],
  maxFrame: 65_535,
  frame(head, { flow }) {
    const all = head.left
    if (all < HEAD || MESSAGES[head.peek(0)] === undefined) return NOT_MINE
    const isHome = isAtOneOf(flow, PORTS)
    return isHome || (flow.clientIp?.includes(':') === true && isChain(head)) ? all : NOT_MINE
  },
  key: (head) => (isRelay(head.peek(0)) ? undefined : head.u32() & 0xffffff),
  parse(r) {
    const m: Dhcpv6 = {
      type: 0,
      xid: 0,
      peer: undefined,
      clientId: undefined,
      serverId: undefined,
      linkLayer: undefined,
      fqdn: undefined,
      vendorClass: undefined,
      wanted: undefined,
      addresses: [],
      prefixes: [],
      domain: undefined,
      status: undefined,
      anomalies: [],
    }
    message(r, m, { options: 0, hops: 0 })
    if (r.short && !m.anomalies.includes('truncated')) m.anomalies.push('truncated')
    return m
  },
  side: (head) => (ANSWERS.has(head.peek(0)) ? 'server' : 'client'),
  // A question stays open: several servers may answer.
  staysOpen: () => true,
}

const isRelay = (type: number): boolean => type === RELAY_FORWARD || type === RELAY_REPLY

/** On another port: options that fill the message to its last byte, the client's identifier among them. */
function isChain(head: Reader): boolean {
  const { bytes, at, end } = head
  let hasClient = isRelay(bytes[at]!)
  let here = at + (hasClient ? RELAY_HEAD : HEAD)
  for (let n = 0; n < MAX_OPTIONS && here + 4 <= end; n++) {
    const code = (bytes[here]! << 8) | bytes[here + 1]!
    if (OPTION_NAMES[code] === undefined) return false
    hasClient ||= code === OPTION.clientId
    here += 4 + ((bytes[here + 2]! << 8) | bytes[here + 3]!)
  }
  return hasClient && here === end
}

type Count = { options: number; hops: number }

function message(r: Reader, m: Dhcpv6, count: Count): void {
  m.type = r.u8('message')
  r.note(MESSAGES[m.type] ?? '')
  if (isRelay(m.type)) {
    r.u8('hops')
    r.view(16, 'link address')
    m.peer = showIpv6(r.view(16, 'peer address'))
  } else m.xid = (r.u8('transaction') << 16) | r.u16('transaction, low')
  options(r, m, count)
}

function options(r: Reader, m: Dhcpv6, count: Count): void {
  while (r.left > 0 && !r.short) {
    if (++count.options > MAX_OPTIONS) {
      if (!m.anomalies.includes('too-many-options')) m.anomalies.push('too-many-options')
      return
    }
    const code = r.u16('option')
    r.note(OPTION_NAMES[code] ?? '')
    const body = r.sub(r.u16('length'), 'value')
    OPTIONS[code]?.(body, m, count)
    if (body.short) r.short = true
  }
}

const OPTIONS: Readonly<Record<number, (r: Reader, m: Dhcpv6, count: Count) => void>> = {
  [OPTION.clientId]: (r, m) => {
    m.clientId = hexText(r.view(Math.min(r.left, MAX_DUID), 'client'))
  },
  [OPTION.serverId]: (r, m) => {
    m.serverId = hexText(r.view(Math.min(r.left, MAX_DUID), 'server'))
  },
  [OPTION.addresses]: (r, m, count) => {
    r.skip(12, 'association, renew and rebind times')
    options(r, m, count)
  },
  [OPTION.temporaryAddresses]: (r, m, count) => {
    r.skip(4, 'association')
    options(r, m, count)
  },
  [OPTION.address]: (r, m, count) => {
    const ip = showIpv6(r.view(16, 'address'))
    r.u32('preferred')
    m.addresses.push({ ip, seconds: r.u32('valid') })
    options(r, m, count)
  },
  [OPTION.wanted]: (r, m) => {
    const codes: number[] = []
    while (r.left >= 2 && codes.length < MAX_OPTIONS) codes.push(r.u16('option'))
    m.wanted = codes.join(',')
  },
  [OPTION.relayed]: (r, m, count) => {
    if (++count.hops > MAX_HOPS) r.short = true
    // The address of whoever asks is in the innermost relay's head.
    else message(r, m, count)
  },
  [OPTION.status]: (r, m) => {
    const code = r.u16('status')
    if (code !== 0) m.status ??= { code, text: byteText(r.view(r.left, 'text')) }
  },
  [OPTION.vendorClass]: (r, m) => {
    r.u32('enterprise')
    m.vendorClass = r.left >= 2 ? byteText(r.view(r.u16('length'), 'class')) : undefined
  },
  [OPTION.domains]: (r, m) => {
    m.domain ??= name(r)
  },
  [OPTION.prefixes]: (r, m, count) => {
    r.skip(12, 'association, renew and rebind times')
    options(r, m, count)
  },
  [OPTION.prefix]: (r, m, count) => {
    r.skip(8, 'preferred, valid')
    const length = r.u8('prefix length')
    m.prefixes.push(`${showIpv6(r.view(16, 'prefix'))}/${length}`)
    options(r, m, count)
  },
  [OPTION.fqdn]: (r, m) => {
    r.u8('flags')
    m.fqdn = name(r)
  },
  [OPTION.linkLayer]: (r, m) => {
    if (r.u16('hardware') === ETHERNET && r.left === 6) m.linkLayer = showMac(r.view(6, 'address'))
  },
}

/** RFC 1035 §3.1, without compression (RFC 8415 §10); a name without its root is a part of one (RFC 4704 §4.2). */
function name(r: Reader): string {
  const labels: string[] = []
  for (let length = 0; r.left > 0 && length < MAX_NAME; ) {
    const label = r.view(Math.min(r.u8('label length'), r.left), 'label')
    if (label.length === 0) break
    labels.push(byteText(label))
    length += label.length + 1
  }
  return labels.join('.')
}

/** The link-layer address in a DUID: that of one of the host's cards, not always of the one that asks (RFC 8415 §11). */
export function cardOf(duid: string | undefined): string | undefined {
  const kind = Number.parseInt(duid?.slice(0, 4) ?? '', 16)
  const at = kind === DUID.linkLayerTime ? 16 : kind === DUID.linkLayer ? 8 : 0
  if (duid === undefined || at === 0 || Number.parseInt(duid.slice(4, 8), 16) !== ETHERNET || duid.length !== at + 12) return undefined
  return duid.slice(at).replace(/..(?!$)/g, '$&:')
}
