/**
 * One Kerberos message, whatever carries it: all fields that are not encrypted.
 *
 *   [APPLICATION n] SEQUENCE { [0] version, [1] type, … }   every field explicitly tagged, most of them optional
 *
 * Spec: RFC 4120 §5 (messages), RFC 4556 §3.2 (certificates in pre-authentication).
 */
import type { Reader } from '@isthmus/wire'
import { berInteger, berOpen, berSize, berText, berView, TAG, unsignedOf } from '../asn1/ber.ts'
import { type Certificate, readCertificate } from '../x509/certificate.ts'
import { derChildren, derTime, derValue } from '../x509/der.ts'
import { ADDRESS_NETBIOS, PADATA, TYPE, TYPES } from './kerberos.table.ts'

export type Ticket = { realm: string; service: string[]; cipher: number }

export type Kerberos = {
  type: number
  name: string
  /** Components of a principal: `cifs`, `fileserver`. Empty when absent. */
  client: string[]
  clientRealm: string | undefined
  service: string[]
  /** Of the service, and in a request of the client too. */
  realm: string | undefined
  options: number | undefined
  /** Seconds since 1970. */
  from: number | undefined
  till: number | undefined
  ciphers: number[]
  /** NetBIOS name among the client's addresses. */
  station: string
  preauth: number[]
  ticket: Ticket | undefined
  errorCode: number
  errorText: string | undefined
  certificate: Certificate | undefined
  /** Pre-authentication by public key, whether or not it holds a certificate. */
  hasPublicKey: boolean
  anomalies: ('truncated' | 'unknown-type')[]
}

/** Fields, names and tickets of one message: real ones have some twenty. */
const MAX_ITEMS = 64
const APPLICATION = 0x60

export function isMessage(tag: number): boolean {
  return (tag & 0xe0) === APPLICATION && TYPES[tag & 0x1f] !== undefined
}

export function readKerberos(r: Reader): Kerberos {
  const type = r.peek() & 0x1f
  const m: Kerberos = {
    type,
    name: TYPES[type] ?? 'unknown',
    client: [],
    clientRealm: undefined,
    service: [],
    realm: undefined,
    options: undefined,
    from: undefined,
    till: undefined,
    ciphers: [],
    station: '',
    preauth: [],
    ticket: undefined,
    errorCode: 0,
    errorText: undefined,
    certificate: undefined,
    hasPublicKey: false,
    anomalies: [],
  }
  const app = berOpen(r, m.name)
  const body = berOpen(app, 'sequence')
  if (type === TYPE.asRequest || type === TYPE.tgsRequest) fields(body, (n, f) => request(n, f, m))
  else if (type === TYPE.asReply || type === TYPE.tgsReply) fields(body, (n, f) => reply(n, f, m))
  else if (type === TYPE.apRequest) fields(body, (n, f) => application(n, f, m))
  else if (type === TYPE.error) fields(body, (n, f) => failure(n, f, m))
  else if (TYPES[type] === undefined) m.anomalies.push('unknown-type')
  if (r.short || app.short || body.short) m.anomalies.push('truncated')
  return m
}

/** Every `[n]` of a sequence, with a reader of what it holds. What `read` leaves is shown as it is. */
function fields(r: Reader, read: (n: number, field: Reader) => void): void {
  for (let i = 0; i < MAX_ITEMS && r.left > 0 && !r.short; i++) {
    const n = r.peek() & 0x1f
    const field = berOpen(r, `[${n}]`)
    read(n, field)
    if (field.short) r.short = true
    if (field.left > 0) field.view(field.left, 'content')
  }
}

function request(n: number, f: Reader, m: Kerberos): void {
  if (n === 3) preauthentication(f, m)
  else if (n === 4) fields(berOpen(f, 'body'), (k, part) => body(k, part, m))
}

function body(n: number, f: Reader, m: Kerberos): void {
  if (n === 0) m.options = unsignedOf(berView(f, 'options').subarray(1, 5))
  else if (n === 1) m.client = principal(f, 'client')
  else if (n === 2) m.realm = berText(f, 'realm')
  else if (n === 3) m.service = principal(f, 'service')
  else if (n === 4) m.from = time(f, 'from')
  else if (n === 5) m.till = time(f, 'till')
  else if (n === 8) {
    const list = berOpen(f, 'ciphers')
    while (list.left > 0 && !list.short && m.ciphers.length < MAX_ITEMS) m.ciphers.push(berInteger(list, 'cipher'))
  } else if (n === 9) addresses(f, m)
}

function reply(n: number, f: Reader, m: Kerberos): void {
  if (n === 2) preauthentication(f, m)
  else if (n === 3) m.clientRealm = berText(f, 'client realm')
  else if (n === 4) m.client = principal(f, 'client')
  else if (n === 5) m.ticket = ticket(f)
}

function application(n: number, f: Reader, m: Kerberos): void {
  if (n === 2) m.options = unsignedOf(berView(f, 'options').subarray(1, 5))
  else if (n === 3) m.ticket = ticket(f)
}

function failure(n: number, f: Reader, m: Kerberos): void {
  if (n === 6) m.errorCode = berInteger(f, 'error')
  else if (n === 7) m.clientRealm = berText(f, 'client realm')
  else if (n === 8) m.client = principal(f, 'client')
  else if (n === 9) m.realm = berText(f, 'realm')
  else if (n === 10) m.service = principal(f, 'service')
  else if (n === 11) m.errorText = berText(f, 'text')
}

/** PrincipalName: a type, which says little, and the components. */
function principal(r: Reader, label: string): string[] {
  const parts: string[] = []
  fields(berOpen(r, label), (n, f) => {
    if (n !== 1) return
    const list = berOpen(f, 'components')
    while (list.left > 0 && !list.short && parts.length < MAX_ITEMS) parts.push(berText(list, 'component'))
  })
  return parts
}

function ticket(r: Reader): Ticket {
  const found: Ticket = { realm: '', service: [], cipher: 0 }
  fields(berOpen(berOpen(r, 'ticket'), 'sequence'), (n, f) => {
    if (n === 1) found.realm = berText(f, 'realm')
    else if (n === 2) found.service = principal(f, 'service')
    else if (n === 3) {
      fields(berOpen(f, 'encrypted part'), (k, part) => {
        if (k === 0) found.cipher = berInteger(part, 'cipher')
      })
    }
  })
  return found
}

function time(r: Reader, label: string): number | undefined {
  const tag = r.peek()
  const bytes = berView(r, label)
  return derTime({ tag, bytes, whole: bytes })
}

function addresses(r: Reader, m: Kerberos): void {
  const list = berOpen(r, 'addresses')
  for (let i = 0; i < MAX_ITEMS && list.left > 0 && !list.short; i++) {
    let type = 0
    fields(berOpen(list, 'address'), (n, f) => {
      if (n === 0) type = berInteger(f, 'type')
      else if (n === 1 && type === ADDRESS_NETBIOS) m.station = berText(f, 'NetBIOS name').trim()
    })
  }
}

function preauthentication(r: Reader, m: Kerberos): void {
  if (r.peek() !== TAG.sequence) return
  const list = berOpen(r, 'pre-authentication')
  for (let i = 0; i < MAX_ITEMS && list.left > 0 && !list.short; i++) {
    let type = 0
    fields(berOpen(list, 'data'), (n, f) => {
      if (n === 1) {
        type = berInteger(f, 'type')
        m.preauth.push(type)
      } else if (n === 2 && (type === PADATA.pkRequest || type === PADATA.pkReply)) {
        m.hasPublicKey = true
        m.certificate ??= certificateIn(berView(f, 'public key data'), type === PADATA.pkRequest)
      } else if (n === 2 && type === PADATA.tgsRequest && f.peek() === TAG.octets) {
        const inner = berOpen(f, 'value')
        if (isMessage(inner.peek()) && berSize(inner) > 0) m.ticket = readKerberos(inner).ticket
      }
    })
  }
}

/**
 * RFC 4556 §3.2.1: PA-PK-AS-REQ { [0] signedAuthPack }, §3.2.3.1: PA-PK-AS-REP { [0] { [0] dhSignedData } }. Both hold a
 * ContentInfo (RFC 5652 §3) whose SignedData lists the sender's certificates in its [0].
 */
function certificateIn(bytes: Uint8Array, isRequest: boolean): Certificate | undefined {
  const outer = derValue(bytes)
  const first = isRequest ? derChildren(outer)[0] : derChildren(derChildren(outer)[0] ?? outer)[0]
  if (first === undefined) return undefined
  // Implicitly tagged octets that hold the ContentInfo, in older requests the ContentInfo itself.
  const inside = derValue(first.bytes)
  const contentInfo = inside.tag === TAG.sequence ? inside : first
  const explicit = derChildren(contentInfo).find((c) => c.tag === 0xa0)
  const signed = explicit === undefined ? undefined : derChildren(explicit)[0]
  const certificates = signed === undefined ? undefined : derChildren(signed).find((c) => c.tag === 0xa0)
  const leaf = certificates === undefined ? undefined : derChildren(certificates)[0]
  return leaf === undefined ? undefined : readCertificate(leaf.whole)
}

/** `cifs/fileserver`. */
export function principalText(parts: readonly string[]): string {
  return parts.join('/')
}
