/**
 * PROFINET DCP: who is on this segment, and what a device shall be called and addressed as. Nobody is asked for a password.
 *
 *   | frame id u16 | service u8 | type u8 | xid u32 | response delay u16 | length u16 | blocks … |   big-endian
 *   block: | option u8 | suboption u8 | length u16 | [info or qualifier u16] | data … | padding to even |
 *
 * Spec: IEC 61158-6-10 §4.3 (DCP), §4.2 (frame ids).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText, withoutPadding } from '../byte-text.ts'
import { BLOCKS, FRAME_IDS, RESPONSE, SERVICE, SERVICES } from './profinet-dcp.table.ts'

export type Block = {
  /** Option × 256 + suboption. */
  readonly kind: number
  /** Block info of answers, qualifier of a set; -1 where there is none. */
  readonly info: number
  /** Own bytes. */
  readonly data: Uint8Array
}

export type Dcp = {
  frameId: number
  service: number
  isAnswer: boolean
  /** The answer refuses the service. */
  isRefused: boolean
  xid: number
  blocks: readonly Block[]
  /** The request this one answers, within one pair of stations. */
  asked: Dcp | undefined
  anomalies: readonly string[]
}

/** Get and set requests waiting for answers, of either side, by side and xid. */
export type DcpState = {
  readonly open: Map<string, Dcp>
  /** The one name that this station has asked for; '' once there were several. */
  lookedFor: string | undefined
}

const HEADER = 12
const MAX_OPEN = 32
/** The largest frame holds some 370 empty blocks; real ones hold ten. */
const MAX_BLOCKS = 64
const UNSUPPORTED = 5
const CLEAN: readonly string[] = []

export const dissector: Dissector<Dcp, DcpState> = {
  name: 'profinet-dcp',
  ports: ['profinet-rt/dcp'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all >= 2 && FRAME_IDS[(head.peek(0) << 8) | head.peek(1)] === undefined) return NOT_MINE
    if (all < HEADER) return NEED_MORE
    const type = head.peek(3)
    if (SERVICES[head.peek(2)] === undefined || (type !== 0 && type !== 1 && type !== UNSUPPORTED)) return NOT_MINE
    const length = HEADER + ((head.peek(10) << 8) | head.peek(11))
    // Padding belongs to the frame.
    return length > all ? length : all
  },
  start: () => ({ open: new Map(), lookedFor: undefined }),
  parse,
}

function parse(r: Reader, ctx: Context<Dcp, DcpState>): Dcp {
  const frameId = r.u16('frame id')
  r.note(FRAME_IDS[frameId] ?? '')
  const service = r.u8('service')
  r.note(SERVICES[service]?.[0] ?? '')
  const type = r.u8('service type')
  const xid = r.u32('xid')
  r.u16('response delay')
  const length = r.u16('data length')
  const isAnswer = type !== 0
  const m: Dcp = { frameId, service, isAnswer, isRefused: type === UNSUPPORTED, xid, blocks: [], asked: undefined, anomalies: CLEAN }
  const body = r.sub(length, 'blocks')
  m.blocks = service === SERVICE.get && !isAnswer ? readWanted(body) : readBlocks(body, m)
  if (r.short || body.short) m.anomalies = ['truncated']
  pair(m, ctx)
  return m
}

/** What a get asks for: pairs of option and suboption. */
function readWanted(r: Reader): Block[] {
  const blocks: Block[] = []
  while (r.left >= 2 && blocks.length < MAX_BLOCKS) {
    const kind = r.u16('option and suboption')
    r.note(BLOCKS[kind] ?? '')
    blocks.push({ kind, info: -1, data: r.view(0) })
  }
  return blocks
}

function readBlocks(r: Reader, m: Dcp): Block[] {
  // Answers and hello state how a value came about; a set states whether it shall last.
  const hasInfo = m.isAnswer || m.service === SERVICE.hello || m.service === SERVICE.set
  const blocks: Block[] = []
  while (r.left > 0 && !r.short && blocks.length < MAX_BLOCKS) {
    const kind = r.u16('option and suboption')
    r.note(BLOCKS[kind] ?? '')
    const length = r.u16('block length')
    const body = r.sub(length, BLOCKS[kind] ?? 'block')
    const info = hasInfo && kind !== RESPONSE && body.left >= 2 ? body.u16('info') : -1
    blocks.push({ kind, info, data: body.view(body.left, 'value').slice() })
    if (length % 2 === 1 && r.left > 0) r.skip(1, 'padding')
  }
  return blocks
}

/** Identify is answered from everywhere to a question sent to everybody: only get and set have one answer on their own flow. */
function pair(m: Dcp, { state, from }: Context<Dcp, DcpState>): void {
  if (m.service !== SERVICE.get && m.service !== SERVICE.set) return
  const asker = m.isAnswer ? (from === 'client' ? 'server' : 'client') : from
  const key = `${asker}/${m.service}/${m.xid}`
  if (!m.isAnswer) {
    if (state.open.size >= MAX_OPEN) state.open.delete(state.open.keys().next().value!)
    state.open.set(key, m)
    return
  }
  m.asked = state.open.get(key)
  if (m.asked !== undefined) state.open.delete(key)
}

export function textOf(block: Block): string {
  return withoutPadding(byteText(block.data))
}
