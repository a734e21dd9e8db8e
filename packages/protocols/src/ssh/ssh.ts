/**
 * SSH: version lines, the negotiation of algorithms and the host key; then everything is encrypted and passes in pieces.
 *
 *   SSH-2.0-software comments CR LF, then | length u32 | padding u8 | message u8 | … |   big-endian
 *
 * Spec: RFC 4253 §4.2, §6, §7, §8; RFC 4419 (group exchange), RFC 5656 (elliptic curves). SSH 1: only its version line.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { authenticated, type Guess, newGuess } from './authentication.ts'
import { GROUP_EXCHANGES, MESSAGE } from './ssh.table.ts'

export type Negotiation = {
  kex: string[]
  hostKey: string[]
  ciphers: readonly [toServer: string[], toClient: string[]]
  macs: readonly [toServer: string[], toClient: string[]]
  compressions: readonly [toServer: string[], toClient: string[]]
}

export type Ssh = {
  kind: 'version' | 'notice' | 'negotiation' | 'packet' | 'encrypted'
  version: string
  negotiation: Negotiation | undefined
  /** The server's public key, copied. */
  hostKey: Uint8Array | undefined
  /** The size of this piece tells that an authentication succeeded or failed. */
  authenticated: boolean | undefined
  anomalies: ('truncated' | 'bad-version-line')[]
}

type Mode = 'version' | 'packets' | 'encrypted'
export type SshState = {
  readonly modes: Record<Side, Mode>
  readonly versions: Record<Side, string>
  readonly offers: Record<Side, Negotiation | undefined>
  readonly guess: Guess
  seen: unknown
  log: unknown
}

/** RFC 4253 §4.2 allows 255; some devices pad theirs. */
const MAX_LINE = 2048
const MAX_PACKET = 65_536
const LF = 10

export const dissector: Dissector<Ssh, SshState> = {
  name: 'ssh',
  ports: ['tcp/22', 'tcp/2222'],
  maxFrame: MAX_PACKET,
  opensLate: true,
  start: () => ({
    modes: { client: 'version', server: 'version' },
    versions: { client: '', server: '' },
    offers: { client: undefined, server: undefined },
    guess: newGuess(),
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const { modes, versions } = ctx.state
    if (modes[ctx.from] === 'encrypted') return Math.min(head.left, MAX_PACKET)
    if (modes[ctx.from] === 'version') return lineLength(head, versions.client !== '' || versions.server !== '')
    if (head.left < 5) return NEED_MORE
    const length = head.u32()
    if (isVersion1(versions[ctx.from])) return length <= MAX_PACKET - 12 ? length + 12 - (length % 8) : NOT_MINE
    const padding = head.u8()
    return length >= 5 && length <= MAX_PACKET - 4 && padding < length ? length + 4 : NOT_MINE
  },
  parse(r, ctx) {
    const { state, from } = ctx
    const m: Ssh = { kind: 'encrypted', version: '', negotiation: undefined, hostKey: undefined, authenticated: undefined, anomalies: [] }
    if (state.modes[from] === 'encrypted') {
      const isVersion2 = !isVersion1(state.versions.client) && !isVersion1(state.versions.server)
      if (isVersion2) m.authenticated = authenticated(state.guess, r.left, from)
      r.view(r.left, 'encrypted')
    } else if (state.modes[from] === 'version') versionLine(r, m, state, from)
    else packet(r, m, state, from)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  gap(ctx) {
    ctx.state.guess.isOver = true
    return ctx.state.modes[ctx.from] === 'encrypted'
  },
}

export function isVersion1(version: string): boolean {
  return version.startsWith('SSH-1.') && !version.startsWith('SSH-1.99')
}

function lineLength(head: Reader, isKnown: boolean): number {
  const { bytes, at, end } = head
  const start = byteText(bytes.subarray(at, Math.min(end, at + 6)))
  // A server may greet before its version; that is believed only once the other side has spoken.
  const looksRight = /^SSH-[12]/.test(start) || (start.length < 5 && 'SSH-'.startsWith(start.slice(0, 4)))
  if (!looksRight && !(isKnown && /^[\x20-\x7e\t\r\n]*$/.test(start))) return NOT_MINE
  const line = bytes.indexOf(LF, at)
  if (line >= 0 && line < end) return line - at < MAX_LINE ? line + 1 - at : NOT_MINE
  return end - at < MAX_LINE ? NEED_MORE : NOT_MINE
}

function versionLine(r: Reader, m: Ssh, state: SshState, from: Side): void {
  const hasEnd = r.left > 0 && r.bytes[r.end - 1] === LF
  const line = byteText(r.view(r.left, 'version')).replace(/\r?\n$/, '')
  if (!hasEnd) r.short = true
  m.kind = line.startsWith('SSH-') ? 'version' : 'notice'
  if (m.kind === 'notice') return
  m.version = line
  if (!/^SSH-\d+\.\d+-/.test(line)) m.anomalies.push('bad-version-line')
  state.versions[from] = line
  state.modes[from] = 'packets'
}

function packet(r: Reader, m: Ssh, state: SshState, from: Side): void {
  m.kind = 'packet'
  const length = r.u32('packet length')
  if (isVersion1(state.versions[from])) {
    r.view(r.left, 'version 1 packet')
    state.modes[from] = 'encrypted'
    return
  }
  const padding = r.u8('padding length')
  const type = r.u8('message')
  const body = r.sub(length - padding - 2, 'payload')
  if (type === MESSAGE.kexInit) {
    m.kind = 'negotiation'
    m.negotiation = negotiation(body)
    state.offers[from] ??= m.negotiation
  } else if (type === MESSAGE.newKeys) state.modes[from] = 'encrypted'
  else if (type === (isGroupExchange(state) ? MESSAGE.gexReply : MESSAGE.kexReply)) {
    m.hostKey = body.view(body.u32('host key length'), 'host key').slice()
  }
  if (body.short) r.short = true
  r.view(r.left, 'padding')
}

function isGroupExchange(state: SshState): boolean {
  const { client, server } = state.offers
  return client !== undefined && server !== undefined && GROUP_EXCHANGES.includes(agreed(client.kex, server.kex) ?? '')
}

function negotiation(r: Reader): Negotiation {
  r.view(16, 'cookie')
  const n: Negotiation = {
    kex: names(r, 'key exchange'),
    hostKey: names(r, 'host key'),
    ciphers: [names(r, 'ciphers to server'), names(r, 'ciphers to client')],
    macs: [names(r, 'macs to server'), names(r, 'macs to client')],
    compressions: [names(r, 'compressions to server'), names(r, 'compressions to client')],
  }
  names(r, 'languages to server')
  names(r, 'languages to client')
  return n
}

function names(r: Reader, label: string): string[] {
  const text = byteText(r.view(r.u32('length'), label))
  return text === '' ? [] : text.split(',').slice(0, 256)
}

/** RFC 4253 §7.1: the first of the client's list that the server has too. */
export function agreed(client: readonly string[], server: readonly string[]): string | undefined {
  return client.find((name) => server.includes(name))
}
