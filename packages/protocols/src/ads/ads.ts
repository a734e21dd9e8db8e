/**
 * ADS in AMS/TCP: TwinCAT systems of Beckhoff and their tools read, write, watch and control each other by net id and port.
 *
 *   | kind u16 = 0 | length u32 | target net id 6, port u16 | source net id 6, port u16 | command u16 | flags u16 |
 *   | length of data u32 | error u32 | invoke id u32 | data … |   little-endian
 *
 * Spec: Beckhoff Information System: TwinCAT ADS/AMS specification (AMS/TCP header, AMS header, commands).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import type { MovingFile } from '../moving-file.ts'
import type { Section } from '../program-section.ts'
import { COMMANDS, ROUTER_FRAMES } from './ads.table.ts'

/** One flat shape; -1 and '' where a field does not occur. */
export type Ads = {
  /** 0 with an AMS header, else a frame to a local router. */
  readonly kind: number
  readonly target: string
  readonly targetPort: number
  readonly source: string
  readonly sourcePort: number
  readonly command: number
  readonly flags: number
  readonly isAnswer: boolean
  readonly length: number
  readonly error: number
  readonly invoke: number
  /** Of answers. */
  result: number
  group: number
  offset: number
  /** Bytes to read, or of the values that follow. */
  size: number
  state: number
  deviceState: number
  handle: number
  name: string
  version: readonly [major: number, minor: number, build: number] | undefined
  data: Uint8Array
  samples: readonly Sample[]
  anomalies: readonly string[]
}
export type Sample = { readonly handle: number; readonly data: Uint8Array }

/** What a conversation learnt; every map bounded by whoever fills it. */
export type AdsState = {
  /** Symbol names by handle; what a notification handle watches. */
  readonly symbols: Map<number, string>
  readonly watched: Map<number, { tag: string; part: string | undefined }>
  readonly files: Map<number, string>
  readonly states: Map<number, number>
  section: Section | undefined
  file: MovingFile | undefined
}

const HEAD = 6
const AMS = 32
/** Symbol tables of large projects come in one answer. */
const MAX_FRAME = 4 << 20
const MAX_SAMPLES = 4096
const CLEAN: readonly string[] = []
const EMPTY = new Uint8Array(0)
const RESPONSE = 0x0001
const ADS_COMMAND = 0x0004

export const dissector: Dissector<Ads, AdsState> = {
  name: 'ads',
  ports: ['tcp/48898'],
  maxFrame: MAX_FRAME,
  start: () => ({ symbols: new Map(), watched: new Map(), files: new Map(), states: new Map(), section: undefined, file: undefined }),
  frame(head, { flow }) {
    if (head.left < HEAD) return NEED_MORE
    const kind = head.peek() | (head.peek(1) << 8)
    const length = u32(head, 2)
    if (kind !== 0) return ROUTER_FRAMES[kind] !== undefined && length <= 256 && isOwn(flow.serverPort) ? HEAD + length : NOT_MINE
    if (length < AMS || length > MAX_FRAME - HEAD) return NOT_MINE
    if (head.left < HEAD + AMS) return NEED_MORE
    const command = head.peek(HEAD + 16) | (head.peek(HEAD + 17) << 8)
    const flags = head.peek(HEAD + 18) | (head.peek(HEAD + 19) << 8)
    if (u32(head, HEAD + 20) + AMS !== length || COMMANDS[command] === undefined || (flags & ADS_COMMAND) === 0 || flags > 0x01ff)
      return NOT_MINE
    return HEAD + length
  },
  // Both sides ask: a device's notification is a question of its own.
  key(head) {
    const flags = head.peek(HEAD + 18)
    return head.left < HEAD + AMS || (head.peek(HEAD + 16) === 8 && (flags & RESPONSE) === 0) ? undefined : u32(head, HEAD + 28)
  },
  parse,
  side: (head) => {
    if (head.left < HEAD + AMS) return undefined
    const isAnswer = (head.peek(HEAD + 18) & RESPONSE) !== 0
    const isPushed = head.peek(HEAD + 16) === 8
    return isAnswer !== isPushed ? 'server' : 'client'
  },
}

const isOwn = (port: number | undefined): boolean => port === 48898
const u32 = (head: Reader, at: number): number =>
  (head.peek(at) | (head.peek(at + 1) << 8) | (head.peek(at + 2) << 16) | (head.peek(at + 3) << 24)) >>> 0

function parse(r: Reader, ctx: Context<Ads, AdsState>): Ads {
  const kind = r.u16le('frame kind')
  r.u32le('length')
  const hasAms = kind === 0
  const target = hasAms ? readNetId(r, 'target net id') : ''
  const targetPort = hasAms ? r.u16le('target port') : -1
  const source = hasAms ? readNetId(r, 'source net id') : ''
  const sourcePort = hasAms ? r.u16le('source port') : -1
  const command = hasAms ? r.u16le('command') : -1
  if (hasAms) r.note(COMMANDS[command]?.[0] ?? 'unknown')
  const flags = hasAms ? r.u16le('flags') : 0
  const isAnswer = (flags & RESPONSE) !== 0
  const length = hasAms ? r.u32le('data length') : 0
  const error = hasAms ? r.u32le('error') : 0
  const invoke = hasAms ? r.u32le('invoke id') : 0
  const m: Ads = {
    kind,
    target,
    targetPort,
    source,
    sourcePort,
    command,
    flags,
    isAnswer,
    length,
    error,
    invoke,
    result: -1,
    group: -1,
    offset: -1,
    size: -1,
    state: -1,
    deviceState: -1,
    handle: -1,
    name: '',
    version: undefined,
    data: EMPTY,
    samples: [],
    anomalies: CLEAN,
  }
  if (!hasAms) m.data = r.view(r.left, 'router data')
  else if (isAnswer) readAnswer(r, m)
  else readQuestion(r, m)
  if (r.short) m.anomalies = ['truncated']
  else if (r.left > 0) m.anomalies = ['trailing-bytes']
  else if (isAnswer && ctx.asked === undefined && ctx.from === 'server') m.anomalies = ['unsolicited']
  return m
}

export function readNetId(r: Reader, label: string): string {
  return r.view(6, label).join('.')
}

function readQuestion(r: Reader, m: Ads): void {
  switch (m.command) {
    case 2:
    case 3:
    case 9:
      m.group = r.u32le('index group')
      m.offset = r.u32le('index offset')
      m.size = r.u32le(m.command === 3 ? 'write length' : 'read length')
      if (m.command === 9) m.data = r.view(r.u32le('write length'), 'write data').slice()
      else if (m.command === 3) m.data = r.view(m.size, 'write data').slice()
      return
    case 5:
      m.state = r.u16le('ADS state')
      m.deviceState = r.u16le('device state')
      m.data = r.view(r.u32le('length'), 'data')
      return
    case 6:
      m.group = r.u32le('index group')
      m.offset = r.u32le('index offset')
      m.size = r.u32le('length')
      r.u32le('transmission mode')
      r.u32le('maximum delay')
      r.u32le('cycle time')
      r.skip(16, 'reserved')
      return
    case 7:
      m.handle = r.u32le('notification handle')
      return
    case 8:
      readNotification(r, m)
      return
    default:
  }
}

function readAnswer(r: Reader, m: Ads): void {
  // A router that cannot deliver answers with an error and no data.
  if (r.left < 4) return
  if (m.command >= 1 && m.command <= 9) m.result = r.u32le('result')
  switch (m.command) {
    case 1:
      if (r.left === 0) return
      m.version = [r.u8('major version'), r.u8('minor version'), r.u16le('build')]
      m.name = r.cstring(Math.min(16, r.left), 'device name')
      r.skip(r.left, 'padding')
      return
    case 2:
    case 9:
      if (r.left === 0) return
      m.size = r.u32le('length')
      m.data = r.view(m.size, 'data')
      return
    case 4:
      if (r.left === 0) return
      m.state = r.u16le('ADS state')
      m.deviceState = r.u16le('device state')
      return
    case 6:
      if (r.left > 0) m.handle = r.u32le('notification handle')
      return
    default:
  }
}

/** Length, stamps; each a time and samples of a handle and bytes. */
function readNotification(r: Reader, m: Ads): void {
  m.size = r.u32le('length')
  const stamps = r.u32le('stamps')
  const samples: Sample[] = []
  for (let i = 0; i < stamps && r.left >= 12; i++) {
    r.u64le('time stamp')
    const n = r.u32le('samples')
    for (let k = 0; k < n && r.left >= 8 && samples.length < MAX_SAMPLES; k++) {
      const handle = r.u32le('notification handle')
      samples.push({ handle, data: r.view(r.u32le('sample size'), 'sample') })
    }
  }
  m.samples = samples
  m.deviceState = stamps
}
