/**
 * BACnet/IP: building controllers and their stations: objects with properties, read, written and announced.
 *
 *   | 81 | function u8 | length u16 | [origin ip 4, port u16] | 01 | control u8 | [dnet, dadr] [snet, sadr] [hops] | APDU |
 *   APDU: | type 4 bits, flags 4 bits | … invoke id | [sequence, window] | service u8 | tags … |   big-endian
 *
 * Spec: ANSI/ASHRAE 135-2020: annex J (BVLC), §6.2 (NPDU), §20.1 (APDU), §20.2 (tags).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { hexText, SHOWN_BYTES } from '../byte-text.ts'
import { showIpv4 } from '../show-address.ts'
import { BVLC, PDU } from './bacnet.table.ts'
import { type Dialogue, startDialogue } from './dialogue.ts'
import { readTags, type Tag } from './tag.ts'

export type Bacnet = {
  bvlc: number
  /** Of a BVLC result; -1 else. */
  result: number
  /** Who sent what a broadcast manager forwards. */
  origin: string | undefined
  /** A network layer message's type, and the networks it names; -1 else. */
  network: number
  networks: readonly number[]
  /** Addresses of a broadcast distribution or foreign device table. */
  hosts: readonly string[]
  /** The device behind a router that speaks, or is spoken to: `network 5 address 0a`. */
  source: string | undefined
  destination: string | undefined
  pdu: number
  service: number
  invoke: number
  isSegmented: boolean
  more: boolean
  sequence: number
  /** Error code, reject or abort reason; -1 without. */
  code: number
  tags: readonly Tag[]
  /** What `tags` were read from: own bytes. */
  data: Uint8Array
  /** The request this one answers. */
  asked: Bacnet | undefined
  anomalies: readonly string[]
}

const CLEAN: readonly string[] = []
const NONE: readonly never[] = []
/** Entries of a table that are kept. */
const MAX_ENTRIES = 256
const EMPTY = new Uint8Array(0)
/** Annex J: the largest NPDU on IP and its headers, with room. */
const MAX_LENGTH = 2048

/** Simple and complex acknowledgements, errors, rejections: an abort comes from either. */
const ANSWERS: ReadonlySet<number> = new Set([2, 3, 5, 6])

export const dissector: Dissector<Bacnet, Dialogue> = {
  name: 'bacnet',
  ports: ['udp/47808'],
  maxFrame: MAX_LENGTH,
  frame(head) {
    if (head.left < 4) return head.left > 0 && head.peek(0) !== 0x81 ? NOT_MINE : NEED_MORE
    const kind = head.peek(1)
    const length = (head.peek(2) << 8) | head.peek(3)
    if (head.peek(0) !== 0x81 || kind > 0x0c || length < 4 || length > MAX_LENGTH) return NOT_MINE
    const versionAt = hasNetworkLayer(kind) ? (kind === BVLC.forwarded ? 10 : 4) : -1
    if (versionAt > 0 && (length < versionAt + 2 || (head.left > versionAt && head.peek(versionAt) !== 1))) return NOT_MINE
    return length
  },
  start: startDialogue,
  parse,
  side: sideOf,
}

/** Clause 20.1: who asks to be answered is the client, who answers the server. Neither sends what nobody confirms. */
function sideOf(head: Reader): Side | undefined {
  const kind = head.peek(1)
  if (kind === BVLC.result) return 'server'
  if (!hasNetworkLayer(kind)) return undefined
  head.skip(kind === BVLC.forwarded ? 11 : 5)
  const control = head.u8()
  if ((control & 0x80) !== 0) return undefined
  for (const bit of [0x20, 0x08]) if ((control & bit) !== 0) head.skip(2).skip(head.u8())
  const pdu = (control & 0x20 ? head.skip(1) : head).u8()
  if (head.short) return undefined
  return pdu >> 4 === 0 ? 'client' : ANSWERS.has(pdu >> 4) ? 'server' : undefined
}

/** The same network layer without the virtual link of IP: in Ethernet frames (clause 7), in BACnet/SC (annex AB). */
export const ethernetDissector: Dissector<Bacnet, Dialogue> = {
  name: 'bacnet-ethernet',
  ports: ['llc/0x82', 'bacnet-sc'],
  maxFrame: MAX_LENGTH,
  sessionless: true,
  frame(head) {
    if (head.left < 3) return NEED_MORE
    // Version, and no reserved bit of the control octet.
    return head.peek() === 1 && (head.peek(1) & 0x50) === 0 ? head.left : NOT_MINE
  },
  start: startDialogue,
  parse(r, ctx) {
    const m = empty(BVLC.unicast)
    const anomalies: string[] = []
    readNetwork(r, m, ctx, anomalies)
    if (r.short && !anomalies.includes('truncated')) anomalies.push('truncated')
    if (anomalies.length > 0) m.anomalies = anomalies
    return m
  },
}

function hasNetworkLayer(bvlc: number): boolean {
  return bvlc === BVLC.forwarded || bvlc >= BVLC.distribute
}

function parse(r: Reader, ctx: Context<Bacnet, Dialogue>): Bacnet {
  const whole = r.left
  r.skip(1, 'BVLC type')
  const m = empty(r.u8('BVLC function'))
  const length = r.u16('length')
  const anomalies: string[] = []
  if (length > whole) anomalies.push('truncated')
  if (m.bvlc === BVLC.result) m.result = r.u16('result code')
  if (m.bvlc === BVLC.forwarded) {
    m.origin = showIpv4(r.view(4, 'originating address')) || undefined
    r.u16('originating port')
  }
  if (m.bvlc === BVLC.writeTable || m.bvlc === BVLC.tableAck || m.bvlc === BVLC.foreignAck) m.hosts = readHosts(r)
  if (hasNetworkLayer(m.bvlc) && m.bvlc !== 0x0c) readNetwork(r, m, ctx, anomalies)
  if (r.short && !anomalies.includes('truncated')) anomalies.push('truncated')
  if (anomalies.length > 0) m.anomalies = anomalies
  return m
}

/** Annex J.2.2, J.2.4 and J.2.8: address, port, then a mask or two times: ten octets each. */
function readHosts(r: Reader): string[] {
  const hosts: string[] = []
  while (r.left >= 10 && hosts.length < MAX_ENTRIES) {
    hosts.push(showIpv4(r.view(4, 'address')))
    r.u16('port')
    r.view(4, 'mask or times')
  }
  return hosts
}

function empty(bvlc: number): Bacnet {
  return {
    bvlc,
    result: -1,
    origin: undefined,
    network: -1,
    networks: NONE,
    hosts: NONE,
    source: undefined,
    destination: undefined,
    pdu: -1,
    service: -1,
    invoke: -1,
    isSegmented: false,
    more: false,
    sequence: 0,
    code: -1,
    tags: [],
    data: EMPTY,
    asked: undefined,
    anomalies: CLEAN,
  }
}

function readNetwork(r: Reader, m: Bacnet, ctx: Context<Bacnet, Dialogue>, anomalies: string[]): void {
  r.u8('version')
  const control = r.u8('control')
  if (control & 0x20) m.destination = station(r, 'destination')
  if (control & 0x08) m.source = station(r, 'source')
  if (control & 0x20) r.u8('hop count')
  if (control & 0x80) {
    m.network = r.u8('network message')
    m.networks = readNetworks(r, m.network)
  } else if (r.left > 0) readApdu(r, m, ctx, anomalies)
}

/** §6.4: lists of networks; a routing table has a port and its information with each; others begin with one network. */
function readNetworks(r: Reader, message: number): number[] {
  const networks: number[] = []
  if (message === 6 || message === 7) {
    const count = r.left > 0 ? r.u8('ports') : 0
    for (let i = 0; i < count && r.left >= 4 && networks.length < MAX_ENTRIES; i++) {
      networks.push(r.u16('network'))
      r.u8('port')
      r.view(r.u8('information length'), 'information')
    }
  } else if (message === 3) {
    r.u8('reason')
    networks.push(r.u16('network'))
  } else if (message < 6) while (r.left >= 2 && networks.length < MAX_ENTRIES) networks.push(r.u16('network'))
  else if ((message === 8 || message === 9 || message === 0x13) && r.left >= 2) networks.push(r.u16('network'))
  return networks
}

function station(r: Reader, label: string): string | undefined {
  const network = r.u16(`${label} network`)
  const address = r.view(r.u8(`${label} length`), `${label} address`)
  if (network === 0xffff) return undefined
  return address.length === 0 ? `network ${network}` : `network ${network} address ${hexText(address, SHOWN_BYTES)}`
}

function readApdu(r: Reader, m: Bacnet, ctx: Context<Bacnet, Dialogue>, anomalies: string[]): void {
  const first = r.u8('PDU type')
  m.pdu = first >> 4
  if (m.pdu > PDU.abort) {
    anomalies.push('unknown-pdu')
    return
  }
  if (m.pdu === PDU.confirmed) r.u8('sizes accepted')
  if (m.pdu !== PDU.unconfirmed) m.invoke = r.u8('invoke id')
  const canBeCut = m.pdu === PDU.confirmed || m.pdu === PDU.complexAck
  m.isSegmented = canBeCut && (first & 8) !== 0
  m.more = m.isSegmented && (first & 4) !== 0
  if (m.isSegmented || m.pdu === PDU.segmentAck) {
    m.sequence = r.u8('sequence number')
    r.u8('window size')
  }
  if (m.pdu === PDU.segmentAck) return
  if (m.pdu >= PDU.reject) {
    m.code = r.u8('reason')
    ctx.state.answer(m, ctx.from)
    return
  }
  m.service = r.u8('service')
  readService(r, m, ctx, anomalies)
}

function readService(r: Reader, m: Bacnet, ctx: Context<Bacnet, Dialogue>, anomalies: string[]): void {
  if (m.isSegmented) {
    const segment = r.view(r.left, 'segment')
    const joined = ctx.state.join(m, ctx.from, segment)
    if (joined === undefined) {
      // The first names the request for whoever answers; the last alone has all of it.
      if (!m.more) anomalies.push('segments-missing')
    } else m.data = joined
  } else m.data = r.bytes.slice(r.at, r.end)
  const tags = m.isSegmented ? new Reader(m.data) : r
  m.tags = m.isSegmented ? readTags(tags) : owned(readTags(tags))
  if (tags.short) anomalies.push('truncated')
  if (m.pdu === PDU.error) m.code = errorCode(m.tags)
  if (m.pdu === PDU.confirmed) {
    if (!m.more) ctx.state.ask(m, ctx.from)
  } else if (m.pdu !== PDU.unconfirmed && !m.more) {
    const isExpected = ctx.state.answer(m, ctx.from)
    if (!isExpected && !ctx.state.isNew) anomalies.push('unsolicited')
  }
}

/** Requests outlive their packet. */
function owned(tags: readonly Tag[]): readonly Tag[] {
  return tags.map((tag) => (tag.data.length === 0 ? tag : { ...tag, data: tag.data.slice() }))
}

/** §20.1.7: class and code; a service's own error holds them in its first constructed tag. */
function errorCode(tags: readonly Tag[]): number {
  const values = tags.filter((tag) => tag.kind === 'value' && !tag.isContext && tag.number === 9)
  const code = values[1]
  return code === undefined ? -1 : code.data.reduce((sum, byte) => (sum * 256 + byte) % 0x1_0000, 0)
}
