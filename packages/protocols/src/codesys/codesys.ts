/**
 * CODESYS V3, lower layers: the block driver (TCP), datagrams with their addresses, the name service, channels.
 *
 *   TCP: | 00 01 17 E8 | length u32, with these eight bytes | datagram |
 *   datagram: | C5 | hops 5 bits, length 3 bits | packet info u8 | service u8 | message u8 | lengths u8 | addresses | padding to 4 | … |
 *   channel: | kind u8 | flags u8 | channel u16 | block u32 | acknowledged u32 | first: size u32, check u32 | data |   little-endian
 *
 * Not published by its maker: as publicly analysed (Kaspersky ICS CERT, "CODESYS Runtime", 2019; Microsoft, CoDe16, 2023).
 */
import { type Carried, type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { DATAGRAM_SERVICES, NAME_SERVICE } from './codesys.table.ts'

export type Codesys = {
  /** Datagram service; -1 where the frame is cut before it. */
  readonly service: number
  readonly message: number
  readonly sender: Uint8Array
  readonly receiver: Uint8Array
  /** Name service command or kind of a channel's packet. */
  readonly command: number
  readonly channel: number
  /** Why an opening failed; 0 when it did not. */
  readonly reason: number
  readonly device: Device | undefined
  readonly block: Block | undefined
  readonly anomalies: readonly string[]
}
export type Device = {
  readonly node: string
  readonly device: string
  readonly vendor: string
  readonly version: string
  readonly serial: string
  readonly targetType: number
  readonly targetId: number
}
export type Block = { readonly isFirst: boolean; readonly size: number; readonly data: Uint8Array }

/** Bytes of a message still to come, by channel and side; a handful of channels exist. */
export type CodesysState = { readonly open: Map<number, number> }

const DRIVER = 8
const DATAGRAM = 6
const MAGIC = 0xc5
const MAX_FRAME = 1 << 20
const MAX_CHANNELS = 32
const CLEAN: readonly string[] = []

export const dissector: Dissector<Codesys, CodesysState> = {
  name: 'codesys',
  ports: ['tcp/11740', 'tcp/11741', 'tcp/11742', 'tcp/11743', 'udp/1740', 'udp/1741', 'udp/1742', 'udp/1743'],
  maxFrame: MAX_FRAME,
  start: () => ({ open: new Map() }),
  frame(head, { flow }) {
    if (flow.transport === 'udp') return isDatagram(head, isOwn(flow.serverPort) || isOwn(flow.clientPort)) ? head.left : NOT_MINE
    const start = [0x00, 0x01, 0x17, 0xe8]
    for (let i = 0; i < 4 && i < head.left; i++) if (head.peek(i) !== start[i]) return NOT_MINE
    if (head.left < DRIVER) return NEED_MORE
    const length = head.peek(4) | (head.peek(5) << 8) | (head.peek(6) << 16) | (head.peek(7) << 24)
    return length >= DRIVER + DATAGRAM && length <= MAX_FRAME ? length : NOT_MINE
  },
  key: (head) => messageOf(head),
  parse,
  side,
  carries(m, ctx): Carried | undefined {
    const { block } = m
    if (block === undefined) return undefined
    const { open } = ctx.state
    const key = m.channel * 2 + (ctx.from === 'client' ? 0 : 1)
    if (block.isFirst && open.size >= MAX_CHANNELS && !open.has(key)) open.delete(open.keys().next().value!)
    // A block whose beginning was not seen belongs to nothing.
    const before = block.isFirst ? block.size : open.get(key)
    if (before === undefined || before <= 0) return undefined
    const left = before - block.data.length
    open.set(key, left)
    return { over: 'codesys/service', bytes: block.data, more: left > 0, channel: m.channel }
  },
}

const isOwn = (port: number | undefined): boolean => port !== undefined && port >= 1740 && port <= 1743

/** Elsewhere than at home, only the name service and a gateway's bare call for neighbours have enough fixed bits. */
function isDatagram(head: Reader, isHome: boolean): boolean {
  if (head.left < DATAGRAM || head.peek() !== MAGIC || (head.peek(1) & 7) !== 3) return false
  const service = head.peek(3)
  if (DATAGRAM_SERVICES[service] === undefined) return false
  const at = payloadAt(head, 0)
  if (at > head.left) return false
  if (isHome) return true
  // No hops, no receiver, nothing but the sender's address.
  if (service === 1) return head.left === 8 && head.peek(2) === 0x40 && head.peek(4) === 0 && head.peek(5) === 0x10
  return (service === 3 || service === 4) && NAME_SERVICE[head.peek(at) | (head.peek(at + 1) << 8)] !== undefined
}

/** Where the payload of the datagram at `from` begins. */
function payloadAt(head: Reader, from: number): number {
  const lengths = head.peek(from + 5)
  const end = DATAGRAM + (lengths >> 4) * 2 + (lengths & 15) * 2
  return from + end + ((4 - (end & 3)) & 3)
}

const datagramAt = (head: Reader): number => (head.peek() === 0 ? DRIVER : 0)

/** The name service numbers its questions; channels are asked by their side's services. */
function messageOf(head: Reader): number | undefined {
  const from = datagramAt(head)
  const service = head.peek(from + 3)
  if (service === 3 || service === 4) {
    const at = payloadAt(head, from) + 4
    return head.peek(at) | (head.peek(at + 1) << 8) | (head.peek(at + 2) << 16)
  }
  return undefined
}

function side(head: Reader): Side | undefined {
  const from = datagramAt(head)
  const service = head.peek(from + 3)
  if (service === 3 || service === 4) return service === 3 ? 'client' : 'server'
  if (service !== 64) return undefined
  const at = payloadAt(head, from)
  const kind = head.peek(at)
  if (kind === 1) return head.peek(at + 1) & 0x80 ? 'client' : 'server'
  return kind === 0xc3 ? 'client' : kind === 0x83 ? 'server' : undefined
}

function parse(r: Reader, ctx: Context<Codesys, CodesysState>): Codesys {
  const start = r.at
  if (ctx.flow.transport !== 'udp') {
    r.u32le('magic')
    r.u32le('length')
  }
  const datagram = r.at
  r.u8('datagram')
  r.u8('hops and length')
  r.u8('packet info')
  const service = r.u8('service')
  r.note(DATAGRAM_SERVICES[service] ?? 'unknown')
  const message = r.u8('message')
  const lengths = r.u8('address lengths')
  const receiver = r.view((lengths & 15) * 2, 'receiver')
  const sender = r.view((lengths >> 4) * 2, 'sender')
  const unaligned = (r.at - datagram) & 3
  if (unaligned !== 0 && r.left > 0) r.skip(4 - unaligned, 'padding')
  const common = { service, message, sender, receiver, command: -1, channel: -1, reason: 0, device: undefined, block: undefined }
  const inner = service === 3 || service === 4 ? readName(r, service) : service === 64 ? readChannel(r) : NONE
  if (r.left > 0) r.view(r.left, 'rest')
  return { ...common, ...inner, anomalies: r.short || r.at - start < DATAGRAM ? ['truncated'] : CLEAN }
}

const NONE: Partial<Codesys> = {}

function readName(r: Reader, service: number): Partial<Codesys> {
  const command = r.u16le('name service')
  r.note(NAME_SERVICE[command] ?? 'unknown')
  const version = r.u16le('version')
  r.u32le('message id')
  if (service !== 4 || command !== 0xc280 || (version !== 0x103 && version !== 0x400)) return { command }
  r.u16le('channels')
  r.u8('byte order')
  r.u8('reserved')
  const parent = r.u16le('parent address length')
  const nodeLength = r.u16le('node name length')
  const deviceLength = r.u16le('device name length')
  const vendorLength = r.u16le('vendor name length')
  const targetType = r.u32le('target type')
  const targetId = r.u32le('target id')
  const v = r.view(4, 'version')
  r.u32le('reserved')
  const serialLength = r.u8('serial length')
  r.view(11, 'reserved')
  r.view(parent, 'parent address')
  const node = readWide(r, nodeLength, 'node name')
  const device = readWide(r, deviceLength, 'device name')
  const vendor = readWide(r, vendorLength, 'vendor name')
  const serial = r.text(serialLength, 'serial')
  return {
    command,
    device: { node, device, vendor, serial, version: `${v[3] ?? 0}.${v[2] ?? 0}.${v[1] ?? 0}.${v[0] ?? 0}`, targetType, targetId },
  }
}

/** UTF-16 with its NUL, which the length leaves out. */
function readWide(r: Reader, characters: number, label: string): string {
  return r
    .utf16(Math.min(characters * 2 + 2, r.left), label)
    .split('\0')[0]!
    .trim()
}

function readChannel(r: Reader): Partial<Codesys> {
  const command = r.u8('packet')
  const flags = r.u8('flags')
  if (command === 1) {
    const channel = r.u16le('channel')
    r.u32le('block')
    r.u32le('acknowledged')
    const isFirst = (flags & 1) !== 0
    const size = isFirst ? r.u32le('size') : 0
    if (isFirst) r.u32le('check')
    return { command, channel, block: { isFirst, size, data: r.view(r.left, 'data') } }
  }
  if (command === 2 || command === 3) {
    const channel = r.u16le('channel')
    if (command === 2) r.u32le('block')
    return { command, channel }
  }
  r.u16le('version')
  r.u32le('check')
  if (command === 0x83) {
    r.u32le('message id')
    const reason = r.u16le('reason')
    const channel = r.u16le('channel')
    r.u32le('buffer size')
    return { command, channel, reason }
  }
  if (command === 0xc4) {
    const channel = r.u16le('channel')
    return { command, channel, reason: r.u16le('reason') }
  }
  return { command }
}
