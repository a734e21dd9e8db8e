/** UDS messages: one service each, a request, its positive answer (service + 0x40) or a refusal (0x7f). Spec: ISO 14229-1. */
import type { Reader } from '@isthmus/wire'
import { REFUSALS, SERVICES, SID } from './doip.table.ts'

const EMPTY = new Uint8Array(0)
const REFUSED = 0x7f
const ANSWER = 0x40
const MAX_IDENTIFIERS = 32

export type Uds = {
  /** Without the answer's bit; of a refusal, the service that is refused. */
  readonly service: number
  readonly isAnswer: boolean
  /** -1 where nothing is refused. */
  refusal: number
  /** Sub-function without the bit that asks for no answer; -1 where there is none. */
  sub: number
  /** Data or routine identifier, or -1; of a read, all that are asked for. */
  id: number
  ids: readonly number[]
  address: number
  size: number
  block: number
  /** What is left. Borrowed. */
  data: Uint8Array
}

const NO_IDS: readonly number[] = []
const WITH_SUB: ReadonlySet<number> = new Set([0x10, 0x11, 0x19, 0x27, 0x28, 0x29, 0x2c, 0x31, 0x3e, 0x83, 0x85, 0x86, 0x87])

export function readUds(r: Reader): Uds {
  const first = r.u8('service')
  const isRefusal = first === REFUSED
  const service = isRefusal ? r.u8('refused service') : first & ~ANSWER & 0xff
  r.note(SERVICES[service]?.[0] ?? '')
  const isAnswer = isRefusal || (first & ANSWER) !== 0
  const m: Uds = { service, isAnswer, refusal: -1, sub: -1, id: -1, ids: NO_IDS, address: -1, size: -1, block: -1, data: EMPTY }
  if (isRefusal) {
    m.refusal = r.u8('reason')
    r.note(REFUSALS[m.refusal] ?? '')
    return m
  }
  if (WITH_SUB.has(service)) m.sub = r.u8('sub-function') & 0x7f
  if (service === SID.read && !isAnswer) {
    const ids: number[] = []
    while (r.left >= 2 && ids.length < MAX_IDENTIFIERS) ids.push(r.u16('identifier'))
    m.ids = ids
    m.id = ids[0] ?? -1
  } else if ([SID.read, SID.write, SID.control, SID.routine].includes(service as 0x22)) m.id = r.u16('identifier')
  else if ((service === SID.download || service === SID.upload) && !isAnswer) {
    r.u8('compression and encryption')
    memory(r, m)
  } else if ((service === SID.readMemory || service === SID.writeMemory) && !isAnswer) memory(r, m)
  else if (service === SID.transfer) m.block = r.u8('block')
  m.data = r.view(r.left, 'data')
  return m
}

/** One octet says how many address and size take. */
function memory(r: Reader, m: Uds): void {
  const widths = r.u8('widths')
  m.address = number(r, widths & 15, 'address')
  m.size = number(r, widths >> 4, 'size')
}

function number(r: Reader, width: number, label: string): number {
  let value = 0
  for (let n = 0; n < width; n++) value = (value * 256 + r.u8(label)) % 0x20_0000_0000_0000
  return value
}
