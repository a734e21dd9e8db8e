/**
 * GTP-C: nodes of a mobile network open and close tunnels for subscribers. User data (message 255) is stepped into by the engine.
 *
 *   1: | version 3 bits = 1, type 1, flags 3 | message u8 | length u16 | tunnel u32 | sequence u16, number u8, next u8 if any flag | elements … |
 *   2: | version 3 bits = 2, piggy 1, tunnel 1 … | message u8 | length u16 | tunnel u32 if so | sequence u24 | 0 | elements … |   big-endian
 *
 * Spec: 3GPP TS 29.060 §6, §7 (version 1); TS 29.274 §5, §6 (version 2); TS 29.281 §7 (messages of the user plane).
 */
import { type Dissector, NEED_MORE, NOT_MINE } from '@isthmus/wire'
import { MESSAGES_1, MESSAGES_2 } from './gtp.table.ts'
import { elementsV1, elementsV2 } from './ie.ts'

export type Gtp = {
  version: number
  type: number
  tunnel: number | undefined
  sequence: number
  cause: number | undefined
  apn: string
  subscriber: string
  address: string
  anomalies: ('truncated' | 'unknown-element')[]
}

export const dissector: Dissector<Gtp> = {
  name: 'gtp',
  ports: ['udp/2123', 'udp/2152'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all < 8) return NEED_MORE
    const first = head.peek()
    const type = head.peek(1)
    const length = (head.peek(2) << 8) | head.peek(3)
    // Version 1 with the bit that tells it from charging, version 2; the length leaves nothing over.
    if (first >> 4 === 3 && (first & 8) === 0) return MESSAGES_1[type] !== undefined && length + 8 === all ? all : NOT_MINE
    if (first >> 5 === 2 && (first & 3) === 0)
      return MESSAGES_2[type] !== undefined && (length + 4 === all || (first & 0x10) !== 0) && length + 4 <= all ? length + 4 : NOT_MINE
    return NOT_MINE
  },
  key(head) {
    const first = head.peek()
    const names = first >> 5 === 2 ? MESSAGES_2 : MESSAGES_1
    const name = names[head.peek(1)]
    if (name === undefined) return undefined
    const at = first >> 5 === 2 ? (first & 8 ? 8 : 4) : 8
    return `${name.replace(/ (?:request|response|command)$/, '')} ${(head.peek(at) << 8) | head.peek(at + 1)}`
  },
  parse(r) {
    const first = r.u8('flags')
    const m: Gtp = {
      version: first >> 5,
      type: r.u8('message'),
      tunnel: undefined,
      sequence: 0,
      cause: undefined,
      apn: '',
      subscriber: '',
      address: '',
      anomalies: [],
    }
    r.note((m.version === 2 ? MESSAGES_2 : MESSAGES_1)[m.type] ?? 'unknown')
    r.u16('length')
    if (m.version === 2) {
      if (first & 8) m.tunnel = r.u32('tunnel')
      m.sequence = r.u24('sequence')
      r.u8('reserved')
      elementsV2(r, m)
    } else {
      m.tunnel = r.u32('tunnel')
      if (first & 7) {
        m.sequence = r.u16('sequence')
        r.u8('packet number')
        r.u8('next extension')
      }
      elementsV1(r, m)
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    const name = (head.peek() >> 5 === 2 ? MESSAGES_2 : MESSAGES_1)[head.peek(1)]
    return name?.endsWith('request') ? 'client' : name?.endsWith('response') ? 'server' : undefined
  },
}
