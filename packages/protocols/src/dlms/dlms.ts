/**
 * DLMS/COSEM: head-end systems read, set and switch meters. In TCP and UDP by a wrapper, or in HDLC frames of a serial line.
 *
 *   wrapper: | version u16 = 1 | source u16 | destination u16 | length u16 | APDU |
 *   HDLC:    see hdlc.ts; long APDUs come in segments
 *
 * Spec: IEC 62056-47 (wrapper), IEC 62056-46 (HDLC), IEC 62056-5-3 (APDUs), IEC 62056-6-2 (objects).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { isAtPort } from '../own-port.ts'
import { type Apdu, readApdu } from './apdu.ts'
import { APDU_NAMES, CIPHERED, FROM_CLIENT } from './dlms.table.ts'
import { controlName, FLAG, type Hdlc, hdlcSize, readHdlc } from './hdlc.ts'

const WRAPPER = 8
const PORT = 4059
/** A segmented APDU, and blocks of one value. */
export const MAX_JOINED = 1 << 18
const CLEAN: readonly string[] = []

export type Dlms = {
  /** Logical addresses: client and meter, whoever speaks. */
  readonly source: number
  readonly destination: number
  readonly hdlc: Hdlc | undefined
  readonly apdu: Apdu | undefined
  readonly anomalies: readonly string[]
}

export type DlmsState = {
  /** A message was read: from here on the wrapper alone is enough. */
  isKnown: boolean
  /** Segments of each side's APDU. */
  readonly pending: { client: Uint8Array | undefined; server: Uint8Array | undefined }
  /** Unanswered services by invoke id; -1 for short names. */
  readonly open: Map<number, Apdu>
  association: Apdu | undefined
  /** Blocks of the value on its way. */
  blocks: Uint8Array | undefined
  image: { name: string; bytes: number } | undefined
  /** The mechanism of a high-level login that is not proven yet. */
  login: { method: string; user: string } | undefined
}

export const dissector: Dissector<Dlms, DlmsState> = {
  name: 'dlms',
  ports: [`tcp/${PORT}`, `udp/${PORT}`],
  maxFrame: 65_535 + WRAPPER,
  start: () => ({
    isKnown: false,
    pending: { client: undefined, server: undefined },
    open: new Map(),
    association: undefined,
    blocks: undefined,
    image: undefined,
    login: undefined,
  }),
  frame(head, { flow, state }) {
    if (head.left === 0) return NEED_MORE
    if (head.peek(0) === FLAG) {
      const size = hdlcSize(head)
      return size < 0 ? NOT_MINE : size
    }
    if (head.peek(0) !== 0 || (head.left > 1 && head.peek(1) !== 1)) return NOT_MINE
    if (head.left < WRAPPER + 2) return NEED_MORE
    const length = (head.peek(6) << 8) | head.peek(7)
    const tag = head.peek(WRAPPER)
    if (state.isKnown) return WRAPPER + length
    if (length < 2 || !isApdu(tag)) return NOT_MINE
    const isOurs = isAtPort(flow, PORT)
    return isOurs || begins(head, length, tag) ? WRAPPER + length : NOT_MINE
  },
  parse,
  side: sideOf,
  resync(bytes) {
    for (let at = 1; at + WRAPPER + 2 <= bytes.length; at++) {
      if (bytes[at] === FLAG && hdlcSize(new Reader(bytes, at)) > 0) return at
      if (bytes[at] === 0 && bytes[at + 1] === 1 && isApdu(bytes[at + WRAPPER]!)) return at
    }
    return -1
  },
}

const isApdu = (tag: number): boolean => APDU_NAMES[tag] !== undefined || CIPHERED[tag] !== undefined

/** On other ports the APDU must also look like one: a length or a kind that fits its tag. */
function begins(head: Reader, length: number, tag: number): boolean {
  if (head.left < WRAPPER + length && length > 2048) return false
  const next = head.peek(WRAPPER + 1)
  const size =
    next < 0x80
      ? 2 + next
      : next === 0x81
        ? 3 + head.peek(WRAPPER + 2)
        : next === 0x82
          ? 4 + ((head.peek(WRAPPER + 2) << 8) | head.peek(WRAPPER + 3))
          : -1
  if (tag >= 0x60 && tag <= 0x63) return size === length
  if (CIPHERED[tag] !== undefined) return size === length
  return tag >= 0xc0 && tag <= 0xc7 && next >= 1 && next <= 5
}

function parse(r: Reader, { from, state }: Context<Dlms, DlmsState>): Dlms {
  state.isKnown = true
  if (r.peek(0) === FLAG) return parseHdlc(r, from, state)
  r.u16('version')
  const source = r.u16('source')
  const destination = r.u16('destination')
  const length = r.u16('length')
  const body = r.sub(length, 'APDU')
  const apdu = body.left > 0 ? readApdu(body) : undefined
  return { source, destination, hdlc: undefined, apdu, anomalies: anomaliesOf(r, body, apdu) }
}

function anomaliesOf(r: Reader, body: Reader, apdu: Apdu | undefined): readonly string[] {
  if (r.short || body.short) return ['truncated']
  if (r.left > 0) return ['trailing-bytes']
  return apdu !== undefined && !isApdu(apdu.tag) ? ['unknown-apdu'] : CLEAN
}

function parseHdlc(r: Reader, from: Side, state: DlmsState): Dlms {
  const traced = r.constructor !== Reader
  const hdlc = readHdlc(r)
  const { source, destination } = hdlc
  const isInformation = (hdlc.control & 1) === 0 || controlName(hdlc.control) === 'UI'
  if (r.short) return { source, destination, hdlc, apdu: undefined, anomalies: ['truncated'] }
  if (!hdlc.isChecked) return { source, destination, hdlc, apdu: undefined, anomalies: ['checksum-mismatch'] }
  if (!isInformation || hdlc.information.length === 0) return { source, destination, hdlc, apdu: undefined, anomalies: CLEAN }
  const before = state.pending[from]
  const whole = before === undefined ? hdlc.information : join(before, hdlc.information)
  state.pending[from] = undefined
  if (hdlc.isSegment) {
    if (whole.length > MAX_JOINED) return { source, destination, hdlc, apdu: undefined, anomalies: ['too-long'] }
    state.pending[from] = before === undefined ? whole.slice() : whole
    return { source, destination, hdlc, apdu: undefined, anomalies: CLEAN }
  }
  // A trace shows what lies in this frame; joined segments have no place of their own.
  const body = traced && before === undefined ? insideOf(r, whole) : new Reader(whole)
  const apdu = readApdu(body)
  return { source, destination, hdlc, apdu, anomalies: body.short ? ['truncated'] : isApdu(apdu.tag) ? CLEAN : ['unknown-apdu'] }
}

function insideOf(r: Reader, part: Uint8Array): Reader {
  const { at, end } = r
  r.at = part.byteOffset - r.bytes.byteOffset
  r.end = r.at + part.length
  const inner = r.sub(part.length, 'APDU')
  r.at = at
  r.end = end
  return inner
}

export function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function sideOf(head: Reader): Side | undefined {
  let tag = head.peek(WRAPPER)
  if (head.peek(0) === FLAG) {
    const control = head.peek(controlAt(head))
    const name = controlName(control)
    if (name === 'SNRM' || name === 'DISC') return 'client'
    if (name === 'UA' || name === 'DM' || name === 'FRMR') return 'server'
    const llc = controlAt(head) + 3
    if ((control & 1) !== 0 || head.peek(llc) !== 0xe6) return undefined
    return head.peek(llc + 1) === 0xe6 ? 'client' : 'server'
  }
  tag = CIPHERED[tag] ?? tag
  if (tag >= 0xdb) return undefined
  return FROM_CLIENT.has(tag) ? 'client' : 'server'
}

/** Behind both addresses. */
function controlAt(head: Reader): number {
  let at = 3
  for (let addresses = 0; addresses < 2 && at < 12; at++) if ((head.peek(at) & 1) !== 0) addresses++
  return at
}
