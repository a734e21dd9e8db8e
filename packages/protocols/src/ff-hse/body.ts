/** What the services carry: devices that introduce themselves, objects, segments of domains, refusals. */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { SERVICE } from './ff-hse.table.ts'

export type Device = {
  readonly state: number
  readonly kinds: number
  /** Of tag (2) and index (1). */
  readonly duplicates: number
  readonly index: number
  readonly ip: string
  readonly id: string
  readonly tag: string
}

export type Body = {
  readonly device: Device | undefined
  /** Index of an object, domain or program; -1 for none. */
  readonly index: number
  readonly subindex: number
  /** A tag that is looked for, assigned or opened, and the id of the device it is about. */
  readonly tag: string
  readonly id: string
  readonly query: number
  /** Vendor, model and revision, as FMS identifies. */
  readonly identity: readonly [vendor: string, model: string, revision: string] | undefined
  readonly errorClass: number
  readonly errorCode: number
  readonly text: string
  readonly status: readonly [logical: number, physical: number] | undefined
  readonly event: number
  readonly data: Uint8Array
}

type Mutable = { -readonly [K in keyof Body]: Body[K] }

const NOTHING: Body = {
  device: undefined,
  index: -1,
  subindex: -1,
  tag: '',
  id: '',
  query: 0,
  identity: undefined,
  errorClass: 0,
  errorCode: 0,
  text: '',
  status: undefined,
  event: 0,
  data: new Uint8Array(0),
}

const RESPONSE = 1
const ERROR = 2
/** Requests that begin with the index of what they are about. */
const INDEXED: readonly number[] = [
  SERVICE.read,
  SERVICE.write,
  SERVICE.readPart,
  SERVICE.writePart,
  SERVICE.report,
  SERVICE.reportPart,
  SERVICE.reportChange,
  SERVICE.reportPartChange,
  SERVICE.initiateDownload,
  SERVICE.downloadSegment,
  SERVICE.terminateDownload,
  SERVICE.initiateUpload,
  SERVICE.uploadSegment,
  SERVICE.terminateUpload,
  SERVICE.start,
  SERVICE.stop,
  SERVICE.resume,
  SERVICE.reset,
  SERVICE.kill,
  SERVICE.genericInitiate,
  SERVICE.genericSegment,
  SERVICE.genericTerminate,
]
const PARTS: readonly number[] = [SERVICE.readPart, SERVICE.writePart, SERVICE.reportPart, SERVICE.reportPartChange]
/** One flag and three bytes stand before the data of a segment. */
const SEGMENTS: readonly number[] = [SERVICE.downloadSegment, SERVICE.uploadSegment]

export function readBody(r: Reader, service: number, kind: number): Body {
  const m: Mutable = { ...NOTHING }
  if (kind === ERROR) readError(r, m)
  else if (kind === RESPONSE) readResponse(r, service, m)
  else readRequest(r, service, m)
  m.data = r.view(r.left, 'data')
  return m
}

function readError(r: Reader, m: Mutable): void {
  m.errorClass = r.u8('error class')
  m.errorCode = r.u8('error code')
  r.u16('additional code')
  m.text = text(r, 16, 'description')
}

function readResponse(r: Reader, service: number, m: Mutable): void {
  if (service === SERVICE.identifyDevice) m.device = readDevice(r)
  else if (service === SERVICE.identify) m.identity = [text(r, 32, 'vendor'), text(r, 32, 'model'), text(r, 32, 'revision')]
  else if (service === SERVICE.status) m.status = readStatus(r)
  else if (service === SERVICE.openSession) readSession(r, m)
  else if (SEGMENTS.includes(service)) r.u32('more follows')
}

function readRequest(r: Reader, service: number, m: Mutable): void {
  if (INDEXED.includes(service)) {
    m.index = r.u32('index')
    if (PARTS.includes(service)) m.subindex = r.u32('subindex')
    if (service === SERVICE.genericSegment) r.u32('more follows')
  } else if (service === SERVICE.event || service === SERVICE.acknowledge) {
    m.index = r.u32('index')
    m.event = r.u32('event')
  } else if (service === SERVICE.announce) m.device = readDevice(r)
  else if (service === SERVICE.openSession) readSession(r, m)
  else if (service === SERVICE.findTag) {
    m.query = r.u8('query')
    r.u24('reserved')
    m.index = r.u32('element or index')
    m.tag = text(r, 32, 'tag')
    r.view(32, 'tag of the virtual device')
  } else if (service === SERVICE.foundTag) {
    m.query = r.u8('query')
    r.view(11, 'addresses')
    r.view(16, 'IP address')
    r.u32('version')
    m.id = text(r, 32, 'device id')
    m.tag = text(r, 32, 'tag')
  } else if (service === SERVICE.assign || service === SERVICE.clearAddress || service === SERVICE.clearAssignment) {
    m.id = text(r, 32, 'device id')
    m.tag = text(r, 32, 'tag')
    if (service === SERVICE.assign) {
      r.view(8, 'redundancy and times')
      m.index = r.u16('device index')
      r.u16('highest index')
      m.text = address(r)
    }
  } else if (service === SERVICE.statusReport) m.status = readStatus(r)
  else if (service === SERVICE.initiate) {
    r.view(8, 'options')
    m.tag = text(r, 32, 'tag')
  } else if (service === SERVICE.diagnose) {
    r.view(8, 'interfaces')
    m.tag = text(r, 32, 'tag')
  }
}

function readSession(r: Reader, m: Mutable): void {
  r.view(20, 'session')
  m.tag = text(r, 32, 'tag')
}

const readStatus = (r: Reader): [number, number] => [r.u8('logical'), r.u8('physical')]

function readDevice(r: Reader): Device {
  const state = r.u8('state') >> 1
  const kinds = r.u8('kinds')
  r.u8('redundancy')
  const duplicates = r.u8('duplicates') & 3
  const index = r.u16('device index')
  r.u16('highest index')
  const ip = address(r)
  const id = text(r, 32, 'device id')
  const tag = text(r, 32, 'tag')
  r.view(16, 'versions')
  return { state, kinds, duplicates, index, ip, id, tag }
}

/** IPv4 stands in the last four of 16 bytes; empty for none. */
function address(r: Reader): string {
  const b = r.view(16, 'IP address')
  if (b.length < 16) return ''
  const ip = `${b[12]}.${b[13]}.${b[14]}.${b[15]}`
  return ip === '0.0.0.0' ? '' : ip
}

/** Filled with blanks or zeros. */
function text(r: Reader, size: number, label: string): string {
  const bytes = r.view(size, label)
  let end = bytes.indexOf(0)
  if (end < 0) end = bytes.length
  while (end > 0 && bytes[end - 1] === 0x20) end--
  return byteText(bytes.subarray(0, end))
}
