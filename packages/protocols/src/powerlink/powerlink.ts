/**
 * Ethernet POWERLINK: one node manages the cycle; it polls each other node in its slot and gives the rest of the cycle away.
 *
 *   | 0 and type 7 bits | destination u8 | source u8 | by type … |   little-endian; the same over UDP, with nodes 0
 *   start of cycle:   | 0 | flags u8 | 0 | time u64 | relative time u64 |
 *   poll request:     | 0 | flags u8 | 0 | version of the mapping u8 | 0 | size u16 | data … |
 *   poll response:    | state u8 | flags u8 | waiting u8 | version of the mapping u8 | 0 | size u16 | data … |
 *   start of asynch.: | state u8 | flags u8 | 0 | service u8 | target u8 | version u8 |
 *   asynchronous:     | service u8 | … |   see asynchronous.ts
 *
 * Spec: EPSG DS 301 §4.6 (frames), §7.3 (network management), §6.3 (SDO).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { isAtPort } from '../own-port.ts'
import { type Identity, readCommand, readIdentity, readRequest, readStatus, type Status } from './asynchronous.ts'
import { MESSAGE, MESSAGES, SERVICE, SERVICES } from './powerlink.table.ts'
import { ABORT, readSdo, type Sdo } from './sdo.ts'

export type Powerlink = {
  readonly type: number
  readonly destination: number
  readonly source: number
  /** State of the sender, where the message has it; else -1. */
  readonly state: number
  /** Process data of a poll, whether it may be used. */
  readonly data: Uint8Array | undefined
  readonly isReady: boolean
  /** Asynchronous: the service. Start of asynchronous phase: the one that is asked for, and of whom. */
  readonly service: number
  readonly target: number
  readonly identity: Identity | undefined
  readonly status: Status | undefined
  /** Network management: its command or request; -1 for none. */
  readonly command: number
  readonly text: string
  readonly sdo: Sdo | undefined
  readonly isTruncated: boolean
}

export type PowerlinkState = {
  /** Nodes' states as last told. */
  readonly states: Map<number, number>
  /** Last error register of each node. */
  readonly errors: Map<number, number>
  /** When a node's process data was told last, µs; negative node numbers are requests. */
  readonly toldAt: Map<number, number>
  /** Questions without an answer yet, by transaction. */
  readonly waiting: Map<number, Sdo>
}

const PORT = 3819
const SHORTEST = 3
/** Where the sequence layer ends, with which the shortest access ends too; where a command begins to have data. */
const SEQUENCE_END = 8
const COMMAND_END = 16
const NOBODY = new Uint8Array(0)

/** §6.3: over UDP there are only accesses to objects, between nodes 0; numbers and a reserved word, then nothing or one command. */
function isDatagram(head: Reader): boolean {
  const isAccess = head.peek(0) === MESSAGE.asynchronous && head.peek(1) === 0 && head.peek(2) === 0 && head.peek(3) === SERVICE.sdo
  if (!isAccess || head.left < SEQUENCE_END || head.peek(6) !== 0 || head.peek(7) !== 0) return false
  if (head.left === SEQUENCE_END) return true
  const size = head.peek(12) | (head.peek(13) << 8)
  return head.left >= COMMAND_END + size && head.peek(8) === 0 && head.peek(14) === 0 && head.peek(15) === 0
}

export const dissector: Dissector<Powerlink, PowerlinkState> = {
  name: 'powerlink',
  ports: ['eth/0x88ab', 'udp/3819'],
  maxFrame: 65_535,
  frame(head, { flow }) {
    if (head.left < SHORTEST + 1) return NEED_MORE
    if (flow.transport === 'udp' && !isAtPort(flow, PORT)) return isDatagram(head) ? head.left : NOT_MINE
    const type = head.peek(0)
    if (MESSAGES[type] === undefined) return NOT_MINE
    return type === MESSAGE.asynchronous && SERVICES[head.peek(3)] === undefined && head.peek(3) < 0xa0 ? NOT_MINE : head.left
  },
  start: () => ({ states: new Map(), errors: new Map(), toldAt: new Map(), waiting: new Map() }),
  /** The client of an SDO numbers its transactions; what only acknowledges has none. */
  key(head) {
    if (head.left < 12 || head.peek(0) !== MESSAGE.asynchronous || head.peek(3) !== SERVICE.sdo) return undefined
    return head.peek(11) === 0 && (head.peek(10) & ABORT) === 0 ? undefined : head.peek(9)
  },
  /** An answer in several segments, of which only the first says the size. */
  staysOpen: ({ sdo }) => sdo !== undefined && (sdo.segmentation === 1 || sdo.segmentation === 2),
  parse(r, { asked }) {
    const type = r.u8('message')
    r.note(MESSAGES[type] ?? 'unknown')
    const m = { ...EMPTY, type, destination: r.u8('destination'), source: r.u8('source') }
    if (type === MESSAGE.startOfCycle) {
      r.u8('reserved')
      r.u8('flags')
      r.u8('reserved')
      r.u64le('time')
      r.u64le('relative time')
    } else if (type === MESSAGE.pollRequest || type === MESSAGE.pollResponse) {
      const state = r.u8('state')
      if (type === MESSAGE.pollResponse) m.state = state
      m.isReady = (r.u8('flags') & 1) !== 0
      r.u8('waiting')
      r.u8('version of the mapping')
      r.u8('reserved')
      m.data = r.view(r.u16le('size'), 'data')
    } else if (type === MESSAGE.startOfAsynchronous) {
      m.state = r.u8('state')
      r.u8('flags')
      r.u8('reserved')
      m.service = r.u8('service')
      r.note(SERVICES[m.service] ?? 'vendor specific')
      m.target = r.u8('target')
      r.u8('version')
    } else if (type === MESSAGE.asynchronous) {
      m.service = r.u8('service')
      r.note(SERVICES[m.service] ?? 'vendor specific')
      if (m.service === SERVICE.ident) m.state = (m.identity = readIdentity(r)).state
      else if (m.service === SERVICE.status) m.state = (m.status = readStatus(r)).state
      else if (m.service === SERVICE.command || m.service === SERVICE.request) {
        const { command, target, text } = m.service === SERVICE.command ? readCommand(r, m.destination) : readRequest(r)
        Object.assign(m, { command, target, text })
      } else if (m.service === SERVICE.sdo) m.sdo = readSdo(r, asked?.sdo)
    }
    if (r.short) {
      m.isTruncated = true
      m.state = -1
      if (m.data !== undefined) m.data = NOBODY
    }
    r.view(r.left, 'padding')
    return m
  },
}

const EMPTY: { -readonly [K in keyof Powerlink]: Powerlink[K] } = {
  type: 0,
  destination: 0,
  source: 0,
  state: -1,
  data: undefined,
  isReady: false,
  service: 0,
  target: 0,
  identity: undefined,
  status: undefined,
  command: -1,
  text: '',
  sdo: undefined,
  isTruncated: false,
}
