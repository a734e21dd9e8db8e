/**
 * Objects read and written, behind the service's number:
 *
 *   | received 6 bits, state 2 | sent 6 bits, state 2 | 0 u16 |
 *   | 0 | transaction u8 | answer, abort, segmentation 2 bits, 4 reserved | command u8 | size of this segment u16 | 0 u16 | data … |
 *
 * The first segment of several begins with the size of the whole. By index: index u16, subindex u8, 0, value. Spec: EPSG DS 301 §6.3.
 */
import type { Reader } from '@isthmus/wire'
import { SDO, SDO_COMMANDS } from './powerlink.table.ts'

export type Sdo = {
  readonly received: number
  readonly receivedState: number
  readonly sent: number
  readonly sentState: number
  /** -1 where only sequence numbers are sent. */
  readonly command: number
  readonly transaction: number
  readonly isAnswer: boolean
  /** Zero where it went well. */
  readonly abort: number
  readonly isAbort: boolean
  /** 0 all in one, 1 first, 2 in between, 3 last. */
  readonly segmentation: number
  readonly segmentSize: number
  /** -1 where the message has no object; an answer takes that of its question. */
  readonly index: number
  readonly subindex: number
  readonly value: Uint8Array
}

const NOTHING = new Uint8Array(0)
const FIRST = 1
const ANSWER = 0x80
export const ABORT = 0x40

export function readSdo(r: Reader, asked: Sdo | undefined): Sdo {
  const first = r.u8('received')
  const second = r.u8('sent')
  r.u16le('reserved')
  const sequence = { received: first >> 2, receivedState: first & 3, sent: second >> 2, sentState: second & 3 }
  // Frames of Ethernet are padded with zeros, which is no command.
  if (r.left < 8 || (r.peek(3) === 0 && (r.peek(2) & ABORT) === 0)) return { ...EMPTY, ...sequence }
  r.u8('reserved')
  const transaction = r.u8('transaction')
  const flags = r.u8('flags')
  const command = r.u8('command')
  r.note(SDO_COMMANDS[command] ?? 'vendor specific')
  const segmentSize = r.u16le('segment')
  r.u16le('reserved')
  const segmentation = (flags >> 4) & 3
  const isAnswer = (flags & ANSWER) !== 0
  const isAbort = (flags & ABORT) !== 0
  const m = { ...EMPTY, ...sequence, transaction, command, segmentSize, segmentation, isAnswer, isAbort }
  if (segmentation === FIRST && !isAbort) r.u32le('size of all')
  const body = r.sub(segmentSize, 'data')
  if (isAbort) m.abort = body.u32le('abort code')
  else if (!isAnswer && segmentation <= FIRST && (command === SDO.write || command === SDO.read)) {
    m.index = body.u16le('index')
    m.subindex = body.u8('subindex')
    body.u8('reserved')
  }
  if (isAnswer && asked !== undefined) {
    m.index = asked.index
    m.subindex = asked.subindex
  }
  m.value = body.view(body.left, 'value')
  return m
}

const EMPTY: { -readonly [K in keyof Sdo]: Sdo[K] } = {
  received: 0,
  receivedState: 0,
  sent: 0,
  sentState: 0,
  command: -1,
  transaction: 0,
  isAnswer: false,
  abort: 0,
  isAbort: false,
  segmentation: 0,
  segmentSize: 0,
  index: -1,
  subindex: 0,
  value: NOTHING,
}
