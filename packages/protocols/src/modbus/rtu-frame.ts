/**
 * Frames of Modbus RTU: no length and no start, only a checksum at the end. Question and answer of one function have other
 * lengths: the one whose checksum fits is it.
 *
 *   | unit u8 | function u8 | data … | CRC-16 little-endian |
 *
 * Spec: MODBUS over Serial Line V1.02, §2.5.1 (frame), §6.2.2 (CRC).
 */
import type { Reader, Side } from '@isthmus/wire'
import { crc16 } from '../crc16.ts'

const UNKNOWN = -1
const WAITS = 0

/** Bytes of a question with this function, checksum included; `WAITS` while its own count is not there. */
function questionLength(head: Reader, code: number): number {
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 8:
      return 8
    case 7:
    case 11:
    case 12:
    case 17:
      return 4
    case 15:
    case 16:
      return head.left > 6 ? 9 + head.peek(6) : WAITS
    case 20:
    case 21:
      return head.left > 2 ? 5 + head.peek(2) : WAITS
    case 22:
      return 10
    case 23:
      return head.left > 10 ? 13 + head.peek(10) : WAITS
    case 24:
      return 6
    case 43:
      return 7
    default:
      return UNKNOWN
  }
}

/** Bytes of an answer or an exception. */
function answerLength(head: Reader, byte: number): number {
  if (byte & 0x80) return questionLength(head, byte & 0x7f) === UNKNOWN ? UNKNOWN : 5
  switch (byte) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 12:
    case 17:
    case 20:
    case 21:
    case 23:
      return head.left > 2 ? 5 + head.peek(2) : WAITS
    case 5:
    case 6:
    case 8:
    case 11:
    case 15:
    case 16:
      return 8
    case 7:
      return 5
    case 22:
      return 10
    case 24:
      return head.left > 3 ? 6 + ((head.peek(2) << 8) | head.peek(3)) : WAITS
    default:
      return UNKNOWN
  }
}

/** Bytes of the frame at the cursor, 0 while more must come, -1 for what is none. `from` undefined while nobody knows. */
export function rtuLength(head: Reader, from: Side | undefined): number {
  if (head.left < 2) return WAITS
  const byte = head.peek(1)
  // §2.2: 248 to 255 are reserved.
  if (head.peek(0) > 247) return UNKNOWN
  const question = byte & 0x80 || from === 'server' ? UNKNOWN : questionLength(head, byte)
  const answer = from === 'client' ? UNKNOWN : answerLength(head, byte)
  if (question > 0 && isWhole(head, question) && isPossible(head, byte)) return question
  if (answer > 0 && isWhole(head, answer)) return answer
  return question === WAITS || answer === WAITS || question > head.left || answer > head.left ? WAITS : UNKNOWN
}

/** Other serial protocols end in the same checksum: counts and values must be what the function allows (§6.1 to §6.5). */
function isPossible(head: Reader, code: number): boolean {
  const value = (head.peek(4) << 8) | head.peek(5)
  // ROC's empty questions have a zero where the count has its low byte.
  if (code <= 2) return value >= 1 && value <= 2000 && (value & 0xff) !== 0
  if (code <= 4) return value >= 1 && value <= 125
  return code !== 5 || value === 0 || value === 0xff00
}

/** True for the usual question, whose zero bytes a reader of Modbus/TCP could take for its header. */
export function isRtuRequest(head: Reader): boolean {
  const code = head.peek(1)
  return code >= 1 && code <= 6 && isPossible(head, code) && isWhole(head, 8)
}

/**
 * The same on a port that is not its own: a question whose counts agree with one another. Other serial protocols end in the same
 * checksum: a single register written is any four bytes, and tells nothing.
 */
export function openingLength(head: Reader, from: Side): number {
  if (head.left === 0) return WAITS
  if (from === 'server' || head.peek() === 0 || head.peek() > 247) return UNKNOWN
  if (head.left < 2) return WAITS
  const code = head.peek(1)
  if (code === 0 || code === 6 || (code > 6 && code !== 15 && code !== 16)) return UNKNOWN
  const isBlock = code > 6
  if (head.left < (isBlock ? 7 : 6)) return WAITS
  const count = (head.peek(4) << 8) | head.peek(5)
  const bytes = head.peek(6)
  const agrees = isBlock ? bytes === (code === 15 ? (count + 7) >> 3 : count * 2) && count > 0 : isPossible(head, code)
  const length = isBlock ? 9 + bytes : 8
  if (!agrees) return UNKNOWN
  return length > head.left ? WAITS : isWhole(head, length) ? length : UNKNOWN
}

/** True when `length` bytes end in their checksum. */
export function isWhole(head: Reader, length: number): boolean {
  if (length > head.left) return false
  return (head.peek(length - 2) | (head.peek(length - 1) << 8)) === crc16(head.bytes, head.at, head.at + length - 2, 0xffff)
}
