/**
 * ANSI C12.22 (IEEE 1703): hosts read and write the tables of meters through a network of relays.
 *
 *   | 0x60 | length | elements: tag u8, length, content … |   the last, user information, holds EPSEM:
 *   | 28 | length | [02 01 encoding] | 81 | length | control u8 | [class 4 bytes] | length, service … | [mac 4 bytes] |
 *
 * BER lengths; numbers most significant byte first.
 *
 * Spec: IEEE 1703-2012 §5.2 (encoding), §5.3.2 (services), §5.3.3 (EPSEM), §5.3.4 (elements).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { berLength, oidOf } from '../asn1/ber.ts'
import { readIdentifier } from './ber.ts'
import { ELEMENT, ELEMENT_NAMES } from './c1222.table.ts'
import { readService, type Service } from './services.ts'

const APDU = 0x60
const EXTERNAL = 0x28
/** Longest APDU: meters segment far below it. */
const MAX_APDU = 0x4_0000
const MAX_ELEMENTS = 16
const MAX_SERVICES = 64
const MAC = 4
const CLEAN: readonly string[] = []

export type Authentication = {
  readonly encoding: 'ASN1' | 'OCTET' | 'Unknown'
  /** Of ASN.1: C12.22, C12.21 or none of them. */
  readonly mechanism: 'C1222' | 'C1221' | 'Unimplemented' | undefined
  readonly isIndirect: boolean
  readonly octets: Uint8Array | undefined
  readonly keyId: number | undefined
  readonly iv: number | undefined
  /** C12.21: 0x80 identification, 0x81 request, 0x82 response. */
  readonly kind: number | undefined
}

export type User = {
  readonly encoding: number | undefined
  readonly control: number
  readonly deviceClass: Uint8Array | undefined
  readonly enciphered: Uint8Array | undefined
  readonly padding: Uint8Array | undefined
  readonly mac: Uint8Array | undefined
  readonly services: readonly Service[]
}

export type C1222 = {
  readonly elements: readonly number[]
  readonly context: string | undefined
  readonly calledTitle: string | undefined
  readonly callingTitle: string | undefined
  readonly qualifier: number | undefined
  readonly mechanism: string | undefined
  readonly authentication: Authentication | undefined
  readonly calledId: Uint8Array | undefined
  readonly callingId: Uint8Array | undefined
  readonly user: User | undefined
  readonly anomalies: readonly string[]
}

type Draft = { -readonly [K in keyof C1222]: C1222[K] }

export type C1222State = {
  /** Services asked and not answered, oldest first: an answer does not name its question. */
  readonly asked: Service[]
  user: string
  isSure: boolean
}

export const dissector: Dissector<C1222, C1222State> = {
  name: 'c1222',
  ports: ['tcp/1153', 'udp/1153'],
  maxFrame: MAX_APDU,
  start: () => ({ asked: [], user: '', isSure: false }),
  frame(head, { state }) {
    if (head.left > 0 && head.peek() !== APDU) return NOT_MINE
    if (head.left < 4) return NEED_MORE
    const r = new Reader(head.bytes, head.at + 1, head.end)
    const length = berLength(r)
    if (r.short) return head.left < 6 ? NEED_MORE : NOT_MINE
    if (length < 4 || length > MAX_APDU - 6) return NOT_MINE
    if (r.left > 0 && ELEMENT_NAMES[r.peek()] === undefined) return NOT_MINE
    const whole = r.at - head.at + length
    if (state.isSure) return whole
    if (r.left < length) return NEED_MORE
    return isWhole(new Reader(head.bytes, r.at, r.at + length)) ? whole : NOT_MINE
  },
  side(head) {
    const code = firstService(head)
    return code === undefined ? undefined : code >= 0x20 ? 'client' : 'server'
  },
  parse,
}

/** Known elements that fill the message, user information among them: association requests of other protocols are not ours. */
function isWhole(r: Reader): boolean {
  let isOurs = false
  for (let i = 0; r.left > 0; i++) {
    const tag = r.u8()
    const length = berLength(r)
    if (r.short || length > r.left || i >= MAX_ELEMENTS || ELEMENT_NAMES[tag] === undefined) return false
    if (tag === ELEMENT.user) isOurs = r.peek() === EXTERNAL
    r.skip(length)
  }
  return isOurs
}

/** The first service's code, where it is not enciphered. */
function firstService(head: Reader): number | undefined {
  const r = new Reader(head.bytes, head.at + 1, head.end)
  berLength(r)
  for (let i = 0; i < MAX_ELEMENTS && r.left > 0; i++) {
    const tag = r.u8()
    const length = berLength(r)
    if (tag !== ELEMENT.user) {
      r.skip(length)
      continue
    }
    r.u8()
    berLength(r)
    if (r.peek() === 0x02) r.skip(3)
    r.u8()
    berLength(r)
    const control = r.u8()
    if ((control & 0x10) !== 0) r.skip(4)
    if (((control >> 2) & 3) > 1) return undefined
    berLength(r)
    return r.left > 0 && !r.short ? r.u8() : undefined
  }
  return undefined
}

function parse(r: Reader, ctx: Context<C1222, C1222State>): C1222 {
  r.u8('APDU')
  const body = r.sub(berLength(r), 'elements')
  const elements: number[] = []
  const m: Draft = {
    elements,
    context: undefined,
    calledTitle: undefined,
    callingTitle: undefined,
    qualifier: undefined,
    mechanism: undefined,
    authentication: undefined,
    calledId: undefined,
    callingId: undefined,
    user: undefined,
    anomalies: CLEAN,
  }
  while (body.left > 0 && elements.length < MAX_ELEMENTS) {
    const tag = body.u8('element')
    body.note(ELEMENT_NAMES[tag] ?? '')
    elements.push(tag)
    const element = body.sub(berLength(body), ELEMENT_NAMES[tag] ?? 'unknown element')
    readElement(element, tag, m, ctx)
    if (element.short) body.short = true
  }
  if (r.short || body.short) m.anomalies = ['truncated']
  else ctx.state.isSure = true
  return m
}

function readElement(r: Reader, tag: number, m: Draft, ctx: Context<C1222, C1222State>): void {
  switch (tag) {
    case ELEMENT.context:
      m.context = readIdentifier(r, 'context')
      return
    case ELEMENT.calledTitle:
      m.calledTitle = readIdentifier(r, 'AP title')
      return
    case ELEMENT.callingTitle:
      m.callingTitle = readIdentifier(r, 'AP title')
      return
    case ELEMENT.calledId:
      m.calledId = readInteger(r)
      return
    case ELEMENT.callingId:
      m.callingId = readInteger(r)
      return
    case ELEMENT.qualifier:
      r.u8('integer')
      berLength(r)
      m.qualifier = r.u8('qualifier')
      return
    case ELEMENT.mechanism:
      m.mechanism = oidOf(r.view(r.left, 'mechanism'))
      return
    case ELEMENT.authentication:
      m.authentication = readAuthentication(r)
      return
    case ELEMENT.user:
      m.user = readUser(r, ctx)
      return
    default:
      r.view(r.left, 'content')
  }
}

function readInteger(r: Reader): Uint8Array {
  r.u8('integer')
  return r.view(berLength(r), 'invocation id')
}

/** §5.3.4.8. */
function readAuthentication(r: Reader): Authentication {
  const none = { mechanism: undefined, octets: undefined, keyId: undefined, iv: undefined, kind: undefined }
  r.u8('external')
  berLength(r)
  const isIndirect = r.peek() === 0x02 && r.peek(1) === 0x01
  if (isIndirect) r.skip(3, 'indirect reference')
  const tag = r.u8('encoding')
  const length = berLength(r)
  if (tag === 0x81) return { ...none, encoding: 'OCTET', isIndirect, octets: r.view(length, 'octets') }
  if (tag !== 0xa0) return { ...none, encoding: 'Unknown', isIndirect }
  const kind = r.u8('mechanism')
  berLength(r)
  if (kind === 0xa0) {
    const step = r.u8('C12.21 step')
    return { ...none, encoding: 'ASN1', isIndirect, mechanism: 'C1221', kind: step, octets: r.view(berLength(r), 'C12.21 content') }
  }
  if (kind !== 0xa1) return { ...none, encoding: 'ASN1', isIndirect, mechanism: 'Unimplemented' }
  let keyId: number | undefined
  if (r.peek() === 0x80) {
    r.u8('key id, tag')
    berLength(r)
    keyId = r.u8('key id')
  }
  r.u8('initialisation vector, tag')
  berLength(r)
  return { ...none, encoding: 'ASN1', isIndirect, mechanism: 'C1222', keyId, iv: r.u32('initialisation vector') }
}

/** §5.3.4.11 and §5.3.3. */
function readUser(r: Reader, ctx: Context<C1222, C1222State>): User {
  r.u8('external')
  berLength(r)
  let encoding: number | undefined
  if (r.peek() === 0x02) {
    r.u8('indirect reference')
    berLength(r)
    encoding = r.u8('encoding')
  }
  r.u8('octets')
  const epsem = r.sub(berLength(r), 'EPSEM')
  const control = epsem.u8('control')
  const mode = (control >> 2) & 3
  const deviceClass = (control & 0x10) === 0 ? undefined : epsem.view(4, 'device class')
  const services: Service[] = []
  let enciphered: Uint8Array | undefined
  let padding: Uint8Array | undefined
  let mac: Uint8Array | undefined
  if (mode > 1) {
    enciphered = epsem.view(Math.max(0, epsem.left - MAC), 'enciphered')
    padding = epsem.view(0)
    mac = epsem.view(MAC, 'authentication code')
  } else {
    const end = mode === 1 ? Math.max(epsem.at, epsem.end - MAC) : epsem.end
    readServices(epsem, end, services, ctx)
    if (mode === 1) {
      padding = epsem.view(end - epsem.at)
      mac = epsem.view(MAC, 'authentication code')
    }
  }
  if (epsem.short) r.short = true
  return { encoding, control, deviceClass, enciphered, padding, mac, services }
}

/** Each behind its length; a length of zero ends them. */
function readServices(r: Reader, end: number, services: Service[], ctx: Context<C1222, C1222State>): void {
  while (r.at < end && services.length < MAX_SERVICES) {
    const length = berLength(r)
    if (length === 0 || r.short) return
    const body = r.sub(Math.min(length, end - r.at), 'service')
    services.push(readService(body, ctx.state.asked))
    if (body.short || length > end - body.end + length) r.short = true
  }
}
