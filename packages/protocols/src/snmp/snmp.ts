/**
 * SNMP: a manager reads and sets variables of an agent, an agent reports events.
 *
 *   v1, v2c: SEQUENCE { version INTEGER, community OCTET STRING, PDU }
 *   v3:      SEQUENCE { version INTEGER, { id, size, flags, model }, security parameters OCTET STRING, scoped PDU }
 *   PDU:     [0..8] { request id, error status, error index, SEQUENCE OF { name OBJECT IDENTIFIER, value } }
 *
 * Spec: RFC 1157 §4 (v1), RFC 1901 (v2c), RFC 3416 §3 (PDUs), RFC 3412 §6 and RFC 3414 §2.4 (v3, user-based security).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { berInteger, berOpen, berSize, berText, berView, oidOf, TAG } from '../asn1/ber.ts'
import { hexText } from '../byte-text.ts'
import { PDU, PDUS } from './snmp.table.ts'
import type { SnmpRow } from './zeek.ts'

export type Binding = {
  readonly oid: string
  /** Identifier octet of the value: 0x04 string, 0x41 counter, 0x43 time, 0x80..0x82 nothing there … */
  readonly type: number
  /** Borrowed: copy to keep. */
  readonly value: Uint8Array
}

export type Trap = { enterprise: string; agent: string; generic: number; specific: number; ticks: number }

export type Snmp = {
  /** 0 is v1, 1 is v2c, 3 is v3. */
  version: number
  community: string
  /** Of v3: who asks, under whose snmpEngineID (hex), and how the message is protected. */
  user: string
  engine: string
  isAuthenticated: boolean
  isEncrypted: boolean
  /** Identifier octet of the PDU; 0 when there is none to read. */
  pdu: number
  request: number
  /** Error status and index; non-repeaters and maximum repetitions of a bulk request. */
  status: number
  index: number
  bindings: Binding[]
  trap: Trap | undefined
  anomalies: ('truncated' | 'unexpected-type' | 'unknown-pdu' | 'too-many-variables' | 'trailing-bytes')[]
}

/** What a conversation keeps for its log row. */
export type SnmpState = { row: SnmpRow | undefined }

/** Variables of one message; an agent's answer fits a datagram. */
const MAX_BINDINGS = 2048
const PORTS: readonly number[] = [161, 162]

export const dissector: Dissector<Snmp, SnmpState> = {
  name: 'snmp',
  ports: ['udp/161', 'udp/162', 'tcp/161', 'tcp/162'],
  maxFrame: 65_535,
  start: () => ({ row: undefined }),
  frame(head, ctx) {
    if (head.left < 1) return NEED_MORE
    if (head.peek() !== TAG.sequence) return NOT_MINE
    const size = berSize(head)
    if (size <= 0) return size === 0 ? NEED_MORE : NOT_MINE
    return startsLike(head, PORTS.includes(ctx.flow.serverPort ?? 0)) ? size : NOT_MINE
  },
  key(head) {
    open(head)
    const version = berInteger(head, '')
    if (version === 3) {
      open(head)
      return berInteger(head, '')
    }
    berView(head, '')
    const pdu = head.peek()
    if (pdu === PDU.trap || pdu === PDU.trap2 || berSize(head) <= 0) return undefined
    open(head)
    return berInteger(head, '')
  },
  parse(r) {
    const m: Snmp = {
      version: -1,
      community: '',
      user: '',
      engine: '',
      isAuthenticated: false,
      isEncrypted: false,
      pdu: 0,
      request: 0,
      status: 0,
      index: 0,
      bindings: [],
      trap: undefined,
      anomalies: [],
    }
    const body = berOpen(r, 'message')
    m.version = berInteger(body, 'version')
    if (m.version === 3) version3(body, m)
    else {
      expect(body, TAG.octets, m)
      m.community = berText(body, 'community')
      if (!body.short) readPdu(body, m)
    }
    if (body.short || r.short) m.anomalies.push('truncated')
    else if (r.left > 0) m.anomalies.push('trailing-bytes')
    return m
  },
  side(head) {
    open(head)
    if (berInteger(head, '') === 3) return undefined
    berView(head, '')
    return PDUS[head.peek()]?.side
  },
}

/** Version, then a community and a PDU, or the header of v3. A cut datagram shows less; on its own port a PDU may be new. */
function startsLike(r: Reader, isOwnPort: boolean): boolean {
  const at = headSize(r)
  if (r.left < at + 3) return true
  if (r.peek(at) !== TAG.integer || r.peek(at + 1) !== 1) return false
  const version = r.peek(at + 2)
  if (version !== 0 && version !== 1 && version !== 3) return false
  if (r.left < at + 5) return true
  if (version === 3) return r.peek(at + 3) === TAG.sequence && (r.left < at + 6 || r.peek(at + 5) === TAG.integer)
  if (r.peek(at + 3) !== TAG.octets) return false
  const length = r.peek(at + 4)
  const pdu = length < 0x80 ? at + 5 + length : at + 5 + (length & 0x7f)
  if (length >= 0x80 || r.left <= pdu) return length < 0x84
  return isOwnPort || ((r.peek(pdu) & 0xe0) === 0xa0 && (r.peek(pdu) & 0x1f) <= 8)
}

function headSize(r: Reader): number {
  return r.peek(1) < 0x80 ? 2 : 2 + (r.peek(1) & 0x7f)
}

/** Into the value at the cursor without a reader of its own: `key` and `side` only look. */
function open(r: Reader): void {
  r.skip(headSize(r))
}

function expect(r: Reader, tag: number, m: Snmp): void {
  if (r.left > 0 && r.peek() !== tag && !m.anomalies.includes('unexpected-type')) m.anomalies.push('unexpected-type')
}

function version3(r: Reader, m: Snmp): void {
  expect(r, TAG.sequence, m)
  const header = berOpen(r, 'header')
  m.request = berInteger(header, 'message id')
  berInteger(header, 'largest size')
  const flags = berView(header, 'flags')[0] ?? 0
  m.isAuthenticated = (flags & 1) !== 0
  m.isEncrypted = (flags & 2) !== 0
  const model = berInteger(header, 'security model')
  expect(r, TAG.octets, m)
  const security = berOpen(r, 'security parameters')
  if (model === 3 && security.left > 0) userSecurity(security, m)
  if (header.short || security.short) r.short = true
  if (r.left === 0) {
    r.short = true
    return
  }
  if (r.peek() === TAG.octets) {
    berView(r, 'encrypted PDU')
    m.isEncrypted = true
    return
  }
  expect(r, TAG.sequence, m)
  const scoped = berOpen(r, 'scoped PDU')
  berView(scoped, 'context engine')
  berText(scoped, 'context name')
  const request = m.request
  readPdu(scoped, m)
  m.request = request
  if (scoped.short) r.short = true
}

/** RFC 3414 §2.4. */
function userSecurity(r: Reader, m: Snmp): void {
  const p = berOpen(r, 'user-based security')
  m.engine = hexText(berView(p, 'engine'), 32)
  berInteger(p, 'engine boots')
  berInteger(p, 'engine time')
  m.user = berText(p, 'user')
  berView(p, 'authentication')
  berView(p, 'privacy')
}

function readPdu(r: Reader, m: Snmp): void {
  m.pdu = r.peek()
  const pdu = berOpen(r, 'PDU')
  if (PDUS[m.pdu] === undefined) {
    m.anomalies.push('unknown-pdu')
    pdu.view(pdu.left, 'content')
  } else {
    if (m.pdu === PDU.trap) trap(pdu, m)
    else {
      const isBulk = m.pdu === PDU.bulk
      expect(pdu, TAG.integer, m)
      m.request = berInteger(pdu, 'request id')
      expect(pdu, TAG.integer, m)
      m.status = berInteger(pdu, isBulk ? 'non-repeaters' : 'error status')
      expect(pdu, TAG.integer, m)
      m.index = berInteger(pdu, isBulk ? 'maximum repetitions' : 'error index')
    }
    expect(pdu, TAG.sequence, m)
    bindings(berOpen(pdu, 'variables'), m, pdu)
  }
  if (pdu.short) r.short = true
}

/** RFC 1157 §4.1.6. */
function trap(r: Reader, m: Snmp): void {
  expect(r, TAG.oid, m)
  const enterprise = oidOf(berView(r, 'enterprise'))
  const agent = berView(r, 'agent address').join('.')
  const generic = berInteger(r, 'generic trap')
  m.trap = { enterprise, agent, generic, specific: berInteger(r, 'specific trap'), ticks: berInteger(r, 'time') }
}

function bindings(list: Reader, m: Snmp, pdu: Reader): void {
  while (list.left > 0 && !list.short) {
    if (m.bindings.length >= MAX_BINDINGS) {
      m.anomalies.push('too-many-variables')
      list.view(list.left, 'more variables')
      break
    }
    expect(list, TAG.sequence, m)
    const one = berOpen(list, 'variable')
    expect(one, TAG.oid, m)
    const oid = oidOf(berView(one, 'name'))
    one.note(oid)
    const type = one.peek()
    const value = berView(one, 'value')
    if (one.short) list.short = true
    else m.bindings.push({ oid, type, value })
  }
  if (list.short) pdu.short = true
}
