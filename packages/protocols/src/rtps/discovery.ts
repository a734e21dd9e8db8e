/** What discovery data says of a participant or an endpoint. Spec: DDSI-RTPS 2.5 §8.5, §9.6.3; DDS-SECURITY 1.1 §7.4.1 (identity token). */
import { Reader } from '@isthmus/wire'
import { byteText, hexText, readable, withoutPadding } from '../byte-text.ts'
import { ADLINK, PID, PROPERTY, RTI } from './rtps.table.ts'
import { type Parameter, u32 } from './rtps.ts'

const MAX_PROPERTIES = 64
const MAX_LOCATORS = 16
const MAX_TEXT = 256
const UDP_V4 = 1
const UDP_V6 = 2
const TCP_V4 = 4
const PREFIX = 12

export type Announced = {
  /** Of the participant or the endpoint, hex; '' when not told. */
  guid: string
  topic: string
  type: string
  partition: string
  /** -1 when not told. */
  domain: number
  /** -1 when not told. */
  vendor: number
  /** `5.2.0.0` */
  product: string
  name: string
  host: string
  user: string
  executable: string
  target: string
  process: string
  userData: string
  /** Subject of the participant's certificate. */
  subject: string
  /** The kind of authentication it wants: `DDS:Auth:PKI-DH:1.0`. */
  identity: string
  /** Where it listens: `192.0.2.7`. */
  readonly addresses: string[]
}

export function announced(parameters: readonly Parameter[], from: number): Announced {
  const a: Announced = {
    guid: '',
    topic: '',
    type: '',
    partition: '',
    domain: -1,
    vendor: from,
    product: '',
    name: '',
    host: '',
    user: '',
    executable: '',
    target: '',
    process: '',
    userData: '',
    subject: '',
    identity: '',
    addresses: [],
  }
  for (const { id, isLittle, value } of parameters) {
    const r = new Reader(value)
    switch (id) {
      case PID.participantGuid:
        if (a.guid === '') a.guid = hexText(value.subarray(0, 16))
        break
      case PID.endpointGuid:
        a.guid = hexText(value.subarray(0, 16))
        break
      case PID.topic:
        a.topic = string(r, isLittle)
        break
      case PID.type:
        a.type = string(r, isLittle)
        break
      case PID.partition:
        a.partition = strings(r, isLittle).join(' ')
        break
      case PID.domain:
        a.domain = u32(r, isLittle)
        break
      case PID.vendor:
        if (value.length >= 2) a.vendor = r.u16()
        break
      case PID.entityName:
        a.name = string(r, isLittle)
        break
      case PID.userData:
        a.userData = clip(byteText(r.view(u32(r, isLittle))))
        break
      case PID.properties:
        readProperties(r, isLittle, a)
        break
      case PID.identityToken:
        readToken(r, isLittle, a)
        break
      case PID.unicastLocator:
      case PID.defaultUnicastLocator:
      case PID.metatrafficUnicastLocator:
        readLocator(r, isLittle, a.addresses)
        break
      default:
        if (id >= 0x8000 && value.length >= 4) readOwn(id, r, isLittle, a)
    }
  }
  return a
}

/** Numbers from 0x8000 mean what the vendor says. */
function readOwn(id: number, r: Reader, isLittle: boolean, a: Announced): void {
  if (a.vendor === RTI) {
    if (id === PID.rtiProductVersion) a.product = `${r.u8()}.${r.u8()}.${r.u8()}.${r.u8()}`
    else if (id === PID.rtiDomain) a.domain = u32(r, isLittle)
    else if (id === PID.rtiRole && a.name === '') a.name = string(r, isLittle)
  } else if (ADLINK.includes(a.vendor)) {
    if (id === PID.adlinkExecutable) a.executable = string(r, isLittle)
    else if (id === PID.adlinkNode && a.host === '') a.host = string(r, isLittle)
    else if (id === PID.adlinkVersion) {
      // Version, flags and three spare words; then `host/version/system/target`.
      r.skip(20)
      const [host, version, , target] = string(r, isLittle).split('/')
      if (version === undefined) return
      a.host = host!
      a.product = version
      a.target = target ?? ''
    }
  }
}

function readProperties(r: Reader, isLittle: boolean, a: Announced): void {
  const from = r.at
  const count = Math.min(u32(r, isLittle), MAX_PROPERTIES)
  for (let i = 0; i < count && !r.short; i++) {
    const name = string(r, isLittle, from)
    const value = string(r, isLittle, from)
    const told = Object.hasOwn(PROPERTY, name) ? PROPERTY[name as keyof typeof PROPERTY] : undefined
    if (told !== undefined && !r.short) a[told] = value
  }
}

/** All pairs, for the tests and the comparison. */
export function properties({ isLittle, value }: Parameter): (readonly [name: string, value: string])[] {
  const r = new Reader(value)
  const pairs: (readonly [string, string])[] = []
  for (let i = Math.min(u32(r, isLittle), MAX_PROPERTIES); i > 0 && !r.short; i--)
    pairs.push([string(r, isLittle, 0), string(r, isLittle, 0)])
  return pairs
}

/** Class, then properties: `dds.cert.sn` is the certificate's subject. */
function readToken(r: Reader, isLittle: boolean, a: Announced): void {
  a.identity = string(r, isLittle, 0)
  for (let i = Math.min(u32(r, isLittle), MAX_PROPERTIES); i > 0 && !r.short; i--) {
    const name = string(r, isLittle, 0)
    const value = string(r, isLittle, 0)
    if (name === 'dds.cert.sn' && !r.short) a.subject = value
  }
}

function readLocator(r: Reader, isLittle: boolean, addresses: string[]): void {
  const kind = u32(r, isLittle)
  r.skip(4)
  const address = r.view(16)
  if (r.short || addresses.length >= MAX_LOCATORS) return
  const isV4 = kind === UDP_V4 || kind === TCP_V4
  if (!isV4 && kind !== UDP_V6) return
  const text = isV4 ? address.subarray(PREFIX).join('.') : groups(address)
  if (text !== '0.0.0.0' && !addresses.includes(text)) addresses.push(text)
}

function groups(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let i = 0; i < 16; i += 2) parts.push(((bytes[i]! << 8) | bytes[i + 1]!).toString(16))
  return parts.join(':').replace(/(?:^|:)0(?::0)+(?:$|:)/, '::')
}

function strings(r: Reader, isLittle: boolean): string[] {
  const found: string[] = []
  for (let i = Math.min(u32(r, isLittle), MAX_PROPERTIES); i > 0 && !r.short; i--) found.push(string(r, isLittle, 0))
  return found
}

/** A CDR string: length with its NUL, characters; from `base` on, the next one stands on a multiple of four. */
function string(r: Reader, isLittle: boolean, base = -1): string {
  const text = withoutPadding(byteText(r.view(u32(r, isLittle))))
  if (base >= 0 && r.left > 0) r.skip(Math.min(r.left, (4 - ((r.at - base) & 3)) & 3))
  return clip(readable(text))
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}
