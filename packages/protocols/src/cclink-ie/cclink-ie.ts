/**
 * CC-Link IE Control, Field and TSN: all share one EtherType and begin with the type of the frame.
 *
 *   Control, Field: | type u8 | data type u8 | by type, 4 bytes | number of the node u16 | protocol u8 | 0 | check u32 | data … |
 *   TSN cyclic:     | type u8 | cycle u8 | station u16 | 0 u16 | check u32 | parts … | 0 u16 |
 *     part:         | station u16 | length 11 bits and flags u16 | u8 | sequence u16 | diagnosis u32 | 0 | address u32 | data … |
 *   TSN others:     by type, see detection.ts
 *
 * Numbers are big-endian. Spec: IEC 61158-6-23; the layouts of TSN as the partner association's own dissector shows them.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { type Middle, type Network, TYPE, TYPES } from './cclink-ie.table.ts'
import { type Detected, readDetection, readDetectionAck, readMac } from './detection.ts'

export type CyclicPart = {
  /** Last two bytes of the other station's IP address. */
  readonly station: string
  readonly stationNumber: number
  readonly isEnabled: boolean
  readonly hasTimingError: boolean
  readonly diagnosis: number
  /** Emergency stop, gate off, alarm. */
  readonly hardware: number
  readonly address: number
  readonly data: Uint8Array
}

export type CcLinkIe = {
  readonly type: number
  readonly network: Network
  readonly sourceNode: number
  readonly nodeId: number
  readonly nodeType: number
  readonly connection: number
  /** What an announcement or its answer says of a station. */
  readonly detected: Detected | undefined
  readonly parts: readonly CyclicPart[]
  /** MAC address of the master that a priority frame names. */
  readonly master: string
  readonly isTruncated: boolean
}

export type CcLinkIeState = {
  /** Each side's state and faults as last told. */
  readonly told: { client: number | undefined; server: number | undefined }
  /** When a station's data was told last, µs. */
  readonly toldAt: Map<number, number>
  /** Operations of the side that answers, as told. */
  readonly served: Set<number>
}

const HEADER = 14
const CYCLIC_HEADER = 10
const SHORTEST = 10
const MAX_PARTS = 256

export const dissector: Dissector<CcLinkIe, CcLinkIeState> = {
  name: 'cclink-ie',
  ports: ['eth/0x890f'],
  portOnly: true,
  maxFrame: 65_535,
  frame(head) {
    if (head.left < SHORTEST) return NEED_MORE
    return TYPES[head.peek(0)] === undefined ? NOT_MINE : head.left
  },
  start: () => ({ told: { client: undefined, server: undefined }, toldAt: new Map(), served: new Set() }),
  parse(r) {
    const type = r.u8('type')
    const described = TYPES[type]
    if (described !== undefined) r.note(described.name)
    const m = { ...EMPTY, type }
    if (described?.middle === 'tsn') tsn(r, m)
    else header(r, described?.middle ?? 'none', described?.network === 'control', m)
    m.isTruncated = r.short || m.isTruncated
    r.view(r.left, 'data')
    return m
  },
}

type Mutable = { -readonly [K in keyof CcLinkIe]: CcLinkIe[K] }

const EMPTY: CcLinkIe = {
  type: 0,
  network: 'control',
  sourceNode: 0,
  nodeId: 0,
  nodeType: 0,
  connection: 0,
  detected: undefined,
  parts: [],
  master: '',
  isTruncated: false,
}

function header(r: Reader, middle: Middle, isControl: boolean, m: Mutable): void {
  r.u8(isControl ? 'priority' : 'data type')
  const has = (...kinds: readonly Middle[]): boolean => kinds.includes(middle)
  if (has('node', 'connection', 'status')) {
    m.nodeId = r.u16('node')
    const first = r.u8(middle === 'status' ? 'synchronised' : 'connection')
    if (middle === 'connection') m.connection = first
    m.nodeType = r.u8('node type')
  } else {
    r.view(3, middle === 'scan' ? 'scan number' : 'priority')
    m.nodeType = r.u8('node type')
  }
  m.sourceNode = r.u16('source node')
  const protocol = r.u8('protocol')
  m.network = isControl ? 'control' : networkOf(protocol)
  r.u8('reserved')
  r.u32('header check')
  m.isTruncated = r.short
}

/** The upper half is the version of the specification, the lower one the network; older stations use the lower one for both. */
function networkOf(protocol: number): Network {
  const version = protocol >> 4 || protocol & 15
  if (version === 2) return 'tsn'
  if (version === 3) return protocol >> 4 === 0 || protocol >> 4 === 3 ? 'tsn&field' : 'tsn'
  return (protocol & 15) === 1 ? 'field' : 'control'
}

function tsn(r: Reader, m: Mutable): void {
  m.network = 'tsn'
  if (m.type === TYPE.cyclicM || m.type === TYPE.cyclicS) cyclic(r, m)
  else if (m.type === TYPE.priority) {
    r.view(HEADER - 1, 'reserved and header check')
    r.view(6, 'station')
    r.u8('priority')
    r.u8('reserved')
    m.master = readMac(r, 'master')
    r.u16('hops')
    r.u8('kind')
  } else if (m.type === TYPE.detection) m.detected = readDetection(r)
  else if (m.type === TYPE.detectionAck) {
    m.detected = readDetectionAck(r)
    m.nodeType = m.detected.nodeType
  } else {
    r.u8('reserved')
    r.u16('station')
    r.u16('reserved')
  }
}

function cyclic(r: Reader, m: Mutable): void {
  r.u8('cycle')
  r.u16('station')
  r.view(CYCLIC_HEADER - 4, 'reserved and header check')
  const parts: CyclicPart[] = []
  while (parts.length < MAX_PARTS && r.left >= 2) {
    const station = r.u16('station')
    if (station === 0) break
    const word = r.u16('length and flags')
    r.u8('transient permission')
    r.u16('sequence')
    const diagnosis = r.u8('diagnosis')
    const hardware = r.u24('hardware diagnosis') & 0xff
    r.u8('reserved')
    const address = r.u32('address')
    const length = word & 0x07ff
    if (r.short || length > r.left) {
      m.isTruncated = true
      break
    }
    const data = r.view(length, 'data')
    if (m.type === TYPE.cyclicS) r.u32('check')
    parts.push({
      station: `${station >> 8}.${station & 255}`,
      stationNumber: station,
      isEnabled: word >= 0x8000,
      hasTimingError: (word & 0x4000) !== 0,
      diagnosis,
      hardware,
      address,
      data,
    })
  }
  m.parts = parts
}
