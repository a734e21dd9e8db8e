/**
 * Synchrophasors: phasor measurement units and concentrators send time-stamped currents and voltages, many times a second.
 *
 *   | sync aa | type u3 version u4 | size u16 | stream u16 | second u32 | quality u8 fraction u24 | … | check u16 |   big-endian
 *
 * Spec: IEEE C37.118.2-2011 §6 (frames), annex B (check), annex E (TCP and UDP). Data frames can be read by their stream's
 * configuration only.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { isAtOneOf } from '../own-port.ts'
import { type Config, readConfig } from './config.ts'
import { isChecked } from './crc.ts'
import { type Block, readBlocks } from './data.ts'
import { ANSWERS, COMMANDS, FRAME, FRAME_NAMES } from './synchrophasor.table.ts'

const SYNC = 0xaa
const HEADER = 14
const CHECK = 2
const PORTS: readonly number[] = [4712, 4713]
/** Streams of one connection: a concentrator sends one. */
const MAX_STREAMS = 64
/** A configuration 3 in fragments. */
const MAX_PENDING = 1 << 17
const MAX_PENDING_STREAMS = 2
const LAST = 0xffff
const CLEAN: readonly string[] = []
const EMPTY = new Uint8Array(0)

export type Synchrophasor = {
  readonly type: number
  readonly version: number
  readonly size: number
  readonly stream: number
  /** Seconds since 1970, and the fraction in units of the stream's time base. */
  readonly second: number
  readonly fraction: number
  /** Leap second flags and the quality of the time. */
  readonly quality: number
  /** A command's code, -1 elsewhere. */
  command: number
  /** What is between the header and the check. Borrowed from the packet, but for commands. */
  body: Uint8Array
  config: Config | undefined
  /** The configuration that a data frame is read by. */
  by: Config | undefined
  anomalies: readonly string[]
}

export type SynchrophasorState = {
  readonly configs: Map<number, Config>
  /** Parts of a configuration 3, by stream. */
  readonly pending: Map<number, Uint8Array>
  /** Commands that wait for a frame. */
  readonly open: Set<number>
  /** What was told last of each stream, µs, and each station's status words. */
  readonly told: Map<number, { at: number; statuses: number[]; digitals: number[]; quality: number }>
  summary: Summary | undefined
}

/** What ICSNPP logs of a whole connection. */
export type Summary = {
  readonly at: number
  readonly versions: Set<number>
  readonly streams: Set<number>
  readonly rates: Set<number>
  history: string
  least: number
  most: number
  total: number
  dataFrames: number
  /** Numbers frames, for ids. */
  frames: number
}

export const dissector: Dissector<Synchrophasor, SynchrophasorState> = {
  name: 'synchrophasor',
  ports: ['tcp/4712', 'udp/4713'],
  maxFrame: 65_535,
  start: () => ({ configs: new Map(), pending: new Map(), open: new Set(), told: new Map(), summary: undefined }),
  frame(head, { flow }) {
    if (head.left > 0 && head.peek(0) !== SYNC) return NOT_MINE
    // Bit 7 is reserved; versions 1 (2005), 2 (2011), 3.
    if (head.left > 1 && (head.peek(1) >> 4 > FRAME.config3 || (head.peek(1) & 15) === 0 || (head.peek(1) & 15) > 3)) return NOT_MINE
    if (head.left < 4) return NEED_MORE
    const size = (head.peek(2) << 8) | head.peek(3)
    if (size < HEADER + CHECK + (head.peek(1) >> 4 === FRAME.header ? 0 : 2)) return NOT_MINE
    const isOurs = isAtOneOf(flow, PORTS)
    if (!isOurs && size <= head.left && !isChecked(head.bytes, head.at, head.at + size)) return NOT_MINE
    return size
  },
  key(head, { from }) {
    const type = head.peek(1) >> 4
    if (type === FRAME.command) return from === 'client' ? (head.peek(HEADER) << 8) | head.peek(HEADER + 1) : undefined
    return from === 'server' ? ANSWERS[type] : undefined
  },
  parse,
  side: (head) => (head.peek(1) >> 4 === FRAME.command ? 'client' : 'server'),
  resync(bytes) {
    for (let at = 1; at + HEADER <= bytes.length; at++) {
      if (bytes[at] !== SYNC || bytes[at + 1]! >> 4 > FRAME.config3 || (bytes[at + 1]! & 15) === 0 || (bytes[at + 1]! & 15) > 3) continue
      const end = at + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
      if (end >= at + HEADER + CHECK && end <= bytes.length && isChecked(bytes, at, end)) return at
    }
    return -1
  },
}

function parse(r: Reader, { state }: Context<Synchrophasor, SynchrophasorState>): Synchrophasor {
  const { bytes, at, end } = r
  const whole = end - at
  r.skip(1, 'sync')
  const kind = r.u8('type and version')
  const type = kind >> 4
  r.note(FRAME_NAMES[type] ?? '')
  const size = r.u16('size')
  const m: Synchrophasor = {
    type,
    version: kind & 15,
    size,
    stream: r.u16('stream'),
    second: r.u32('second'),
    quality: r.u8('time quality'),
    fraction: r.u24('fraction'),
    command: -1,
    body: EMPTY,
    config: undefined,
    by: undefined,
    anomalies: CLEAN,
  }
  const isWhole = !r.short && whole >= size
  const length = Math.max(0, (isWhole ? size : whole + CHECK) - HEADER - CHECK)
  const bodyAt = r.at
  const body = r.sub(length, 'body')
  m.body = bytes.subarray(bodyAt, Math.min(end, bodyAt + length))
  if (isWhole) r.u16('check')
  if (!isWhole) m.anomalies = ['truncated']
  else if (!isChecked(bytes, at, at + size)) m.anomalies = ['checksum-mismatch']
  else if (whole > size) m.anomalies = ['trailing-bytes']
  readBody(body, m, state, isWhole)
  return m
}

function readBody(r: Reader, m: Synchrophasor, state: SynchrophasorState, isWhole: boolean): void {
  if (m.type === FRAME.command) {
    // A question waits for its answer: not in the packet's bytes.
    m.body = m.body.slice()
    m.command = r.u16('command')
    r.note(COMMANDS[m.command]?.name ?? '')
    if (r.left > 0) r.view(r.left, 'extension')
    // 0x100 to 0xfff are free for the user.
    if (COMMANDS[m.command] === undefined && (m.command < 0x100 || m.command > 0xfff)) push(m, 'unknown-command')
  } else if (m.type === FRAME.header) r.text(r.left, 'header')
  else if (m.type === FRAME.data) {
    m.by = state.configs.get(m.stream)
    if (m.by === undefined) return
    if (m.by.size !== m.body.length) {
      if (isWhole) push(m, 'data-does-not-fit-configuration')
      m.by = undefined
    } else if (r.constructor !== Reader) readBlocks(r, m.by)
  } else if (isWhole) readConfiguration(r, m, state)
}

function readConfiguration(r: Reader, m: Synchrophasor, state: SynchrophasorState): void {
  const { pending, configs } = state
  const continuation = m.type === FRAME.config3 ? r.u16('continuation') : 0
  let from = r
  if (continuation > 0) {
    const before = continuation === 1 ? EMPTY : (pending.get(m.stream) ?? EMPTY)
    const part = m.body.subarray(2)
    pending.delete(m.stream)
    if (before.length + part.length > MAX_PENDING) return push(m, 'configuration-too-long')
    const joined = new Uint8Array(before.length + part.length)
    joined.set(before)
    joined.set(part, before.length)
    if (continuation !== LAST) {
      if (pending.size >= MAX_PENDING_STREAMS) pending.delete(pending.keys().next().value!)
      pending.set(m.stream, joined)
      return
    }
    from = new Reader(joined)
  }
  m.config = readConfig(from, m.type, continuation)
  if (!m.config.isWhole) return push(m, 'bad-configuration')
  // Configuration 1 is what a station could send: the others tell what it does.
  const known = configs.get(m.stream)
  if (m.type === FRAME.config1 && known !== undefined && known.frame !== FRAME.config1) return
  if (known === undefined && configs.size >= MAX_STREAMS) configs.delete(configs.keys().next().value!)
  configs.set(m.stream, m.config)
}

function push(m: Synchrophasor, name: string): void {
  m.anomalies = [...m.anomalies, name]
}

/** The stations of a data frame, in the order of its configuration. */
export function blocksOf(m: Synchrophasor): readonly Block[] {
  return m.by === undefined ? [] : readBlocks(new Reader(m.body), m.by)
}
