/**
 * SMB: files, printers and pipes of Windows hosts. Both generations, over NetBIOS sessions (tcp/139) or on their own
 * (tcp/445). Messages longer than 64 KiB come in a head and pieces, so that files of any size pass.
 *
 *   | type u8 = 0 | length u24 | 0xff or 0xfe "SMB" … |   big-endian length, the rest little-endian
 *
 * Spec: [MS-CIFS] §2.2.3, [MS-SMB2] §2.1 and §2.2; RFC 1002 §4.3 (sessions), RFC 1001 §14.1 (names).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { netbiosName } from '../dns/name.ts'
import type { Command } from './command.ts'
import { Files, pipeBytes } from './files.ts'
import { STATUS } from './smb.table.ts'
import { readSmb1 } from './smb1.ts'
import { readSmb2 } from './smb2.ts'

export type Smb = {
  kind: 'commands' | 'encrypted' | 'compressed' | 'session' | 'piece'
  commands: Command[]
  /** Of a NetBIOS session request: who calls whom. */
  calling: string
  called: string
  /** Of a piece: more data of the long message before. */
  data: Uint8Array | undefined
  anomalies: ('truncated' | 'unknown-protocol' | 'too-many-open')[]
}

export type Way = { left: number; long: Command | undefined }
export type SmbState = {
  readonly client: Way
  readonly server: Way
  /** Requests without a response, by message id. */
  readonly open: Map<string, Command>
  isNetbios: boolean
  readonly files: Files
  seen: unknown
  log: unknown
}

/** A message up to this is read whole; of a longer one, a head large enough for every fixed part. */
const MAX_WHOLE = 65_536 + 128
const LONG_HEAD = 512
const MAX_MESSAGE = 1 << 24
const MAX_OPEN = 256

/** RFC 1002 §4.3.1: types of session packets; a request's two names with their length and end. */
const SESSION_REQUEST = 0x81
const KEEP_ALIVE = 0x85
const NAMES = 68

export const dissector: Dissector<Smb, SmbState> = {
  name: 'smb',
  ports: ['tcp/445', 'tcp/139'],
  maxFrame: MAX_WHOLE + 4,
  start: () => ({
    client: { left: 0, long: undefined },
    server: { left: 0, long: undefined },
    open: new Map(),
    isNetbios: false,
    files: new Files(),
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const way = ctx.state[ctx.from]
    if (way.left > 0) return Math.min(head.left, way.left, MAX_WHOLE)
    if (head.left < 4) return head.left > 0 && head.peek() !== 0 && (head.peek() < 0x81 || head.peek() > 0x85) ? NOT_MINE : NEED_MORE
    const type = head.u8()
    const length = head.u24()
    if (type >= 0x81 && type <= 0x85) {
      if (ctx.state.isNetbios || ctx.flow.serverPort === 139) return sessionLength(type, length)
      return type === SESSION_REQUEST && length === NAMES ? requestLength(head) : NOT_MINE
    }
    if (type !== 0 || length < 32 || length > MAX_MESSAGE) return NOT_MINE
    if (head.left < 4) return NEED_MORE
    const mark = head.u8()
    if (mark < 0xfc || head.u8() !== 0x53 || head.u8() !== 0x4d || head.u8() !== 0x42) return NOT_MINE
    return 4 + (length <= MAX_WHOLE ? length : LONG_HEAD)
  },
  parse(r, ctx) {
    const { state, from } = ctx
    const m: Smb = { kind: 'piece', commands: [], calling: '', called: '', data: undefined, anomalies: [] }
    const way = state[from]
    if (way.left > 0) {
      way.left = Math.max(0, way.left - r.left)
      m.data = r.view(r.left, 'data')
      return m
    }
    const type = r.u8('session type')
    const length = r.u24('length')
    if (type !== 0) session(r, m, state)
    else message(r, length, m, state, way)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  carries: (m, ctx) => pipeBytes(m.commands, ctx.state.files),
  side(head) {
    const type = head.peek()
    if (type === SESSION_REQUEST) return 'client'
    if (type > SESSION_REQUEST && type < KEEP_ALIVE) return 'server'
    const mark = head.skip(4).u8()
    if (mark === 0xff) return (head.skip(8).u8() & 0x80) !== 0 ? 'server' : 'client'
    if (mark === 0xfe) return (head.skip(15).u8() & 1) !== 0 ? 'server' : 'client'
    return undefined
  },
  gap(ctx, length) {
    const way = ctx.state[ctx.from]
    if (way.left === 0 || length > way.left) return false
    way.left -= length
    // The file behind has a hole from here on.
    way.long = undefined
    return true
  },
  resync(bytes) {
    for (let at = 1; at + 8 <= bytes.length; at++) {
      const isMark = bytes[at + 4]! >= 0xfc && bytes[at + 5] === 0x53 && bytes[at + 6] === 0x4d && bytes[at + 7] === 0x42
      if (isMark && bytes[at] === 0) return at
    }
    return -1
  },
}

function sessionLength(type: number, length: number): number {
  if (length > 256) return NOT_MINE
  return type === 0x85 || length > 0 || type === 0x82 ? 4 + length : NOT_MINE
}

/** On another port both names of a request must be 32 letters A to P. */
function requestLength(head: Reader): number {
  for (let at = 0; at < NAMES; at++) {
    const place = at % (NAMES / 2)
    if (at >= head.left) return NEED_MORE
    const byte = head.peek(at)
    if (place === 0 ? byte !== 0x20 : place === NAMES / 2 - 1 ? byte !== 0 : byte < 0x41 || byte > 0x50) return NOT_MINE
  }
  return 4 + NAMES
}

/** RFC 1002 §4.3.2: the names of both ends, in the encoding of NetBIOS. */
function session(r: Reader, m: Smb, state: SmbState): void {
  m.kind = 'session'
  state.isNetbios = true
  if (r.left < NAMES) {
    r.view(r.left, 'session data')
    return
  }
  const name = (label: string): string => {
    r.u8('length')
    const decoded = netbiosName(byteText(r.view(32, label)))
    r.u8('end')
    return decoded?.name ?? ''
  }
  m.called = name('called name')
  m.calling = name('calling name')
}

function message(r: Reader, length: number, m: Smb, state: SmbState, way: Way): void {
  const isLong = length > MAX_WHOLE
  way.left = isLong ? Math.max(0, length - r.left) : 0
  way.long = undefined
  if (!isLong && r.left < length) r.short = true
  const mark = r.peek()
  if (mark === 0xff) readSmb1(r, m.commands)
  else if (mark === 0xfe) readSmb2(r, m.commands)
  else r.view(r.left, mark === 0xfd ? 'encrypted' : mark === 0xfc ? 'compressed' : 'unknown')
  m.kind = mark === 0xfd ? 'encrypted' : mark === 0xfc ? 'compressed' : 'commands'
  if (mark < 0xfc) m.anomalies.push('unknown-protocol')
  for (const c of m.commands) pair(c, state, m)
  if (isLong) way.long = m.commands.at(-1)
}

/** Several commands share a message, so pairing is by command rather than by message. */
function pair(c: Command, state: SmbState, m: Smb): void {
  const key = `${c.generation} ${c.messageId} ${c.code}`
  if (!c.isResponse) {
    if (state.open.size >= MAX_OPEN) {
      state.open.delete(state.open.keys().next().value!)
      m.anomalies.push('too-many-open')
    }
    state.open.set(key, c)
    return
  }
  c.asked = state.open.get(key)
  if (c.status !== STATUS.pending) state.open.delete(key)
  // What a request holds of the packet it came in is not kept.
  if (c.asked !== undefined) c.asked.data = undefined
}
