/**
 * Supervision of parallel redundancy (PRP) and of redundant rings (HSR): every node tells everybody, every two seconds, that
 * it is there, and which nodes it stands for.
 *
 *   | path 4 bits, version 12 bits | sequence u16 | parts: | type u8 | length u8 | MAC address | … | end: 00 00 | padding |
 *
 * Spec: IEC 62439-3 §4.3 (PRP), §5.8 (HSR).
 */
import { type Dissector, NEED_MORE, NOT_MINE } from '@isthmus/wire'
import { showMac } from '../show-address.ts'

export const PART = { discard: 20, accept: 21, hsr: 23, redBox: 30, vdan: 31 } as const
const PARTS: Readonly<Record<number, string>> = {
  20: 'PRP node, duplicates discarded',
  21: 'PRP node, duplicates accepted',
  23: 'HSR node',
  30: 'RedBox',
  31: 'node behind a RedBox',
}

export type Prp = {
  readonly version: number
  readonly sequence: number
  /** Type and MAC address of each part, in order. */
  readonly parts: readonly { readonly kind: number; readonly mac: string }[]
  readonly isTruncated: boolean
}

const MAX_PARTS = 8

export const dissector: Dissector<Prp> = {
  name: 'prp',
  ports: ['eth/0x88fb'],
  maxFrame: 65_535,
  sessionless: true,
  frame(head) {
    if (head.left < 12) return NEED_MORE
    return PARTS[head.peek(4)] !== undefined && (head.peek(5) === 6 || head.peek(5) === 12) ? head.left : NOT_MINE
  },
  parse(r) {
    const version = r.u16('path and version') & 0x0fff
    const sequence = r.u16('sequence')
    const parts: { kind: number; mac: string }[] = []
    while (r.left >= 2 && parts.length < MAX_PARTS) {
      const kind = r.u8('part')
      r.note(PARTS[kind] ?? '')
      const length = r.u8('length')
      if (kind === 0 || PARTS[kind] === undefined) break
      const body = r.sub(length, PARTS[kind])
      parts.push({ kind, mac: showMac(body.view(6, 'MAC address')) })
      body.view(body.left, 'more')
    }
    const isTruncated = r.short
    r.view(r.left, 'padding')
    return { version, sequence, parts, isTruncated }
  },
}
