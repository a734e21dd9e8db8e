/** Rows of NTT's CC-Link IE parser: one for each kind of frame between two stations, with how many there were within a minute. */
import type { SeenMessage } from '@isthmus/wire'
import type { Cell, Column, Gather, LogSpec, PutRow } from '../protocol.ts'
import { DEVICES, TYPE, TYPES } from './cclink-ie.table.ts'
import type { CcLinkIe, CcLinkIeState } from './cclink-ie.ts'
import { nodeName } from './observe.ts'

const texts = (...names: readonly string[]): Column[] => names.map((name): Column => [name, 'string'])
const COUNTED: readonly Column[] = [
  ['number', 'int'],
  ['ts_end', 'time'],
]

export const logs: Readonly<Record<string, LogSpec>> = {
  'cclink-ie': {
    bare: true,
    columns: [
      ...texts('src_mac', 'dst_mac', 'service', 'pdu_type', 'cmd', 'node_type'),
      ['node_id', 'int'],
      ...texts('connection_info', 'src_node_number'),
      ...COUNTED,
    ],
    gather: () => new Counted(),
  },
  'cclink-ie-tsn': {
    bare: true,
    columns: [...texts('src_mac', 'dst_mac', 'service', 'flame_type', 'pdu_type', 'node_type', 'device_type', 'function_name'), ...COUNTED],
    gather: () => new Counted(),
  },
}

/** The parser tells the node only of these where the network is Control. */
const NODE_IN_CONTROL: readonly number[] = [TYPE.setup, TYPE.tokenM, TYPE.myStatus, TYPE.transient1]

export function zeek({ message: m, from, flow }: SeenMessage<CcLinkIe, CcLinkIeState>, put: PutRow): void {
  const described = TYPES[m.type]
  if (described === undefined) return
  const src = from === 'client' ? flow.clientMac : flow.serverMac
  const dst = from === 'client' ? flow.serverMac : flow.clientMac
  const service = `cclink_ie_${m.network}`
  const isTest = m.type === TYPE.testData || m.type === TYPE.testDataAck
  if (described.middle === 'tsn') {
    const flame = described.kind === 'cyclic' ? 'cyclic' : 'acyclic'
    const d = m.detected
    const name = d === undefined || d.version > 1 ? described.name : `${described.name} Ver.${d.version}`
    const isAnswer = d !== undefined && m.type === TYPE.detectionAck
    const node = isAnswer ? nodeName(m) : undefined
    const device = isAnswer && d.deviceType >= 0 ? DEVICES[d.deviceType] : undefined
    put('cclink-ie-tsn', [src, dst, service, flame, name, node, device, isAnswer ? d.functions : undefined])
  } else if (isTest && (m.network === 'tsn' || m.network === 'tsn&field')) {
    const name = m.type === TYPE.testData ? 'acyclicTestData' : 'acyclicTestDataAck'
    put('cclink-ie-tsn', [src, dst, service, 'acyclic', name, 'master station', undefined, undefined])
  } else {
    const hasNode = described.middle === 'node' || described.middle === 'connection' || described.middle === 'status'
    const hasType = described.middle === 'status' || described.middle === 'priority'
    const isField = m.network === 'field'
    put('cclink-ie', [
      src,
      dst,
      service,
      described.name,
      undefined,
      hasType ? (nodeName(m) ?? `unknownNodetype${String.fromCharCode(m.nodeType)}`) : undefined,
      hasNode && (isField || NODE_IN_CONTROL.includes(m.type)) ? m.nodeId : undefined,
      isField && described.middle === 'connection' ? `0x${m.connection.toString(16).padStart(2, '0')}` : undefined,
      `0x${m.sourceNode.toString(16).padStart(4, '0')}`,
    ])
  }
}

type Row = { readonly cells: readonly Cell[]; readonly first: number; last: number; count: number }
type Emit = (cells: readonly Cell[], at: number) => void
const KEPT_US = 60_000_000
/** Protects memory against a flood of forged addresses; the oldest row is written early. */
const MAX_ROWS = 10_000

class Counted implements Gather {
  readonly #rows = new Map<string, Row>()

  put(cells: readonly Cell[], at: number, emit: Emit): void {
    const key = cells.join('\t')
    const row = this.#rows.get(key)
    if (row !== undefined && at - row.first < KEPT_US) {
      row.last = at
      row.count++
      return
    }
    const oldest = row === undefined && this.#rows.size >= MAX_ROWS ? this.#rows.keys().next().value : row && key
    if (oldest !== undefined) this.#write(oldest, emit)
    this.#rows.set(key, { cells, first: at, last: at, count: 1 })
  }

  end(emit: Emit): void {
    for (const key of this.#rows.keys()) this.#write(key, emit)
  }

  #write(key: string, emit: Emit): void {
    const { cells, first, last, count } = this.#rows.get(key)!
    this.#rows.delete(key)
    emit([...cells, count, last / 1e6], first)
  }
}
