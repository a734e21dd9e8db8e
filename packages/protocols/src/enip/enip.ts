/**
 * EtherNet/IP encapsulation: sessions and identity around CIP, on TCP and UDP 44818.
 *
 *   | command u16 | length u16 | session u32 | status u32 | sender context 8 | options u32 = 0 | data … |   little-endian
 *
 * Spec: ODVA, The CIP Networks Library Vol. 2, §2-3 (header), §2-4 (commands), §2-6 (common packet format). What is inside
 * SendRRData and SendUnitData is CIP's: it gets the whole message, because its answers are paired by fields of this header.
 */
import { type Carried, type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { sideOfService } from '../cip/cip.ts'
import { isAtPort } from '../own-port.ts'
import { COMMANDS, ITEM, STATUS } from './enip.table.ts'

const CLEAN: readonly string[] = []
const HEADER = 24
const PORT = 44_818
/** §2-4.1 reserves 1 for older devices: engineering software of Rockwell opens with it, before any session. */
const LEGACY_LIST = 0x01
const LIST_IDENTITY = 0x63
const SEND_RR = 0x6f
const SEND_UNIT = 0x70

/** The identity item of a ListIdentity answer, §2-4.2.3; big-endian socket address. */
export type Identity = {
  readonly version: number
  readonly socketAddress: string
  readonly socketPort: number
  readonly vendor: number
  readonly deviceType: number
  readonly productCode: number
  readonly revisionMajor: number
  readonly revisionMinor: number
  readonly status: number
  readonly serial: number
  readonly productName: string
  readonly state: number
}

/** Flat. `whole` is borrowed from the packet. */
export type Enip = {
  readonly command: number
  readonly length: number
  readonly session: number
  readonly status: number
  /** Sender context in hex, as sent. */
  readonly context: string
  readonly options: number
  identity: Identity | undefined
  /** Items other than data: service names. */
  services: string
  readonly whole: Uint8Array
  anomalies: readonly string[]
}

export const dissector: Dissector<Enip> = {
  name: 'enip',
  ports: ['tcp/44818', 'udp/44818'],
  maxFrame: 65_535 + HEADER,
  frame(head, ctx) {
    if (head.left < 2) return NEED_MORE
    const command = head.peek(0) | (head.peek(1) << 8)
    const isOurPort = isAtPort(ctx.flow, PORT)
    // NOP may be all zero, and makers have commands of their own: both are believed at home only.
    if (isOurPort ? command > 0xff : command === 0 || (COMMANDS[command] === undefined && command !== LEGACY_LIST)) return NOT_MINE
    if (head.left < HEADER) return NEED_MORE
    if (!isOurPort && command === LEGACY_LIST && head.peek(3) + head.peek(4) + head.peek(5) + head.peek(6) + head.peek(7) !== 0)
      return NOT_MINE
    // Status codes fit a byte, options are zero.
    if (head.peek(9) + head.peek(10) + head.peek(11) !== 0) return NOT_MINE
    if (head.peek(20) + head.peek(21) + head.peek(22) + head.peek(23) !== 0) return NOT_MINE
    return HEADER + (head.peek(2) | (head.peek(3) << 8))
  },
  key: (head) => {
    const command = head.peek(0)
    // SendUnitData has no answer of its own; SendRRData is CIP's to pair.
    return command === SEND_UNIT || command === 0 ? undefined : `${command} ${contextOf(head)}`
  },
  parse,
  side: sideOf,
  carries,
}

function contextOf(head: Reader): string {
  let text = ''
  for (let i = 12; i < 20; i++) text += head.peek(i).toString(16).padStart(2, '0')
  return text
}

/** Questions about identity are empty, their answers are not; CIP's answers have a bit. */
function sideOf(head: Reader): Side | undefined {
  const command = head.peek(0)
  if (command === SEND_RR || command === SEND_UNIT) return sideOfService(head)
  if (command !== LIST_IDENTITY && command !== 0x04) return undefined
  return head.peek(2) + head.peek(3) === 0 ? 'client' : 'server'
}

function parse(r: Reader, ctx: Context<Enip, undefined>): Enip {
  const whole = r.bytes.subarray(r.at, r.end)
  const context = contextOf(r)
  const command = r.u16le('command')
  r.note(COMMANDS[command]?.[0] ?? 'unknown')
  const length = r.u16le('length')
  const session = r.u32le('session handle')
  const status = r.u32le('status')
  r.note(STATUS[status] ?? '')
  r.skip(8, 'sender context')
  const options = r.u32le('options')
  const m: Enip = { command, length, session, status, context, options, identity: undefined, services: '', whole, anomalies: CLEAN }
  if (ctx.from === 'server' && (command === LIST_IDENTITY || command === 0x04)) readItems(r, m)
  else r.view(r.left, 'data')
  const expected = HEADER + length
  if (r.short || whole.length < expected) m.anomalies = ['truncated']
  else if (whole.length > expected) m.anomalies = ['trailing-bytes']
  else if (COMMANDS[command] === undefined) m.anomalies = ['unknown-command']
  return m
}

function readItems(r: Reader, m: Enip): void {
  const count = r.u16le('item count')
  for (let i = 0; i < count && r.left >= 4; i++) {
    const type = r.u16le('item type')
    const item = r.sub(r.u16le('item length'), `item ${i + 1}`)
    if (type === ITEM.identity) m.identity = readIdentity(item)
    else if (type === ITEM.services) {
      item.skip(4, 'version and flags')
      m.services = item.cstring(16, 'service name')
    }
  }
}

function readIdentity(r: Reader): Identity {
  const version = r.u16le('encapsulation version')
  r.skip(2, 'socket family')
  const socketPort = r.u16('socket port')
  const socketAddress = `${r.u8('address')}.${r.u8('address')}.${r.u8('address')}.${r.u8('address')}`
  r.skip(8, 'zero')
  return {
    version,
    socketAddress,
    socketPort,
    vendor: r.u16le('vendor id'),
    deviceType: r.u16le('device type'),
    productCode: r.u16le('product code'),
    revisionMajor: r.u8('major revision'),
    revisionMinor: r.u8('minor revision'),
    status: r.u16le('status'),
    serial: r.u32le('serial number'),
    productName: r.text(r.u8('name length'), 'product name'),
    state: r.u8('state'),
  }
}

function carries(m: Enip): Carried | undefined {
  const isData = (m.command === SEND_RR || m.command === SEND_UNIT) && m.whole.length > HEADER
  return isData ? { over: 'enip', bytes: m.whole } : undefined
}
