/**
 * RFB, the protocol of VNC: a screen shown and worked on from afar. The opening is read, and what the client sends later; pictures are
 * passed by.
 *
 *   server and client: | "RFB 003.008\n" |, server: | n u8 | security types n | (3.3: | type u32 |), client: | type u8 |,
 *   type 2: | challenge 16 | and | response 16 |, server: | result u32 |, client: | shared u8 |,
 *   server: | width u16 | height u16 | pixel format 16 | length u32 | name … |
 *
 * Spec: RFC 6143 §7.1 to §7.5. Type 30 (Apple) as publicly analysed: | generator u16 | n u16 | prime n | key n |, | 128 | key n |.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { CLIENT_MESSAGES, securityName, TYPE } from './rfb.table.ts'

export type Rfb = {
  kind: 'version' | 'types' | 'choice' | 'challenge' | 'response' | 'result' | 'reason' | 'shared' | 'init' | 'message' | 'opaque'
  /** Said by the side that shows its screen. */
  fromScreen: boolean
  major: string
  minor: string
  types: number[]
  /** Type chosen, result of the login, shared flag, or the client's message type. */
  code: number
  text: string
  width: number
  height: number
  anomalies: ('truncated' | 'unknown-message')[]
}

/** What a side says next. */
type Phase = 'version' | 'types' | 'choice' | 'challenge' | 'response' | 'result' | 'reason' | 'shared' | 'init' | 'messages' | 'opaque'
export type RfbState = {
  /** The side whose screen it is. It speaks first; where only one banner was seen, it is the server. */
  screen: Side
  first: Side | undefined
  readonly next: { screen: Phase; viewer: Phase }
  readonly versions: { screen: string; viewer: string }
  security: number | undefined
  /** Bytes of Apple's key. */
  keyBytes: number
  ok: boolean | undefined
  isShared: boolean | undefined
  name: string | undefined
  width: number
  height: number
  reason: string
  isWritten: boolean
}

const VERSION_BYTES = 12
const MAX_TEXT = 65_536
const MAX_PIECE = 65_536

export const dissector: Dissector<Rfb, RfbState> = {
  name: 'rfb',
  ports: ['tcp/5900', 'tcp/5901', 'tcp/5902', 'tcp/5903', 'tcp/5500'],
  maxFrame: MAX_TEXT + 24,
  start: () => ({
    screen: 'server',
    first: undefined,
    next: { screen: 'version', viewer: 'version' },
    versions: { screen: '', viewer: '' },
    security: undefined,
    keyBytes: 0,
    ok: undefined,
    isShared: undefined,
    name: undefined,
    width: 0,
    height: 0,
    reason: '',
    isWritten: false,
  }),
  frame(head, { state, from }) {
    if (head.left === 0) return NEED_MORE
    const phase = state.next[state.screen === from ? 'screen' : 'viewer']
    const length = lengthOf(head, phase, state)
    return length > MAX_TEXT + 24 ? Math.min(head.left, MAX_PIECE) : length
  },
  parse(r, ctx) {
    const { state, from } = ctx
    if (state.first === undefined) state.first = from
    else if (state.first === 'client' && from === 'server' && state.versions.screen === '') reversed(state)
    const m: Rfb = {
      kind: 'opaque',
      fromScreen: from === state.screen,
      major: '',
      minor: '',
      types: [],
      code: 0,
      text: '',
      width: 0,
      height: 0,
      anomalies: [],
    }
    read(r, ctx, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  gap({ state, from }) {
    // The opening has no marks to find the place again; pictures need none.
    state.next[from === state.screen ? 'screen' : 'viewer'] = 'opaque'
    return true
  },
}

/** The client's banner came first and the server's after it: the client shows its screen to a listening viewer. */
function reversed(state: RfbState): void {
  state.screen = 'client'
  state.versions.screen = state.versions.viewer
  state.versions.viewer = ''
  state.next.screen = 'types'
  state.next.viewer = 'version'
}

function lengthOf(head: Reader, phase: Phase, state: RfbState): number {
  switch (phase) {
    case 'version':
      return versionLength(head)
    case 'types':
      if (isOld(state)) return 4
      return head.peek() === 0 ? textLength(head, 1) : 1 + head.peek()
    case 'choice':
    case 'shared':
      return 1
    case 'challenge':
      if (state.security !== TYPE.apple) return 16
      return head.left < 4 ? NEED_MORE : 4 + 2 * ((head.peek(2) << 8) | head.peek(3))
    case 'response':
      return state.security === TYPE.apple ? 128 + state.keyBytes : 16
    case 'result':
      return 4
    case 'reason':
      return textLength(head, 0)
    case 'init':
      return textLength(head, 20)
    case 'messages':
      return messageLength(head)
    default:
      return Math.min(head.left, MAX_PIECE)
  }
}

/** `RFB xxx.yyy\n` and nothing else. */
function versionLength(head: Reader): number {
  const most = Math.min(head.left, VERSION_BYTES)
  for (let i = 0; i < most; i++) {
    const c = head.peek(i)
    const fits = i < 4 ? c === 'RFB '.charCodeAt(i) : i === 7 ? c === 0x2e : i === 11 ? c === 0x0a : c >= 0x30 && c <= 0x39
    if (!fits) return NOT_MINE
  }
  return most < VERSION_BYTES ? NEED_MORE : VERSION_BYTES
}

/** A u32 length at `at`, and as many bytes. */
function textLength(head: Reader, at: number): number {
  if (head.left < at + 4) return NEED_MORE
  return at + 4 + head.peek(at) * 0x100_0000 + ((head.peek(at + 1) << 16) | (head.peek(at + 2) << 8) | head.peek(at + 3))
}

function messageLength(head: Reader): number {
  const type = head.peek()
  const known = CLIENT_MESSAGES[type]
  if (known === undefined) return Math.min(head.left, MAX_PIECE)
  if (known[1] > 0) return known[1]
  if (type === 6) return textLength(head, 4)
  return head.left < 4 ? NEED_MORE : 4 + 4 * ((head.peek(2) << 8) | head.peek(3))
}

/** What both sides speak: the lower of their versions. */
function agreed({ versions }: RfbState): string {
  return versions.viewer === '' || versions.viewer > versions.screen ? versions.screen : versions.viewer
}

/** Version 3.3: the server decides on the security type. */
function isOld(state: RfbState): boolean {
  return agreed(state) < '003.007'
}

function read(r: Reader, { state }: Context<Rfb, RfbState>, m: Rfb): void {
  const who = m.fromScreen ? 'screen' : 'viewer'
  const { next } = state
  const phase = next[who]
  if (phase === 'messages') return message(r, next, m)
  m.kind = phase
  switch (phase) {
    case 'version': {
      const text = byteText(r.view(VERSION_BYTES, 'version'))
      m.major = text.slice(4, 7)
      m.minor = text.slice(8, 11)
      state.versions[who] = `${m.major}.${m.minor}`
      next[who] = m.fromScreen ? 'types' : isOld(state) ? 'response' : 'choice'
      return
    }
    case 'types':
      return types(r, state, m)
    case 'choice':
      m.code = r.u8('security type')
      r.note(securityName(m.code))
      return chosen(state, m.code)
    case 'challenge':
      if (state.security === TYPE.apple) {
        r.u16('generator')
        state.keyBytes = r.u16('key length')
      }
      r.view(r.left, 'challenge')
      next.screen = 'result'
      return
    case 'response':
      r.view(r.left, 'response')
      next.viewer = 'shared'
      return
    case 'result':
      m.code = r.u32('result')
      state.ok = m.code === 0
      // Before 3.8 a refusal comes without its reason.
      next.screen = state.ok ? 'init' : agreed(state) < '003.008' ? 'opaque' : 'reason'
      return
    case 'reason':
      m.text = byteText(r.view(r.u32('length'), 'reason'))
      state.reason = m.text
      next.screen = 'opaque'
      return
    case 'shared':
      m.code = r.u8('shared')
      state.isShared = m.code !== 0
      next.viewer = 'messages'
      return
    case 'init':
      m.width = r.u16('width')
      m.height = r.u16('height')
      r.view(16, 'pixel format')
      m.text = byteText(r.view(r.u32('name length'), 'desktop name'))
      state.name = m.text
      state.width = m.width
      state.height = m.height
      next.screen = 'opaque'
      return
    default:
      r.view(r.left, 'picture')
  }
}

function types(r: Reader, state: RfbState, m: Rfb): void {
  if (isOld(state)) {
    m.code = r.u32('security type')
    m.types.push(m.code)
    chosen(state, m.code)
    return
  }
  const count = r.u8('security types')
  for (let i = 0; i < count && r.left > 0; i++) m.types.push(r.u8('security type'))
  if (count === 0) {
    m.text = byteText(r.view(r.u32('length'), 'reason'))
    state.reason = m.text
    state.ok = false
    state.next.screen = 'opaque'
  } else state.next.screen = 'challenge'
}

function chosen(state: RfbState, type: number): void {
  state.security = type
  const { next } = state
  if (type === TYPE.none) {
    // Only 3.8 confirms that nothing was asked for.
    next.screen = agreed(state) >= '003.008' ? 'result' : 'init'
    next.viewer = 'shared'
    if (next.screen === 'init') state.ok = true
  } else if (type === TYPE.vnc || type === TYPE.apple) {
    next.screen = 'challenge'
    next.viewer = 'response'
  } else if (type === TYPE.invalid) {
    next.screen = 'reason'
    next.viewer = 'opaque'
    state.ok = false
  } else {
    next.screen = 'opaque'
    next.viewer = 'opaque'
  }
}

function message(r: Reader, next: RfbState['next'], m: Rfb): void {
  m.kind = 'message'
  m.code = r.u8('message')
  const known = CLIENT_MESSAGES[m.code]
  r.note(known?.[0] ?? 'unknown')
  r.view(r.left, 'body')
  if (known !== undefined) return
  m.anomalies.push('unknown-message')
  next.viewer = 'opaque'
}
