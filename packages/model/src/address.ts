/** What kind of address a text is, and whom it means. Addresses come from the wire as the decoder writes them: lower case, shortest form. */
import type { Endpoint } from './endpoint.ts'

export type AddressKind =
  /** One host of a private range, a link-local range or the host itself. */
  | 'inside'
  /** One host of the public internet. */
  | 'outside'
  /** No address yet: 0.0.0.0, ::. */
  | 'unspecified'
  /** Never one host: multicast, broadcast, reserved, not an address. */
  | 'none'

/** Frames to it are for everybody on the network. */
export const EVERYBODY = 'ff:ff:ff:ff:ff:ff'

/** The bytes of an address, most significant first: 4 of IPv4, 16 of IPv6; undefined when the text is neither. */
export function addressBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? bytesOf6(text) : bytesOf4(text)
}

function bytesOf4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4)
  let octet = -1
  let at = 0
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 0x2e
    if (c >= 0x30 && c <= 0x39) {
      octet = (octet < 0 ? 0 : octet) * 10 + c - 0x30
      if (octet > 255) return undefined
    } else if (c === 0x2e && octet >= 0 && at < 4) {
      bytes[at++] = octet
      octet = -1
    } else return undefined
  }
  return at === 4 ? bytes : undefined
}

function bytesOf6(text: string): Uint8Array | undefined {
  const halves = text.split('%', 1)[0]!.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0]!)
  const tail = halves.length === 2 ? groupsOf(halves[1]!) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 0 : missing !== 0) return undefined
  const bytes = new Uint8Array(16)
  for (const [i, group] of [...head, ...new Array<number>(missing).fill(0), ...tail].entries()) {
    bytes[2 * i] = group >> 8
    bytes[2 * i + 1] = group & 0xff
  }
  return bytes
}

/** RFC 4291 §2.2: groups of hex digits; the last two may be written as an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  for (const part of text.split(':')) {
    const v4 = part.includes('.') ? bytesOf4(part) : undefined
    if (v4 !== undefined) groups.push((v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

/** What is known of addresses: the same few hosts are asked about with every observation. */
const KINDS = new Map<string, AddressKind>()
const MAX_KINDS = 4096

export function addressKind(ip: string): AddressKind {
  const known = KINDS.get(ip)
  if (known !== undefined) return known
  const kind = kindOf(ip)
  if (KINDS.size >= MAX_KINDS) KINDS.clear()
  KINDS.set(ip, kind)
  return kind
}

function kindOf(ip: string): AddressKind {
  const bytes = addressBytes(ip)
  if (bytes === undefined) return 'none'
  return bytes.length === 4 ? kindOf4(bytes) : kindOf6(bytes)
}

function kindOf4(bytes: Uint8Array): AddressKind {
  const a = bytes[0]!
  const b = bytes[1]!
  const c = bytes[2]!
  const d = bytes[3]!
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

function kindOf6(bytes: Uint8Array): AddressKind {
  const leading = bytes.findIndex((byte) => byte !== 0)
  if (leading < 0) return 'unspecified'
  if (leading === 15 && bytes[15] === 1) return 'inside'
  // RFC 4291 §2.5.5.2: an IPv4 address in IPv6's clothes.
  if (leading === 10 && bytes[10] === 0xff && bytes[11] === 0xff) return kindOf4(bytes.subarray(12))
  const head = (bytes[0]! << 8) | bytes[1]!
  if (head >= 0xff00) return 'none'
  // RFC 4193 unique local, RFC 4291 §2.5.6 link-local, RFC 3879 site-local.
  return (head & 0xfe00) === 0xfc00 || (head & 0xff80) === 0xfe80 ? 'inside' : 'outside'
}

/** The addresses that are one neighbourhood: /24 of IPv4, /64 of IPv6. Undefined where there is none to speak of. */
export function networkOf(ip: string): string | undefined {
  if (!ip.includes(':')) return ip.slice(0, ip.lastIndexOf('.'))
  const bytes = bytesOf6(ip)
  if (bytes === undefined) return undefined
  return [0, 2, 4, 6].map((i) => ((bytes[i]! << 8) | bytes[i + 1]!).toString(16)).join(':')
}

/** The MAC inside an IPv6 interface id made from one (RFC 4291 appendix A); undefined when it was not. */
export function macWithin(ip: string): string | undefined {
  if (!ip.includes(':')) return undefined
  const b = bytesOf6(ip)
  if (b === undefined || b[11] !== 0xff || b[12] !== 0xfe) return undefined
  return [b[8]! ^ 2, b[9]!, b[10]!, b[13]!, b[14]!, b[15]!].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

/** True for the MAC of one interface: not broadcast, not multicast, not empty. */
export function isHostMac(mac: string | undefined): mac is string {
  if (mac === undefined || mac.length !== 17 || mac === '00:00:00:00:00:00') return false
  // IEEE 802 §8.2: the lowest bit of the first octet marks a group.
  return (Number.parseInt(mac.charAt(1), 16) & 1) === 0
}

/**
 * True where nobody in particular is meant: multicast, broadcast, no address at all. How a network is divided is not
 * in an address: one that ends in 255 is everybody where its frame went to everybody, and a host like any other where not.
 */
export function isGroup({ ip, mac }: Endpoint): boolean {
  if (ip === undefined) return !isHostMac(mac)
  if (mac === EVERYBODY) return true
  const kind = addressKind(ip)
  return kind === 'none' || kind === 'unspecified'
}

/** The host part of an endpoint, which stays when a client opens another port; empty where there is no one host. */
export function hostOf({ ip, mac }: Endpoint): string {
  return ip ?? mac ?? ''
}
