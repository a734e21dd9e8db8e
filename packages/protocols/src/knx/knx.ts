/**
 * KNXnet/IP: building controls over UDP and TCP 3671: discovery, tunnels into a KNX line, routing between lines.
 *
 *   | 06 | 10 | service u16 | length u16 | body |   big-endian
 *   a KNX telegram (cEMI): | code u8 | additional u8 … | control u16 | source u16 | destination u16 | size u8 | TPCI and APCI u16 | … |
 *
 * Spec: ISO 22510 (KNXnet/IP), KNX 03.06.03 (cEMI), KNX 03.03.07 (application services).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText, hexText, withoutPadding } from '../byte-text.ts'
import { individual } from './address.ts'
import { readTelegram, type Telegram } from './cemi.ts'
import { SERVICE, SERVICES } from './knx.table.ts'

const HEADER = 6
const CLEAN: readonly string[] = []
const MAX_BLOCKS = 32

export type Device = {
  readonly address: string
  readonly serial: string
  readonly mac: string
  readonly name: string
  readonly inProgramming: boolean
  readonly project: number
}

export type Knx = {
  readonly service: number
  /** -1 where there is none. */
  channel: number
  sequence: number
  status: number
  /** Kind of connection that is asked for. */
  connection: number
  /** Address in the KNX line that a tunnel was given. */
  tunnel: string
  device: Device | undefined
  manufacturer: number
  telegram: Telegram | undefined
  anomalies: readonly string[]
}

export type KnxState = {
  /** Writes of the client that the line has not confirmed: by destination. */
  readonly open: Map<string, Telegram>
}

export const dissector: Dissector<Knx, KnxState> = {
  name: 'knx',
  ports: ['udp/3671', 'tcp/3671'],
  maxFrame: 4096,
  start: () => ({ open: new Map() }),
  frame(head) {
    if (head.left > 0 && head.peek(0) !== HEADER) return NOT_MINE
    if (head.left > 1 && head.peek(1) !== 0x10) return NOT_MINE
    if (head.left < HEADER) return NEED_MORE
    const known = SERVICES[(head.peek(2) << 8) | head.peek(3)]
    const length = (head.peek(4) << 8) | head.peek(5)
    return known === undefined || length < known[2] ? NOT_MINE : length
  },
  key(head, { from }) {
    const service = (head.peek(2) << 8) | head.peek(3)
    const isAnswer = ANSWERS.has(service)
    if (!isAnswer && !ANSWERS.has(service + 1)) return undefined
    return isAnswer === (from === 'server') ? (isAnswer ? service - 1 : service) : undefined
  },
  parse,
  side: (head) => SERVICES[(head.peek(2) << 8) | head.peek(3)]?.[1],
}

/** Services that answer the one numbered before them. */
const ANSWERS: ReadonlySet<number> = new Set([0x0202, 0x0204, 0x0206, 0x0208, 0x020a, 0x020c, 0x0423, 0x0741, 0x0952])

function parse(r: Reader, _ctx: Context<Knx, KnxState>): Knx {
  const whole = r.left
  r.skip(2, 'header')
  const service = r.u16('service')
  r.note(SERVICES[service]?.[0] ?? '')
  const length = r.u16('length')
  const m: Knx = {
    service,
    channel: -1,
    sequence: -1,
    status: -1,
    connection: -1,
    tunnel: '',
    device: undefined,
    manufacturer: -1,
    telegram: undefined,
    anomalies: CLEAN,
  }
  const body = r.sub(Math.max(0, Math.min(length - HEADER, r.left)), 'body')
  readBody(body, m)
  if (r.short || body.short || whole < length) m.anomalies = ['truncated']
  else if (whole > length) m.anomalies = ['trailing-bytes']
  else if (m.telegram?.isBad === true) m.anomalies = ['bad-telegram']
  return m
}

function readBody(r: Reader, m: Knx): void {
  switch (m.service) {
    case SERVICE.searchResponse:
    case SERVICE.searchResponseExtended:
      r.skip(8, 'endpoint')
      return blocks(r, m)
    case SERVICE.descriptionResponse:
      return blocks(r, m)
    case SERVICE.diagnosticResponse:
      r.skip(2, 'selector')
      return blocks(r, m)
    case SERVICE.connectRequest:
      r.skip(16, 'endpoints')
      r.u8('size')
      m.connection = r.u8('connection type')
      return
    case SERVICE.connectResponse:
      return connected(r, m)
    case SERVICE.stateRequest:
    case SERVICE.disconnectRequest:
      m.channel = r.u8('channel')
      return
    case SERVICE.stateResponse:
    case SERVICE.disconnectResponse:
      m.channel = r.u8('channel')
      m.status = r.u8('status')
      return
    case SERVICE.tunnelRequest:
    case SERVICE.configurationRequest:
      header(r, m)
      m.telegram = readTelegram(r)
      return
    case SERVICE.tunnelAck:
    case SERVICE.configurationAck:
      return header(r, m)
    case SERVICE.routing:
    case SERVICE.routingSystem:
      m.telegram = readTelegram(r)
      return
    case SERVICE.sessionStatus:
      m.status = r.u8('status')
      return
    default:
      if (r.left > 0) r.view(r.left, 'body')
  }
}

function header(r: Reader, m: Knx): void {
  r.u8('size')
  m.channel = r.u8('channel')
  m.sequence = r.u8('sequence')
  m.status = r.u8('status')
}

function connected(r: Reader, m: Knx): void {
  m.channel = r.u8('channel')
  m.status = r.u8('status')
  if (r.left < 10) return
  r.skip(8, 'endpoint')
  const size = r.u8('size')
  m.connection = r.u8('connection type')
  if (m.connection === 4 && size >= 4) m.tunnel = individual(r.u16('tunnel address'))
}

/** Description blocks (§7.5.4): size, type, content. */
function blocks(r: Reader, m: Knx): void {
  for (let n = 0; n < MAX_BLOCKS && r.left >= 2; n++) {
    const size = r.u8('block size')
    const type = r.u8('block type')
    const block = r.sub(Math.max(0, size - 2), 'block')
    if (type === 1) m.device = deviceOf(block)
    else if (type === 0xfe) m.manufacturer = block.u16('manufacturer')
    if (block.short) r.short = true
    if (size < 2) return
  }
}

function deviceOf(r: Reader): Device {
  r.u8('medium')
  const status = r.u8('status')
  const address = individual(r.u16('address'))
  const project = r.u16('project')
  const serial = hexText(r.view(6, 'serial number'))
  r.skip(4, 'multicast address')
  const mac = [...r.view(6, 'MAC')].map((b) => b.toString(16).padStart(2, '0')).join(':')
  const name = withoutPadding(byteText(r.view(30, 'name')).split('\0')[0]!)
  return { address, serial, mac, name, inProgramming: (status & 1) !== 0, project }
}
