/**
 * CoAP over TCP: no types and no message ids, a length instead; both sides begin by telling what they can (CSM).
 *
 *   | length 4 bits, token length 4 | (more length: 1, 2 or 4 bytes) | code u8 | token | options | 0xff payload |   big-endian
 *
 * Spec: RFC 8323 §3.2 (format), §5 (signals).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { isAtPort } from '../own-port.ts'
import { type Coap, type CoapState, codeText, message, readOptions } from './coap.ts'

const PORT = 5683
const MAX_FRAME = 1 << 20
const CSM = 0xe1
/** Signals 7.01 to 7.05. */
const LAST_SIGNAL = 0xe5
/** What a length nibble of 13, 14 and 15 adds to the bytes that follow. */
const MORE = [13, 269, 65_805] as const
const MAX_MESSAGE_SIZE = 2
const BLOCK_WISE = 4

export const dissector: Dissector<Coap, CoapState> = {
  name: 'coap-tcp',
  ports: [`tcp/${PORT}`],
  maxFrame: MAX_FRAME,
  start: () => ({ isKnown: false, memory: undefined }),
  frame(head, { flow, state }) {
    if (head.left < 2) return NEED_MORE
    const first = head.peek()
    if ((first & 15) > 8) return NOT_MINE
    const more = moreBytes(first >> 4)
    if (head.left < 2 + more) return state.isKnown || isAtPort(flow, PORT) ? NEED_MORE : NOT_MINE
    const code = head.peek(1 + more)
    if (!isCode(code)) return NOT_MINE
    const length = 2 + more + (first & 15) + bodyLength(head, first >> 4)
    if (length > MAX_FRAME) return NOT_MINE
    if (state.isKnown) return length
    if (head.left < length) return isAtPort(flow, PORT) ? NEED_MORE : NOT_MINE
    return code === CSM
      ? isOpening(head, length, isAtPort(flow, PORT))
        ? length
        : NOT_MINE
      : isAtPort(flow, PORT) && isWhole(head, length)
        ? length
        : NOT_MINE
  },
  parse,
  side(head) {
    const code = head.peek(1 + moreBytes(head.peek() >> 4))
    const kind = code >> 5
    return code === 0 || kind === 7 ? undefined : kind === 0 ? 'client' : 'server'
  },
}

function parse(r: Reader, { state }: Pick<Context<Coap, CoapState>, 'state'>): Coap {
  const first = r.u8('length, token length')
  r.skip(moreBytes(first >> 4), 'more length')
  const code = r.u8('code')
  r.note(codeText(code))
  const m = message(-1, code, 0, hexText(r.view(first & 15, 'token')))
  // Options of signals are numbered anew.
  if (code >> 5 === 7) r.view(r.left, 'signal')
  else readOptions(r, m)
  if (r.short) m.anomalies = ['malformed']
  else state.isKnown = true
  return m
}

const moreBytes = (nibble: number): number => (nibble < 13 ? 0 : 1 << (nibble - 13))

function isCode(code: number): boolean {
  const kind = code >> 5
  return kind === 0 ? code <= 7 : kind === 7 ? code >= CSM && code <= LAST_SIGNAL : kind === 2 || kind === 4 || kind === 5
}

function bodyLength(head: Reader, nibble: number): number {
  const more = moreBytes(nibble)
  if (more === 0) return nibble
  let length = 0
  for (let i = 1; i <= more; i++) length = length * 256 + head.peek(i)
  return length + MORE[nibble - 13]!
}

/** Only the two options that there are; on other ports the one of them that has a value. */
function isOpening(head: Reader, length: number, isAtHome: boolean): boolean {
  const r = new Reader(head.bytes, head.at, head.at + length)
  if ((r.u8() & 15) !== 0 || r.u8() !== CSM) return false
  let number = 0
  let isSized = false
  while (r.left > 0) {
    const byte = r.u8()
    number += byte >> 4
    const bytes = byte & 15
    if (number === MAX_MESSAGE_SIZE && bytes > 0 && bytes <= 4) isSized = true
    else if (number !== BLOCK_WISE || bytes !== 0) return false
    r.skip(bytes)
  }
  return !r.short && (isSized || isAtHome)
}

function isWhole(head: Reader, length: number): boolean {
  return parse(new Reader(head.bytes, head.at, head.at + length), { state: { isKnown: false, memory: undefined } }).anomalies.length === 0
}
