/**
 * Foundation Fieldbus over high speed Ethernet: field device access, one message after the other in a datagram or stream.
 *
 *   | version u8 (1) | options u8 | protocol 6 bits, message type 2 | service u8 | address u32 | length u32, all included |
 *   | body … | padding | message number u32 | invoke id u32 | time u64 | extended control u32 |   the last four by options
 *
 * Numbers are big-endian. Spec: FF-588 (field device access), FF-589 (system management); the bodies also FF-870 (FMS).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import type { MovingBytes } from '../program-section.ts'
import { type Body, readBody } from './body.ts'
import { SERVICES } from './ff-hse.table.ts'

export const KIND = { request: 0, response: 1, error: 2 } as const

export type FfHse = {
  /** Protocol times 256 and the service with its confirmation flag. */
  readonly service: number
  readonly kind: number
  readonly address: number
  readonly length: number
  readonly messageNumber: number | undefined
  readonly invokeId: number | undefined
  readonly body: Body
  readonly isTruncated: boolean
}

export type FfHseState = {
  /** Domains on their way. */
  readonly transfers: Map<number, MovingBytes>
  /** The one a segment was asked of last. */
  domain: number
  /** State of each device as last told, by its id. */
  readonly told: Map<string, string>
}

const HEADER = 12
const VERSION = 1
/** The specification knows no fragments: a message is a datagram at most. */
const LONGEST = 65_535

export const OPTION = { number: 0x80, invoke: 0x40, time: 0x20, reserved: 0x10, extended: 0x08, pad: 0x07 } as const

function trailerOf(options: number): number {
  return (
    ((options & OPTION.number) !== 0 ? 4 : 0) +
    ((options & OPTION.invoke) !== 0 ? 4 : 0) +
    ((options & OPTION.time) !== 0 ? 8 : 0) +
    ((options & OPTION.extended) !== 0 ? 4 : 0)
  )
}

const wordAt = (r: Reader, at: number): number =>
  r.peek(at) * 0x100_0000 + ((r.peek(at + 1) << 16) | (r.peek(at + 2) << 8) | r.peek(at + 3))

export const dissector: Dissector<FfHse, FfHseState> = {
  name: 'ff-hse',
  ports: ['udp/1089', 'udp/1090', 'udp/1091', 'udp/3622', 'tcp/1089', 'tcp/1090', 'tcp/1091', 'tcp/3622'],
  maxFrame: LONGEST,
  frame(head) {
    if (head.left < HEADER) return head.left > 0 && head.peek(0) !== VERSION ? NOT_MINE : NEED_MORE
    const options = head.peek(1)
    if (head.peek(0) !== VERSION || (options & OPTION.reserved) !== 0) return NOT_MINE
    const kind = head.peek(2) & 3
    const service = head.peek(3)
    if (SERVICES[(head.peek(2) >> 2) * 256 + service] === undefined) return NOT_MINE
    if (kind > KIND.error || (service < 0x80 && kind !== KIND.request)) return NOT_MINE
    const length = wordAt(head, 8)
    return length < HEADER + trailerOf(options) + (options & OPTION.pad) || length > LONGEST ? NOT_MINE : length
  },
  start: () => ({ transfers: new Map(), domain: 0, told: new Map() }),
  /** Either end may ask: a device asks for the segments of what is loaded into it. */
  key(head, { from }) {
    const options = head.peek(1)
    if ((options & OPTION.invoke) === 0 || head.peek(3) < 0x80) return undefined
    if ((from === 'client') !== ((head.peek(2) & 3) === KIND.request)) return undefined
    const at = wordAt(head, 8) - trailerOf(options) + ((options & OPTION.number) !== 0 ? 4 : 0)
    return at + 4 > head.left ? undefined : wordAt(head, at)
  },
  parse(r) {
    r.u8('version')
    const options = r.u8('options')
    const protocol = r.u8('protocol and type')
    const kind = protocol & 3
    const service = (protocol >> 2) * 256 + r.u8('service')
    r.note(SERVICES[service]?.[0] ?? 'unknown')
    const address = r.u32('address')
    const length = r.u32('length')
    const around = trailerOf(options) + (options & OPTION.pad)
    const content = r.sub(Math.max(length - HEADER - around, 0), 'body')
    const body = readBody(content, service, kind)
    r.view(options & OPTION.pad, 'padding')
    const messageNumber = (options & OPTION.number) === 0 ? undefined : r.u32('message number')
    const invokeId = (options & OPTION.invoke) === 0 ? undefined : r.u32('invoke id')
    if ((options & OPTION.time) !== 0) r.u64('time')
    if ((options & OPTION.extended) !== 0) r.u32('extended control')
    return { service, kind, address, length, messageNumber, invokeId, body, isTruncated: r.short || content.short }
  },
}
