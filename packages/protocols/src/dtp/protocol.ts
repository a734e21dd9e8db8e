/**
 * DTP: Cisco switches agree on whether a link carries all VLANs. Whoever speaks it can ask for all of them.
 *
 *   | version u8 | type u16, length u16 (with these four), value … |   big-endian
 *
 * Spec: as publicly analysed (tshark's dissector); SNAP 00-00-0c, type 0x2004.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showMac } from '../show-address.ts'

export type Dtp = {
  domain: string
  status: number | undefined
  kind: number | undefined
  sender: string
  anomalies: ('truncated' | 'bad-length')[]
}
export type DtpState = { status: number | undefined }

const TRUNK = 0x80
/** What a port is set to, in the lower bits. */
const SETTINGS: Readonly<Record<number, string>> = { 1: 'on', 2: 'off', 3: 'desirable', 4: 'auto' }
const KINDS: Readonly<Record<number, string>> = { 1: 'native', 2: 'ISL', 5: '802.1Q' }
const MAX_ELEMENTS = 32

const dissector: Dissector<Dtp, DtpState> = {
  name: 'dtp',
  ports: ['snap/0x00000c2004'],
  maxFrame: 1500,
  sessionless: true,
  start: () => ({ status: undefined }),
  frame: (head) => (head.left < 5 ? NEED_MORE : head.peek() === 1 ? head.left : NOT_MINE),
  parse(r) {
    r.u8('version')
    const m: Dtp = { domain: '', status: undefined, kind: undefined, sender: '', anomalies: [] }
    for (let n = 0; n < MAX_ELEMENTS && r.left >= 4; n++) {
      const type = r.u16('element')
      const length = r.u16('length')
      // Frames are padded with zeros.
      if (type === 0 && length === 0) break
      if (length < 4) {
        m.anomalies.push('bad-length')
        break
      }
      element(type, r.sub(length - 4, `element ${type}`), m)
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function element(type: number, r: Reader, m: Dtp): void {
  if (type === 1) m.domain = readable(withoutPadding(byteText(r.view(r.left, 'domain'))))
  else if (type === 2) m.status = r.u8('status')
  else if (type === 3) m.kind = r.u8('kind')
  else if (type === 4) m.sender = showMac(r.view(6, 'sender'))
  else r.view(r.left, 'value')
}

const statusName = (status: number): string => `${status & TRUNK ? 'trunk' : 'access'}, set to ${SETTINGS[status & 7] ?? status & 7}`

function observe({ message: m, from, state }: SeenMessage<Dtp, DtpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`dtp.${name}`)
  if (m.anomalies.length > 0 || m.status === undefined) return
  if (m.domain !== '') sink.hint(from, 'description', `VTP domain ${m.domain}`, 0.6)
  const kind = KINDS[(m.kind ?? 0) >> 5]
  once(sink, 'trunk negotiation', `${statusName(m.status)}${kind === undefined ? '' : `, ${kind}`}`, 'session')
  if (state.status !== undefined && state.status !== m.status) {
    sink.sayFrom(from, { kind: 'configuration.changed', what: 'trunk', value: statusName(m.status), ok: true })
  }
  state.status = m.status
}

export const dtp: Protocol<Dtp, DtpState> = { dissector, observe }
