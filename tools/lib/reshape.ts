/** The same conversation in another shape: other segment boundaries, order, one side only, cut short. */
import type { Frame } from './frames.ts'

type Segment = { ip: number; tcp: number; payload: number; end: number; seq: number }

/** Where a TCP segment's parts lie, for Ethernet (tagged or not) and IPv4; undefined for anything else or without payload. */
export function segmentOf({ bytes: b, linkType }: Frame): Segment | undefined {
  const ip = ipv4At(b, linkType)
  if (ip === undefined) return undefined
  if (b[ip + 9] !== 6 || (b[ip + 6]! & 0x3f) !== 0) return undefined
  const tcp = ip + (b[ip]! & 15) * 4
  const end = ip + ((b[ip + 2]! << 8) | b[ip + 3]!)
  const payload = tcp + (b[tcp + 12]! >> 4) * 4
  // Data in a SYN has its numbers one further on: it stays as it is.
  if (end > b.length || payload >= end || (b[tcp + 13]! & 2) !== 0) return undefined
  return { ip, tcp, payload, end, seq: ((b[tcp + 4]! << 24) | (b[tcp + 5]! << 16) | (b[tcp + 6]! << 8) | b[tcp + 7]!) >>> 0 }
}

/** Every TCP segment in two, cut by `cut(length)`. The second half comes at the same time. */
export function resegment(frames: readonly Frame[], cut: (length: number) => number): Frame[] {
  return frames.flatMap((f) => {
    const s = segmentOf(f)
    const n = s === undefined ? 0 : cut(s.end - s.payload)
    if (s === undefined || n <= 0 || n >= s.end - s.payload) return [f]
    return [piece(f, s, 0, n), piece(f, s, n, s.end - s.payload)]
  })
}

/** Neighbouring segments of one direction change places. */
export function reorder(frames: readonly Frame[]): Frame[] {
  const out = [...frames]
  const begun = new Set<string>()
  for (let i = 0; i + 1 < out.length; i++) {
    const a = segmentOf(out[i]!)
    const b = segmentOf(out[i + 1]!)
    // Where a capture joins a conversation, the first segment defines the beginning: it stays first.
    const isFirst = a !== undefined && !begun.has(direction(out[i]!, a))
    if (a !== undefined) begun.add(direction(out[i]!, a))
    if (a === undefined || b === undefined || isFirst || direction(out[i]!, a) !== direction(out[i + 1]!, b) || a.seq === b.seq) continue
    const earlier = out[i]!
    out[i] = { ...out[i + 1]!, atUs: earlier.atUs }
    out[i + 1] = { ...earlier, atUs: out[i + 1]!.atUs }
    i++
  }
  return out
}

/** One end of a datagram or segment and the other, as address and port. IPv4, unfragmented. */
export function endsOf(f: Frame): { readonly transport: 'tcp' | 'udp'; readonly source: string; readonly target: string } | undefined {
  const at = portsAt(f)
  const ip = ipv4At(f.bytes, f.linkType)
  if (at === undefined || ip === undefined) return undefined
  const end = (address: number, port: number): string =>
    `${f.bytes.subarray(address, address + 4).join('.')}:${(f.bytes[port]! << 8) | f.bytes[port + 1]!}`
  return { transport: f.bytes[ip + 9] === 6 ? 'tcp' : 'udp', source: end(ip + 12, at), target: end(ip + 16, at + 2) }
}

/** Every frame twice, as a mirror of both ends of a link has them. */
export function twice(frames: readonly Frame[]): Frame[] {
  return frames.flatMap((f) => [f, f])
}

export function truncate(frames: readonly Frame[], snapLength: number): Frame[] {
  return frames.map((f) => ({ ...f, bytes: f.bytes.slice(0, snapLength) }))
}

function ports(f: Frame, s: Segment): readonly [number, number] {
  return [(f.bytes[s.tcp]! << 8) | f.bytes[s.tcp + 1]!, (f.bytes[s.tcp + 2]! << 8) | f.bytes[s.tcp + 3]!]
}

function direction(f: Frame, s: Segment): string {
  return `${f.bytes.subarray(s.ip + 12, s.ip + 20).join('.')}:${ports(f, s).join('.')}`
}

function piece(f: Frame, s: Segment, from: number, to: number): Frame {
  const head = f.bytes.subarray(0, s.payload)
  const bytes = new Uint8Array(head.length + to - from)
  bytes.set(head)
  bytes.set(f.bytes.subarray(s.payload + from, s.payload + to), head.length)
  const length = bytes.length - s.ip
  bytes[s.ip + 2] = length >> 8
  bytes[s.ip + 3] = length & 255
  const seq = (s.seq + from) >>> 0
  for (let i = 0; i < 4; i++) bytes[s.tcp + 4 + i] = (seq >>> (24 - 8 * i)) & 255
  // FIN belongs to the last byte.
  if (to < s.end - s.payload) bytes[s.tcp + 13] = bytes[s.tcp + 13]! & ~1
  return { ...f, bytes, wireLength: bytes.length }
}

/** Flipped in every port: two ports never become one, and none stays what somebody registered. */
const OTHER = 0x6b6b

/** The same traffic between ports that are nobody's own; IPv4, unfragmented, TCP and UDP. */
export function otherPorts(frames: readonly Frame[]): Frame[] {
  return frames.map((f) => {
    const at = portsAt(f)
    if (at === undefined) return f
    const bytes = f.bytes.slice()
    for (const port of [at, at + 2]) {
      const other = ((bytes[port]! << 8) | bytes[port + 1]!) ^ OTHER
      bytes[port] = other >> 8
      bytes[port + 1] = other & 255
    }
    return { ...f, bytes }
  })
}

function portsAt({ bytes: b, linkType }: Frame): number | undefined {
  const ip = ipv4At(b, linkType)
  if (ip === undefined) return undefined
  const isWhole = (b[ip + 6]! & 0x3f) === 0 && b[ip + 7] === 0
  const transport = ip + (b[ip]! & 15) * 4
  return isWhole && (b[ip + 9] === 6 || b[ip + 9] === 17) && transport + 8 <= b.length ? transport : undefined
}

/** Where the IPv4 header begins in an Ethernet frame, tagged or not. */
function ipv4At(b: Uint8Array, linkType: number): number | undefined {
  if (linkType !== 1) return undefined
  let at = 12
  while (at + 4 < b.length && ((b[at]! << 8) | b[at + 1]!) === 0x8100) at += 4
  return ((b[at]! << 8) | b[at + 1]!) === 0x0800 ? at + 2 : undefined
}
