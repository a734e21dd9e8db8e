/**
 * DCE/RPC: calls of Windows services by number, over TCP or through named pipes of SMB.
 *
 *   | 5 | 0 | type u8 | flags u8 | representation 4 | length u16 | auth length u16 | call u32 | body … | auth trailer |
 *
 * Spec: C706 §12.6 (connection-oriented PDUs); [MS-RPCE] §2.2.2 (auth3, NTLM in the trailer). Byte order as represented.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { interfaceOfPipe, TYPE, TYPES } from './dcerpc.table.ts'

export type DceRpc = {
  type: number
  name: string
  isAnswer: boolean
  call: number
  /** Of a bind: the interfaces asked for, by presentation context. */
  contexts: { id: number; uuid: string; version: number }[]
  /** Of its answer: whether each context was accepted, in order. */
  accepted: boolean[]
  context: number
  /** -1 in later fragments of a call, which repeat it: the call is told once. */
  operation: number
  /** As every fragment of a request states it; -1 elsewhere. */
  number: number
  isLast: boolean
  /** Of a bind's answer: the endpoint, a port's number or a pipe's name. */
  address: string
  status: number
  /** Security token of the trailer, copied. */
  token: Uint8Array | undefined
  anomalies: ('truncated' | 'too-many-contexts')[]
}

/** `ofPipe`: the interface that the pipe is there for, '' where it is not known; it stands in for a bind that was not captured. */
export type DceRpcState = { readonly interfaces: Map<number, string>; ofPipe: string; seen: unknown; log: unknown }

const HEAD = 16
const MAX_CONTEXTS = 64
const LSARPC = '12345778-1234-abcd-ef00-0123456789ab'
/** LsarStorePrivateData and LsarRetrievePrivateData ([MS-LSAD] §3.1.4.6). */
const PRIVATE_DATA: readonly number[] = [42, 43]
const ANSWERS: readonly number[] = [TYPE.response, TYPE.fault, TYPE.bindAck, TYPE.bindNak, TYPE.alterResponse, TYPE.shutdown]
/** The question's type by the answer's; the call's number alone would pair a bind with a response. */
const PAIRS: Readonly<Record<number, number>> = {
  [TYPE.response]: TYPE.request,
  [TYPE.fault]: TYPE.request,
  [TYPE.bindAck]: TYPE.bind,
  [TYPE.bindNak]: TYPE.bind,
  [TYPE.alterResponse]: TYPE.alter,
}

export const dissector: Dissector<DceRpc, DceRpcState> = {
  name: 'dcerpc',
  ports: ['tcp/135', 'smb/pipe'],
  maxFrame: 65_535,
  start: (pipe) => ({
    interfaces: new Map(),
    ofPipe: typeof pipe === 'string' ? interfaceOfPipe(pipe) : '',
    seen: undefined,
    log: undefined,
  }),
  frame(head) {
    if (head.left < HEAD) return head.left > 0 && (head.peek() !== 5 || (head.left > 1 && head.peek(1) > 1)) ? NOT_MINE : NEED_MORE
    const version = head.u16()
    const type = head.u8()
    head.u8()
    const order = head.u8()
    const float = head.u8()
    const reserved = head.u16()
    if (version > 0x0501 || version < 0x0500 || TYPES[type] === undefined || (order !== 0 && order !== 0x10) || float > 3 || reserved !== 0)
      return NOT_MINE
    const length = order === 0x10 ? head.u16le() : head.u16()
    const auth = order === 0x10 ? head.u16le() : head.u16()
    return length >= HEAD && auth + HEAD <= length ? length : NOT_MINE
  },
  key(head) {
    const type = head.skip(2).u8()
    const isLittle = head.skip(1).u8() === 0x10
    const call = isLittle ? head.skip(7).u32le() : head.skip(7).u32()
    const question = PAIRS[type] ?? type
    return question === TYPE.auth3 ? undefined : call * 32 + question
  },
  parse(r, ctx) {
    const start = r.at
    r.u16('version')
    const type = r.u8('type')
    r.note(TYPES[type] ?? 'unknown')
    const flags = r.u8('flags')
    const isLittle = r.u8('byte order') === 0x10
    r.skip(3, 'representation')
    const u16 = (label: string) => (isLittle ? r.u16le(label) : r.u16(label))
    const u32 = (label: string) => (isLittle ? r.u32le(label) : r.u32(label))
    const length = u16('length')
    const authLength = u16('auth length')
    const m: DceRpc = {
      type,
      name: TYPES[type] ?? 'unknown',
      isAnswer: ANSWERS.includes(type),
      call: u32('call'),
      contexts: [],
      accepted: [],
      context: 0,
      operation: -1,
      number: -1,
      isLast: (flags & 2) !== 0,
      address: '',
      status: 0,
      token: undefined,
      anomalies: [],
    }
    if (r.end - start < length) r.short = true
    if (type === TYPE.bind || type === TYPE.alter) bind(r, m, u16, isLittle)
    else if (type === TYPE.bindAck || type === TYPE.alterResponse) {
      bindAck(r, m, u16, start)
      if (ctx.asked === undefined) ctx.state.ofPipe = interfaceOfPipe(m.address)
    } else if (type === TYPE.request) {
      request(m, u16, u32, (flags & 1) !== 0)
      const { interfaces } = ctx.state
      if (!interfaces.has(m.context) && namesSecret(m.operation, r.bytes.subarray(r.at, r.end))) interfaces.set(m.context, LSARPC)
    } else if (type === TYPE.response) {
      u32('allocation hint')
      m.context = u16('context')
    } else if (type === TYPE.fault) {
      r.skip(8, 'hint, context, cancels')
      m.status = u32('status')
    }
    for (const c of m.contexts) if (ctx.state.interfaces.size < MAX_CONTEXTS) ctx.state.interfaces.set(c.id, c.uuid)
    const from = start + length - authLength
    if (authLength > 0 && from >= r.at && start + length <= r.end) {
      r.view(from - r.at, 'body')
      m.token = r.view(authLength, 'security token').slice()
    }
    if (r.short) m.anomalies.push('truncated')
    r.view(r.left, 'rest')
    return m
  },
  side(head) {
    const type = head.skip(2).u8()
    return ANSWERS.includes(type) ? 'server' : TYPES[type] === undefined ? undefined : 'client'
  },
}

type Read = (label: string) => number

function bind(r: Reader, m: DceRpc, u16: Read, isLittle: boolean): void {
  r.skip(8, 'sizes, group')
  const count = r.u8('contexts')
  r.skip(3, 'reserved')
  if (count > MAX_CONTEXTS) m.anomalies.push('too-many-contexts')
  for (let n = 0; n < Math.min(count, MAX_CONTEXTS) && r.left >= 24; n++) {
    const id = u16('context')
    const syntaxes = r.u8('transfer syntaxes')
    r.u8('reserved')
    const uuid = uuidText(r.view(16, 'interface'), isLittle)
    r.note(uuid)
    m.contexts.push({ id, uuid, version: u16('major version') })
    u16('minor version')
    r.skip(Math.min(r.left, syntaxes * 20), 'transfer syntaxes')
  }
}

function bindAck(r: Reader, m: DceRpc, u16: Read, start: number): void {
  r.skip(8, 'sizes, group')
  m.address = r.text(u16('secondary address length'), 'secondary address')
  // The list begins on a multiple of four from the PDU's start.
  r.skip((4 - ((r.at - start) % 4)) % 4, 'padding')
  const count = r.u8('results')
  r.skip(3, 'reserved')
  for (let n = 0; n < Math.min(count, MAX_CONTEXTS) && r.left >= 24; n++) {
    m.accepted.push(u16('result') === 0)
    r.skip(22, 'reason, syntax')
  }
}

function request(m: DceRpc, u16: Read, u32: Read, isFirst: boolean): void {
  u32('allocation hint')
  m.context = u16('context')
  const operation = u16('operation')
  m.number = operation
  m.operation = isFirst ? operation : -1
}

/**
 * Where the capture lacks the bind, an interface can be told by what is asked: only the security authority knows private data,
 * whose names begin with G$, L$ or M$ ([MS-LSAD] §3.1.1.4) and stand at the beginning of the call.
 */
function namesSecret(operation: number, body: Uint8Array): boolean {
  if (!PRIVATE_DATA.includes(operation)) return false
  const end = Math.min(body.length, 96) - 3
  for (let i = 20; i < end; i++) {
    const isPrefix = body[i] === 0x47 || body[i] === 0x4c || body[i] === 0x4d
    if (isPrefix && body[i + 1] === 0 && body[i + 2] === 0x24 && body[i + 3] === 0) return true
  }
  return false
}

function uuidText(b: Uint8Array, isLittle: boolean): string {
  if (b.length < 16) return ''
  const order = isLittle ? [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  const hex = order.map((i) => b[i]!.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
