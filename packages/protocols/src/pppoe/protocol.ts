/**
 * PPPoE's discovery: a host looks for an access concentrator, which says its name.
 *
 *   | version 4 bits = 1, type 4 = 1 | code u8 | session u16 | length u16 | tags: type u16, length u16, value … |   big-endian
 *
 * Spec: RFC 2516 §4, §5, appendix A.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'

export type Pppoe = {
  code: number
  session: number
  service: string
  concentrator: string
  error: string
  anomalies: ('truncated' | 'bad-length')[]
}

const CODES: Readonly<Record<number, string>> = {
  0x07: 'offer',
  0x09: 'discovery',
  0x19: 'session request',
  0x65: 'session confirmation',
  0xa7: 'session end',
}
const TAG = { service: 0x0101, concentrator: 0x0102, serviceError: 0x0201, systemError: 0x0202, genericError: 0x0203 } as const
const MAX_TAGS = 64

const dissector: Dissector<Pppoe> = {
  name: 'pppoe',
  ports: ['eth/0x8863'],
  maxFrame: 65_535,
  sessionless: true,
  frame: (head) => (head.left < 6 ? NEED_MORE : head.peek() === 0x11 && CODES[head.peek(1)] !== undefined ? head.left : NOT_MINE),
  parse(r) {
    r.u8('version and type')
    const m: Pppoe = { code: r.u8('code'), session: 0, service: '', concentrator: '', error: '', anomalies: [] }
    r.note(CODES[m.code] ?? 'unknown')
    m.session = r.u16('session')
    tags(r.sub(r.u16('length'), 'tags'), m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function tags(r: Reader, m: Pppoe): void {
  for (let n = 0; n < MAX_TAGS && r.left >= 4; n++) {
    const type = r.u16('tag')
    const length = r.u16('length')
    if (type === 0) return
    if (length > r.left) {
      m.anomalies.push('bad-length')
      return
    }
    const value = r.view(length, `tag ${type}`)
    // Cookies and unique ids are no text.
    if (type === TAG.service) m.service = textOf(value)
    else if (type === TAG.concentrator) m.concentrator = textOf(value)
    else if (type >= TAG.serviceError && type <= TAG.genericError) m.error = textOf(value) || 'refused'
  }
}

const textOf = (value: Uint8Array): string => readable(withoutPadding(byteText(value)))

function observe({ message: m, from }: SeenMessage<Pppoe>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`pppoe.${name}`)
  if (m.anomalies.length > 0) return
  if (m.code === 0x07) {
    sink.hint(from, 'role', 'access concentrator', 0.9)
    sink.hint(from, 'name', m.concentrator, 0.8)
  }
  once(sink, CODES[m.code]!, m.service, 'session', m.error === '' ? undefined : { ok: false, error: m.error })
}

export const pppoe: Protocol<Pppoe> = { dissector, observe }
