/**
 * IEC 60870-5-104: telecontrol over TCP. A control centre (the client) reads and commands stations behind the server.
 *
 *   | 68 | length u8 | control 4 bytes | ASDU |
 *
 * The control field tells the format (§5.1): I numbered data, S acknowledgement, U start, stop and test.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { isAtPort } from '../own-port.ts'
import { ASDU_HEADER, type Asdu, objectsSize, readAsdu } from './asdu.ts'
import type { Transfer } from './files.ts'
import { CAUSE, TYPES, UNNUMBERED } from './iec104.table.ts'
import { isProcessCommand, offenceOf } from './permitted.ts'

const START = 0x68
const PORT = 2404
/** Control field and what of the length it takes. */
const CONTROL = 4
const HEADER = 2 + CONTROL
const LONGEST = 253
const CLEAN: readonly string[] = []

export type Iec104 = {
  readonly format: 'I' | 'S' | 'U'
  /** First octet of a U-frame; -1 elsewhere. */
  readonly code: number
  /** Numbers sent and received; -1 where the format has none. */
  readonly sent: number
  readonly received: number
  readonly asdu: Asdu | undefined
  readonly anomalies: readonly string[]
}

export type Question = { readonly asdu: Asdu; readonly side: Side }

/** What observing the data units needs, whatever link they come over. */
export type AsduState = {
  /** Commands without an answer: type, station and object. */
  readonly open: Map<number, Question>
  readonly files: Map<string, Transfer>
  /** Name of the anomaly of a confirmation that nobody asked for. */
  readonly unasked: string
  /** Name of the anomaly of a command to an object that was always selected first, and now is not. */
  readonly unselected: string
  /** Objects that were selected, by type, station and object: true until the command comes. */
  readonly selected: Map<number, boolean>
}

export type Iec104State = AsduState & {
  /** Unnumbered functions without their confirmation, by side and name. */
  readonly links: Map<string, Side>
  /** The number that a side's next I-frame must have; undefined where it is not known. */
  readonly next: { client: number | undefined; server: number | undefined }
  /** Who commands: it stays one of the two. */
  commander: Side | undefined
}

export const dissector: Dissector<Iec104, Iec104State> = {
  name: 'iec104',
  ports: [`tcp/${PORT}`],
  maxFrame: 2 + LONGEST,
  start: () => ({
    open: new Map(),
    files: new Map(),
    unasked: 'iec104.unasked-confirmation',
    unselected: 'iec104.command-without-select',
    selected: new Map(),
    links: new Map(),
    next: { client: undefined, server: undefined },
    commander: undefined,
  }),
  frame,
  parse,
  side: sideOf,
  // A capture often joins a connection at a keep-alive: one byte that is no frame.
  opensLate: true,
  gap({ from, state }) {
    state.next[from] = undefined
    state.selected.clear()
    return false
  },
  resync(bytes) {
    for (let at = 1; at + HEADER <= bytes.length; at++) {
      if (bytes[at] === START && isStart(bytes[at + 1]!, bytes.subarray(at + 2, at + HEADER))) return at
    }
    return -1
  },
}

function frame(head: Reader, { flow }: Context<Iec104, Iec104State>): number {
  if (head.left > 0 && head.peek(0) !== START) return NOT_MINE
  const length = head.peek(1)
  if (head.left > 1 && (length < CONTROL || length > LONGEST)) return NOT_MINE
  if (head.left < HEADER) return NEED_MORE
  if (!isStart(length, [head.peek(2), head.peek(3), head.peek(4), head.peek(5)])) return NOT_MINE
  // On other ports the data must also be what its type says.
  if (length > CONTROL && !isAtPort(flow, PORT)) {
    if (head.left < HEADER + 2) return NEED_MORE
    const size = objectsSize(head.peek(6), head.peek(7))
    if (TYPES[head.peek(6)] === undefined || (size !== undefined && length !== CONTROL + ASDU_HEADER + size)) return NOT_MINE
  }
  return 2 + length
}

/** A control field that fits the length. */
function isStart(length: number, control: ArrayLike<number>): boolean {
  const first = control[0]!
  const receivedFits = (control[2]! & 1) === 0
  if ((first & 1) === 0) return length >= CONTROL + ASDU_HEADER && receivedFits
  if (length !== CONTROL) return false
  if ((first & 3) === 1) return first === 1 && control[1] === 0 && receivedFits
  return UNNUMBERED[first] !== undefined && control[1] === 0 && control[2] === 0 && control[3] === 0
}

function parse(r: Reader, { from, state }: Context<Iec104, Iec104State>): Iec104 {
  r.skip(1, 'start')
  const length = r.u8('length')
  const first = r.peek(0)
  const format = (first & 1) === 0 ? 'I' : (first & 2) === 0 ? 'S' : 'U'
  const low = r.u16le('control')
  const received = r.u16le('received')
  if (format === 'U') r.note(UNNUMBERED[first]?.[0] ?? '')
  const sent = format === 'I' ? low >> 1 : -1
  let asdu: Asdu | undefined
  let anomalies = CLEAN
  if (format === 'I') {
    const body = r.sub(Math.max(0, length - CONTROL), 'ASDU')
    asdu = readAsdu(body)
    if (body.short) anomalies = ['truncated']
    else if (!asdu.isKnown) anomalies = ['unknown-type']
    else if (body.left > 0) anomalies = ['trailing-bytes']
    else anomalies = judge(asdu, from, state)
    const expected = state.next[from]
    // §5.1: numbers rise by one; a break means lost, repeated or forged frames.
    if (expected !== undefined && expected !== sent) anomalies = [...anomalies, 'sequence-break']
    state.next[from] = (sent + 1) & 0x7fff
  } else if (r.short) anomalies = ['truncated']
  else if ((first === 0x07 || first === 0x0b) && format === 'U') state.next.client = state.next.server = 0
  return {
    format,
    code: format === 'U' ? first : -1,
    sent,
    received: format === 'U' ? -1 : received >> 1,
    asdu,
    anomalies,
  }
}

/** What a whole unit must not be: by itself, or from this side. */
function judge(asdu: Asdu, from: Side, state: Iec104State): readonly string[] {
  const offence = offenceOf(asdu)
  if (offence !== undefined) return [offence]
  const isCommand = isProcessCommand(asdu.type) && (asdu.cause === CAUSE.activation || asdu.cause === CAUSE.deactivation)
  if (!isCommand) return CLEAN
  state.commander ??= from
  return state.commander === from ? CLEAN : ['wrong-direction']
}

/** The control centre starts and commands, stations confirm; the rest may come from both. */
function sideOf(head: Reader): Side | undefined {
  const first = head.peek(2)
  if ((first & 1) === 1) {
    if (first === 0x07 || first === 0x13) return 'client'
    return first === 0x0b || first === 0x23 ? 'server' : undefined
  }
  const type = head.peek(6)
  const cause = head.peek(8) & 0x3f
  // Values flow both ways where two control centres talk: the port tells more.
  if (type < 45 || type === 70 || type >= 120) return undefined
  return cause === CAUSE.activation || cause === CAUSE.deactivation || cause === CAUSE.requested ? 'client' : 'server'
}
