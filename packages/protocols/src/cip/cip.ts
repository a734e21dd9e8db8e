/**
 * CIP's explicit messages, in SendRRData (unconnected) and SendUnitData (connected) of EtherNet/IP.
 *
 *   | encapsulation header 24 | interface u32 | time-out u16 | items u16 | (type u16 length u16 data) … |   little-endian
 *   connected data: | sequence u16 | service u8 … |   unconnected data: | service u8 … |
 *
 * Spec: ODVA, The CIP Networks Library Vol. 1, §2-4 (message router), §3-5 (connection manager); Vol. 2, §2-6 (items).
 * Answers are paired by the sequence count of their connection, or by the sender context.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { ITEM } from '../enip/enip.table.ts'
import type { MovingFile } from '../moving-file.ts'
import type { Section } from '../program-section.ts'
import type { LogixNames } from './logix.ts'
import { readService, type Service } from './service.ts'

const CLEAN: readonly string[] = []
const SEND_RR = 0x6f
const SEND_UNIT = 0x70
/** Where the usual layouts have their fields. */
const AT_ITEMS = 32
const AT_CONNECTION = 36
const AT_SEQUENCE = 44
const AT_CONNECTED_SERVICE = 46
const AT_UNCONNECTED_SERVICE = 40

export type Cip = {
  /** Connection id of a connected message, else -1. */
  readonly connection: number
  readonly sequence: number
  readonly service: Service | undefined
  anomalies: readonly string[]
}

/** Where a message ends up: the part of the device, and a small number for it. */
export type Where = { readonly part: string | undefined; readonly index: number }

/** What a Forward Open agreed on. */
export type Connection = { readonly where: Where; readonly toOriginator: number; readonly serial: number }

export type CipState = {
  /** Connections by the id that the originator sends with, and that id by the one the target sends with. */
  readonly connections: Map<number, Connection>
  readonly byTarget: Map<number, number>
  readonly routes: Map<string, Where>
  /** Questions without an answer yet. */
  readonly open: Set<Cip>
  readonly names: LogixNames
  mode: string
  /** Where and how the key switch stood last, as `0 run`. */
  key: string
  section: Section | undefined
  file: MovingFile | undefined
}

export const dissector: Dissector<Cip, CipState> = {
  name: 'cip',
  ports: ['enip'],
  maxFrame: 65_600,
  start: () => ({
    connections: new Map(),
    byTarget: new Map(),
    routes: new Map(),
    open: new Set(),
    names: new Map(),
    mode: '',
    key: '',
    section: undefined,
    file: undefined,
  }),
  frame(head) {
    if (head.left < 2) return NEED_MORE
    if ((head.peek(0) !== SEND_RR && head.peek(0) !== SEND_UNIT) || head.peek(1) !== 0) return NOT_MINE
    return head.left < 24 ? NEED_MORE : 24 + (head.peek(2) | (head.peek(3) << 8))
  },
  key,
  parse,
  side: (head) => sideOfService(head),
}

const u16 = (head: Reader, at: number): number => head.peek(at) | (head.peek(at + 1) << 8)
const u32 = (head: Reader, at: number): number => u16(head, at) + u16(head, at + 2) * 65_536

/** True where the two items are address and data of a connection. */
function isConnected(head: Reader): boolean {
  return head.peek(0) === SEND_UNIT && u16(head, AT_ITEMS) === ITEM.connectedAddress && u16(head, AT_SEQUENCE - 4) === ITEM.connectedData
}

export function key(head: Reader, ctx: Context<Cip, CipState>): number | undefined {
  if (isConnected(head)) {
    const id = u32(head, AT_CONNECTION)
    const { connections, byTarget } = ctx.state
    // Both ends of an agreed connection count under the originator's id, all others together.
    const connection = ctx.from === 'client' ? (connections.has(id) ? id : 0) : (byTarget.get(id) ?? 0)
    return connection * 65_536 + u16(head, AT_SEQUENCE)
  }
  return head.peek(0) === SEND_RR ? 0x10_0000_0000_0000 + u32(head, 12) * 65_536 + u16(head, 16) : undefined
}

/** Who speaks, by the answer bit of the service. */
export function sideOfService(head: Reader): Side | undefined {
  const at = isConnected(head) ? AT_CONNECTED_SERVICE : head.peek(0) === SEND_RR ? AT_UNCONNECTED_SERVICE : -1
  if (at < 0 || at >= head.left) return undefined
  return head.peek(at) & 0x80 ? 'server' : 'client'
}

function parse(r: Reader, ctx: Context<Cip, CipState>): Cip {
  const whole = r.left
  r.skip(2, 'command')
  const length = r.u16le('length')
  r.skip(20, 'encapsulation header')
  r.skip(4, 'interface handle')
  r.skip(2, 'time-out')
  const count = r.u16le('item count')
  let connection = -1
  let sequence = -1
  let service: Service | undefined
  let isShort = false
  for (let i = 0; i < count && i < 16 && r.left >= 4; i++) {
    const type = r.u16le('item type')
    const item = r.sub(r.u16le('item length'), `item ${i + 1}`)
    if (type === ITEM.connectedAddress) connection = item.u32le('connection id')
    else if (type === ITEM.connectedData || type === ITEM.unconnectedData) {
      if (type === ITEM.connectedData) sequence = item.u16le('sequence count')
      if (item.left > 0) service = readService(item)
    } else item.skip(item.left, 'data')
    if (item.short) isShort = true
  }
  const m: Cip = { connection, sequence, service, anomalies: CLEAN }
  if (r.short || isShort || whole < 24 + length) m.anomalies = ['truncated']
  else if (service === undefined) m.anomalies = ['no-service']
  else if (service.isAnswer !== (ctx.from === 'server')) m.anomalies = ['wrong-side']
  else if (service.isAnswer && ctx.asked === undefined) m.anomalies = ['unsolicited']
  return m
}
