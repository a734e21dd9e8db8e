/**
 * OSI's upper layers in one: session (ISO 8327-1), presentation (ISO 8823-1) and association control (ISO 8650-1), as MMS uses them
 * above COTP.
 *
 *   session:  | type u8 | length | parameters … |   data: | 01 00 | 01 00 | user data |
 *   within:   presentation in BER: contexts by number, then values each under the number of its context
 *   within:   an ACSE APDU, or what the association is for
 */
import { type Carried, type Context as Ctx, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { integerOf } from '../asn1/ber.ts'
import { tlvBytes, tlvOpen, tlvSize, tlvSkip, tlvTag } from '../asn1/tlv.ts'
import { hexText, SHOWN_BYTES } from '../byte-text.ts'
import { type Acse, readAcse } from './acse.ts'
import { SPDU, SPDU_NAMES } from './osi.table.ts'
import { nothingPresented, type Presentation, readPresentation, type Value } from './presentation.ts'

export const ACSE = '2.2.1.0.1'
const MMS = '1.0.9506.2.1'
const CLEAN: readonly string[] = []
const NO_VALUES: readonly Value[] = []
const EMPTY = new Uint8Array(0)
/** Parameter groups and identifiers (§8.3.1). */
const USER_DATA = 0xc1
const EXTENDED_USER_DATA = 0xc2
const ENCLOSURE = 0x19
const MAX_PARAMETERS = 64
/** Contexts one association may define. */
const MAX_CONTEXTS = 64

export type Osi = {
  readonly spdu: number
  callingSession: string
  calledSession: string
  /** Of a refusal or an abort; -1 elsewhere. */
  reason: number
  presentation: Presentation | undefined
  acse: Acse | undefined
  /** What the association is for, each under its context. Borrowed from the packet. */
  values: readonly Value[]
  anomalies: readonly string[]
}

export type OsiState = {
  /** Abstract syntax by context number. */
  readonly contexts: Map<number, string>
  /** The request that waits for its answer, for the log. */
  opening: Acse | undefined
  /** The connection that waits for its answer. */
  waiting: Osi | undefined
}

export const dissector: Dissector<Osi, OsiState> = {
  name: 'osi',
  ports: ['cotp'],
  maxFrame: 1 << 20,
  start: () => ({ contexts: new Map(), opening: undefined, waiting: undefined }),
  frame(head) {
    if (head.left < 4) return head.left > 0 && SPDU_NAMES[head.peek(0)] === undefined ? NOT_MINE : NEED_MORE
    return isSession(head) ? head.left : NOT_MINE
  },
  parse,
  side: (head) =>
    head.peek(0) === SPDU.connect ? 'client' : head.peek(0) === SPDU.accept || head.peek(0) === SPDU.refuse ? 'server' : undefined,
  carries,
}

/** ISO 8327-1 §8.3.1, §8.3.2: connection identifier, connect/accept item, requirements, selectors, user data. */
const OPENING: ReadonlySet<number> = new Set([0x01, 0x05, 0x14, 0x33, 0x34, 0xc1])

/** A session TSDU: data with an empty token SPDU before it, or one SPDU that fills it. */
function isSession(head: Reader): boolean {
  const type = head.peek(0)
  if (SPDU_NAMES[type] === undefined) return false
  const long = head.peek(1) === 0xff
  const length = long ? (head.peek(2) << 8) | head.peek(3) : head.peek(1)
  const size = (long ? 4 : 2) + length
  // A connect or accept that the capture cut short: it begins with one of its parameters.
  if (size > head.left && (type === SPDU.connect || type === SPDU.accept)) return head.left > 8 && OPENING.has(head.peek(long ? 4 : 2))
  if (type !== SPDU.data) return size === head.left
  if (length > 16 || head.peek(size) !== SPDU.data) return false
  // Presentation data follows, fully or simply encoded; an enclosure item may stand before it.
  const at = size + 2 + head.peek(size + 1)
  return head.left > at ? [0x61, 0x60, 0xa0, 0x30, 0x31].includes(head.peek(at)) : head.left === at
}

function parse(r: Reader, { state }: Ctx<Osi, OsiState>): Osi {
  const spdu = r.u8('SPDU')
  r.note(SPDU_NAMES[spdu] ?? '')
  const m: Osi = {
    spdu,
    callingSession: '',
    calledSession: '',
    reason: -1,
    presentation: undefined,
    acse: undefined,
    values: NO_VALUES,
    anomalies: CLEAN,
  }
  const length = lengthOf(r)
  if (spdu === SPDU.data) {
    r.skip(length, 'token item')
    r.u8('SPDU')
    r.skip(lengthOf(r), 'enclosure item')
    if (r.left > 0) present(r, m, state)
  } else parameters(r.sub(length, 'parameters'), m, state, 0)
  if (r.short) m.anomalies = ['truncated']
  return m
}

function lengthOf(r: Reader): number {
  const first = r.u8('length')
  return first === 0xff ? r.u16('length') : first
}

function parameters(r: Reader, m: Osi, state: OsiState, depth: number): void {
  for (let n = 0; n < MAX_PARAMETERS && r.left > 0 && !r.short; n++) {
    const code = r.u8('parameter')
    const body = r.sub(lengthOf(r), 'value')
    if (code === USER_DATA || code === EXTENDED_USER_DATA) present(body, m, state)
    else if (code === 0x33) m.callingSession = hexText(body.view(body.left, 'calling selector'), SHOWN_BYTES)
    else if (code === 0x34) m.calledSession = hexText(body.view(body.left, 'called selector'), SHOWN_BYTES)
    else if (code === 0x32 && body.left > 0) {
      m.reason = body.u8('reason')
      // A refusal may carry the answer behind its code.
      if (m.spdu === SPDU.refuse && m.reason === 2 && body.left > 0) present(body, m, state)
    } else if (code === 0x11 && body.left > 0) m.reason = body.u8('transport disconnect')
    // Groups: connection identifier 1, connect or accept item 5, linking information 33.
    else if ((code === 1 || code === 5) && depth === 0) parameters(body, m, state, 1)
    else if (code !== ENCLOSURE && body.left > 0) body.skip(body.left, 'value')
  }
  if (r.short) m.anomalies = ['truncated']
}

function present(r: Reader, m: Osi, state: OsiState): void {
  const p = nothingPresented()
  readPresentation(r, p)
  m.presentation = p
  if (r.short) m.anomalies = ['truncated']
  for (const { id, abstract } of p.contexts) {
    if (id >= 0 && abstract !== '' && (state.contexts.size < MAX_CONTEXTS || state.contexts.has(id))) state.contexts.set(id, abstract)
  }
  const values: Value[] = []
  for (const value of p.values) {
    if (isAcse(value, state, m.spdu)) associate(value, r, m, values)
    else values.push(value)
  }
  if (values.length > 0) m.values = values
}

/** By its context where the connection was seen; otherwise an ACSE tag in an SPDU that is no data. */
function isAcse({ context, bytes }: Value, state: OsiState, spdu: number): boolean {
  const known = state.contexts.get(context)
  if (known !== undefined) return known === ACSE || known === '2.2.1.0.0'
  return spdu !== SPDU.data && bytes.length > 0 && bytes[0]! >= 0x60 && bytes[0]! <= 0x64
}

function associate({ bytes }: Value, from: Reader, m: Osi, values: Value[]): void {
  // A trace shows the APDU where it lies in the outer bytes.
  const at = bytes.byteOffset - from.bytes.byteOffset
  const isInside = bytes.buffer === from.bytes.buffer && from.constructor !== Reader
  const r = isInside ? tracing(from, at, bytes.length) : new Reader(bytes)
  m.acse = readAcse(r)
  if (m.acse.user.length === 0) return
  const user = new Reader(m.acse.user)
  for (let n = 0; n < 8 && user.left > 0 && !user.short; n++) {
    const isExternal = tlvTag(user) === 0x28
    const external = tlvOpen(user, 'external')
    if (isExternal) values.push(readExternal(external))
  }
}

/** The cursor set back onto bytes that were stepped over as one. */
function tracing(r: Reader, at: number, length: number): Reader {
  const here = r.at
  const end = r.end
  r.at = at
  r.end = Math.max(end, at + length)
  const inner = r.sub(length, 'association control')
  r.at = here
  r.end = end
  return inner
}

function readExternal(r: Reader): Value {
  let context = -1
  for (let n = 0; n < 4 && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0x02) context = integerOf(tlvBytes(r, 'context'))
    else if (tag === 0xa0 || tag === 0x81) return { context, bytes: tlvBytes(r, 'data') }
    else tlvSkip(r, 'field')
  }
  return { context, bytes: EMPTY }
}

function carries(m: Osi, { state }: Ctx<Osi, OsiState>): readonly Carried[] | undefined {
  if (m.values.length === 0) return undefined
  return m.values
    .filter(({ bytes }) => bytes.length > 0 && tlvSize(new Reader(bytes)) !== -1)
    .map(({ context, bytes }) => {
      const syntax = state.contexts.get(context)
      // Unknown where the capture begins after the connection: content decides.
      return { over: syntax === undefined || syntax === MMS ? 'osi' : `osi/${syntax}`, bytes }
    })
}
