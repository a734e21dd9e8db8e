/** What kind of address a text is. Addresses come from the wire as the decoder writes them: lower case, shortest form. */
import type { Endpoint } from '@isthmus/model'

export type AddressKind =
  /** One host of a private range, a link-local range or the host itself. */
  | 'inside'
  /** One host of the public internet. */
  | 'outside'
  /** No address yet: 0.0.0.0, ::. */
  | 'unspecified'
  /** Never one host: multicast, broadcast, reserved, not an address. */
  | 'none'

export function addressKind(ip: string): AddressKind {
  return ip.includes(':') ? kindOf6(ip) : kindOf4(ip)
}

function kindOf4(ip: string): AddressKind {
  const octets = octetsOf(ip)
  if (octets === undefined) return 'none'
  const [a, b, c, d] = octets
  if (a === 0) return (b | c | d) === 0 ? 'unspecified' : 'none'
  // RFC 1112 multicast, RFC 1112 §4 reserved, RFC 919 limited broadcast.
  if (a >= 224) return 'none'
  if (a === 10 || a === 127) return 'inside'
  if (a === 172 && b >= 16 && b < 32) return 'inside'
  if (a === 192 && b === 168) return 'inside'
  if (a === 169 && b === 254) return 'inside'
  // RFC 6598: between a provider and its customers, not public.
  if (a === 100 && b >= 64 && b < 128) return 'inside'
  return 'outside'
}

function octetsOf(ip: string): [number, number, number, number] | undefined {
  const parts = ip.split('.')
  if (parts.length !== 4) return undefined
  const octets = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256))
  return octets.every((octet) => octet < 256) ? (octets as [number, number, number, number]) : undefined
}

function kindOf6(ip: string): AddressKind {
  if (ip === '::') return 'unspecified'
  if (ip === '::1') return 'inside'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(ip)
  if (mapped) return kindOf4(mapped[1]!)
  const head = groupsOf(ip)?.[0]
  if (head === undefined || head >= 0xff00) return 'none'
  // RFC 4193 unique local, RFC 4291 §2.5.6 link-local, RFC 3879 site-local.
  return (head & 0xfe00) === 0xfc00 || (head & 0xff80) === 0xfe80 ? 'inside' : 'outside'
}

/** The addresses that are one neighbourhood: /24 of IPv4, /64 of IPv6. Undefined where there is none to speak of. */
export function networkOf(ip: string): string | undefined {
  if (!ip.includes(':')) return ip.slice(0, ip.lastIndexOf('.'))
  const groups = groupsOf(ip)
  return groups === undefined ? undefined : groups.slice(0, 4).map(hex).join(':')
}

/** The MAC inside an IPv6 interface id made from one (RFC 4291 appendix A); undefined when it was not. */
export function macWithin(ip: string): string | undefined {
  if (!ip.includes(':')) return undefined
  const g = groupsOf(ip)
  if (g === undefined || (g[5]! & 0xff) !== 0xff || g[6]! >>> 8 !== 0xfe) return undefined
  const bytes = [(g[4]! >>> 8) ^ 2, g[4]! & 0xff, g[5]! >>> 8, g[6]! & 0xff, g[7]! >>> 8, g[7]! & 0xff]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

function groupsOf(ip: string): number[] | undefined {
  const [left, right, more] = ip.split('::')
  if (more !== undefined) return undefined
  const head = left === '' ? [] : left!.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const missing = 8 - head.length - tail.length
  if (right === undefined ? missing !== 0 : missing < 0) return undefined
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail]
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined
}

const hex = (n: number): string => n.toString(16)

/** True for the MAC of one interface: not broadcast, not multicast, not empty. */
export function isHostMac(mac: string | undefined): mac is string {
  if (mac === undefined || mac.length !== 17 || mac === '00:00:00:00:00:00') return false
  // IEEE 802 §8.2: the lowest bit of the first octet marks a group.
  return (Number.parseInt(mac.charAt(1), 16) & 1) === 0
}

/** True where nobody in particular is spoken to: multicast, broadcast, no address at all. */
export function isGroup({ ip, mac }: Endpoint): boolean {
  return ip === undefined ? !isHostMac(mac) : addressKind(ip) === 'none'
}

/** The IPv4 address that a reverse name (RFC 1035 §3.5) asks for. */
export function addressOfReverseName(name: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa\.?$/i.exec(name)
  return match === null ? undefined : `${match[4]}.${match[3]}.${match[2]}.${match[1]}`
}

/** How much of a table rows with public addresses may fill: whoever comes from outside must not crowd out the site. */
const OUTSIDE_SHARE = 0.3

/** Counts the rows of a table that have a public address. */
export class OutsideShare {
  readonly #cap: number
  #count = 0

  constructor(cap: number) {
    this.#cap = Math.ceil(cap * OUTSIDE_SHARE)
  }

  /** True when there is room for a row between the two; it is counted. */
  admits(client: string, server: string): boolean {
    if (!isOutside(client, server)) return true
    if (this.#count >= this.#cap) return false
    this.#count++
    return true
  }

  load(client: string, server: string): void {
    if (isOutside(client, server)) this.#count++
  }
}

const isOutside = (client: string, server: string): boolean => addressKind(client) === 'outside' || addressKind(server) === 'outside'
