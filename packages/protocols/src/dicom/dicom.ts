/**
 * DICOM upper layer: imaging devices and archives associate, then exchange commands and objects.
 *
 *   | type u8 | 0 | length u32 | … |   big-endian;   data: | length u32 | context u8 | flags u8 | piece of a command or data set |
 *
 * Spec: DICOM PS3.8 §9.3 (PDUs), annex D and E; PS3.7 §6.3, §9, §10 (commands). Objects run past unread but for their first
 * bytes, which name the equipment; a large PDU is taken piece by piece and nothing of it is kept.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { type Association, readAssociation } from './association.ts'
import { type Command, type Equipment, readCommand, readEquipment, type Syntax } from './data-set.ts'
import { DEFLATED, EXPLICIT_BE, IMPLICIT_LE } from './dicom.table.ts'

const CLEAN: readonly string[] = []
const HEADER = 6
const PDV = 6
/** Data PDUs up to here are framed whole. */
const WHOLE = 1 << 16
const MAX_ASSOCIATION = 1 << 18
/** A longer association comes in two pieces: this much shows what it is before all of it is there. */
const OPENING = 1 << 12
/** Commands are some hundred bytes; of an object this much is looked at. */
const MAX_COMMAND = 1 << 14
const MAX_HEAD = 1 << 13
const MAX_CONTEXTS = 128

export type Dicom = {
  /** 1 associate request, 2 accept, 3 reject, 4 data, 5 release request, 6 release answer, 7 abort; 0 a piece of a PDU. */
  readonly type: number
  readonly length: number
  association: Association | undefined
  /** Of a rejection: result, source, reason; of an abort: source, reason. */
  result: number
  source: number
  reason: number
  /** Contexts and flags of the fragments that begin here. */
  readonly contexts: number[]
  readonly flags: number[]
  /** Commands that are complete. */
  readonly commands: Command[]
  /** Of an object whose first bytes are complete. */
  readonly equipment: Equipment[]
  /** Bytes of objects. */
  data: number
  anomalies: readonly string[]
}

/** One side's stream of fragments. */
type Flowing = {
  /** Of an association whose end is to come: what was there, and the bytes to come. */
  opening: { readonly bytes: Uint8Array; readonly left: number } | undefined
  /** Bytes to come of a data PDU taken in pieces, and of its current fragment. */
  pdu: number
  fragment: number
  context: number
  flags: number
  command: Uint8Array[]
  commandLength: number
  head: Uint8Array[]
  headLength: number
  isHeadRead: boolean
}

export type DicomState = {
  /** Accepted transfer syntax by context. */
  readonly syntaxes: Map<number, string>
  readonly client: Flowing
  readonly server: Flowing
  memory: unknown
}

const flowing = (): Flowing => ({
  opening: undefined,
  pdu: 0,
  fragment: 0,
  context: 0,
  flags: 0,
  command: [],
  commandLength: 0,
  head: [],
  headLength: 0,
  isHeadRead: false,
})

export const dissector: Dissector<Dicom, DicomState> = {
  name: 'dicom',
  ports: ['tcp/104', 'tcp/11112'],
  maxFrame: MAX_ASSOCIATION + HEADER,
  start: () => ({ syntaxes: new Map(), client: flowing(), server: flowing(), memory: undefined }),
  frame,
  parse,
  side: (head) => (head.peek(0) === 1 ? 'client' : head.peek(0) === 2 || head.peek(0) === 3 ? 'server' : undefined),
  gap({ from, state }, length) {
    const flow = state[from]
    flow.opening = undefined
    if (flow.fragment < length || flow.pdu === 0) return false
    flow.pdu -= length
    flow.fragment -= length
    return true
  },
}

function frame(head: Reader, { from, state }: Context<Dicom, DicomState>): number {
  const { pdu, fragment, opening } = state[from]
  if (opening !== undefined) return opening.left
  if (pdu > 0) {
    if (head.left === 0) return NEED_MORE
    if (fragment > 0) return Math.min(head.left, fragment, WHOLE)
    return head.left < PDV ? NEED_MORE : PDV
  }
  const type = head.peek(0)
  if (head.left > 0 && (type === 0 || type > 7)) return NOT_MINE
  if (head.left < HEADER) return NEED_MORE
  const length = head.peek(2) * 0x100_0000 + (head.peek(3) << 16) + (head.peek(4) << 8) + head.peek(5)
  if (head.peek(1) !== 0) return NOT_MINE
  if (type <= 2) return associationLength(head, length)
  if (type !== 4) return length === 4 ? HEADER + 4 : NOT_MINE
  if (length < PDV) return NOT_MINE
  if (head.left < HEADER + PDV) return NEED_MORE
  const first = head.peek(6) * 0x100_0000 + (head.peek(7) << 16) + (head.peek(8) << 8) + head.peek(9)
  // PS3.8 §9.3.5: contexts are odd, two flags.
  if (first < 2 || first > length - 4 || (head.peek(10) & 1) === 0 || head.peek(11) > 3) return NOT_MINE
  return length <= WHOLE ? HEADER + length : HEADER + PDV
}

/** Version 1 among the bits, and the application context where the fixed part ends. */
function associationLength(head: Reader, length: number): number {
  if (length < 68 || length > MAX_ASSOCIATION) return NOT_MINE
  if (head.left >= 8 && (head.peek(7) & 1) === 0) return NOT_MINE
  if (length > 72 && head.left >= 76 && (head.peek(74) !== 0x10 || head.peek(75) !== 0)) return NOT_MINE
  return Math.min(HEADER + length, OPENING)
}

function parse(r: Reader, ctx: Context<Dicom, DicomState>): Dicom {
  const flow = ctx.state[ctx.from]
  if (flow.opening !== undefined) {
    const { bytes } = flow.opening
    const rest = r.view(r.left, 'rest of the association')
    flow.opening = undefined
    return parse(new Reader(join([bytes, rest], bytes.length + rest.length)), ctx)
  }
  const at = r.at
  const isPiece = flow.pdu > 0
  const m: Dicom = {
    type: isPiece ? 0 : r.u8('PDU type'),
    length: isPiece ? r.left : r.skip(1, 'reserved').u32('PDU length'),
    association: undefined,
    result: 0,
    source: 0,
    reason: 0,
    contexts: [],
    flags: [],
    commands: [],
    equipment: [],
    data: 0,
    anomalies: CLEAN,
  }
  if ((m.type === 1 || m.type === 2) && HEADER + m.length > OPENING && r.end - at === OPENING) {
    flow.opening = { bytes: r.bytes.slice(at, r.end), left: HEADER + m.length - OPENING }
    r.view(r.left, 'association')
    return { ...m, type: 0, length: 0 }
  }
  const isLarge = m.type === 4 && m.length > WHOLE
  const isCut = !isPiece && !isLarge && m.length > r.left
  switch (m.type) {
    case 1:
    case 2:
      m.association = readAssociation(r)
      if (m.type === 2) agree(m.association, ctx.state)
      break
    case 3:
      r.skip(1, 'reserved')
      m.result = r.u8('result')
      m.source = r.u8('source')
      m.reason = r.u8('reason')
      break
    case 4:
      if (isLarge) flow.pdu = m.length
      readFragments(r, m, flow, ctx.state)
      break
    case 7:
      r.skip(2, 'reserved')
      m.source = r.u8('source')
      m.reason = r.u8('reason')
      break
    case 0:
      readFragments(r, m, flow, ctx.state)
      break
    default:
      r.skip(4, 'reserved')
  }
  if (isCut) m.anomalies = ['truncated']
  else if (r.short) m.anomalies = ['malformed']
  return m
}

function agree({ contexts }: Association, { syntaxes }: DicomState): void {
  for (const { id, result, transfers } of contexts) {
    if (result === 0 && syntaxes.size < MAX_CONTEXTS) syntaxes.set(id, transfers[0] ?? IMPLICIT_LE)
  }
}

/** Fragments, or the piece of one that lies here. */
function readFragments(r: Reader, m: Dicom, flow: Flowing, state: DicomState): void {
  while (r.left > 0 && !r.short) {
    if (flow.fragment === 0) {
      const length = r.u32('fragment length')
      flow.context = r.u8('presentation context id')
      flow.flags = r.u8('flags')
      m.contexts.push(flow.context)
      m.flags.push(flow.flags)
      if (flow.pdu > 0) flow.pdu -= PDV
      flow.fragment = Math.max(0, length - 2)
      if (r.short) break
      if (flow.fragment > 0 && r.left === 0) break
    }
    const here = Math.min(flow.fragment, r.left)
    const bytes = r.view(here, (flow.flags & 1) !== 0 ? 'command' : 'data set')
    flow.fragment -= here
    if (flow.pdu > 0) flow.pdu -= here
    if ((flow.flags & 1) !== 0) takeCommand(bytes, m, flow)
    else takeData(bytes, m, flow, state)
  }
  // A PDU that ends within its fragment.
  if (flow.pdu <= 0 && m.type === 4 && m.length <= WHOLE) flow.fragment = 0
  if (flow.pdu < 0) flow.pdu = 0
}

function takeCommand(bytes: Uint8Array, m: Dicom, flow: Flowing): void {
  const isLast = (flow.flags & 2) !== 0 && flow.fragment === 0
  if (flow.commandLength + bytes.length > MAX_COMMAND) {
    m.anomalies = ['command-too-long']
    flow.command = []
    flow.commandLength = 0
    return
  }
  if (!isLast || flow.commandLength > 0) {
    flow.command.push(isLast ? bytes : bytes.slice())
    flow.commandLength += bytes.length
  }
  if (!isLast) return
  const whole = flow.commandLength === 0 ? bytes : join(flow.command, flow.commandLength)
  flow.command = []
  flow.commandLength = 0
  m.commands.push(readCommand(flow.context, new Reader(whole)))
  flow.isHeadRead = false
}

function takeData(bytes: Uint8Array, m: Dicom, flow: Flowing, state: DicomState): void {
  const isLast = (flow.flags & 2) !== 0 && flow.fragment === 0
  m.data += bytes.length
  if (!flow.isHeadRead) {
    const wanted = Math.min(bytes.length, MAX_HEAD - flow.headLength)
    if (wanted > 0) {
      flow.head.push(bytes.slice(0, wanted))
      flow.headLength += wanted
    }
    if (isLast || flow.headLength >= MAX_HEAD) {
      const syntax = syntaxOf(state.syntaxes.get(flow.context))
      const equipment = syntax === undefined ? undefined : readEquipment(join(flow.head, flow.headLength), syntax)
      if (equipment !== undefined) m.equipment.push(equipment)
      flow.head = []
      flow.headLength = 0
      flow.isHeadRead = true
    }
  }
  if (isLast) flow.isHeadRead = false
}

/** Undefined for what is compressed as a whole. Every compressed image's header is explicit and little-endian. */
function syntaxOf(uid: string | undefined): Syntax | undefined {
  if (uid !== undefined && DEFLATED.has(uid)) return undefined
  return { isExplicit: uid !== undefined && uid !== IMPLICIT_LE, isBigEndian: uid === EXPLICIT_BE }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client')
