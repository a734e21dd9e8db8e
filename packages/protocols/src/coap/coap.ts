/**
 * CoAP: requests to the resources of small devices, over UDP.
 *
 *   | version 2 bits, type 2, token length 4 | code u8 | message id u16 | token | options | 0xff payload |   big-endian
 *   option: | delta 4 bits, length 4 | (more delta) | (more length) | value |
 *
 * Spec: RFC 7252 §3 (format), §5.10 (options); RFC 7641 (observe).
 */
import { type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { byteText, hexText } from '../byte-text.ts'
import { isAtPort } from '../own-port.ts'
import { OPTION, OPTIONS } from './coap.table.ts'

const CLEAN: readonly string[] = []
const HEADER = 4
const PORT = 5683
const MAX_OPTIONS = 64

export type Coap = {
  /** 0 confirmable, 1 non-confirmable, 2 acknowledgment, 3 reset; -1 over TCP. */
  readonly type: number
  /** Class in the upper three bits: 0 request (0.00 empty), 2 4 5 response, 7 a connection's own (TCP). */
  readonly code: number
  /** 0 over TCP. */
  readonly id: number
  /** Hex; '' without. */
  readonly token: string
  host: string
  /** Without the slash before it; -1 in the numbers where absent. */
  path: string
  query: string
  proxy: string
  observe: number
  format: number
  accept: number
  /** Block options as sent; -1 where absent. */
  block1: number
  block2: number
  isProtected: boolean
  /** Numbers and lengths of all options. */
  readonly options: number[]
  /** Borrowed. */
  payload: Uint8Array
  anomalies: readonly string[]
}

export type CoapState = { isKnown: boolean; memory: unknown }

const NO_BYTES = new Uint8Array(0)

export const dissector: Dissector<Coap, CoapState> = {
  name: 'coap',
  ports: [`udp/${PORT}`],
  maxFrame: 65_535,
  start: () => ({ isKnown: false, memory: undefined }),
  frame(head, { flow, state }) {
    if (head.left < HEADER) return NEED_MORE
    const first = head.peek()
    const code = head.peek(1)
    if (first >> 6 !== 1 || (first & 15) > 8) return NOT_MINE
    const kind = code >> 5
    if (kind !== 0 && kind !== 2 && kind !== 4 && kind !== 5) return NOT_MINE
    if (code === 0) return head.left === HEADER ? HEADER : NOT_MINE
    if (kind === 0 && code > 7) return NOT_MINE
    if (state.isKnown || isAtPort(flow, PORT)) return head.left
    return isPlain(head) ? head.left : NOT_MINE
  },
  parse(r, { state }) {
    const first = r.u8('version, type, token length')
    const code = r.u8('code')
    r.note(codeText(code))
    const id = r.u16('message id')
    const m = message((first >> 4) & 3, code, id, hexText(r.view(first & 15, 'token')))
    readOptions(r, m)
    if (r.short) m.anomalies = ['malformed']
    else state.isKnown = true
    return m
  },
  side(head) {
    const code = head.peek(1)
    return code === 0 ? undefined : code >> 5 === 0 ? 'client' : 'server'
  },
}

/** Nothing in it yet. */
export function message(type: number, code: number, id: number, token: string): Coap {
  return {
    type,
    code,
    id,
    token,
    host: '',
    path: '',
    query: '',
    proxy: '',
    observe: -1,
    format: -1,
    accept: -1,
    block1: -1,
    block2: -1,
    isProtected: false,
    options: [],
    payload: NO_BYTES,
    anomalies: CLEAN,
  }
}

/** On a port that is not ours: a request for a named resource, in which every option is known and every text is text. */
function isPlain(head: Reader): boolean {
  const r = new Reader(head.bytes, head.at, head.end)
  const first = r.u8()
  const code = r.u8()
  if (code === 0 || code > 7 || first >> 4 > 5) return false
  r.skip(2 + (first & 15))
  let number = 0
  let isNamed = false
  while (r.left > 0 && r.peek() !== 0xff) {
    const byte = r.u8()
    number += extended(r, byte >> 4)
    const length = extended(r, byte & 15)
    const known = OPTIONS[number]
    if (known === undefined || length > known[1]) return false
    const value = r.view(length)
    if (number !== OPTION.uriPath && number !== OPTION.uriHost && number !== OPTION.uriQuery) continue
    for (const b of value) if (b < 0x20 || b > 0x7e) return false
    isNamed ||= number === OPTION.uriPath && length > 0
  }
  // A marker without a payload is an error (RFC 7252 §3).
  return isNamed && !r.short && r.left !== 1
}

export function readOptions(r: Reader, m: Coap): void {
  let number = 0
  const path: string[] = []
  const query: string[] = []
  while (r.left > 0) {
    const byte = r.u8('option')
    if (byte === 0xff) {
      m.payload = r.view(r.left, 'payload')
      if (m.payload.length === 0) r.short = true
      break
    }
    const delta = extended(r, byte >> 4)
    const length = extended(r, byte & 15)
    number += delta
    if (delta < 0 || length < 0 || r.short || m.options.length >= MAX_OPTIONS) {
      r.short = true
      break
    }
    const value = r.view(length, OPTIONS[number]?.[0] ?? 'unknown option')
    m.options.push(number)
    switch (number) {
      case OPTION.uriHost:
        m.host = byteText(value)
        break
      case OPTION.uriPath:
        path.push(byteText(value))
        break
      case OPTION.uriQuery:
        query.push(byteText(value))
        break
      case OPTION.proxyUri:
        m.proxy = byteText(value)
        break
      case OPTION.observe:
        m.observe = whole(value)
        break
      case OPTION.contentFormat:
        m.format = whole(value)
        break
      case OPTION.accept:
        m.accept = whole(value)
        break
      case OPTION.block1:
        m.block1 = whole(value)
        break
      case OPTION.block2:
        m.block2 = whole(value)
        break
      case OPTION.oscore:
        m.isProtected = true
        break
      default:
    }
  }
  m.path = path.join('/')
  m.query = query.join('&')
}

/** RFC 7252 §3.1: 13 and 14 say how many bytes more, 15 is reserved. */
function extended(r: Reader, nibble: number): number {
  if (nibble < 13) return nibble
  if (nibble === 13) return 13 + r.u8('extended')
  return nibble === 14 ? 269 + r.u16('extended') : -1
}

function whole(bytes: Uint8Array): number {
  let value = 0
  for (const b of bytes.subarray(0, 4)) value = value * 256 + b
  return value
}

/** `0.01`, `2.05` */
export function codeText(code: number): string {
  return `${code >> 5}.${String(code & 31).padStart(2, '0')}`
}
