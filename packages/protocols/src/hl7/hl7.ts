/**
 * HL7 version 2 over MLLP: hospital systems send each other messages and acknowledge them.
 *
 *   | 0x0b | segments, each ended by CR: MSH|^~\&|application|facility|… | 0x1c 0x0d |
 *
 * Spec: HL7 v2.8 chapter 2 (§2.14 control segments, §2.5 delimiters), MLLP release 1. Of a message the header, the
 * acknowledgment and the software segments are read; patients' segments are counted by name only. A long message runs past in
 * pieces.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

const CLEAN: readonly string[] = []
const BEGIN = 0x0b
const STOP = 0x1c
const CR = 0x0d
/** Messages up to here are taken whole; of longer ones (images within) the beginning: enough to know them by on any port. */
const WHOLE = 1 << 12
const PIECE = 1 << 16
const MAX_FIELD = 128
const MAX_SEGMENTS = 512

/** Field MSH-3 and the like: application or facility, its namespace before its universal id. */
export type Hl7 = {
  /** False for the rest of a long message. */
  readonly isHead: boolean
  /** MSH, or BHS and FHS of batches and files. */
  header: string
  sender: string
  senderFacility: string
  receiver: string
  receiverFacility: string
  /** `ADT` and `A01`. */
  type: string
  trigger: string
  control: string
  processing: string
  version: string
  /** MSA: code and the control id that it answers; '' without. */
  acknowledgment: string
  answers: string
  /** SFT: vendor, product, release. */
  software: { readonly vendor: string; readonly product: string; readonly release: string } | undefined
  /** Names of all segments. */
  segments: string[]
  anomalies: readonly string[]
}

export type Hl7State = {
  /** The rest of a long message is on its way from this side. */
  client: boolean
  server: boolean
  memory: unknown
}

export const dissector: Dissector<Hl7, Hl7State> = {
  name: 'hl7',
  ports: ['tcp/2575'],
  maxFrame: PIECE + 2,
  start: () => ({ client: false, server: false, memory: undefined }),
  frame,
  parse,
  resync(bytes) {
    for (let at = bytes.indexOf(BEGIN); at >= 0; at = bytes.indexOf(BEGIN, at + 1)) if (isHeader(bytes, at + 1, bytes.length)) return at
    return -1
  },
}

function frame(head: Reader, { from, state }: Context<Hl7, Hl7State>): number {
  const { bytes, at, end } = head
  if (head.left === 0) return NEED_MORE
  const isRest = state[from]
  const most = isRest ? PIECE : WHOLE
  if (!isRest) {
    if (bytes[at] !== BEGIN) return NOT_MINE
    const known = isHeader(bytes, at + 1, end)
    if (known === false) return NOT_MINE
    if (known === undefined) return NEED_MORE
  }
  for (let stop = bytes.indexOf(STOP, at); stop >= 0 && stop < end; stop = bytes.indexOf(STOP, stop + 1)) {
    if (stop - at >= most) break
    if (stop + 1 >= end) return isRest && stop > at ? stop - at : NEED_MORE
    if (bytes[stop + 1] === CR) return stop + 2 - at
  }
  if (isRest) return Math.min(head.left, PIECE)
  return head.left >= WHOLE ? WHOLE : NEED_MORE
}

/** `MSH|^~\&|` and its like: three letters and five delimiters, all different; undefined while too short to say. */
function isHeader(bytes: Uint8Array, at: number, end: number): boolean | undefined {
  const name = byteText(bytes.subarray(at, Math.min(end, at + 3)))
  if (!['MSH', 'BHS', 'FHS'].some((header) => header.startsWith(name))) return false
  if (end - at < 8) return undefined
  const field = bytes[at + 3]!
  for (let i = 3; i < 7; i++) {
    const c = bytes[at + i]!
    if (c < 0x21 || c > 0x7e || (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a)) return false
    if (i > 3 && c === field && i < 6) return false
  }
  return true
}

function parse(r: Reader, { from, state }: Context<Hl7, Hl7State>): Hl7 {
  const isHead = !state[from]
  const m: Hl7 = {
    isHead,
    header: '',
    sender: '',
    senderFacility: '',
    receiver: '',
    receiverFacility: '',
    type: '',
    trigger: '',
    control: '',
    processing: '',
    version: '',
    acknowledgment: '',
    answers: '',
    software: undefined,
    segments: [],
    anomalies: CLEAN,
  }
  const isEnded = r.left >= 2 && r.bytes[r.end - 2] === STOP && r.bytes[r.end - 1] === CR
  const isCut = isHead && !isEnded && r.left < WHOLE
  state[from] = !isEnded && !isCut
  if (!isHead) {
    r.view(r.left, 'rest of a long message')
    return m
  }
  r.skip(1, 'start of block')
  const field = String.fromCharCode(r.peek(3))
  const component = String.fromCharCode(r.peek(4))
  const stop = isEnded ? r.end - 2 : r.end
  while (r.at < stop) readSegment(r, stop, m, field, component)
  if (isEnded) r.skip(2, 'end of block')
  if (isCut) m.anomalies = ['truncated']
  return m
}

/** Only the segments in HEADS are turned into text. */
function readSegment(r: Reader, stop: number, m: Hl7, field: string, component: string): void {
  const cr = r.bytes.indexOf(CR, r.at)
  const end = cr < 0 || cr > stop ? stop : cr
  const name = byteText(r.bytes.subarray(r.at, Math.min(end, r.at + 3)))
  const isRead = name === 'MSH' || name === 'BHS' || name === 'FHS' || name === 'MSA' || name === 'SFT'
  const line = r.view(end - r.at, 'segment')
  r.note(name)
  if (r.at < stop) r.skip(1, 'CR')
  // Some systems end lines as text files do.
  if (r.at < stop && r.peek() === 0x0a) r.skip(1, 'LF')
  if (name.trim() !== '' && m.segments.length < MAX_SEGMENTS) m.segments.push(name)
  if (!isRead) return
  const fields = byteText(line.subarray(0, 4096))
    .split(field)
    .map((text) => text.slice(0, MAX_FIELD))
  const first = (i: number): string => fields[i]?.split(component)[0] ?? ''
  if (name === 'MSA') {
    m.acknowledgment = first(1)
    m.answers = first(2)
  } else if (name === 'SFT') m.software = { vendor: first(1), product: first(3), release: first(2) }
  else if (m.header === '') {
    // The field separator is itself field 1: numbers are one higher than in other segments.
    const [type = '', trigger = ''] = (fields[8] ?? '').split(component)
    m.header = name
    m.sender = first(2)
    m.senderFacility = first(3)
    m.receiver = first(4)
    m.receiverFacility = first(5)
    if (name !== 'MSH') return
    m.type = type
    m.trigger = trigger
    m.control = first(9)
    m.processing = first(10)
    m.version = first(11)
  }
}
