/** Information elements of GTP-C: 3GPP TS 29.060 §7.7 (version 1), TS 29.274 §8 (version 2). */
import type { Reader } from '@isthmus/wire'
import { showIpv4, showIpv6 } from '../show-address.ts'
import type { Gtp } from './gtp.ts'

/** Lengths of version 1's elements without one of their own; a type above 127 states its length. */
const FIXED: Readonly<Record<number, number>> = {
  1: 1,
  2: 8,
  3: 6,
  4: 4,
  5: 4,
  8: 1,
  9: 3,
  11: 1,
  12: 3,
  13: 1,
  14: 1,
  15: 1,
  16: 4,
  17: 4,
  18: 5,
  19: 1,
  20: 1,
  21: 1,
  22: 1,
  23: 1,
  24: 1,
  25: 2,
  26: 2,
  27: 2,
  28: 2,
  29: 1,
  127: 4,
}
const V1 = { cause: 1, imsi: 2, endUser: 128, apn: 131, address: 133 } as const
const V2 = { imsi: 1, cause: 2, apn: 71, paa: 79, bearer: 93, rat: 82 } as const
const MAX_ELEMENTS = 128

export function elementsV1(r: Reader, m: Gtp): void {
  for (let n = 0; n < MAX_ELEMENTS && r.left > 0; n++) {
    const type = r.u8('element')
    const fixed = FIXED[type]
    if (fixed === undefined && type < 128) {
      m.anomalies.push('unknown-element')
      return
    }
    const body = r.sub(fixed ?? r.u16('length'), `element ${type}`)
    if (type === V1.cause) m.cause = body.u8('cause')
    else if (type === V1.imsi) m.subscriber = digits(body)
    else if (type === V1.apn) m.apn = labels(body)
    else if (type === V1.endUser && body.left >= 6) {
      body.u16('kind')
      m.address = body.left === 16 ? showIpv6(body.view(16, 'address')) : showIpv4(body.view(4, 'address'))
    } else body.view(body.left, 'value')
    if (body.short) r.short = true
  }
}

export function elementsV2(r: Reader, m: Gtp, depth = 0): void {
  for (let n = 0; n < MAX_ELEMENTS && r.left >= 4; n++) {
    const type = r.u8('element')
    const length = r.u16('length')
    r.u8('instance')
    const body = r.sub(length, `element ${type}`)
    if (type === V2.cause && depth === 0) m.cause = body.u8('cause')
    else if (type === V2.imsi) m.subscriber = digits(body)
    else if (type === V2.apn) m.apn = labels(body)
    else if (type === V2.paa && body.left >= 5 && (body.u8('kind') & 7) === 1) m.address = showIpv4(body.view(4, 'address'))
    else if (type === V2.bearer && depth < 2) elementsV2(body, m, depth + 1)
    else body.view(body.left, 'value')
    if (body.short) r.short = true
  }
}

/** Two digits a byte, the lower first; f fills. A subscriber is a person: country and network remain, the rest is counted. */
function digits(r: Reader): string {
  let text = ''
  for (const b of r.view(r.left, 'digits')) {
    for (const digit of [b & 15, b >> 4]) if (digit < 10) text += digit
  }
  return text.length > 5 ? `${text.slice(0, 5)}… (${text.length})` : text
}

/** A name as DNS writes it: labels with their lengths. */
function labels(r: Reader): string {
  const parts: string[] = []
  while (r.left > 0 && parts.length < 32) parts.push(r.text(r.u8('length'), 'label'))
  return parts.join('.')
}
