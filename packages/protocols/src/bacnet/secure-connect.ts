/**
 * BACnet/SC: nodes reach one another through a hub, in messages of WebSocket that TLS wraps: seen only where that is undone.
 *
 *   | function u8 | control u8 | message id u16 | [origin 6] | [destination 6] | [options …] | payload … |   big-endian
 *
 * No length: a message of WebSocket is one.
 *
 * Spec: ANSI/ASHRAE 135-2020 annex AB: §AB.2 (BVLC-SC), §AB.7 (WebSocket).
 */
import { type Dissector, NEED_MORE, NOT_MINE, Reader, type SeenMessage } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'

const ORIGIN = 0x08
const DESTINATION = 0x04
const DESTINATION_OPTIONS = 0x02
const DATA_OPTIONS = 0x01
const ENCAPSULATED = 1
const CONNECT = 6
const ACCEPT = 7
const LAST = 0x0c
/** §AB.2.10: header, virtual address, device UUID, two sizes. */
const CONNECT_BYTES = 30
const MAX_OPTIONS = 16
const MAX_MESSAGE = 65_536
const EMPTY = new Uint8Array(0)

const FUNCTIONS = [
  'result',
  'encapsulated NPDU',
  'address resolution',
  'address resolution answer',
  'advertisement',
  'advertisement solicitation',
  'connect request',
  'connect accept',
  'disconnect request',
  'disconnect answer',
  'heartbeat request',
  'heartbeat answer',
  'proprietary message',
] as const

export type SecureConnect = {
  readonly code: number
  readonly origin: string
  readonly destination: string
  /** Of connect messages. */
  readonly address: string
  readonly uuid: string
  readonly npdu: Uint8Array
  readonly anomalies: readonly string[]
}

export const dissector: Dissector<SecureConnect, { isSure: boolean }> = {
  name: 'bacnet-sc',
  ports: [],
  maxFrame: MAX_MESSAGE,
  start: () => ({ isSure: false }),
  frame(head, { state }) {
    if (head.left < 2) return NEED_MORE
    if (head.peek() > LAST || (head.peek(1) & 0xf0) !== 0) return NOT_MINE
    return state.isSure || isConnect(head) ? head.left : NOT_MINE
  },
  parse(r, ctx) {
    ctx.state.isSure = true
    const code = r.u8('function')
    r.note(FUNCTIONS[code] ?? '')
    const control = r.u8('control')
    r.u16('message id')
    const origin = (control & ORIGIN) === 0 ? '' : hexText(r.view(6, 'origin'))
    const destination = (control & DESTINATION) === 0 ? '' : hexText(r.view(6, 'destination'))
    if ((control & DESTINATION_OPTIONS) !== 0) skipOptions(r)
    if ((control & DATA_OPTIONS) !== 0) skipOptions(r)
    const names = code === CONNECT || code === ACCEPT
    const address = names ? hexText(r.view(6, 'virtual address')) : ''
    const uuid = names ? hexText(r.view(16, 'device UUID')) : ''
    const npdu = code === ENCAPSULATED ? r.view(r.left, 'NPDU') : EMPTY
    if (code !== ENCAPSULATED) r.view(r.left, 'payload')
    return { code, origin, destination, address, uuid, npdu, anomalies: r.short ? ['truncated'] : [] }
  },
  side: (head) => (head.peek() === CONNECT ? 'client' : head.peek() === ACCEPT ? 'server' : undefined),
  carries: (m) => (m.npdu.length === 0 ? undefined : { over: 'bacnet-sc', bytes: m.npdu, channel: `${m.origin} ${m.destination}` }),
}

/** What every connection begins with: a UUID of RFC 4122, and sizes that hold an NPDU. */
function isConnect(head: Reader): boolean {
  if (head.left !== CONNECT_BYTES || head.peek() !== CONNECT || head.peek(1) !== 0) return false
  const r = new Reader(head.bytes, head.at + 26, head.end)
  return (head.peek(18) & 0xc0) === 0x80 && r.u16() >= 50 && r.u16() >= 50
}

/** §AB.2.3: marker u8 (more follow, must be understood, has data), length u16 and data. */
function skipOptions(r: Reader): void {
  for (let i = 0; i < MAX_OPTIONS && r.left > 0; i++) {
    const marker = r.u8('option')
    if ((marker & 0x20) !== 0) r.view(r.u16('length'), 'option data')
    if ((marker & 0x80) === 0) return
  }
}

export function observe({ message: m, from }: SeenMessage<SecureConnect, { isSure: boolean }>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`bacnet-sc.${name}`)
  const operation = FUNCTIONS[m.code] ?? `function ${m.code}`
  const object = m.address === '' ? '' : `virtual address ${m.address}`
  const key = `${operation} ${object}`
  if (from === 'client' && !sink.again(key))
    sink.operation(key, { operation, object, access: 'session', ok: undefined, error: '', part: undefined })
  if (m.address === '') return
  sink.hint(from, 'role', m.code === ACCEPT ? 'BACnet/SC hub' : 'BACnet/SC node', 0.9)
  sink.hint(from, 'type', 'building-controller', 0.5)
  sink.hint(from, 'interface', `BACnet/SC ${m.address} ${m.uuid}`, 0.9)
}
