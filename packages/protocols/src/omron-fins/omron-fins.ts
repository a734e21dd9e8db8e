/**
 * FINS: commands to controllers of Omron and their answers, over UDP as they are, over TCP in an envelope.
 *
 *   | ICF u8 | reserved u8 = 0 | gateways u8 | to: network u8, node u8, unit u8 | from: network u8, node u8, unit u8 |
 *   | service id u8 | command u16 | end code u16 (answers) | data … |                                   big-endian
 *   TCP: | "FINS" | length u32 of what follows | command u32 | error u32 | a FINS frame, or node addresses |
 *
 * Spec: OMRON W227 §5-1 (frames), §5-3 (commands), W420 §7-4 (FINS/TCP).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import type { MovingFile } from '../moving-file.ts'
import type { Section } from '../program-section.ts'
import { Unanswered } from '../unanswered.ts'
import { type Body, NOTHING } from './bodies.ts'
import { COMMANDS } from './fins.table.ts'
import { readAnswer } from './read-answer.ts'
import { readCommand } from './read-command.ts'

export type Envelope = {
  readonly length: number
  readonly command: number
  readonly error: number
  readonly client: number
  readonly server: number
}

export type Fins = {
  /** FINS/TCP's own header. */
  readonly envelope: Envelope | undefined
  /** -1 where the envelope holds no frame. */
  readonly command: number
  readonly isAnswer: boolean
  readonly isGateway: boolean
  readonly wantsAnswer: boolean
  readonly gateways: number
  /** Network, node, unit. */
  readonly to: readonly [number, number, number]
  readonly from: readonly [number, number, number]
  readonly service: number
  /** -1 in commands. */
  readonly endCode: number
  readonly body: Body
  readonly anomalies: readonly string[]
}

export type FinsState = {
  readonly open: Unanswered<Fins>
  section: Section | undefined
  file: MovingFile | undefined
  /** The controller's mode as it last stated it. */
  mode: number
}

const HEADER = 12
const ENVELOPE = 16
/** W420: 2,012 bytes of data; newer units take longer frames. */
const MAX_FRAME = 8192
const MAGIC = [0x46, 0x49, 0x4e, 0x53]
const FRAME_SEND = 2
const CLEAN: readonly string[] = []

export const dissector: Dissector<Fins, FinsState> = {
  name: 'omron-fins',
  ports: ['udp/9600', 'tcp/9600'],
  maxFrame: MAX_FRAME,
  start: () => ({ open: new Unanswered(), section: undefined, file: undefined, mode: -1 }),
  frame(head, ctx) {
    if (ctx.flow.transport === 'udp') return frameOf(head)
    for (let i = 0; i < MAGIC.length && i < head.left; i++) if (head.peek(i) !== MAGIC[i]) return NOT_MINE
    if (head.left < 8) return NEED_MORE
    if (head.peek(4) !== 0 || head.peek(5) !== 0) return NOT_MINE
    const length = (head.peek(6) << 8) | head.peek(7)
    return length >= 8 && length <= MAX_FRAME - 8 ? 8 + length : NOT_MINE
  },
  key(head) {
    const at = head.peek() === MAGIC[0] ? ENVELOPE : 0
    return head.left < at + HEADER ? undefined : keyOf(head.peek(at + 9), (head.peek(at + 10) << 8) | head.peek(at + 11))
  },
  parse,
  side,
}

/** Fixed bits of the header and a known command: 30 bits that rubbish would have to guess. */
function frameOf(head: Reader): number {
  if (head.left < HEADER) return NOT_MINE
  const icf = head.peek()
  if ((icf & 0xbe) !== 0x80 || head.peek(1) !== 0 || head.peek(2) > 7 || head.peek(3) > 127 || head.peek(6) > 127) return NOT_MINE
  if (COMMANDS[(head.peek(10) << 8) | head.peek(11)] === undefined) return NOT_MINE
  return (icf & 0x40) === 0 || head.left >= HEADER + 2 ? head.left : NOT_MINE
}

export const keyOf = (service: number, command: number): number => (service << 16) | command

/** A command comes from a client, an answer from a server; in the envelope, a node address is asked for by the client. */
function side(head: Reader): Side | undefined {
  if (head.peek() !== MAGIC[0]) return (head.peek() & 0x40) === 0 ? 'client' : 'server'
  const command = head.peek(11)
  if (command === FRAME_SEND && head.left > ENVELOPE) return (head.peek(ENVELOPE) & 0x40) === 0 ? 'client' : 'server'
  return command === 0 ? 'client' : command === 1 ? 'server' : undefined
}

function parse(r: Reader, ctx: Context<Fins, FinsState>): Fins {
  let envelope: Envelope | undefined
  if (r.peek() === MAGIC[0] && ctx.flow.transport === 'tcp') {
    r.text(4, 'magic')
    const length = r.u32('length')
    const command = r.u32('FINS/TCP command')
    const error = r.u32('FINS/TCP error')
    const client = command < FRAME_SEND && r.left >= 4 ? r.u32('client node') : -1
    const server = command === 1 && r.left >= 4 ? r.u32('server node') : -1
    envelope = { length, command, error, client, server }
    if (command !== FRAME_SEND) return withoutFrame(envelope, r.short)
  }
  const icf = r.u8('ICF')
  r.skip(1, 'reserved')
  const gateways = r.u8('gateway count')
  const to = readAddress(r, 'to')
  const from = readAddress(r, 'from')
  const service = r.u8('service id')
  const command = r.u16('command')
  r.note(COMMANDS[command]?.[0] ?? 'unknown')
  const isAnswer = (icf & 0x40) !== 0
  const endCode = isAnswer ? r.u16('end code') : -1
  // What a refusing controller sends after the end code is not the answer's body.
  const body = !isAnswer
    ? readCommand(command, r)
    : (endCode & 0x7f3f) === 0 || r.left > 0 || command === 0x0101
      ? readAnswer(command, r)
      : NOTHING
  return {
    envelope,
    command,
    isAnswer,
    isGateway: icf >> 7 === 1,
    wantsAnswer: (icf & 1) === 0,
    gateways,
    to,
    from,
    service,
    endCode,
    body,
    anomalies: judge(r, command),
  }
}

function readAddress(r: Reader, label: string): readonly [number, number, number] {
  return [r.u8(`${label}: network`), r.u8(`${label}: node`), r.u8(`${label}: unit`)]
}

function judge(r: Reader, command: number): readonly string[] {
  if (!r.short && COMMANDS[command] !== undefined) return CLEAN
  const found: string[] = []
  if (r.short) found.push('truncated')
  if (COMMANDS[command] === undefined) found.push('unknown-command')
  return found
}

const NOWHERE: readonly [number, number, number] = [0, 0, 0]
function withoutFrame(envelope: Envelope, isShort: boolean): Fins {
  return {
    envelope,
    command: -1,
    isAnswer: envelope.command === 1,
    isGateway: false,
    wantsAnswer: false,
    gateways: 0,
    to: NOWHERE,
    from: NOWHERE,
    service: 0,
    endCode: -1,
    body: NOTHING,
    anomalies: isShort ? ['truncated'] : CLEAN,
  }
}
