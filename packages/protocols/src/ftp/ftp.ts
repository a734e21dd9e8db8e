/**
 * FTP: commands and replies as lines; every transfer has a connection of its own, agreed on here.
 *
 *   command: VERB [SP argument] CRLF        reply: code SP text CRLF, or code "-" text CRLF … code SP text CRLF
 *
 * Spec: RFC 959 §4, §5; RFC 2228 (AUTH), RFC 2428 (EPRT, EPSV), RFC 4217 (TLS).
 */
import { type Context, type Dissector, type Expected, HANDED_OVER, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { type Channel, newChannel } from '../data-channel.ts'
import { isTextUpTo, lineLength, linePiece, takeLine } from '../text-line.ts'
import { type Address, passiveAddress, portAddress } from './address.ts'
import { COMMANDS, LISTINGS, TRANSFERS } from './ftp.table.ts'

export type Ftp = {
  /** Upper case; empty in a reply. */
  command: string
  argument: string
  /** 0 in a command and in the middle of a reply of several lines. */
  code: number
  text: string
  /** Not the last line of its reply. */
  continues: boolean
  /** Where this line says that a transfer will go. */
  address: Address | undefined
  anomalies: string[]
}

export type FtpState = {
  isOpen: boolean
  /** Code of a reply whose last line is still to come. */
  pending: number
  asksForTls: boolean
  isEncrypted: boolean
  channel: Channel | undefined
  seen: unknown
  log: unknown
}

const MAX_LINE = 65_536
const NOTHING: readonly Expected[] = []

export const dissector: Dissector<Ftp, FtpState> = {
  name: 'ftp',
  ports: ['tcp/21', 'tcp/2811'],
  maxFrame: MAX_LINE,
  start: () => ({
    isOpen: false,
    pending: 0,
    asksForTls: false,
    isEncrypted: false,
    channel: undefined,
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const { state } = ctx
    if (state.isEncrypted) return HANDED_OVER
    if (!state.isOpen && !isPossible(head, ctx)) return NOT_MINE
    const length = state.isOpen ? linePiece(head, MAX_LINE) : lineLength(head, MAX_LINE)
    if (length === NEED_MORE || state.isOpen || length < 0) return length
    return isItsOwn(head, length, ctx)
  },
  parse(r, { from, state, flow }) {
    state.isOpen = true
    const m: Ftp = { command: '', argument: '', code: 0, text: '', continues: false, address: undefined, anomalies: [] }
    const isWhole = r.left > 0 && r.bytes[r.end - 1] === 10
    if (!isWhole) m.anomalies.push('truncated')
    const line = takeLine(r, from === 'client' ? 'command' : 'reply')
    if (from === 'client') readCommand(line, m, state)
    else readReply(line, m, state)
    if (m.command === 'PORT' || m.command === 'EPRT') m.address = portAddress(m.argument)
    else if (m.code === 227 || m.code === 229) m.address = passiveAddress(m.code, m.text, flow.serverIp)
    if (m.address !== undefined) state.channel = newChannel()
    else if (TRANSFERS.has(m.command) && state.channel !== undefined) {
      state.channel.isListing = LISTINGS.has(m.command)
      state.channel.name = m.argument
    }
    return m
  },
  expects(m, { state, flow }) {
    if (m.address === undefined) return NOTHING
    const { ip, port, isPassive } = m.address
    const expected: Expected = { protocol: 'ftp-data', transport: 'tcp', ip, port, about: state.channel }
    // Behind address translation a server may state an address that is not the one it is reached at.
    if (!isPassive || flow.serverIp === undefined || flow.serverIp === ip) return [expected]
    return [expected, { ...expected, ip: flow.serverIp }]
  },
  side(head) {
    return isDigit(head.peek()) && isDigit(head.peek(1)) && isDigit(head.peek(2)) ? 'server' : 'client'
  },
}

function readCommand(line: string, m: Ftp, state: FtpState): void {
  // RFC 959 §4.1.3: telnet signals may come before ABOR.
  const text = line.replace(/\xff[\xfb-\xfe].|\xff[\xf0-\xf9]/gs, '').trimStart()
  const word = /^[!-~]+/.exec(text)?.[0] ?? ''
  if (word.length < 3) {
    m.anomalies.push('bad-command')
    return
  }
  m.command = word.toUpperCase()
  m.argument = text.slice(word.length).trimStart()
  if (m.command === 'AUTH') state.asksForTls = /^(?:TLS|SSL)/i.test(m.argument)
}

function readReply(line: string, m: Ftp, state: FtpState): void {
  const code = /^\d{3}/.test(line) ? Number(line.slice(0, 3)) : 0
  if (state.pending > 0) {
    const isLast = code === state.pending && line[3] === ' '
    m.continues = !isLast
    m.code = isLast ? code : 0
    m.text = isLast ? line.slice(3).trimStart() : line
    if (isLast) state.pending = 0
  } else if (code < 100) {
    m.anomalies.push('bad-reply')
    m.text = line
  } else {
    m.code = code
    m.continues = line[3] === '-'
    if (m.continues) state.pending = code
    m.text = line.slice(4).trimStart()
  }
  if (m.code === 234 && state.asksForTls) state.isEncrypted = true
}

function isOwnPort(ctx: Context<Ftp, FtpState>): boolean {
  const { serverPort, clientPort } = ctx.flow
  return serverPort === 21 || serverPort === 2811 || clientPort === 21
}

function isPossible(head: Reader, ctx: Context<Ftp, FtpState>): boolean {
  const n = Math.min(head.left, 3)
  if (ctx.from === 'client') {
    for (let i = 0; i < n; i++) if (!isLetter(head.peek(i)) && !(isOwnPort(ctx) && head.peek(i) === 0xff)) return false
    return isTextUpTo(head, 64) || isOwnPort(ctx)
  }
  for (let i = 0; i < n; i++) if (!isDigit(head.peek(i))) return false
  return head.left < 4 || head.peek(3) === 0x20 || head.peek(3) === 0x2d || head.peek(3) === 13 || head.peek(3) === 10
}

/** On a foreign port the greeting must say what it is, or be followed by a request for a password. */
function isItsOwn(head: Reader, length: number, ctx: Context<Ftp, FtpState>): number {
  const line = takeLine(new Reader(head.bytes, head.at, head.end), '')
  if (ctx.from === 'client') {
    const word = /^[\xf0-\xff]*([A-Za-z]{3,4})(?: |$)/.exec(line)?.[1]?.toUpperCase() ?? ''
    return isOwnPort(ctx) && word in COMMANDS ? length : NOT_MINE
  }
  if (isOwnPort(ctx)) return /^[1-6]\d\d(?:[ -]|$)/.test(line) ? length : NOT_MINE
  if (!/^220[ -]/.test(line) || /\bE?SMTP\b/i.test(line)) return NOT_MINE
  if (/ftp/i.test(line)) return length
  const rest = new Reader(head.bytes, head.at, head.end)
  for (let n = 0; n < 32 && rest.left > 0; n++) {
    const next = takeLine(rest, '')
    if (/^331[ -]/.test(next) || /^220.*ftp/i.test(next)) return length
    if (!/^(?:220|[ \t])/.test(next)) return NOT_MINE
  }
  return NEED_MORE
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39
}

function isLetter(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a)
}
