/**
 * WebSocket: after an HTTP upgrade, messages in frames; what they carry is handed to whoever recognises it.
 *
 *   | final 1 bit, reserved 3, opcode 4 | masked 1 bit, length 7 | length u16 or u64 if 126, 127 | mask 4 if masked | payload … |   big-endian
 *
 * Spec: RFC 6455 §5; RFC 7692 (compressed messages carry the first reserved bit).
 */
import { type Carried, type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type WebSocket = {
  /** 1 text, 2 binary, 8 close, 9 ping, 10 pong; a continued message has the opcode it began with. */
  opcode: number
  isCompressed: boolean
  /** Without its mask; a piece of a long frame. */
  payload: Uint8Array
  /** Of close frames. */
  code: number
  reason: string
  anomalies: ('truncated' | 'not-masked' | 'masked-by-server' | 'reserved-bits')[]
}

type Way = { left: number; mask: Uint8Array | undefined; turned: number; opcode: number; isCompressed: boolean }
export type WebSocketState = Record<Side, Way> & { isTold: boolean }

export const OPCODES: Readonly<Record<number, string>> = { 0: 'continued', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' }
const CLOSE = 8
const MAX_PIECE = 65_536
const way = (): Way => ({ left: 0, mask: undefined, turned: 0, opcode: 0, isCompressed: false })

export const dissector: Dissector<WebSocket, WebSocketState> = {
  name: 'websocket',
  ports: ['http/websocket'],
  maxFrame: MAX_PIECE + 14,
  start: () => ({ client: way(), server: way(), isTold: false }),
  frame(head, ctx) {
    const { left } = ctx.state[ctx.from]
    if (left > 0) return Math.min(head.left, left, MAX_PIECE)
    if (head.left < 2) return NEED_MORE
    const opcode = head.peek() & 15
    if (OPCODES[opcode] === undefined) return NOT_MINE
    const size = headSize(head)
    if (head.left < size) return NEED_MORE
    const length = payloadLength(head)
    if (opcode >= CLOSE && length > 125) return NOT_MINE
    // Long frames pass in pieces: nothing is held for their sake.
    return length > MAX_PIECE ? Math.min(head.left, size + MAX_PIECE) : size + length
  },
  parse(r, ctx) {
    const m: WebSocket = { opcode: 0, isCompressed: false, payload: new Uint8Array(0), code: 0, reason: '', anomalies: [] }
    const side = ctx.state[ctx.from]
    if (side.left === 0) begin(r, ctx, side, m)
    m.opcode = side.opcode
    m.isCompressed = side.isCompressed
    const bytes = r.view(Math.min(r.left, side.left), 'payload')
    side.left -= bytes.length
    m.payload = unmasked(bytes, side)
    if (m.opcode === CLOSE && m.payload.length >= 2) {
      m.code = (m.payload[0]! << 8) | m.payload[1]!
      m.reason = byteText(m.payload.subarray(2))
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  carries: (m): Carried | undefined =>
    m.opcode === CLOSE || m.opcode > CLOSE || m.isCompressed || m.payload.length === 0
      ? undefined
      : { over: 'tcp', bytes: m.payload, stream: true },
  gap({ state, from }, length) {
    const side = state[from]
    if (length >= side.left) return false
    side.left -= length
    side.turned += length
    return true
  },
}

function headSize(head: Reader): number {
  const second = head.peek(1)
  const length = second & 0x7f
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0)
}

function payloadLength(head: Reader): number {
  const length = head.peek(1) & 0x7f
  if (length < 126) return length
  let value = 0
  for (let i = 0; i < (length === 126 ? 2 : 8); i++) value = value * 256 + head.peek(2 + i)
  return value
}

function begin(r: Reader, ctx: Context<WebSocket, WebSocketState>, side: Way, m: WebSocket): void {
  const first = r.u8('final and opcode')
  const opcode = first & 15
  r.note(OPCODES[opcode] ?? 'unknown')
  const second = r.u8('masked and length')
  const short = second & 0x7f
  side.left = short === 126 ? r.u16('length') : short === 127 ? Number(r.u64('length')) : short
  side.mask = second & 0x80 ? r.view(4, 'mask').slice() : undefined
  side.turned = 0
  if ((first & 0x30) !== 0) m.anomalies.push('reserved-bits')
  // RFC 6455 §5.1: a client masks, a server never does.
  if (ctx.from === 'client' && side.mask === undefined) m.anomalies.push('not-masked')
  if (ctx.from === 'server' && side.mask !== undefined) m.anomalies.push('masked-by-server')
  if (opcode === 0) return
  side.opcode = opcode
  side.isCompressed = (first & 0x40) !== 0
}

function unmasked(bytes: Uint8Array, side: Way): Uint8Array {
  const { mask } = side
  if (mask === undefined) return bytes
  const plain = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) plain[i] = bytes[i]! ^ mask[(side.turned + i) & 3]!
  side.turned += bytes.length
  return plain
}
