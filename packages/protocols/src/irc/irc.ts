/**
 * IRC: clients join channels of a server and talk there; botnets are steered by it.
 *
 *   [":" prefix SP] command or three digits, SP parameters, SP ":" last parameter CRLF
 *
 * Spec: RFC 1459 §2.3, RFC 2812 §2, §3; CTCP/DCC as commonly spoken.
 */
import { type Context, type Dissector, type Expected, HANDED_OVER, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { type Channel, newChannel } from '../data-channel.ts'
import { lineLength, linePiece, takeLine } from '../text-line.ts'

export type Dcc = { name: string; ip: string; port: number; size: number; channel: Channel }

export type Irc = {
  prefix: string
  /** Upper case; three digits of an answer. */
  command: string
  /** Everything behind the command. */
  parameters: string
  /** An offer to send a file. */
  dcc: Dcc | undefined
  /** As it came; borrowed. */
  bytes: Uint8Array
  anomalies: string[]
}

export type IrcState = { isOpen: boolean; isEncrypted: boolean; seen: unknown; log: unknown }

const MAX_LINE = 65_536
/** RFC 2812 §2.3: 512 bytes with the line's end; servers with tags allow more. */
const LONGEST = 512
const FIRST_PORT = 6666
const LAST_PORT = 6669

export const dissector: Dissector<Irc, IrcState> = {
  name: 'irc',
  ports: ['tcp/6666', 'tcp/6667', 'tcp/6668', 'tcp/6669'],
  maxFrame: MAX_LINE,
  start: () => ({ isOpen: false, isEncrypted: false, seen: undefined, log: undefined }),
  frame(head, ctx) {
    if (ctx.state.isEncrypted) return HANDED_OVER
    if (!ctx.state.isOpen && !isSpeech(head)) return NOT_MINE
    const length = ctx.state.isOpen ? linePiece(head, MAX_LINE) : lineLength(head, MAX_LINE)
    if (ctx.state.isOpen || length === NOT_MINE) return length
    if (length === NEED_MORE) return head.left <= LONGEST ? NEED_MORE : NOT_MINE
    return begins(head, ctx) ? length : NOT_MINE
  },
  parse(r, { state, from }) {
    state.isOpen = true
    const m: Irc = { prefix: '', command: '', parameters: '', dcc: undefined, bytes: r.bytes.subarray(r.at, r.end), anomalies: [] }
    const isWhole = r.left > 0 && r.bytes[r.end - 1] === 10
    const length = r.left
    const line = takeLine(r, from === 'client' ? 'message' : 'answer').trimStart()
    if (!isWhole) m.anomalies.push('truncated')
    if (length - 2 > LONGEST) m.anomalies.push('line-too-long')
    readLine(line, m)
    if (m.command === '670') state.isEncrypted = true
    if (m.command === 'PRIVMSG') m.dcc = readDcc(m.parameters)
    return m
  },
  expects(m) {
    if (m.dcc === undefined || m.dcc.port === 0) return undefined
    const expected: Expected = { protocol: 'irc-dcc-data', transport: 'tcp', ip: m.dcc.ip, port: m.dcc.port, about: m.dcc.channel }
    return [expected]
  },
  side(head) {
    return head.peek() === 0x3a ? 'server' : undefined
  },
}

function readLine(line: string, m: Irc): void {
  let text = line
  // IRCv3 message tags.
  if (text.startsWith('@')) text = afterWord(text)
  if (text.startsWith(':')) {
    const blank = text.indexOf(' ')
    m.prefix = text.slice(1, blank < 0 ? undefined : blank)
    text = afterWord(text)
  }
  const blank = text.indexOf(' ')
  m.command = (blank < 0 ? text : text.slice(0, blank)).toUpperCase()
  m.parameters = blank < 0 ? '' : text.slice(blank + 1).replace(/^ +/, '')
  if (m.command.length > 20) m.anomalies.push('bad-command')
}

function afterWord(text: string): string {
  const blank = text.indexOf(' ')
  return blank < 0 ? '' : text.slice(blank + 1).trimStart()
}

/** `target :\x01DCC SEND name address port size\x01`; the address is a number. */
function readDcc(parameters: string): Dcc | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: CTCP marks its messages so
  const m = /^\S+ +:?\x01?DCC SEND ("[^"]{1,256}"|\S{1,256}) (\d{1,10}) (\d{1,5})(?: (\d{1,15}))?(?: T)?\x01?$/.exec(parameters)
  if (m === null) return undefined
  const address = Number(m[2])
  const port = Number(m[3])
  if (port > 65_535) return undefined
  const name = m[1]!.replace(/^"|"$/g, '')
  const ip = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
  return { name, ip, port, size: Number(m[4] ?? 0), channel: newChannel(name) }
}

/** Letters, blanks, and the control characters of colours and of messages between programs. */
function isSpeech(head: Reader): boolean {
  for (let i = 0; i < Math.min(head.left, 64); i++) if (head.peek(i) === 0 || head.peek(i) === 0x7f) return false
  return head.peek() === 0x20 || head.peek() === 0x3a || head.peek() === 0x40 || head.peek() > 0x40
}

/** What only IRC begins with: a nick, a user of four parameters, capabilities, a prefix with a number or notice. */
function begins(head: Reader, ctx: Context<Irc, IrcState>): boolean {
  let line = ''
  for (let i = 0; i < Math.min(head.left, LONGEST); i++) {
    const c = head.peek(i)
    if (c === 10) break
    line += String.fromCharCode(c)
  }
  const { serverPort = 0, clientPort = 0 } = ctx.flow
  const isPort = (serverPort >= FIRST_PORT && serverPort <= LAST_PORT) || (clientPort >= FIRST_PORT && clientPort <= LAST_PORT)
  if (ctx.from === 'server') {
    if (/^(?::\S+ )?NOTICE (?:AUTH|\*) :/.test(line) || /^:\S+ (?:00[1-5]|2\d\d|37[256]|4\d\d|CAP) \S+/.test(line)) return true
    return isPort && /^:\S+ [A-Z0-9]{3,10} |^(?:PING|ERROR) :|^PRIVMSG \S/.test(line)
  }
  if (/^ *NICK :?[^\s:]{1,64}\r?$/i.test(line) || /^CAP (?:LS|REQ|END)/i.test(line) || /^ *USER \S+ \S+ \S+ :/i.test(line)) return true
  return isPort && /^ *(?::\S+ )?[A-Za-z]{3,10}(?: |\r?$)/.test(line)
}
