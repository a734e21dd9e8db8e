/**
 * DoIP: diagnostic testers find vehicles and speak UDS with their ECUs. UDP for discovery, TCP for diagnosis, port 13400.
 *
 *   | version u8 | its inverse u8 | payload type u16 | length u32 | payload |   big-endian
 *
 * Spec: ISO 13400-2:2019 §7 to §9; ISO 14229-1 (UDS).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { byteText, hexText, withoutPadding } from '../byte-text.ts'
import { isAtPort } from '../own-port.ts'
import type { MovingBytes } from '../program-section.ts'
import { TYPE, TYPES } from './doip.table.ts'
import { readUds, type Uds } from './uds.ts'

const HEADER = 8
const PORT = 13_400
const MAX_MESSAGE = 1 << 20
const CLEAN: readonly string[] = []
/** 2010, 2012, 2019, and the default of vehicle identification. */
const VERSIONS: readonly number[] = [1, 2, 3, 4, 0xff]

export type Doip = {
  readonly version: number
  readonly type: number
  /** Logical addresses; -1 where there is none. */
  source: number
  target: number
  vin: string
  eid: string
  /** Result of an activation, code of an acknowledgement or refusal, power mode. */
  code: number
  activation: number
  node: number
  sockets: number
  uds: Uds | undefined
  anomalies: readonly string[]
}

/** A block of memory on its way. */
export type Transfer = {
  readonly kind: 'program.downloaded' | 'program.uploaded'
  readonly name: string
  readonly moving: MovingBytes
}

export type DoipState = {
  /** Unanswered services, by ECU and service. */
  readonly open: Map<number, { readonly uds: Uds; readonly ecu: number }>
  readonly transfers: Map<number, Transfer>
}

export const dissector: Dissector<Doip, DoipState> = {
  name: 'doip',
  ports: [`tcp/${PORT}`, `udp/${PORT}`],
  maxFrame: MAX_MESSAGE,
  start: () => ({ open: new Map(), transfers: new Map() }),
  frame(head, { flow }) {
    if (head.left > 0 && !VERSIONS.includes(head.peek(0))) return NOT_MINE
    if (head.left > 1 && (head.peek(0) ^ head.peek(1)) !== 0xff) return NOT_MINE
    if (head.left < HEADER) return NEED_MORE
    const type = (head.peek(2) << 8) | head.peek(3)
    const length = head.peek(4) * 0x100_0000 + (head.peek(5) << 16) + (head.peek(6) << 8) + head.peek(7)
    const known = TYPES[type]
    if (length > MAX_MESSAGE - HEADER) return NOT_MINE
    const isOurs = isAtPort(flow, PORT)
    if (known === undefined ? !isOurs : !isOurs && (length < known[1] || length > known[2])) return NOT_MINE
    return HEADER + length
  },
  key(head, { from }) {
    const type = (head.peek(2) << 8) | head.peek(3)
    if (from === 'client') return type === TYPE.activation || type === TYPE.status || type === TYPE.power ? type : undefined
    return type === TYPE.activationResponse || type === TYPE.statusResponse || type === TYPE.powerResponse ? type - 1 : undefined
  },
  parse,
  side: sideOf,
}

function parse(r: Reader, _ctx: Context<Doip, DoipState>): Doip {
  const whole = r.left
  const version = r.u8('version')
  r.skip(1, 'inverse version')
  const type = r.u16('payload type')
  r.note(TYPES[type]?.[0] ?? '')
  const length = r.u32('length')
  const m: Doip = {
    version,
    type,
    source: -1,
    target: -1,
    vin: '',
    eid: '',
    code: -1,
    activation: -1,
    node: -1,
    sockets: -1,
    uds: undefined,
    anomalies: CLEAN,
  }
  const body = r.sub(Math.min(length, r.left), 'payload')
  readBody(body, m)
  const known = TYPES[type]
  if (r.short || whole < HEADER + length) m.anomalies = ['truncated']
  else if (known === undefined) m.anomalies = ['unknown-payload-type']
  else if (body.short || length < known[1] || length > known[2]) m.anomalies = ['bad-length']
  else if (whole > HEADER + length) m.anomalies = ['trailing-bytes']
  return m
}

function readBody(r: Reader, m: Doip): void {
  switch (m.type) {
    case TYPE.nack:
    case TYPE.powerResponse:
      m.code = r.u8('code')
      return
    case TYPE.identificationVin:
      m.vin = vin(r)
      return
    case TYPE.identificationEid:
      m.eid = hexText(r.view(6, 'EID'))
      return
    case TYPE.announcement:
      m.vin = vin(r)
      m.source = r.u16('logical address')
      m.eid = hexText(r.view(6, 'EID'))
      r.skip(6, 'GID')
      m.code = r.u8('further action')
      return
    case TYPE.activation:
      m.source = r.u16('source')
      // One octet since 2012, two before.
      m.activation = m.version === 1 ? r.u16('activation type') : r.u8('activation type')
      return
    case TYPE.activationResponse:
      m.target = r.u16('tester')
      m.source = r.u16('entity')
      m.code = r.u8('result')
      return
    case TYPE.aliveResponse:
      m.source = r.u16('source')
      return
    case TYPE.statusResponse:
      m.node = r.u8('node type')
      m.sockets = r.u8('most sockets')
      r.u8('open sockets')
      return
    case TYPE.diagnostic:
      m.source = r.u16('source')
      m.target = r.u16('target')
      if (r.left > 0) m.uds = readUds(r)
      return
    case TYPE.diagnosticAck:
    case TYPE.diagnosticNack:
      m.source = r.u16('source')
      m.target = r.u16('target')
      m.code = r.u8('code')
      return
    default:
      if (r.left > 0) r.view(r.left, 'payload')
  }
}

const vin = (r: Reader): string => withoutPadding(byteText(r.view(17, 'VIN')))

/** A diagnostic message says by its service who speaks. */
function sideOf(head: Reader): Side | undefined {
  const type = (head.peek(2) << 8) | head.peek(3)
  if (type !== TYPE.diagnostic) return TYPES[type]?.[3]
  return (head.peek(HEADER + 4) & 0x40) !== 0 ? 'server' : 'client'
}
