/**
 * NTP: a client asks a server for the time, peers compare theirs.
 *
 *   | leap 2 bits, version 3, mode 3 | stratum u8 | poll i8 | precision i8 | root delay u32 | root dispersion u32 |
 *   | reference id 4 bytes | reference, origin, receive, transmit timestamps u64 each | extensions … |   big-endian
 *
 * Spec: RFC 5905 §7.3 (header), §7.5 (extension fields); modes 6 (RFC 9327) and 7 carry control messages of their own.
 */

import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { isAtPort } from '../own-port.ts'
import { looksLikeNtp } from './looks.ts'

export type Ntp = {
  version: number
  /** 1 and 2 symmetric, 3 client, 4 server, 5 broadcast, 6 control, 7 private (RFC 5905 figure 10). */
  mode: number
  leap: number
  stratum: number
  /** Seconds. */
  pollSeconds: number
  precisionSeconds: number
  rootDelaySeconds: number
  rootDispersionSeconds: number
  /** Kiss code at stratum 0, clock's name at 1, IPv4 address (or a hash) of the upstream server above. */
  reference: string
  /** Seconds since 1970; 0 where the field is zero. */
  referenceTime: number
  originTime: number
  receiveTime: number
  transmitTime: number
  extensions: number
  anomalies: string[]
}

const PORT = 123
const HEADER = 48
/** Seconds between NTP's epoch of 1900 and 1970. */
const EPOCH = 2_208_988_800
/** Extensions, key id and digest after the header; more is not NTP. */
const MAX_TAIL = 1024

export const dissector: Dissector<Ntp> = {
  name: 'ntp',
  ports: ['udp/123'],
  maxFrame: HEADER + MAX_TAIL,
  frame(head, { flow }) {
    if (head.left < 1) return NEED_MORE
    if (!isAtPort(flow, PORT)) return head.left >= HEADER && looksLikeNtp(head) ? head.left : NOT_MINE
    const first = head.peek()
    const version = (first >> 3) & 7
    const mode = first & 7
    if (version === 0 || version > 4 || mode === 0) return NOT_MINE
    if (mode < 6 && head.left < HEADER) return NEED_MORE
    return head.left
  },
  key: (head) => ((head.peek() & 7) === 3 || (head.peek() & 7) === 4 ? 0 : undefined),
  parse(r) {
    const first = r.u8('leap, version, mode')
    const m: Ntp = {
      version: (first >> 3) & 7,
      mode: first & 7,
      leap: first >> 6,
      stratum: 0,
      pollSeconds: 0,
      precisionSeconds: 0,
      rootDelaySeconds: 0,
      rootDispersionSeconds: 0,
      reference: '',
      referenceTime: 0,
      originTime: 0,
      receiveTime: 0,
      transmitTime: 0,
      extensions: 0,
      anomalies: [],
    }
    if (m.mode < 6) readClock(r, m)
    else r.view(r.left, 'control message')
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side: (head) => {
    const mode = head.peek() & 7
    return mode === 3 ? 'client' : mode === 4 ? 'server' : undefined
  },
}

function readClock(r: Reader, m: Ntp): void {
  m.stratum = r.u8('stratum')
  m.pollSeconds = 2 ** r.i8('poll')
  m.precisionSeconds = 2 ** r.i8('precision')
  m.rootDelaySeconds = r.u32('root delay') / 0x10000
  m.rootDispersionSeconds = r.u32('root dispersion') / 0x10000
  m.reference = readReference(r, m.stratum)
  m.referenceTime = readTime(r, 'reference time')
  m.originTime = readTime(r, 'origin time')
  m.receiveTime = readTime(r, 'receive time')
  m.transmitTime = readTime(r, 'transmit time')
  // §7.5: at least 16 bytes each; what is left below that is a key id and digest.
  while (r.left >= 28) {
    r.u16('extension type')
    const length = r.u16('extension length')
    if (length < 16 || length > r.left + 4) break
    r.view(length - 4, 'extension')
    m.extensions++
  }
  if (r.left > 0) r.view(r.left, 'key id and digest')
}

function readReference(r: Reader, stratum: number): string {
  const b = r.view(4, 'reference id')
  return stratum > 1 ? b.join('.') : byteText(b)
}

function readTime(r: Reader, label: string): number {
  const seconds = r.u32(label)
  const fraction = r.u32(`${label}, fraction`)
  return seconds === 0 && fraction === 0 ? 0 : seconds - EPOCH + fraction / 0x1_0000_0000
}
