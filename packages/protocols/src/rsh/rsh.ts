/**
 * The remote commands of BSD: rexec (port 512), rlogin (513), rsh (514). The client opens with texts ended by NUL, the server
 * answers with one byte.
 *
 *   rexec:  stderr port, user, password, command      rlogin: "", user here, user there, terminal/speed
 *   rsh:    stderr port, user here, user there, command
 *
 * Source: RFC 1282 (rlogin), manual pages of rcmd(3), rexecd(8), rshd(8).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Rsh = {
  kind: 'opening' | 'answer' | 'data'
  /** `remote command`: rexec or rsh, on a port that does not tell. */
  service: 'rexec' | 'rlogin' | 'rsh' | 'remote command'
  /** The texts of the opening. */
  words: string[]
  /** 0: accepted, 1: refused with a text. */
  code: number
  text: string
}

export type RshState = { isOpen: boolean; isAnswered: boolean; opening: Rsh | undefined }

const MAX_WORD = 1024
const MAX_PIECE = 65_536
const SERVICES: Readonly<Record<number, Rsh['service']>> = { 512: 'rexec', 513: 'rlogin', 514: 'rsh' }

export const dissector: Dissector<Rsh, RshState> = {
  name: 'rsh',
  ports: ['tcp/512', 'tcp/513', 'tcp/514'],
  maxFrame: MAX_PIECE,
  start: () => ({ isOpen: false, isAnswered: false, opening: undefined }),
  frame(head, ctx) {
    if (ctx.state.isOpen) return Math.min(head.left, MAX_PIECE)
    return ctx.from === 'client' ? openingLength(head, ctx) : NOT_MINE
  },
  parse(r, ctx) {
    const { state, from } = ctx
    const m: Rsh = { kind: 'data', service: state.opening?.service ?? serviceOf(ctx, r), words: [], code: -1, text: '' }
    if (!state.isOpen) {
      m.kind = 'opening'
      state.isOpen = true
      state.opening = m
      for (let i = 0; i < 4 && r.left > 0; i++) m.words.push(r.cstring(MAX_WORD, 'word'))
      // A user's name of one of the two, a password of the other.
      if (m.service === 'remote command') m.words[2] = ''
    } else if (from === 'server' && !state.isAnswered) {
      m.kind = 'answer'
      state.isAnswered = true
      m.code = r.u8('answer')
      // The shape of the rest depends on segments: only its first line counts, and only where it explains a refusal.
      m.text = byteText(r.view(r.left, 'text').subarray(0, 256)).split(/[\r\n]/, 1)[0]!
    } else r.view(r.left, 'data')
    return m
  },
}

function serviceOf({ flow }: Context<Rsh, RshState>, head: Reader): Rsh['service'] {
  return SERVICES[flow.serverPort ?? 0] ?? (head.peek() === 0 ? 'rlogin' : 'remote command')
}

function endsWell({ bytes }: Reader, service: Rsh['service'], from: number, to: number): boolean {
  return service === 'rlogin' ? /^[\w.+-]+\/\d{1,6}$/.test(byteText(bytes.subarray(from, to))) : to > from
}

/** Four texts of printable characters; the first a port number, or empty. */
function openingLength(head: Reader, ctx: Context<Rsh, RshState>): number {
  const { bytes, at, end } = head
  const service = serviceOf(ctx, head)
  const isElsewhere = SERVICES[ctx.flow.serverPort ?? 0] === undefined
  let from = at
  for (let word = 0; word < 4; word++) {
    const stop = bytes.indexOf(0, from)
    const isWhole = stop >= 0 && stop < end
    const to = isWhole ? stop : end
    for (let i = from; i < to; i++) {
      const c = bytes[i]!
      if (word === 0 ? c < 0x30 || c > 0x39 : c < 0x20 || c === 0x7f) return NOT_MINE
    }
    const length = to - from
    if (length > (word === 0 ? 5 : MAX_WORD) || (isWhole && word > 0 && word < 3 && length === 0)) return NOT_MINE
    if (word === 0 && service === 'rlogin' && length > 0) return NOT_MINE
    // On another port, rlogin's last text must be a terminal and its speed, and no command is empty.
    if (isElsewhere && isWhole && word === 3 && !endsWell(head, service, from, to)) return NOT_MINE
    if (!isWhole) return NEED_MORE
    from = stop + 1
  }
  return from - at
}
