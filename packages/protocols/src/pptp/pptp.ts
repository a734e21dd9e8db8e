/**
 * PPTP, control messages: two ends build a tunnel for PPP and say who they are. What passes the tunnel is GRE, stepped into by the engine.
 *
 *   | length u16 | type u16: 1 | cookie u32: 0x1a2b3c4d | control u16 | 0 u16 | content by control, of fixed length |   big-endian
 *
 * Spec: RFC 2637 §1.4, §2.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { CONTROLS, LENGTHS } from './pptp.table.ts'

export type Pptp = {
  control: number
  host: string
  vendor: string
  firmware: number | undefined
  /** The number that is called, and who calls. */
  called: string
  calling: string
  callId: number | undefined
  peerCallId: number | undefined
  result: number | undefined
  error: number
  anomalies: ('truncated' | 'unknown-control')[]
}

const HEAD = 12
const MAX_MESSAGE = 1024
const COOKIE = 0x1a2b3c4d

export const dissector: Dissector<Pptp> = {
  name: 'pptp',
  ports: ['tcp/1723'],
  maxFrame: MAX_MESSAGE,
  frame(head) {
    const length = head.u16()
    const type = head.u16()
    const cookie = head.u32()
    if (head.short) return NEED_MORE
    return type === 1 && cookie === COOKIE && length >= HEAD && length <= MAX_MESSAGE ? length : NOT_MINE
  },
  parse(r) {
    const all = r.left
    const length = r.u16('length')
    r.u16('type')
    r.u32('cookie')
    const m: Pptp = {
      control: r.u16('control'),
      host: '',
      vendor: '',
      firmware: undefined,
      called: '',
      calling: '',
      callId: undefined,
      peerCallId: undefined,
      result: undefined,
      error: 0,
      anomalies: [],
    }
    r.note(CONTROLS[m.control] ?? 'unknown')
    r.u16('reserved')
    content(r, m)
    if (CONTROLS[m.control] === undefined) m.anomalies.push('unknown-control')
    else if (r.short || all < length || length < (LENGTHS[m.control] ?? 0)) m.anomalies.push('truncated')
    r.view(r.left, 'rest')
    return m
  },
  side(head) {
    const control = (head.peek(8) << 8) | head.peek(9)
    return control === 1 ? 'client' : control === 2 ? 'server' : undefined
  },
}

function content(r: Reader, m: Pptp): void {
  const { control } = m
  if (control === 1 || control === 2) start(r, m)
  else if (control === 3) r.u8('reason')
  else if (control === 4) outcome(r, m)
  else if (control === 5) r.u32('identifier')
  else if (control === 6) {
    r.u32('identifier')
    outcome(r, m)
  } else if (control === 7 || control === 9) call(r, m)
  else if (control === 8 || control === 10) {
    m.callId = r.u16('call')
    m.peerCallId = r.u16('call of the peer')
    outcome(r, m)
    if (control === 8) r.u16('cause')
    if (control === 8) r.u32('speed')
    r.u16('window')
    r.u16('delay')
  } else if (control === 12) m.callId = r.u16('call')
  else if (control === 13) {
    m.callId = r.u16('call')
    outcome(r, m)
    r.u16('cause')
    r.skip(2, 'reserved')
    r.view(128, 'statistics')
  } else if (CONTROLS[control] !== undefined) {
    m.peerCallId = r.u16('call of the peer')
    r.skip(2, 'reserved')
    r.view(control === 14 ? 24 : control === 15 ? 8 : 12, 'link')
  }
}

function start(r: Reader, m: Pptp): void {
  r.u16('version')
  if (m.control === 2) outcome(r, m)
  else r.skip(2, 'reserved')
  r.u32('framing')
  r.u32('bearer')
  r.u16('channels')
  m.firmware = r.u16('firmware')
  m.host = text(r, 'host name')
  m.vendor = text(r, 'vendor')
}

function call(r: Reader, m: Pptp): void {
  m.callId = r.u16('call')
  r.u16('serial number')
  if (m.control === 9) {
    r.u32('bearer')
    r.u32('channel')
    r.u16('called length')
    r.u16('calling length')
    m.called = text(r, 'called')
    m.calling = text(r, 'calling')
  } else {
    r.view(16, 'speeds, bearer, framing')
    r.view(8, 'window, delay, number length')
    m.called = text(r, 'called')
  }
  r.view(64, 'subaddress')
}

function outcome(r: Reader, m: Pptp): void {
  m.result = r.u8('result')
  m.error = r.u8('error')
}

function text(r: Reader, label: string): string {
  return readable(withoutPadding(byteText(r.view(64, label)).replace(/\0.*$/s, '')))
}
