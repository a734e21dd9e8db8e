/**
 * Implicit messages of class 0 and 1: the cyclic inputs and outputs of a connection, on UDP 2222.
 *
 *   | items u16 | 8002 | 8 | connection id u32 | sequence u32 | 00b1 | length u16 | data |   little-endian
 *
 * Spec: ODVA, The CIP Networks Library Vol. 2, §2-6 (items), §3-5 (implicit messages).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'

const CLEAN: readonly string[] = []
const HEADER = 18

export type CipIo = {
  readonly connection: number
  readonly sequence: number
  readonly length: number
  /** Borrowed from the packet. */
  readonly data: Uint8Array
  readonly anomalies: readonly string[]
}

export const ioDissector: Dissector<CipIo> = {
  name: 'cip-io',
  ports: ['udp/2222'],
  maxFrame: 65_535,
  frame(head) {
    if (head.left < HEADER) return head.left > 5 && !isIo(head) ? NOT_MINE : NEED_MORE
    if (!isIo(head) || head.peek(14) !== 0xb1 || head.peek(15) !== 0) return NOT_MINE
    return HEADER + (head.peek(16) | (head.peek(17) << 8))
  },
  parse,
}

/** Two items, the first a sequenced address of 8 bytes. */
function isIo(head: Reader): boolean {
  return head.peek(0) === 2 && head.peek(1) === 0 && head.peek(2) === 2 && head.peek(3) === 0x80 && head.peek(4) === 8 && head.peek(5) === 0
}

function parse(r: Reader, _ctx: Context<CipIo, undefined>): CipIo {
  r.skip(6, 'address item')
  const connection = r.u32le('connection id')
  const sequence = r.u32le('sequence number')
  r.skip(2, 'data item')
  const length = r.u16le('data length')
  const data = r.view(length, 'data')
  return { connection, sequence, length, data, anomalies: r.short ? ['truncated'] : r.left > 0 ? ['trailing-bytes'] : CLEAN }
}
