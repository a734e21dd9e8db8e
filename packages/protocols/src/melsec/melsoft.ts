/**
 * MELSOFT: how GX Works and other tools of Mitsubishi reach controllers, on TCP 5007 and 5562, UDP 5006 and 5560.
 *
 *   | 57 asks, D7 answers | variant u8 | number u8 | 00 00 | 11 11 07 or 11 11 7F | route … | at 19: length u16le of the rest |
 *   | header: 1C or 9C, kind u8, bytes of the rest u8, …, status u16le (answers) | command u16be | reference u16le |
 *   | size u16le | data … |
 *   5A 00 00 01 looks for controllers on the link, DA 00 00 01 answers with addresses.
 *
 * Not published by its maker: as publicly analysed (Nozomi Networks, Black Hat 2023; Redpoint's melsecq-discover).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { type MovingFile, movePart, tellFile } from '../moving-file.ts'
import { isAtPort } from '../own-port.ts'
import { type Section, take, tell } from '../program-section.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { Unanswered } from '../unanswered.ts'
import { COMMANDS } from './melsoft.table.ts'
import { identify, textOf } from './observe.ts'

export type Melsoft = {
  readonly isAnswer: boolean
  /** -1 in discovery. */
  readonly command: number
  readonly reference: number
  readonly status: number
  readonly data: Uint8Array
  readonly anomalies: readonly string[]
}
export type MelsoftState = {
  readonly open: Unanswered<Melsoft>
  readonly files: Map<number, string>
  user: string
  section: Section | undefined
  file: MovingFile | undefined
}

const ROUTE = 21
const MAX_FRAME = 16_384
const MAX_FILES = 16
const CLEAN: readonly string[] = []
const utf16 = new TextDecoder('utf-16le')

const melsoftDissector: Dissector<Melsoft, MelsoftState> = {
  name: 'melsoft',
  ports: ['tcp/5007', 'tcp/5562', 'tcp/5001', 'udp/5006', 'udp/5008', 'udp/5560', 'udp/5561'],
  maxFrame: MAX_FRAME,
  start: () => ({ open: new Unanswered(), files: new Map(), user: '', section: undefined, file: undefined }),
  frame(head, { flow }) {
    const first = head.peek()
    if (first === 0x5a || first === 0xda) {
      const isOwn = flow.transport === 'udp' && isAtPort(flow, 5560)
      return isOwn && head.left >= 4 && head.peek(1) === 0 && head.peek(2) === 0 ? head.left : NOT_MINE
    }
    if (first !== 0x57 && first !== 0xd7) return NOT_MINE
    if (head.left < ROUTE + 4) return NEED_MORE
    if (head.peek(1) > 1 || head.peek(3) + head.peek(4) !== 0 || head.peek(5) !== 0x11 || head.peek(6) !== 0x11) return NOT_MINE
    if (head.peek(7) !== (first === 0x57 ? 0x07 : 0x7f) || head.peek(ROUTE) !== (first === 0x57 ? 0x1c : 0x9c)) return NOT_MINE
    const length = head.peek(19) | (head.peek(20) << 8)
    return length >= 14 ? ROUTE + length : NOT_MINE
  },
  key: referenceIn,
  parse,
  side: (head) => (head.peek() & 0x80 ? 'server' : 'client'),
}

function referenceIn(head: Reader): number | undefined {
  const at = ROUTE + 2 + head.peek(ROUTE + 2)
  return head.left < at + 4 || (head.peek() & 0x7f) !== 0x57 ? undefined : head.peek(at + 2) | (head.peek(at + 3) << 8)
}

function parse(r: Reader, _ctx: Context<Melsoft, MelsoftState>): Melsoft {
  const first = r.u8('magic')
  const isAnswer = (first & 0x80) !== 0
  if ((first & 0x7f) === 0x5a)
    return { isAnswer, command: -1, reference: 0, status: 0, data: r.view(r.left, 'discovery'), anomalies: CLEAN }
  r.u8('variant')
  r.u8('number')
  r.view(16, 'route')
  r.u16le('length')
  r.u8('header type')
  r.u8('header kind')
  const rest = r.u8('header length')
  r.u8('header flags')
  const status = isAnswer ? r.u16le('status') : 0
  r.view(Math.max(0, rest - (isAnswer ? 4 : 2)), 'header')
  const command = r.u16('command')
  r.note(COMMANDS[command]?.[0] ?? 'unknown')
  const reference = r.left >= 2 ? r.u16le('reference') : 0
  if (r.left >= 2) r.u16le('size')
  return { isAnswer, command, reference, status, data: r.view(r.left, 'data').slice(), anomalies: r.short ? ['truncated'] : CLEAN }
}

function observe({ message: m, asked, state }: SeenMessage<Melsoft, MelsoftState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`melsoft.${name}`)
  if (m.command < 0) {
    const operation = { operation: 'search controllers', object: '', access: 'identify', ok: true, error: '', part: undefined } as const
    if (m.isAnswer && !sink.again('search')) sink.operation('search', operation)
    return
  }
  if (!m.isAnswer) {
    const displaced = state.open.put(m.reference, m)
    if (displaced !== undefined) settle(displaced, undefined, state, sink)
    return
  }
  const question = state.open.take(m.reference) ?? asked
  if (question !== undefined && question.command === m.command) settle(question, m, state, sink)
  // The question went to everybody: what the answer states is its sender's all the same.
  else if (m.status === 0 && (m.command === 0x0121 || m.command === 0x0101)) identify(textOf(m.data.subarray(0, 16)), undefined, sink)
}

function ended(state: MelsoftState, sink: Sink): void {
  for (const question of state.open.drain()) settle(question, undefined, state, sink)
  closeFile(state, sink)
}

function settle(q: Melsoft, a: Melsoft | undefined, state: MelsoftState, sink: Sink): void {
  const ok = a === undefined ? undefined : a.status === 0
  const [operation, access] = COMMANDS[q.command] ?? [`command 0x${q.command.toString(16).padStart(4, '0')}`, 'unknown' as const]
  const object = nameIn(q) ?? (q.command >= 0x1868 && q.command <= 0x186a ? (state.files.get(u16(q.data, 0)) ?? '') : '')
  const key = `${q.command}/${a?.status ?? ''}/${object}`
  if (!sink.again(key)) {
    const error = ok === false ? `status 0x${a!.status.toString(16).padStart(4, '0')}` : ''
    sink.operation(key, { operation, object, access, ok, error, part: undefined })
  }
  switch (q.command) {
    case 0x0101:
    case 0x0121:
      if (ok) identify(textOf(a!.data.subarray(0, 16)), undefined, sink)
      return
    case 0x0131:
      state.user = wide(q.data.subarray(0, 0x28))
      sink.hint('client', 'user', state.user, 0.9)
      return
    case 0x0132:
      sink.say({ kind: 'login.tried', user: state.user, domain: '', method: 'MELSOFT security key', ok })
      return
    case 0x1001:
      sink.say({ kind: 'mode.changed', mode: 'run', by: 'command', detail: operation, ok })
      return
    case 0x1002:
    case 0x1003:
      sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail: operation, ok })
      return
    case 0x1006:
      sink.say({ kind: 'device.restarted', how: operation, ok })
      return
    case 0x1005:
    case 0x1120:
    case 0x1133:
      sink.say({ kind: 'configuration.changed', what: operation, value: '', ok })
      return
    default:
      moveFiles(q, a, ok, object, state, sink)
  }
}

const u16 = (data: Uint8Array, at: number): number => (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8)
const wide = (bytes: Uint8Array): string => utf16.decode(bytes).split('\0')[0]!.trim()

/** Path of a file: a drive, then a length in bytes and UTF-16. */
function nameIn(q: Melsoft): string | undefined {
  const at = q.command === 0x185f ? 8 : q.command === 0x1867 ? 12 : -1
  if (at < 0 || q.data.length < at) return undefined
  const length = u16(q.data, at - 2)
  return wide(q.data.subarray(at, at + length)).replace(/^\$MELPRJ\$\\/, '')
}

/** Files with this ending are what the controller executes; the others hold parameters, comments, sources. */
const PROGRAM = /\.prg$/i

function moveFiles(q: Melsoft, a: Melsoft | undefined, ok: boolean | undefined, name: string, state: MelsoftState, sink: Sink): void {
  switch (q.command) {
    case 0x1867:
      if (!ok || a === undefined) return
      if (state.files.size >= MAX_FILES) state.files.delete(state.files.keys().next().value!)
      state.files.set(u16(a.data, 0), name)
      return
    case 0x1868:
      if (ok && a !== undefined)
        moved(name, false, a.data.subarray(2, 2 + u16(a.data, 0)), u16(q.data, 2) + u16(q.data, 4) === 0, ok, state, sink)
      return
    case 0x1869:
      moved(name, true, q.data.subarray(8, 8 + u16(q.data, 6)), u16(q.data, 2) + u16(q.data, 4) === 0, ok, state, sink)
      return
    case 0x186a:
      closeFile(state, sink)
      return
    default:
  }
}

function moved(
  name: string,
  isWrite: boolean,
  data: Uint8Array,
  isStart: boolean,
  ok: boolean | undefined,
  state: MelsoftState,
  sink: Sink,
): void {
  if (PROGRAM.test(name))
    state.section = take(state.section, isWrite ? 'program.downloaded' : 'program.uploaded', name, 'program', data, ok, sink, isStart)
  else {
    state.file = movePart(state.file, name, isWrite ? 'to-server' : 'to-client', data, isStart, sink)
    if (isWrite && isStart) sink.say({ kind: 'configuration.changed', what: 'file', value: name, ok })
  }
}

function closeFile(state: MelsoftState, sink: Sink): void {
  if (state.section !== undefined) tell(state.section, sink)
  if (state.file !== undefined) tellFile(state.file, sink)
  state.section = undefined
  state.file = undefined
}

export const melsoft: Protocol<Melsoft, MelsoftState> = { dissector: melsoftDissector, observe, ended }
