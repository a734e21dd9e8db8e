/**
 * OPC UA binary over TCP: connections, secure channels, and the services in them.
 *
 *   | type 3 ASCII | chunk 1 ASCII (F final, C more follow, A aborted) | size u32 | … |      HEL ACK ERR RHE OPN MSG CLO
 *   OPN: | channel u32 | policy, certificate, thumbprint: length i32, bytes | sequence u32 | request u32 | body |
 *   MSG, CLO: | channel u32 | token u32 | sequence u32 | request u32 | body |   little-endian
 *
 * Spec: OPC 10000-6 §6.7 (secure conversation), §7.1 (connection protocol), §5.2.9 (a body begins with the node id of its
 * type); OPC 10000-4 (services). Bodies under a policy that encrypts are counted, not read; a channel that only signs is read.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { type NodeId, nodeId, string } from './built-in.ts'
import { Chunks } from './chunks.ts'
import { isPlainPolicy, signatureBytes } from './policy.ts'
import { SERVICES, type Service } from './services.table.ts'
import { type RequestHeader, type ResponseHeader, requestHeader, responseHeader } from './structures.ts'

const CLEAN: readonly string[] = []
const HEADER = 8
/** Buffers of 64 KiB are usual, 16 MiB the most that is seen; a side keeps one MiB. */
const MAX_FRAME = 1 << 20
/** Part 6 §7.1.2.3: longest URL. */
const MAX_URL = 4096

export type OpcuaKind = 'HEL' | 'ACK' | 'ERR' | 'RHE' | 'OPN' | 'MSG' | 'CLO'

/** Part 6 §7.1.2: what is agreed before the first channel. `tail` holds the last field with its length, as ICSNPP logs it. */
export type Greeting = {
  readonly version: number
  readonly receiveBuffer: number
  readonly sendBuffer: number
  readonly maxMessage: number
  readonly maxChunks: number
  /** Endpoint URL of HEL and RHE, reason of ERR. */
  readonly text: string
  readonly serverUri: string
  readonly error: number
  readonly tail: string
}

/** Part 6 §6.7.2.3. Lengths are -1 for null; certificate and thumbprint are borrowed. */
export type Policy = {
  readonly length: number
  readonly uri: string
  readonly certificateLength: number
  readonly certificate: Uint8Array
  readonly thumbprintLength: number
  readonly thumbprint: Uint8Array
}

export type Opcua = {
  readonly kind: OpcuaKind
  readonly chunk: string
  /** Bytes of all chunks of this message. */
  size: number
  greeting: Greeting | undefined
  channel: number
  token: number
  policy: Policy | undefined
  sequence: number
  requestId: number
  /** The body is encrypted, or cannot be told from it. */
  isEncrypted: boolean
  /** A chunk whose message is not complete. */
  isPiece: boolean
  typeId: NodeId | undefined
  service: Service | undefined
  request: RequestHeader | undefined
  response: ResponseHeader | undefined
  /** Of the structure that `service` names; undefined where it could not be read. */
  body: unknown
  anomalies: readonly string[]
}

export type OpcuaState = {
  /** The end that opened the connection is the server (reverse connect). */
  isReversed: boolean
  /** Policy of the channel opened last; undefined before. */
  policy: string | undefined
  readonly chunks: Chunks
  /** What observe.ts and zeek.ts remember. */
  memory: unknown
  rows: unknown
}

const KINDS = new Map<number, OpcuaKind>(
  (['HEL', 'ACK', 'ERR', 'RHE', 'OPN', 'MSG', 'CLO'] as const).map((kind) => [
    (kind.charCodeAt(0) << 16) | (kind.charCodeAt(1) << 8) | kind.charCodeAt(2),
    kind,
  ]),
)
/** Shortest and longest message of each kind. */
const SIZES: Readonly<Record<OpcuaKind, readonly [least: number, most: number]>> = {
  HEL: [32, 32 + MAX_URL],
  ACK: [28, 28],
  ERR: [16, 16 + MAX_URL],
  RHE: [16, 16 + 2 * MAX_URL],
  OPN: [32, MAX_FRAME],
  MSG: [24, MAX_FRAME],
  CLO: [24, MAX_FRAME],
}

export const dissector: Dissector<Opcua, OpcuaState> = {
  name: 'opcua',
  ports: ['tcp/4840', 'tcp/4843'],
  maxFrame: MAX_FRAME,
  start: () => ({ isReversed: false, policy: undefined, chunks: new Chunks(), memory: undefined, rows: undefined }),
  frame,
  parse,
  side,
  resync(bytes) {
    const r = new Reader(bytes)
    for (let at = 1; at + HEADER <= bytes.length; at++) {
      if (bytes[at + 3] !== 0x46 && bytes[at + 3] !== 0x43) continue
      if (frame(r.reset(bytes, at, bytes.length)) > 0) return at
    }
    return -1
  },
}

function frame(head: Reader): number {
  if (head.left < HEADER) return head.left >= 4 && kindAt(head) === undefined ? NOT_MINE : NEED_MORE
  const kind = kindAt(head)
  if (kind === undefined) return NOT_MINE
  const size = head.peek(4) + head.peek(5) * 0x100 + head.peek(6) * 0x1_0000 + head.peek(7) * 0x100_0000
  const [least, most] = SIZES[kind]
  return size < least || size > most ? NOT_MINE : size
}

function kindAt(head: Reader): OpcuaKind | undefined {
  const kind = KINDS.get((head.peek(0) << 16) | (head.peek(1) << 8) | head.peek(2))
  const chunk = head.peek(3)
  const isWhole = chunk === 0x46
  // Only messages of services come in chunks.
  return isWhole || (kind === 'MSG' && (chunk === 0x43 || chunk === 0x41)) ? kind : undefined
}

/** Greetings have a direction, and so has every service. */
function side(head: Reader): Side | undefined {
  switch (kindAt(head)) {
    case 'HEL':
      return 'client'
    case 'ACK':
    case 'ERR':
      return 'server'
    // The server of a reverse connection is the TCP client: nothing to turn.
    case 'RHE':
      return 'client'
    case 'MSG':
    case 'CLO': {
      const service = serviceAt(head, 24)
      return service === undefined ? undefined : service.isRequest ? 'client' : 'server'
    }
    default:
      return undefined
  }
}

/** The service whose four-byte node id begins `at` bytes ahead. */
function serviceAt(head: Reader, at: number): Service | undefined {
  return head.peek(at) === 1 && head.peek(at + 1) === 0 ? SERVICES.get(head.peek(at + 2) | (head.peek(at + 3) << 8)) : undefined
}

function parse(r: Reader, ctx: Context<Opcua, OpcuaState>): Opcua {
  const { state } = ctx
  const end = r.end
  const at = r.at
  const kind = kindAt(r) ?? 'MSG'
  r.note(byteText(r.view(3, 'message type')))
  const chunk = String.fromCharCode(r.u8('chunk type'))
  const size = r.u32le('message size')
  const m: Opcua = {
    kind,
    chunk,
    size,
    greeting: undefined,
    channel: 0,
    token: 0,
    policy: undefined,
    sequence: 0,
    requestId: 0,
    isEncrypted: false,
    isPiece: false,
    typeId: undefined,
    service: undefined,
    request: undefined,
    response: undefined,
    body: undefined,
    anomalies: CLEAN,
  }
  if (kind === 'OPN' || kind === 'MSG' || kind === 'CLO') {
    readChannel(r, m, state)
    readMessage(r, m, ctx)
  } else m.greeting = readGreeting(r, kind, end)
  if (kind === 'RHE') state.isReversed = ctx.from === 'client'
  else if (kind === 'HEL') state.isReversed = ctx.from === 'server'
  if (end - at < size) m.anomalies = [...m.anomalies, 'truncated']
  else if (r.short && m.anomalies.length === 0) m.anomalies = ['malformed']
  return m
}

function readGreeting(r: Reader, kind: OpcuaKind, end: number): Greeting {
  const g = { version: 0, receiveBuffer: 0, sendBuffer: 0, maxMessage: 0, maxChunks: 0, text: '', serverUri: '', error: 0, tail: '' }
  if (kind === 'HEL' || kind === 'ACK') {
    g.version = r.u32le('protocol version')
    g.receiveBuffer = r.u32le('receive buffer size')
    g.sendBuffer = r.u32le('send buffer size')
    g.maxMessage = r.u32le('max message size')
    g.maxChunks = r.u32le('max chunk count')
  } else if (kind === 'ERR') g.error = r.u32le('error')
  else g.serverUri = string(r, 'server uri', 0)
  if (kind === 'ACK') return g
  g.tail = byteText(r.bytes.subarray(r.at, end))
  g.text = string(r, kind === 'ERR' ? 'reason' : 'endpoint url', 0)
  return g
}

function readChannel(r: Reader, m: Opcua, state: OpcuaState): void {
  m.channel = r.u32le('secure channel id')
  if (m.kind === 'OPN') {
    m.policy = readPolicy(r)
    state.policy = m.policy.uri
  } else m.token = r.u32le('security token id')
}

function readPolicy(r: Reader): Policy {
  const length = r.i32le('security policy uri length')
  const uri = byteText(r.view(Math.max(0, length), 'security policy uri'))
  r.note(uri)
  const certificateLength = r.i32le('sender certificate length')
  const certificate = r.view(Math.max(0, certificateLength), 'sender certificate')
  const thumbprintLength = r.i32le('receiver thumbprint length')
  return {
    length,
    uri,
    certificateLength,
    certificate,
    thumbprintLength,
    thumbprint: r.view(Math.max(0, thumbprintLength), 'receiver thumbprint'),
  }
}

function readMessage(r: Reader, m: Opcua, ctx: Context<Opcua, OpcuaState>): void {
  const { policy, chunks } = ctx.state
  const isSecured = policy !== undefined && !isPlainPolicy(policy)
  m.sequence = r.u32le('sequence number')
  m.requestId = r.u32le('request id')
  const isBegun = chunks.has(ctx.from, m.requestId)
  // A known service in clear shows what a policy's name does not: this channel signs at most.
  if (!isBegun && (isSecured || policy === undefined) && serviceAt(r, 0) === undefined) {
    m.isEncrypted = true
    r.view(r.left, 'encrypted')
    return
  }
  // A channel that only signs: the signature ends every chunk (Part 6 §6.7.2.5).
  const signature = isSecured && m.kind !== 'OPN' ? Math.min(r.left, signatureBytes(policy)) : 0
  if (m.chunk === 'A') {
    chunks.drop(ctx.from, m.requestId)
    r.view(r.left, 'abort')
    m.anomalies = ['message-aborted']
    return
  }
  if (m.chunk === 'C') {
    m.isPiece = true
    if (!chunks.add(ctx.from, m.requestId, r.view(r.left - signature, 'piece'), m.size)) m.anomalies = ['message-too-long']
  } else if (isBegun) {
    const whole = chunks.take(ctx.from, m.requestId, r.view(r.left - signature, 'last piece'), m.size)
    m.size = whole.size
    readBody(new Reader(whole.bytes), m, ctx)
  } else {
    r.end -= signature
    readBody(r, m, ctx)
    r.end += signature
  }
  if (signature > 0) r.view(signature, 'signature')
}

function readBody(r: Reader, m: Opcua, ctx: Context<Opcua, OpcuaState>): void {
  const id = nodeId(r, 'service', 0)
  m.typeId = id
  const service = id.namespace <= 0 && typeof id.id === 'number' ? SERVICES.get(id.id) : undefined
  if (service === undefined) {
    r.view(r.left, 'unknown body')
    m.anomalies = ['unknown-service']
    return
  }
  r.note(service.name)
  m.service = service
  if (service.isRequest) {
    m.request = requestHeader(r, '', 0)
    ctx.state.isReversed = ctx.from === 'server'
  } else m.response = responseHeader(r, '', 0)
  const body = service.body(r, '', 0)
  if (r.short) m.anomalies = ['malformed']
  else m.body = body
}
