/**
 * MC protocol, frame 1E: what controllers of the A series (and FX) speak.
 *
 *   | command u8 | PC u8 | timer u16 | device number u32, device u16, elements u8, 00 … |   little-endian
 *   answers: | command + 80 u8 | end code u8 | data … |
 *
 * Spec: Mitsubishi SH-080008 §18 (1E). Nothing in a frame states its length: a question's follows from its command, an
 * answer's from its question. ASCII 1E is not read.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import type { Protocol, Sink } from '../protocol.ts'
import { eachValue, type Span, spanText } from './digits.ts'
import { COMMANDS_1E, DEVICES_1E } from './melsec.table.ts'

export type OneE = {
  readonly command: number
  readonly isAnswer: boolean
  readonly endCode: number
  readonly span: Span | undefined
  readonly data: Uint8Array
  readonly anomalies: readonly string[]
}
/** The question in flight: 1E has one at a time. */
export type OneEState = { asked: OneE | undefined }

const MAX_FRAME = 1024
const HEAD = 12
const CLEAN: readonly string[] = []
const hasDevice = (command: number): boolean => command <= 0x03

export const oneEDissector: Dissector<OneE, OneEState> = {
  name: 'melsec-1e',
  ports: ['tcp/5551', 'udp/5551', 'tcp/5001', 'udp/5001'],
  maxFrame: MAX_FRAME,
  start: () => ({ asked: undefined }),
  frame(head, ctx) {
    if (head.left < 2) return NEED_MORE
    const first = head.peek()
    if (first & 0x80) {
      // Only what answers a question that was understood.
      const { asked } = ctx.state
      if (asked === undefined || asked.command !== (first & 0x7f)) return NOT_MINE
      return Math.min(answerLength(asked, head.peek(1)), ctx.flow.transport === 'udp' ? head.left : MAX_FRAME)
    }
    if (!hasDevice(first) || head.peek(1) !== 0xff)
      return first >= 0x13 && first <= 0x15 && head.left === 4 && head.peek(1) === 0xff ? 4 : NOT_MINE
    if (head.left < HEAD) return NEED_MORE
    if (!DEVICES_1E.has((head.peek(9) << 8) | head.peek(8)) || head.peek(7) !== 0 || head.peek(11) !== 0) return NOT_MINE
    const count = head.peek(10) || 256
    return first < 2 ? HEAD : HEAD + (first === 2 ? (count + 1) >> 1 : count * 2)
  },
  key: () => 0,
  parse,
  side: (head) => (head.peek() & 0x80 ? 'server' : 'client'),
}

function answerLength(asked: OneE, endCode: number): number {
  if (endCode === 0x5b) return 4
  if (endCode !== 0) return 2
  const count = asked.span?.count ?? 0
  return 2 + (asked.command === 0 ? (count + 1) >> 1 : asked.command === 1 ? count * 2 : asked.command === 0x15 ? 2 : 0)
}

function parse(r: Reader, ctx: Context<OneE, OneEState>): OneE {
  const first = r.u8('sub-header')
  const command = first & 0x7f
  r.note(COMMANDS_1E[command]?.[0] ?? 'unknown')
  const isAnswer = (first & 0x80) !== 0
  if (isAnswer) {
    const endCode = r.u8('end code')
    return { command, isAnswer, endCode, span: undefined, data: r.view(r.left, 'answer'), anomalies: r.short ? ['truncated'] : CLEAN }
  }
  r.u8('PC')
  r.u16le('monitoring timer')
  let span: Span | undefined
  if (hasDevice(command)) {
    const number = r.u32le('device number')
    const code = r.u16le('device')
    const device = DEVICES_1E.get(code)
    const count = r.u8('elements') || 256
    r.skip(1, 'fixed')
    if (device !== undefined) span = { device, number, count, unit: (command & 1) === 0 ? 'bit' : 'word' }
  }
  const m: OneE = {
    command,
    isAnswer,
    endCode: -1,
    span,
    data: r.view(r.left, 'values').slice(),
    anomalies: r.short ? ['truncated'] : CLEAN,
  }
  ctx.state.asked = m
  return m
}

function observe({ message: m, asked }: SeenMessage<OneE, OneEState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`melsec-1e.${name}`)
  if (!m.isAnswer || asked === undefined) return
  const ok = m.endCode === 0
  const object = asked.span === undefined ? '' : spanText(asked.span)
  const key = `${asked.command}/${m.endCode}/${object}`
  if (!sink.again(key)) {
    const [operation, access] = COMMANDS_1E[asked.command] ?? [`command ${asked.command}`, 'unknown' as const]
    sink.operation(key, { operation, object, access, ok, error: ok ? '' : `end code 0x${m.endCode.toString(16)}`, part: undefined })
  }
  if (asked.span !== undefined && asked.command < 2 && ok && !sink.sameBytes(key, m.data))
    eachValue(asked.span, 'binary', m.data, 0, (tag, value, type) => sink.read(tag, value, type))
  else if (asked.span !== undefined && asked.command >= 2)
    eachValue(asked.span, 'binary', asked.data, 0, (tag, value, type) => sink.wrote(tag, value, type, ok))
  else if (asked.command === 0x13) sink.say({ kind: 'mode.changed', mode: 'run', by: 'command', detail: 'remote run', ok })
  else if (asked.command === 0x14) sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'remote stop', ok })
  else if (asked.command === 0x15 && ok) {
    sink.hint('server', 'vendor', 'Mitsubishi Electric', 0.9)
    sink.hint('server', 'type', 'plc', 0.9)
    sink.hint('server', 'model', `type code 0x${(m.data[0] ?? 0).toString(16)}`, 0.6)
  }
}

export const melsecOneE: Protocol<OneE, OneEState> = { dissector: oneEDissector, observe }
