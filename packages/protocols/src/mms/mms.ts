/**
 * MMS: what clients read, write and run on a device, and what it reports. Under IEC 61850 and TASE.2 (ICCP).
 *
 *   confirmed request:  a0 len | 02 invoke id | service (context tag, its number is the service) |
 *   response:           a1 len | 02 invoke id | service |      error: a2 len | 80 invoke id | a2 error |
 *   unconfirmed:        a3 len | a0 report |                   initiate: a8, a9; conclude: 8b, 8c; reject: a4
 *
 * Spec: ISO 9506-2 §7 (PDUs) and the clause of each service; BER of ISO 8825-1. Either side may ask.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { integerOf } from '../asn1/ber.ts'
import { tlvBytes, tlvOpen, tlvSize, tlvSkip, tlvTag } from '../asn1/tlv.ts'
import { byteText } from '../byte-text.ts'
import { type Body, newBody } from './body.ts'
import { CONSTRUCTED, PDU, PDU_NAMES } from './mms.table.ts'
import { readRequest } from './requests.ts'
import { readResponse } from './responses.ts'
import { type MmsState, newState } from './state.ts'
import { readUnconfirmed } from './unconfirmed.ts'

const CLEAN: readonly string[] = []
const MAX_PDU = 1 << 20
const MODIFIERS = 0x30

export type Mms = {
  readonly pdu: number
  /** -1 where there is none. */
  readonly invoke: number
  /** Number of the service, confirmed or not; -1 where there is none. */
  readonly service: number
  /** Hash of what is asked for, without the invoke id: equal for repeated questions. */
  readonly signature: number
  readonly body: Body
  readonly anomalies: readonly string[]
}

export const dissector: Dissector<Mms, MmsState> = {
  name: 'mms',
  // Old devices speak it on the transport itself.
  ports: ['osi', 'cotp'],
  maxFrame: MAX_PDU,
  start: newState,
  frame(head) {
    if (head.left === 0) return NEED_MORE
    const tag = head.peek(0)
    const pdu = tag & 31
    if (tag !== ((CONSTRUCTED[pdu] === true ? 0xa0 : 0x80) | pdu) || pdu > PDU.concludeError) return NOT_MINE
    const size = tlvSize(head)
    if (size === 0) return NEED_MORE
    return size > 0 && beginsWell(head, pdu) ? size : NOT_MINE
  },
  // Both sides ask and number their own questions: they are paired where they are told.
  parse,
  side(head) {
    const pdu = head.peek(0) & 31
    if (pdu === PDU.initiateRequest || pdu === PDU.request) return 'client'
    return pdu === PDU.initiateResponse || pdu === PDU.response || pdu === PDU.error || pdu === PDU.unconfirmed ? 'server' : undefined
  },
}

/** The first value inside must be what the PDU begins with: other protocols' context tags are refused. */
function beginsWell(head: Reader, pdu: number): boolean {
  const at = contentAt(head)
  const first = head.peek(at)
  if (pdu === PDU.request || pdu === PDU.response) return first === 0x02 && head.peek(at + 1) >= 1 && head.peek(at + 1) <= 5
  if (pdu === PDU.error || pdu === PDU.cancelError) return first === 0x80
  if (pdu === PDU.unconfirmed) return first >= 0xa0 && first <= 0xa2
  if (pdu === PDU.reject) return first >= 0x80 && first <= 0x8b
  if (pdu === PDU.initiateRequest || pdu === PDU.initiateResponse) return first >= 0x80 && first <= 0x82
  if (pdu === PDU.concludeRequest || pdu === PDU.concludeResponse) return head.peek(1) === 0
  return pdu === PDU.cancelRequest || pdu === PDU.cancelResponse ? head.peek(1) >= 1 && head.peek(1) <= 5 : first >= 0x80
}

const contentAt = (head: Reader): number => (head.peek(1) > 0x80 ? 2 + (head.peek(1) & 0x7f) : 2)

function invokeOf(head: Reader): number {
  const pdu = head.peek(0) & 31
  const at = contentAt(head)
  const wanted = pdu === PDU.request || pdu === PDU.response ? 0x02 : 0x80
  if (pdu > PDU.reject || head.peek(at) !== wanted) return -1
  let id = 0
  for (let n = 0; n < Math.min(5, head.peek(at + 1)); n++) id = id * 256 + head.peek(at + 2 + n)
  return id
}

function parse(r: Reader, _ctx: Context<Mms, MmsState>): Mms {
  const invoke = invokeOf(r)
  const pdu = r.peek(0) & 31
  const body = newBody()
  const inner = tlvOpen(r, PDU_NAMES[pdu] ?? 'PDU')
  const service = pdu <= PDU.unconfirmed ? readService(inner, pdu, body) : -1
  const signature = pdu === PDU.request ? hashOf(inner.bytes, body.from, inner.end) : 0
  if (pdu === PDU.reject) readReject(inner, body)
  else if (pdu === PDU.initiateRequest || pdu === PDU.initiateResponse) readInitiate(inner, body)
  else if (pdu === PDU.initiateError || pdu === PDU.concludeError) readError(inner, body)
  else if (pdu === PDU.cancelError) tlvSkip(inner, 'invoke id')
  else if (pdu === PDU.cancelRequest || pdu === PDU.cancelResponse) body.handle = integerOf(inner.view(inner.left, 'invoke id'))
  let anomalies = CLEAN
  if (r.short || inner.short) anomalies = ['truncated']
  else if (body.isTooDeep) anomalies = ['too-deep']
  else if (r.left > 0) anomalies = ['trailing-bytes']
  return { pdu, invoke, service, signature, body, anomalies }
}

/** The service's number; -1 for what has none. */
function readService(r: Reader, pdu: number, body: Body): number {
  if (pdu === PDU.unconfirmed) {
    const service = tlvTag(r) & 31
    readUnconfirmed(r, service, body)
    return service
  }
  tlvSkip(r, 'invoke id')
  if (pdu === PDU.error) {
    if (tlvTag(r) === 0x81) body.handle = integerOf(tlvBytes(r, 'modifier position'))
    if (tlvTag(r) === 0xa2) readError(tlvOpen(r, 'service error'), body)
    return -1
  }
  if (pdu === PDU.request && tlvTag(r) === MODIFIERS) tlvSkip(r, 'modifiers')
  body.from = r.at
  const tag = tlvTag(r)
  if (tag === 0) return -1
  const service = tag > 0xff ? tag & 0x7f : tag & 31
  const before = r.short
  if (pdu === PDU.request) readRequest(r, service, body)
  else readResponse(r, service, body)
  r.short ||= before
  return service
}

function readError(r: Reader, body: Body): void {
  for (let n = 0; n < 8 && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0xa0) {
      const choice = tlvOpen(r, 'error class')
      body.errorClass = tlvTag(choice) & 31
      body.errorCode = integerOf(tlvBytes(choice, 'error code'))
    } else if (tag === 0x82) body.text = byteText(tlvBytes(r, 'description'))
    else tlvSkip(r, 'detail')
  }
}

function readReject(r: Reader, body: Body): void {
  if (tlvTag(r) === 0x80) tlvSkip(r, 'invoke id')
  body.errorClass = tlvTag(r) & 31
  body.errorCode = integerOf(tlvBytes(r, 'reason'))
}

function readInitiate(r: Reader, body: Body): void {
  for (let n = 0; n < 8 && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0x80) body.size = integerOf(tlvBytes(r, 'local detail'))
    else if (tag === 0x83) body.handle = integerOf(tlvBytes(r, 'nesting level'))
    else if (tag === 0xa4) {
      const detail = tlvOpen(r, 'detail')
      while (detail.left > 0 && !detail.short) tlvSkip(detail, 'parameter')
    } else tlvSkip(r, 'outstanding services')
  }
}

/** FNV-1a twice over with different primes, joined below 2^53. */
function hashOf(bytes: Uint8Array, at: number, end: number): number {
  let a = 0x811c9dc5
  let b = 0x01234567
  for (let i = at; i < end; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193)
    b = Math.imul(b ^ bytes[i]!, 0x85ebca6b)
  }
  return (a >>> 0) * 0x20_0000 + ((b ^ (b >>> 11)) & 0x1f_ffff)
}
