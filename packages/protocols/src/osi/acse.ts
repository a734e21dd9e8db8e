/** Association control: who opens an association with whom, and with which credentials. Spec: ISO/IEC 8650-1 §9. */
import { Reader } from '@isthmus/wire'
import { integerOf, oidOf } from '../asn1/ber.ts'
import { tlvBytes, tlvOpen, tlvSkip, tlvTag } from '../asn1/tlv.ts'
import { byteText, hexText, SHOWN_BYTES } from '../byte-text.ts'

export type Acse = {
  /** 0x60 request, 0x61 response, 0x62 and 0x63 release, 0x64 abort. */
  readonly apdu: number
  context: string
  callingTitle: string
  calledTitle: string
  respondingTitle: string
  callingQualifier: string
  calledQualifier: string
  respondingQualifier: string
  mechanism: string
  /** An authentication value in clear; empty when there is none or it is no text. */
  password: string
  hasAuthentication: boolean
  result: number
  /** 1: of the service user, 2: of its provider; -1 without one. */
  diagnosticSource: number
  diagnostic: number
  /** Source of an abort, reason of a release. */
  reason: number
  /** Content of the user information: an EXTERNAL in OSI, an octet string in DLMS. Borrowed. */
  user: Uint8Array
}

const EMPTY = new Uint8Array(0)
const MAX_FIELDS = 64

export function readAcse(r: Reader): Acse {
  const m: Acse = {
    apdu: tlvTag(r),
    context: '',
    callingTitle: '',
    calledTitle: '',
    respondingTitle: '',
    callingQualifier: '',
    calledQualifier: '',
    respondingQualifier: '',
    mechanism: '',
    password: '',
    hasAuthentication: false,
    result: -1,
    diagnosticSource: -1,
    diagnostic: -1,
    reason: -1,
    user: EMPTY,
  }
  const body = tlvOpen(r, 'ACSE')
  const isResponse = m.apdu === 0x61
  for (let n = 0; n < MAX_FIELDS && body.left > 0 && !body.short; n++) {
    const tag = tlvTag(body)
    if (tag === 0xbe) {
      const user = tlvOpen(body, 'user information')
      m.user = user.bytes.subarray(user.at, user.end)
    } else if (m.apdu <= 0x61) isResponse ? readResponse(body, tag, m) : readRequest(body, tag, m)
    else if (tag === 0x80) m.reason = integerOf(tlvBytes(body, m.apdu === 0x64 ? 'source' : 'reason'))
    else if (tag === 0x81 && m.apdu === 0x64) m.diagnostic = integerOf(tlvBytes(body, 'diagnostic'))
    else tlvSkip(body, 'field')
  }
  if (body.short) r.short = true
  return m
}

function readRequest(r: Reader, tag: number, m: Acse): void {
  if (tag === 0xa1) m.context = inner(r, 'application context')
  else if (tag === 0xa2) m.calledTitle = inner(r, 'called title')
  else if (tag === 0xa3) m.calledQualifier = inner(r, 'called qualifier')
  else if (tag === 0xa6) m.callingTitle = inner(r, 'calling title')
  else if (tag === 0xa7) m.callingQualifier = inner(r, 'calling qualifier')
  else if (tag === 0x8b) m.mechanism = oidOf(tlvBytes(r, 'mechanism'))
  else if (tag === 0xac) readSecret(r, m)
  else tlvSkip(r, 'field')
}

function readResponse(r: Reader, tag: number, m: Acse): void {
  if (tag === 0xa1) m.context = inner(r, 'application context')
  else if (tag === 0xa2) m.result = Number(inner(r, 'result'))
  else if (tag === 0xa3) {
    const choice = tlvOpen(r, 'diagnostic')
    m.diagnosticSource = tlvTag(choice) & 31
    m.diagnostic = Number(inner(choice, 'diagnostic'))
  } else if (tag === 0xa4) m.respondingTitle = inner(r, 'responding title')
  else if (tag === 0xa5) m.respondingQualifier = inner(r, 'responding qualifier')
  else if (tag === 0x89) m.mechanism = oidOf(tlvBytes(r, 'mechanism'))
  else if (tag === 0xaa) readSecret(r, m)
  else tlvSkip(r, 'field')
}

function readSecret(r: Reader, m: Acse): void {
  const choice = tlvOpen(r, 'authentication value')
  m.hasAuthentication = true
  if (tlvTag(choice) === 0x80) m.password = byteText(tlvBytes(choice, 'password'))
}

/** The one value inside an explicit tag: object identifiers dotted, integers as digits, names by their text. */
function inner(r: Reader, label: string): string {
  const outer = tlvOpen(r, label)
  const tag = tlvTag(outer)
  if (tag === 0) return ''
  const bytes = tlvBytes(outer, 'value')
  if (tag === 0x06) return oidOf(bytes)
  if (tag === 0x02) return String(integerOf(bytes))
  if (tag === 0x04) return hexText(bytes, SHOWN_BYTES)
  return tag === 0x30 || tag === 0x31 ? nameOf(bytes) : byteText(bytes)
}

/** A directory name: its attribute values, whatever their types. */
function nameOf(bytes: Uint8Array): string {
  const r = new Reader(bytes)
  const parts: string[] = []
  for (let n = 0; n < 16 && r.left > 0 && !r.short; n++) {
    const set = tlvOpen(r, 'part')
    const pair = tlvOpen(set, 'attribute')
    tlvSkip(pair, 'type')
    parts.push(byteText(tlvBytes(pair, 'value')))
  }
  return parts.join('/')
}
