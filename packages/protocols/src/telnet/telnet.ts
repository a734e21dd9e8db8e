/**
 * Telnet: a terminal's characters in clear, with commands between them.
 *
 *   data … | IAC 0xff, command u8 [, option u8] | IAC SB option … IAC SE
 *
 * Spec: RFC 854 (commands), RFC 855 (options), RFC 1091 (terminal type), RFC 1572 (environment). What lines mean is guessed
 * from prompts, as any reader would.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { type Session, startSession, takeClient, takeServer } from './session.ts'
import { OPTIONS } from './telnet.table.ts'

export type Telnet = {
  kind: 'data' | 'command' | 'option' | 'parameters'
  command: number
  option: number
  /** Of parameters: terminal type, environment. */
  text: string
  anomalies: string[]
}

export type TelnetState = { isOpen: boolean; session: Session; seen: unknown }

const IAC = 0xff
const SE = 0xf0
const SB = 0xfa
const WILL = 0xfb
const MAX_PIECE = 65_536
const MAX_PARAMETERS = 1024

export const dissector: Dissector<Telnet, TelnetState> = {
  name: 'telnet',
  ports: ['tcp/23'],
  maxFrame: MAX_PIECE,
  start: () => ({ isOpen: false, session: startSession(), seen: undefined }),
  frame(head, ctx) {
    if (!ctx.state.isOpen) {
      const own = begins(head, ctx)
      if (own <= 0) return own
    }
    if (head.peek() !== IAC) return dataLength(head)
    if (head.left < 2) return NEED_MORE
    const command = head.peek(1)
    if (command === SB) return parametersLength(head)
    // A doubled IAC is one byte of data.
    return command >= WILL && command !== IAC ? 3 : 2
  },
  parse(r, { from, state }) {
    state.isOpen = true
    const m: Telnet = { kind: 'data', command: 0, option: -1, text: '', anomalies: [] }
    if (r.peek() === IAC && r.left > 1) readCommand(r, m, state.session, from)
    else take(r.view(r.left, 'data'), state.session, from)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  resync: (bytes) => bytes.indexOf(IAC, 1),
}

function take(data: Uint8Array, session: Session, from: Side): void {
  if (from === 'client') takeClient(session, data)
  else takeServer(session, data)
}

function dataLength(head: Reader): number {
  const next = head.bytes.indexOf(IAC, head.at)
  const stop = next < 0 || next >= head.end ? head.end : next
  return Math.min(stop - head.at, MAX_PIECE)
}

/** Up to IAC SE. */
function parametersLength(head: Reader): number {
  const { bytes, at, end } = head
  const limit = Math.min(end, at + MAX_PARAMETERS)
  for (let i = at + 3; i + 1 < limit; i++) {
    if (bytes[i] !== IAC) continue
    if (bytes[i + 1] === SE) return i + 2 - at
    i++
  }
  // Without an end it is a command whose parameters are data.
  return end - at >= MAX_PARAMETERS ? 2 : NEED_MORE
}

function readCommand(r: Reader, m: Telnet, session: Session, from: Side): void {
  r.u8('IAC')
  m.command = r.u8('command')
  if (m.command === IAC) {
    m.kind = 'data'
    take(r.bytes.subarray(r.at - 1, r.at), session, from)
    return
  }
  m.kind = 'command'
  if (m.command < SB) return
  if (r.left === 0 && m.command === SB) {
    m.anomalies.push('unended-parameters')
    return
  }
  m.option = r.u8('option')
  r.note(OPTIONS[m.option] ?? '')
  m.kind = 'option'
  if (m.command !== SB) return
  m.kind = 'parameters'
  const body = r.view(Math.max(0, r.left - 2), 'parameters')
  r.skip(Math.min(2, r.left), 'end')
  // RFC 1091: IS, then the name; RFC 1572: variables and values.
  if (m.option === 24 && body[0] === 0) m.text = latin(body.subarray(1))
  else if ((m.option === 39 || m.option === 36) && body[0] === 0) m.text = userOf(body)
}

function latin(bytes: Uint8Array): string {
  let text = ''
  for (const b of bytes.subarray(0, 128)) text += b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : ' '
  return text.trim()
}

/** The value of USER: variable marks are 0 and 3, values follow a 1. */
function userOf(body: Uint8Array): string {
  const text = String.fromCharCode(...body.subarray(1, 512))
  const from = text.indexOf('USER\x01')
  if (from < 0) return ''
  const rest = text.slice(from + 5)
  let end = 0
  while (end < rest.length && rest.charCodeAt(end) > 3) end++
  return rest.slice(0, end)
}

/** On a foreign port negotiation must begin it: two options, or one and nothing else. */
function begins(head: Reader, ctx: Context<Telnet, TelnetState>): number {
  const { serverPort, clientPort } = ctx.flow
  const isPort = serverPort === 23 || clientPort === 23
  const first = head.peek()
  if (first === IAC) {
    if (head.left < 3) return isPort || head.peek(1) >= WILL || head.left < 2 ? NEED_MORE : NOT_MINE
    const isOption = (at: number): boolean =>
      head.peek(at) === IAC && head.peek(at + 1) >= SB && head.peek(at + 1) < IAC && head.peek(at + 2) in OPTIONS
    if (isPort) return head.peek(1) >= SE ? 1 : NOT_MINE
    if (!isOption(0) || head.peek(1) === SB) return NOT_MINE
    return head.left === 3 || (head.left < 6 ? head.peek(3) === IAC : isOption(3)) ? 1 : NOT_MINE
  }
  if (!isPort) return NOT_MINE
  for (let i = 0; i < Math.min(head.left, 32); i++) {
    const c = head.peek(i)
    if (c >= 0x80 && c !== IAC) return NOT_MINE
    if (c < 0x20 && ![0, 7, 8, 9, 10, 13, 0x1b, 3, 4].includes(c)) return NOT_MINE
  }
  return 1
}
