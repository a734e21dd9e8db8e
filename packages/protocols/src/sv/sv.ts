/**
 * Sampled Values: a merging unit publishes currents and voltages to everybody on the LAN, thousands of samples a second.
 *
 *   | appId u16 | length u16 | reserved1 u16 (high bit: simulated) | reserved2 u16 | 60 len | 80 noASDU | a2 seqASDU |
 *   ASDU: 30 len | 80 svID | 81 datSet | 82 smpCnt | 83 confRev | 84 refrTm | 85 smpSynch | 86 smpRate | 87 samples | 88 smpMod |
 *
 * Spec: IEC 61850-9-2:2011 §8.5, annex A (savPdu), annex C (Ethernet header); IEC 61869-9 (profiles).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'

export type Sv = {
  appId: number
  /** As the header says, bytes from the application id. */
  length: number
  isSimulated: boolean
  asdus: Asdu[]
  anomalies: readonly string[]
}

/** One set of samples. Reused from message to message: the samples themselves are not kept. */
export type Asdu = {
  svId: string
  dataSet: string
  sampleCount: number
  confRev: number
  /** 0 not synchronised, 1 local clock, 2 global clock, 5..254 id of a local clock; -1 unsaid. */
  synchronised: number
  sampleRate: number
  /** Bytes of samples. */
  size: number
}

/** What one publisher said last, by place in the message. */
export type SvState = {
  readonly message: Sv
  readonly pool: Asdu[]
  /** Names as they stood on the wire: equal bytes are the same text. */
  readonly names: { bytes: Uint8Array; text: string }[]
  readonly streams: Map<string, Stream>
}

export type Stream = {
  sampleCount: number
  confRev: number
  synchronised: number
  sampleRate: number
  size: number
  isSimulated: boolean
  /** Highest count before it began at 0 again: the rate, as far as seen. */
  wrapsAt: number
}

const HEADER = 8
/** savPdu ::= [APPLICATION 0] IMPLICIT SEQUENCE. */
const SAV_PDU = 0x60
const PADDED = 46
const CHECKSUM = 4
/** IEC 61869-9 allows 8 sets a message at most; room for others. */
const MAX_ASDUS = 32
const MAX_NAMES = 128
const CLEAN: readonly string[] = []

export const dissector: Dissector<Sv, SvState> = {
  name: 'sampled-values',
  ports: ['eth/0x88ba'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all < HEADER + 2) return NEED_MORE
    const length = (head.peek(2) << 8) | head.peek(3)
    if (length < HEADER + 2 || head.peek(HEADER) !== SAV_PDU) return NOT_MINE
    return length > all ? length : all
  },
  start: () => ({
    message: { appId: 0, length: 0, isSimulated: false, asdus: [], anomalies: CLEAN },
    pool: [],
    names: [],
    streams: new Map(),
  }),
  parse,
}

function parse(r: Reader, ctx: Context<Sv, SvState>): Sv {
  const { message, pool } = ctx.state
  const whole = r.left
  const from = r.at
  message.appId = r.u16('application id')
  const length = r.u16('length')
  message.length = length
  message.isSimulated = (r.u16('reserved 1') & 0x8000) !== 0
  r.u16('reserved 2')
  message.asdus.length = 0
  let anomalies: string[] | undefined
  if (length > whole) anomalies = ['truncated']
  else if (whole > Math.max(length, PADDED) + CHECKSUM) anomalies = ['trailing-bytes']
  const limit = r.end
  r.end = Math.min(limit, from + length)
  let announced = -1
  r.u8('savPdu')
  berLength(r)
  while (r.left > 0 && !r.short) {
    const tag = r.u8('tag')
    const size = berLength(r)
    if (tag === 0x80) announced = unsigned(r, size)
    else if (tag === 0xa2) readAsdus(r, size, message, pool, ctx.state)
    else r.skip(size, 'field')
  }
  if (r.short && anomalies?.[0] !== 'truncated') anomalies = [...(anomalies ?? []), 'truncated']
  if (!r.short && announced !== message.asdus.length) anomalies = [...(anomalies ?? []), 'asdu-count-mismatch']
  r.end = limit
  message.anomalies = anomalies ?? CLEAN
  return message
}

function readAsdus(r: Reader, size: number, m: Sv, pool: Asdu[], state: SvState): void {
  const outer = r.end
  const end = Math.min(outer, r.at + size)
  const isCut = end < r.at + size
  while (r.at < end && !r.short && m.asdus.length < MAX_ASDUS) {
    const tag = r.u8('ASDU')
    const length = berLength(r)
    if (tag !== 0x30) r.skip(length, 'unknown')
    else {
      const asdu = (pool[m.asdus.length] ??= blank())
      r.end = Math.min(end, r.at + length)
      const isWhole = readAsdu(r, asdu, state)
      r.end = outer
      if (isWhole) m.asdus.push(asdu)
    }
  }
  if (r.at < end) r.at = end
  if (isCut) r.short = true
}

function blank(): Asdu {
  return { svId: '', dataSet: '', sampleCount: 0, confRev: 0, synchronised: -1, sampleRate: 0, size: 0 }
}

/** True when the set names itself and its count. */
function readAsdu(r: Reader, a: Asdu, state: SvState): boolean {
  a.svId = ''
  a.dataSet = ''
  a.sampleCount = -1
  a.confRev = 0
  a.synchronised = -1
  a.sampleRate = 0
  a.size = 0
  while (r.left > 0 && !r.short) {
    const tag = r.u8('tag')
    const size = berLength(r)
    if (tag === 0x80) a.svId = name(r, size, state, 'svID')
    else if (tag === 0x81) a.dataSet = name(r, size, state, 'datSet')
    else if (tag === 0x82) a.sampleCount = unsigned(r, size)
    else if (tag === 0x83) a.confRev = unsigned(r, size)
    else if (tag === 0x85) a.synchronised = unsigned(r, size)
    else if (tag === 0x86) a.sampleRate = unsigned(r, size)
    else {
      if (tag === 0x87) a.size = size
      r.skip(size, tag === 0x87 ? 'samples' : 'field')
    }
  }
  return a.svId !== '' && a.sampleCount >= 0
}

/** Text of names that come with every message, without decoding them anew. */
function name(r: Reader, size: number, { names }: SvState, label: string): string {
  const { bytes, at, end } = r
  if (r.constructor === Reader && size <= end - at) {
    for (const known of names) {
      if (known.bytes.length !== size) continue
      let i = 0
      while (i < size && known.bytes[i] === bytes[at + i]) i++
      if (i < size) continue
      r.at += size
      return known.text
    }
  }
  const text = r.text(size, label)
  if (names.length < MAX_NAMES && !r.short) names.push({ bytes: bytes.slice(at, at + size), text })
  return text
}

/** ISO 8825-1 §8.1.3, definite form. */
function berLength(r: Reader): number {
  const first = r.u8('length')
  if (first < 0x80) return first
  let length = 0
  for (let n = first & 0x7f; n > 0 && !r.short; n--) length = length * 256 + r.u8('length')
  return length
}

function unsigned(r: Reader, size: number): number {
  let value = 0
  for (let n = 0; n < size && !r.short; n++) value = (value * 256 + r.u8('value')) % 0x1_0000_0000
  return value
}
