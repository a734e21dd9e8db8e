/**
 * The server side of EtherNet/IP and CIP, written from published descriptions because no installable server exists:
 * encapsulation (session, identity, unconnected and connected data), Forward Open and Close, Identity object,
 * Logix tag reads and writes by symbol, several services in one packet.
 * Encapsulation header, little-endian: 2 command, 2 length, 4 session, 4 status, 8 sender context, 4 options.
 */
import { createServer, type Socket } from 'node:net'
import { listen } from '../network/tap.ts'
import { ipBytes } from '../network/wire.ts'
import type { RunningServer } from './modbus.ts'

export const REAL = 0xca
export const BOOL = 0xc1

export type CipTag = { readonly type: typeof REAL | typeof BOOL; read(): number; write?(value: number): void }

export type CipIdentity = {
  readonly vendor: number
  readonly deviceType: number
  readonly productCode: number
  readonly revision: readonly [major: number, minor: number]
  readonly serial: number
  readonly product: string
  readonly ip: string
}

const LIST_IDENTITY = 0x63
const REGISTER = 0x65
const UNREGISTER = 0x66
const UNCONNECTED = 0x6f
const CONNECTED = 0x70
// CIP volume 1, appendix A; Logix services from Rockwell publication 1756-PM020.
const GET_ALL = 0x01
const SEVERAL = 0x0a
const READ_TAG = 0x4c
const WRITE_TAG = 0x4d
const FORWARD_CLOSE = 0x4e
const UNCONNECTED_SEND = 0x52
const FORWARD_OPEN = 0x54
const PATH_UNKNOWN = 0x05
const NOT_SUPPORTED = 0x08
const READ_ONLY = 0x0e
/** Run mode, owned: status word of the Identity object. */
const RUNNING = 0x3060

export async function serveCip(identity: CipIdentity, tags: ReadonlyMap<string, CipTag>): Promise<RunningServer> {
  const sockets = new Set<Socket>()
  let sessions = 0x10a0_2000
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    let held = Buffer.alloc(0)
    const state: Connection = { identity, tags, session: 0, toTarget: 0, toOriginator: 0 }
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      held = Buffer.concat([held, bytes])
      while (held.length >= 24 && held.length >= 24 + held.readUInt16LE(2)) {
        const message = held.subarray(0, 24 + held.readUInt16LE(2))
        held = held.subarray(message.length)
        const command = message.readUInt16LE(0)
        if (command === REGISTER) state.session = sessions = (sessions + 0x100) >>> 0
        if (command === UNREGISTER) {
          socket.end()
          return
        }
        const data = reply(command, message.subarray(24), state)
        if (data) socket.write(encapsulate(command, state.session, message.subarray(12, 20), data))
      }
    })
  })
  const port = await listen(server)
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

type Connection = {
  readonly identity: CipIdentity
  readonly tags: ReadonlyMap<string, CipTag>
  session: number
  toTarget: number
  toOriginator: number
}

function encapsulate(command: number, session: number, context: Uint8Array, data: Uint8Array): Buffer {
  const out = Buffer.alloc(24 + data.length)
  out.writeUInt16LE(command, 0)
  out.writeUInt16LE(data.length, 2)
  out.writeUInt32LE(session, 4)
  out.set(context, 12)
  out.set(data, 24)
  return out
}

function reply(command: number, data: Buffer, state: Connection): Buffer | undefined {
  if (command === LIST_IDENTITY) return items([0x0c, identityItem(state.identity)])
  if (command === REGISTER) return Buffer.from(data)
  if (command === UNCONNECTED) {
    // 4 interface, 2 timeout, 2 item count, null address item (4), data item head (4).
    const answer = service(data.subarray(16), state)
    return Buffer.concat([Buffer.alloc(6), items([0, Buffer.alloc(0)], [0xb2, answer])])
  }
  if (command === CONNECTED) {
    // As above, but the address item holds the connection and the data item starts with a sequence number.
    const sequence = data.subarray(20, 22)
    const answer = service(data.subarray(22), state)
    const connection = Buffer.alloc(4)
    connection.writeUInt32LE(state.toOriginator)
    return Buffer.concat([Buffer.alloc(6), items([0xa1, connection], [0xb1, Buffer.concat([sequence, answer])])])
  }
  return undefined
}

/** Common packet format: 2 item count, then 2 type, 2 length, data. */
function items(...list: readonly (readonly [type: number, data: Buffer])[]): Buffer {
  const parts: Buffer[] = [u16(list.length)]
  for (const [type, data] of list) parts.push(u16(type), u16(data.length), data)
  return Buffer.concat(parts)
}

function u16(value: number): Buffer {
  const out = Buffer.alloc(2)
  out.writeUInt16LE(value)
  return out
}

function answer(code: number, status: number, data: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.of(code | 0x80, 0, status, 0), data])
}

function service(request: Buffer, state: Connection): Buffer {
  const code = request[0]!
  const pathEnd = 2 + request[1]! * 2
  const path = request.subarray(2, pathEnd)
  const body = request.subarray(pathEnd)
  switch (code) {
    case UNCONNECTED_SEND:
      // 2 timeout, 2 length of the message inside; its answer comes back as if it had been asked directly.
      return service(body.subarray(4, 4 + body.readUInt16LE(2)), state)
    case SEVERAL:
      return several(body, state)
    case FORWARD_OPEN:
      return forwardOpen(body, state)
    case FORWARD_CLOSE:
      return answer(code, 0, Buffer.concat([body.subarray(2, 10), Buffer.of(0, 0)]))
    case GET_ALL:
      return answer(code, 0, identityAttributes(state.identity))
    case READ_TAG: {
      const tag = state.tags.get(symbol(path))
      return tag ? answer(code, 0, Buffer.concat([u16(tag.type), valueBytes(tag)])) : answer(code, PATH_UNKNOWN)
    }
    case WRITE_TAG: {
      const tag = state.tags.get(symbol(path))
      if (!tag) return answer(code, PATH_UNKNOWN)
      if (!tag.write) return answer(code, READ_ONLY)
      tag.write(tag.type === REAL ? body.readFloatLE(4) : body[4]!)
      return answer(code, 0)
    }
    default:
      return answer(code, NOT_SUPPORTED)
  }
}

/** 2 count, 2 offset a service, then the services; the answers alike. */
function several(body: Buffer, state: Connection): Buffer {
  const count = body.readUInt16LE(0)
  const answers: Buffer[] = []
  for (let i = 0; i < count; i++) {
    const to = i + 1 < count ? body.readUInt16LE(4 + 2 * i) : body.length
    answers.push(service(body.subarray(body.readUInt16LE(2 + 2 * i), to), state))
  }
  const offsets: Buffer[] = []
  let at = 2 + 2 * count
  for (const one of answers) {
    offsets.push(u16(at))
    at += one.length
  }
  return answer(SEVERAL, 0, Buffer.concat([u16(count), ...offsets, ...answers]))
}

/** The target names its own connection id; serial numbers and intervals are repeated (CIP volume 1 §3-5.5.2). */
function forwardOpen(body: Buffer, state: Connection): Buffer {
  state.toOriginator = body.readUInt32LE(6)
  state.toTarget = (state.session ^ 0x00c1_0000) >>> 0
  const out = Buffer.alloc(26)
  out.writeUInt32LE(state.toTarget, 0)
  out.writeUInt32LE(state.toOriginator, 4)
  body.copy(out, 8, 10, 18)
  body.copy(out, 16, 22, 26)
  body.copy(out, 20, 28, 32)
  return answer(FORWARD_OPEN, 0, out)
}

/** The symbol of a path: segments 0x91, length, text, filled to an even length. */
function symbol(path: Buffer): string {
  const names: string[] = []
  for (let at = 0; at + 2 <= path.length && path[at] === 0x91; ) {
    const length = path[at + 1]!
    names.push(path.toString('latin1', at + 2, at + 2 + length))
    at += 2 + length + (length % 2)
  }
  return names.join('.')
}

function valueBytes(tag: CipTag): Buffer {
  if (tag.type === BOOL) return Buffer.of(tag.read() ? 0xff : 0)
  const out = Buffer.alloc(4)
  out.writeFloatLE(tag.read())
  return out
}

function identityAttributes(identity: CipIdentity): Buffer {
  const head = Buffer.alloc(14)
  head.writeUInt16LE(identity.vendor, 0)
  head.writeUInt16LE(identity.deviceType, 2)
  head.writeUInt16LE(identity.productCode, 4)
  head.set(identity.revision, 6)
  head.writeUInt16LE(RUNNING, 8)
  head.writeUInt32LE(identity.serial, 10)
  return Buffer.concat([head, Buffer.of(identity.product.length), Buffer.from(identity.product, 'latin1')])
}

/** CIP volume 2 §2-4.2: protocol version, socket address (big-endian), identity, state. */
function identityItem(identity: CipIdentity): Buffer {
  const address = Buffer.alloc(18)
  address.writeUInt16LE(1, 0)
  address.writeUInt16BE(2, 2)
  address.writeUInt16BE(44818, 4)
  address.set(ipBytes(identity.ip), 6)
  return Buffer.concat([address, identityAttributes(identity), Buffer.of(0x03)])
}
