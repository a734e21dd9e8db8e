/**
 * PPP's own protocols: two ends agree on a link, authenticate, and give each other addresses.
 *
 *   | protocol u16 (one byte if odd) | code u8 | id u8 | length u16 | … |; options | type u8 | length u8 | value … |   big-endian
 *   PAP: | length u8, user | length u8, password |; CHAP: | length u8, value | name … |
 *
 * Spec: RFC 1661 §5, RFC 1334 §2 (PAP), RFC 1994 §4 (CHAP), RFC 1332 §3 (IPCP), RFC 5072 §3 (IPV6CP); in GRE: RFC 2637 §4.1.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { showIpv4 } from '../show-address.ts'

export type Ppp = {
  protocol: number
  code: number
  id: number
  user: string
  /** Masked at once by whoever speaks of it. */
  password: string
  text: string
  address: string
  /** The way to authenticate that is asked for: a protocol number, and CHAP's algorithm. */
  wants: number
  algorithm: number
  anomalies: ('truncated' | 'bad-length')[]
}
export type PppState = { user: string; algorithm: number }

export const PROTOCOL = {
  lcp: 0xc021,
  pap: 0xc023,
  chap: 0xc223,
  eap: 0xc227,
  ipcp: 0x8021,
  ipv6cp: 0x8057,
  ccp: 0x80fd,
  ecp: 0x8053,
} as const
const KNOWN: ReadonlySet<number> = new Set(Object.values(PROTOCOL))
const MAX_OPTIONS = 32

export const dissector: Dissector<Ppp, PppState> = {
  name: 'ppp',
  ports: ['ppp'],
  maxFrame: 65_535,
  sessionless: true,
  start: () => ({ user: '', algorithm: 0 }),
  frame(head) {
    if (head.left < 6) return NEED_MORE
    return KNOWN.has((head.peek() << 8) | head.peek(1)) ? head.left : NOT_MINE
  },
  parse(r) {
    const m: Ppp = {
      protocol: r.u16('protocol'),
      code: 0,
      id: 0,
      user: '',
      password: '',
      text: '',
      address: '',
      wants: 0,
      algorithm: 0,
      anomalies: [],
    }
    m.code = r.u8('code')
    m.id = r.u8('id')
    const length = r.u16('length')
    if (length < 4) m.anomalies.push('bad-length')
    const body = r.sub(Math.max(length - 4, 0), 'data')
    if (m.protocol === PROTOCOL.pap) pap(body, m)
    else if (m.protocol === PROTOCOL.chap) chap(body, m)
    else if (m.code >= 1 && m.code <= 4 && m.protocol !== PROTOCOL.eap) options(body, m)
    else body.view(body.left, 'content')
    if (body.short || r.short) m.anomalies.push('truncated')
    return m
  },
}

function pap(r: Reader, m: Ppp): void {
  if (m.code === 1) {
    m.user = byteText(r.view(r.u8('user length'), 'user'))
    m.password = byteText(r.view(r.u8('password length'), 'password'))
  } else if (r.left > 0) m.text = byteText(r.view(r.u8('length'), 'text'))
}

function chap(r: Reader, m: Ppp): void {
  if (m.code === 1 || m.code === 2) {
    r.view(r.u8('value length'), 'value')
    m.user = byteText(r.view(r.left, 'name'))
  } else m.text = byteText(r.view(r.left, 'text'))
}

function options(r: Reader, m: Ppp): void {
  for (let n = 0; n < MAX_OPTIONS && r.left >= 2; n++) {
    const type = r.u8('option')
    const length = r.u8('length')
    if (length < 2) {
      m.anomalies.push('bad-length')
      return
    }
    const body = r.sub(length - 2, `option ${type}`)
    if (m.protocol === PROTOCOL.lcp && type === 3) {
      m.wants = body.u16('authentication')
      if (body.left > 0) m.algorithm = body.u8('algorithm')
    } else if (m.protocol === PROTOCOL.ipcp && type === 3) m.address = showIpv4(body.view(4, 'address'))
    else body.view(body.left, 'value')
    if (body.short) r.short = true
  }
}
