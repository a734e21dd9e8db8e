/**
 * MC protocol and SLMP of Mitsubishi controllers: frames 3E, 4E (with a serial number) and those of CC-Link IE TSN.
 *
 *   | sub-header: 50 00 asks, D0 00 answers (3E) | network u8 | station u8 | module u16 | multidrop u8 | length u16 |
 *   | asks: timer u16, command u16, subcommand u16, data … | answers: end code u16, data … |   little-endian
 *   4E: 54 00 or D4 00, then serial u16 and 00 00 before the route; TSN: 68 00 or E8 00, three bytes more in the route
 *   ASCII: each byte as two hexadecimal digits, numbers with their highest digit first
 *
 * Spec: Mitsubishi SH-080956ENG §4 (frames), §5 (commands); SH-080008 §3 (MC protocol); CLPA BAP-C2006 (TSN).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import type { MovingFile } from '../moving-file.ts'
import type { Section } from '../program-section.ts'
import { Unanswered } from '../unanswered.ts'
import { type Coding, Digits, isDigit } from './digits.ts'
import { COMMANDS } from './melsec.table.ts'
import { type Request, readRequest } from './request.ts'

export type Melsec = {
  readonly frame: '3E' | '4E' | 'TSN'
  readonly coding: Coding
  readonly isAnswer: boolean
  /** 0 in 3E. */
  readonly serial: number
  readonly network: number
  readonly station: number
  readonly module: number
  readonly multidrop: number
  /** In answers the question's, where it is known. */
  readonly command: number
  readonly subcommand: number
  /** -1 in questions. */
  readonly endCode: number
  readonly request: Request | undefined
  /** The answer's data. */
  readonly data: Uint8Array
  readonly anomalies: readonly string[]
}

export type MelsecState = {
  readonly open: Unanswered<Melsec>
  /** What the client registered for monitoring. */
  monitored: Request | undefined
  section: Section | undefined
  file: MovingFile | undefined
  /** Names of open files by pointer; a handful at most. */
  readonly files: Map<number, string>
  /** Rows of the TSN log on their way; absent until the first. */
  rows: Map<string, { from: number; to: number; n: number; name: string; kind: string }> | undefined
}

/** Frames by their first number, as asked. */
const FRAMES: Readonly<Record<number, Melsec['frame']>> = { 0x50: '3E', 0x54: '4E', 0x68: 'TSN' }
/** Bytes before the length by frame (binary). */
const ROUTE_END: Readonly<Record<Melsec['frame'], number>> = { '3E': 7, '4E': 11, TSN: 14 }
/** SH-080956ENG §4: 2,000 bytes of data; TSN and labels take more. */
const MAX_FRAME = 16_384
const CLEAN: readonly string[] = []
const EMPTY = new Uint8Array(0)

export const dissector: Dissector<Melsec, MelsecState> = {
  name: 'melsec',
  ports: [
    'tcp/5000',
    'tcp/5002',
    'tcp/5007',
    'tcp/5010',
    'tcp/61451',
    'tcp/45239',
    'udp/5000',
    'udp/5006',
    'udp/61450',
    'udp/45237',
    'udp/45238',
    'udp/45239',
  ],
  maxFrame: MAX_FRAME,
  start: () => ({ open: new Unanswered(), monitored: undefined, section: undefined, file: undefined, files: new Map(), rows: undefined }),
  frame(head) {
    if (head.left < 2) return NEED_MORE
    return head.peek(1) === 0 ? binaryLength(head) : asciiLength(head)
  },
  key: keyIn,
  parse,
  side,
  staysOpen: (m) => m.frame === '3E' && m.command === 0x0e30,
}

function binaryLength(head: Reader): number {
  const first = head.peek()
  const frame = FRAMES[first & 0x7f]
  if (frame === undefined) return NOT_MINE
  const at = ROUTE_END[frame]
  if (head.left < at + 4) return NEED_MORE
  if (frame !== '3E' && head.peek(4) + head.peek(5) !== 0) return NOT_MINE
  const route = frame === '3E' ? 2 : 6
  if (!isModule(head.peek(route + 2) | (head.peek(route + 3) << 8))) return NOT_MINE
  const length = head.peek(at) | (head.peek(at + 1) << 8)
  if (first & 0x80) {
    // The end code alone, the failing request behind it, or an answer: never a byte less.
    if (length < 2 || length > MAX_FRAME - at - 2) return NOT_MINE
    return at + 2 + length
  }
  if (length < 6 || length > MAX_FRAME - at - 2) return NOT_MINE
  if (head.left < at + 8) return NEED_MORE
  const command = head.peek(at + 4) | (head.peek(at + 5) << 8)
  return COMMANDS[command] === undefined ? NOT_MINE : at + 2 + length
}

/** Own CPU, CPUs 1 to 4, control and standby systems, or an I/O address (SH-080956ENG §4.3). */
function isModule(module: number): boolean {
  return module < 0x200 || (module >= 0x3d0 && module <= 0x3e3) || module === 0x3ff
}

function asciiLength(head: Reader): number {
  const frame = asciiFrame(head)
  if (frame === undefined) return NOT_MINE
  const at = frame === '3E' ? 14 : 22
  for (let i = 4; i < Math.min(head.left, at + 8); i++) if (!isDigit(head.peek(i))) return NOT_MINE
  if (head.left < at + 8) return NEED_MORE
  const number = (i: number): number =>
    Number.parseInt(String.fromCharCode(head.peek(i), head.peek(i + 1), head.peek(i + 2), head.peek(i + 3)), 16)
  const route = frame === '3E' ? 4 : 12
  if (!isModule(number(route + 4))) return NOT_MINE
  const length = number(at)
  const isAnswer = head.peek() === 0x44
  if (length < (isAnswer ? 4 : 12) || length > MAX_FRAME - at - 4) return NOT_MINE
  if (!isAnswer) {
    if (head.left < at + 12) return NEED_MORE
    if (COMMANDS[number(at + 8)] === undefined) return NOT_MINE
  }
  return at + 4 + length
}

/** `5000`, `D000`, `5400`, `D400` */
function asciiFrame(head: Reader): Melsec['frame'] | undefined {
  const [a, b] = [head.peek(), head.peek(1)]
  if ((a !== 0x35 && a !== 0x44) || (b !== 0x30 && b !== 0x34)) return undefined
  if (head.left < 4 || head.peek(2) !== 0x30 || head.peek(3) !== 0x30) return undefined
  return b === 0x30 ? '3E' : '4E'
}

/** 4E and TSN number their questions; in 3E one is open at a time. */
function keyIn(head: Reader): number {
  const isAscii = head.peek(1) !== 0
  if (isAscii) {
    if (head.peek(1) === 0x30) return 0
    return (head.peek(4) << 24) | (head.peek(5) << 16) | (head.peek(6) << 8) | head.peek(7)
  }
  return (head.peek() & 0x7f) === 0x50 ? 0 : head.peek(2) | (head.peek(3) << 8) | 0x1_0000
}

function side(head: Reader): Side {
  const first = head.peek()
  return first === 0x44 || (first & 0x80) !== 0 ? 'server' : 'client'
}

function parse(r: Reader, ctx: Context<Melsec, MelsecState>): Melsec {
  const coding: Coding = r.peek(1) === 0 ? 'binary' : 'ascii'
  const d = new Digits(r, coding)
  // The sub-header keeps its order in both codings.
  const first = coding === 'ascii' ? d.u8('sub-header') : r.u8('sub-header')
  d.u8('sub-header, second byte')
  const frame = FRAMES[first & 0x7f] ?? '3E'
  const isAnswer = (first & 0x80) !== 0
  r.note(`${frame} ${coding}, ${isAnswer ? 'answer' : 'question'}`)
  const serial = frame === '3E' ? 0 : d.u16('serial number')
  if (frame !== '3E') d.u16('fixed')
  const network = d.u8('network')
  const station = d.u8('station')
  const module = d.u16('module')
  const multidrop = d.u8('multidrop station')
  if (frame === 'TSN') r.skip(3, 'route extension')
  const length = d.u16('length')
  const inner = d.r.left < length ? r.left : length
  const short = inner < length
  const endCode = isAnswer ? d.u16('end code') : -1
  if (!isAnswer) d.u16('monitoring timer')
  const { asked } = ctx
  // TSN repeats the command in its answers.
  const hasCommand = !isAnswer || frame === 'TSN'
  const command = hasCommand ? d.u16('command') : (asked?.command ?? -1)
  const subcommand = hasCommand ? d.u16('subcommand') : (asked?.subcommand ?? -1)
  if (hasCommand) r.note(COMMANDS[command]?.[0] ?? 'unknown')
  const request = isAnswer ? undefined : readRequest(command, subcommand, d)
  const data = isAnswer ? r.view(r.left, endCode === 0 ? 'answer' : 'error information') : EMPTY
  return {
    frame,
    coding,
    isAnswer,
    serial,
    network,
    station,
    module,
    multidrop,
    command,
    subcommand,
    endCode,
    request,
    data,
    anomalies:
      r.short || short ? ['truncated'] : r.left > 0 ? ['trailing-bytes'] : isAnswer && asked === undefined ? ['unsolicited'] : CLEAN,
  }
}
