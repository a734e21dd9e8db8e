/**
 * RTSP: a viewer asks a camera or recorder for streams, in messages of HTTP's form; the media may come between them.
 *
 *   request: METHOD SP url SP RTSP/1.0 CRLF, fields, CRLF, body        response: RTSP/1.0 SP code SP reason CRLF, fields, CRLF, body
 *   interleaved: "$" channel u8, length u16, data
 *
 * Spec: RFC 2326 §4 to §12, RFC 7826 §5, §14 (interleaved data).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { readFields } from '../http/head.ts'
import { takeLine } from '../text-line.ts'
import { Unanswered } from '../unanswered.ts'

export type Rtsp = {
  kind: 'request' | 'response' | 'data'
  method: string
  url: string
  status: number
  reason: string
  /** Names in lower case, in order; values as bytes. */
  fields: (readonly [name: string, value: string])[]
  /** The description of a session (SDP); empty when the body is another or cut. */
  description: string
  bodyBytes: number
  channel: number
  /** As it came; borrowed. */
  bytes: Uint8Array
  anomalies: string[]
}

export type RtspState = { isOpen: boolean; readonly open: Unanswered<Rtsp>; log: unknown }

const MAX_HEAD = 65_536
const MAX_MESSAGE = 98_304
const MAX_URL = 1024
const DOLLAR = 0x24
const VERSION = / RTSP\/\d\.\d$/
const METHODS = [
  ...['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'PAUSE', 'TEARDOWN', 'ANNOUNCE', 'RECORD', 'REDIRECT', 'GET_PARAMETER', 'SET_PARAMETER'],
  'PLAY_NOTIFY',
]

export const dissector: Dissector<Rtsp, RtspState> = {
  name: 'rtsp',
  ports: ['tcp/554'],
  maxFrame: MAX_MESSAGE,
  start: () => ({ isOpen: false, open: new Unanswered<Rtsp>(), log: undefined }),
  frame(head, ctx) {
    if (head.peek() === DOLLAR && ctx.state.isOpen) {
      if (head.left < 4) return NEED_MORE
      return 4 + ((head.peek(2) << 8) | head.peek(3))
    }
    const text = byteText(head.bytes.subarray(head.at, Math.min(head.end, head.at + MAX_HEAD)))
    const start = startOf(text)
    if (start <= 0) return start
    const lead = /^[\r\n]*/.exec(text)![0].length
    const end = /\r?\n\r?\n/.exec(text.slice(lead))
    if (end === null) return text.length >= MAX_HEAD ? NOT_MINE : NEED_MORE
    const headLength = lead + end.index + end[0].length
    return headLength + Number(/\ncontent-length[ \t]*:[ \t]*(\d{1,9})/i.exec(text.slice(0, headLength))?.[1] ?? 0)
  },
  key(head) {
    if (head.peek() === DOLLAR) return undefined
    const text = byteText(head.bytes.subarray(head.at, Math.min(head.end, head.at + 4096)))
    const seq = /\ncseq[ \t]*:[ \t]*(\d{1,10})/i.exec(text)?.[1]
    return seq === undefined ? undefined : Number(seq)
  },
  parse(r, { state }) {
    const m: Rtsp = {
      kind: 'data',
      method: '',
      url: '',
      status: 0,
      reason: '',
      fields: [],
      description: '',
      bodyBytes: 0,
      channel: 0,
      bytes: r.bytes.subarray(r.at, r.end),
      anomalies: [],
    }
    if (r.peek() === DOLLAR && state.isOpen) {
      r.u8('interleaved')
      m.channel = r.u8('channel')
      m.bodyBytes = r.u16('length')
      r.view(m.bodyBytes, 'data')
      if (r.short) m.anomalies.push('truncated')
      return m
    }
    state.isOpen = true
    readMessage(r, m)
    // A request waits for its answer: the packet it came in is not kept for that.
    if (m.kind === 'request') m.bytes = m.bytes.slice()
    return m
  },
  side(head) {
    const text = byteText(head.bytes.subarray(head.at, Math.min(head.end, head.at + 16)))
    return text.startsWith('RTSP/') ? 'server' : METHODS.slice(0, 6).some((m) => text.startsWith(`${m} `)) ? 'client' : undefined
  },
  resync(bytes) {
    return byteText(bytes.subarray(0, MAX_HEAD)).search(/RTSP\/1\.0 \d{3} |(?:OPTIONS|DESCRIBE|SETUP|PLAY|TEARDOWN|GET_PARAMETER) rtsp:/)
  },
}

function startOf(text: string): number {
  const lead = text.replace(/^[\r\n]{1,8}/, '')
  if (lead === '') return NEED_MORE
  const stop = lead.indexOf('\n')
  const line = (stop < 0 ? lead : lead.slice(0, stop)).trimEnd()
  if (/^RTSP\/\d\.\d \d{3}/.test(line)) return 1
  if (stop >= 0) return VERSION.test(line) && METHODS.includes(line.slice(0, line.indexOf(' '))) ? 1 : NOT_MINE
  if ('RTSP/1.0 '.startsWith(line.slice(0, 9))) return NEED_MORE
  const blank = line.indexOf(' ')
  if (blank < 0) return METHODS.some((m) => m.startsWith(line)) ? NEED_MORE : NOT_MINE
  // OPTIONS is HTTP's as well: the target must be of this protocol.
  return METHODS.includes(line.slice(0, blank)) && /^(?:rtspu?:|\*|$|r|rt|rts|rtsp)/.test(line.slice(blank + 1)) ? NEED_MORE : NOT_MINE
}

function readMessage(r: Reader, m: Rtsp): void {
  while (r.left > 0 && (r.peek() === 13 || r.peek() === 10)) r.skip(1, 'empty line')
  const line = takeLine(r, 'start line').trimEnd()
  const response = /^RTSP\/\d\.\d +(\d{3}) *(.*)$/s.exec(line)
  if (response !== null) {
    m.kind = 'response'
    m.status = Number(response[1])
    m.reason = response[2]!
  } else {
    const [method = '', url = ''] = line.split(' ', 3)
    m.kind = 'request'
    m.method = method
    m.url = url.slice(0, MAX_URL)
    if (!VERSION.test(line)) m.anomalies.push('bad-start-line')
  }
  readFields(r, m.fields)
  const announced = Number.parseInt(fieldOf(m, 'content-length') ?? '0', 10) || 0
  m.bodyBytes = r.left
  if (announced > r.left) m.anomalies.push('truncated')
  else if (/^application\/sdp/i.test(fieldOf(m, 'content-type') ?? '')) m.description = byteText(r.view(r.left, 'description'))
  if (r.left > 0) r.view(r.left, 'body')
}

export function fieldOf(m: Rtsp, name: string): string | undefined {
  for (const [key, value] of m.fields) if (key === name) return value
  return undefined
}
