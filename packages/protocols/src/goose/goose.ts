/**
 * GOOSE: a protection relay publishes the state of a data set to everybody on the LAN, again and again; nobody answers.
 *
 *   | appId u16 | length u16 | reserved1 u16 | reserved2 u16 | 61 len | 80 gocbRef | 81 timeAllowedToLive | 82 datSet |
 *   | 83 goID | 84 t | 85 stNum | 86 sqNum | 87 simulation | 88 confRev | 89 ndsCom | 8a numDatSetEntries | ab allData |
 *
 * Spec: IEC 61850-8-1:2011, §18 and annex A (goosePdu), annex C (Ethernet header); ISO 8825-1 (BER).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { type Entry, readEntries } from './data.ts'
import { type Places, Publications } from './publication.ts'

export type GooseAnomaly =
  | 'truncated'
  | 'length-mismatch'
  | 'trailing-bytes'
  | 'missing-field'
  | 'unknown-field'
  | 'entry-count-mismatch'
  | 'bad-data'
  | 'bad-tag'
  | 'too-many-entries'

export type Goose = {
  appId: number
  /** As the header says, bytes from the application id. */
  length: number
  /** Fields that are there, a bit for each tag's number. */
  present: number
  gocbRef: string
  /** Milliseconds after which the next message is overdue. */
  timeAllowedToLive: number
  dataSet: string
  goId: string
  /** When the state last changed, as the publisher says, µs since 1970. */
  changedAt: number
  /** Leap second known, clock failure, clock not synchronised, accuracy: IEC 61850-7-2 §6.1.2.9. */
  timeQuality: number
  /** Counts changes of the data; `sqNum` counts repetitions since. */
  stNum: number
  sqNum: number
  isSimulated: boolean
  confRev: number
  needsCommissioning: boolean
  entryCount: number
  entries: readonly Entry[]
  /** `allData` as encoded. Own bytes. */
  data: Uint8Array
  anomalies: readonly GooseAnomaly[]
  /** Byte for byte the publication's previous message, but for `sqNum`. */
  isRepetition: boolean
}

const HEADER = 8
/** goosePdu ::= [APPLICATION 1] IMPLICIT SEQUENCE. */
const GOOSE_PDU = 0x61
/** The shortest frame, without its Ethernet header; what lies behind a message up to here, and a checksum, is padding. */
const PADDED = 46
const CHECKSUM = 4
const CLEAN: readonly GooseAnomaly[] = []
/** One for all messages: nothing outlives `keep`. */
const places: Places = { sequenceAt: -1, timeAt: -1 }
const EMPTY = new Uint8Array(0)
/** All but goID, simulation and ndsCom, by tag. */
const REQUIRED = 0b1101_0111_0111
const LABELS: Readonly<Record<number, string>> = {
  0x80: 'gocbRef',
  0x81: 'timeAllowedToLive',
  0x82: 'datSet',
  0x83: 'goID',
  0x84: 't',
  0x85: 'stNum',
  0x86: 'sqNum',
  0x87: 'simulation',
  0x88: 'confRev',
  0x89: 'ndsCom',
  0x8a: 'numDatSetEntries',
  0xab: 'allData',
}
/** Fields of one message: protects against a frame of thousands of empty ones. */
const MAX_FIELDS = 32

export const dissector: Dissector<Goose, Publications> = {
  name: 'goose',
  ports: ['eth/0x88b8'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all < HEADER + 2) return NEED_MORE
    const length = (head.peek(2) << 8) | head.peek(3)
    if (length < HEADER + 2 || head.peek(HEADER) !== GOOSE_PDU) return NOT_MINE
    // Padding belongs to the frame, not to a second message.
    return length > all ? length : all
  },
  start: () => new Publications(),
  parse,
}

function parse(r: Reader, ctx: Context<Goose, Publications>): Goose {
  const isTraced = r.constructor !== Reader
  const known = isTraced ? undefined : ctx.state.match(r.bytes, r.at, r.end)
  if (known !== undefined) return known
  const { bytes, at, end } = r
  const m = empty(r.u16('application id'))
  const length = r.u16('length')
  m.length = length
  r.u16('reserved 1')
  r.u16('reserved 2')
  const anomalies: GooseAnomaly[] = []
  if (length > end - at) anomalies.push('truncated')
  else if (end - at > Math.max(length, PADDED) + CHECKSUM) anomalies.push('trailing-bytes')
  const apdu = new Reader(bytes, at, Math.min(end, at + length))
  const like = isTraced ? undefined : ctx.state.alike(bytes, at, end)
  const places = readPdu(isTraced ? r : apdu.skip(HEADER), m, like, anomalies)
  m.anomalies = anomalies.length === 0 ? CLEAN : anomalies
  if (anomalies.length === 0 && !isTraced) ctx.state.keep(m, bytes, at, end, places)
  return m
}

function empty(appId: number): Goose {
  return {
    appId,
    length: 0,
    present: 0,
    gocbRef: '',
    timeAllowedToLive: 0,
    dataSet: '',
    goId: '',
    changedAt: 0,
    timeQuality: 0,
    stNum: 0,
    sqNum: 0,
    isSimulated: false,
    confRev: 0,
    needsCommissioning: false,
    entryCount: 0,
    entries: [],
    data: EMPTY,
    anomalies: CLEAN,
    isRepetition: false,
  }
}

/** Takes names from `like`, whose bytes are equal up to them. */
function readPdu(outer: Reader, m: Goose, like: Goose | undefined, anomalies: GooseAnomaly[]): Places {
  outer.u8('goosePdu')
  const length = berLength(outer)
  if (length !== outer.left && outer.constructor === Reader && !anomalies.includes('truncated')) anomalies.push('length-mismatch')
  const r = outer.sub(Math.min(length, outer.left), 'goosePdu')
  let present = 0
  places.sequenceAt = places.timeAt = -1
  for (let n = 0; n < MAX_FIELDS && r.left > 0; n++) {
    const tag = r.u8('tag')
    if (tag === 0x86) places.sequenceAt = r.at
    else if (tag === 0x84) places.timeAt = r.at
    const size = berLength(r)
    const label = LABELS[tag]
    const field = r.sub(size, label ?? 'field')
    if (label === undefined) {
      // Extensions and the signature of IEC 62351-6 use context tags from 12 on.
      // A goosePdu has no field whose number needs a second octet.
      if ((tag & 0x1f) === 0x1f) push(anomalies, 'bad-tag')
      else if ((tag & 0xc0) !== 0x80 || (tag & 0x1f) < 11) push(anomalies, 'unknown-field')
      else present |= 1 << (tag & 0x1f)
    } else {
      present |= 1 << (tag & 0x1f)
      readField(tag, field, m, like, anomalies)
    }
  }
  m.present = present
  if (r.short) push(anomalies, 'truncated')
  if (!anomalies.includes('truncated')) {
    if ((present & REQUIRED) !== REQUIRED) push(anomalies, 'missing-field')
    else if (m.entries.length !== m.entryCount && !anomalies.includes('too-many-entries')) push(anomalies, 'entry-count-mismatch')
  }
  return places
}

function readField(tag: number, r: Reader, m: Goose, like: Goose | undefined, anomalies: GooseAnomaly[]): void {
  if (tag === 0x80) m.gocbRef = like?.gocbRef ?? r.text(r.left, 'gocbRef')
  else if (tag === 0x81) m.timeAllowedToLive = number(r)
  else if (tag === 0x82) m.dataSet = like?.dataSet ?? r.text(r.left, 'datSet')
  else if (tag === 0x83) m.goId = like?.goId ?? r.text(r.left, 'goID')
  else if (tag === 0x84) {
    // IEC 61850-8-1 §8.1.3.7: seconds, a 24 bit fraction of one, quality.
    m.changedAt = r.u32('seconds') * 1_000_000 + Math.round((r.u24('fraction') * 1_000_000) / 0x1_00_00_00)
    m.timeQuality = r.u8('quality')
  } else if (tag === 0x85) m.stNum = number(r)
  else if (tag === 0x86) m.sqNum = number(r)
  else if (tag === 0x87) m.isSimulated = r.u8('simulation') !== 0
  else if (tag === 0x88) m.confRev = number(r)
  else if (tag === 0x89) m.needsCommissioning = r.u8('ndsCom') !== 0
  else if (tag === 0x8a) m.entryCount = number(r)
  else {
    m.data = r.bytes.slice(r.at, r.end)
    m.entries = readEntries(r, anomalies)
  }
}

function push(anomalies: GooseAnomaly[], name: GooseAnomaly): void {
  if (!anomalies.includes(name)) anomalies.push(name)
}

/** ISO 8825-1 §8.1.3, definite form. */
export function berLength(r: Reader): number {
  const first = r.u8('length')
  if (first < 0x80) return first
  let length = 0
  for (let n = first & 0x7f; n > 0 && !r.short; n--) length = length * 256 + r.u8('length')
  return length
}

/** INTEGER of up to six octets, read as unsigned: publishers leave the leading zero out. */
function number(r: Reader): number {
  let value = 0
  for (let n = 0; n < 6 && r.left > 0; n++) value = value * 256 + r.u8('value')
  return value
}
