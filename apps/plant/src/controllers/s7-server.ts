/**
 * The server side of S7 communication, written from published descriptions of the protocol because no installable
 * server exists: set-up, variables, status lists (SZL), block upload and download, stop and restart.
 * S7 header: 0x32, kind, 2 reserved, 2 reference, 2 parameter length, 2 data length (answers: + 2 error).
 */
import { createServer, type Socket } from 'node:net'
import { listen } from '../network/tap.ts'
import type { RunningServer } from './modbus.ts'
import { statusList } from './s7-identity.table.ts'
import { COTP_CONFIRM, COTP_CONNECT, COTP_DATA, dataFrame, Frames, tpkt } from './tpkt.ts'

export const JOB = 1
export const ANSWER = 3
const USER_DATA = 7
export const SETUP = 0xf0
export const READ = 0x04
export const WRITE = 0x05
export const START_UPLOAD = 0x1d
export const UPLOAD = 0x1e
export const END_UPLOAD = 0x1f
export const REQUEST_DOWNLOAD = 0x1a
export const DOWNLOAD = 0x1b
export const END_DOWNLOAD = 0x1c
export const CONTROL = 0x28
export const STOP = 0x29
/** Of a transfer: another part follows. */
export const MORE = 1
/** Bytes of a block in one part: what a unit of 480 leaves. */
export const PART = 440
const GOOD = 0xff
const NO_OBJECT = 0x0a
/** Bytes of one element by transport size: bit, byte, char, word, int, dword, dint, real. */
const ELEMENT: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 4, 8: 4 }

/** What the controller holds. Data blocks by number; writes come back through `written`. */
export interface S7Memory {
  block(db: number): Buffer | undefined
  written(db: number, from: number, bytes: Buffer): void
  program(): Buffer
  downloaded(program: Buffer): void
  mode(): 'run' | 'stop'
  setMode(mode: 'run' | 'stop'): void
}

export function s7(kind: number, reference: number, parameters: Uint8Array, data: Uint8Array = Buffer.alloc(0), error = 0): Buffer {
  const head = kind === ANSWER ? 12 : 10
  const pdu = Buffer.alloc(head)
  pdu[0] = 0x32
  pdu[1] = kind
  pdu.writeUInt16BE(reference, 4)
  pdu.writeUInt16BE(parameters.length, 6)
  pdu.writeUInt16BE(data.length, 8)
  if (kind === ANSWER) pdu.writeUInt16BE(error, 10)
  return dataFrame(Buffer.concat([pdu, parameters, data]))
}

export async function serveS7(memory: S7Memory): Promise<RunningServer> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    const frames = new Frames()
    const transfer: Transfer = { reference: 0, parts: [], name: Buffer.alloc(0), uploaded: 0 }
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      for (const tpdu of frames.feed(bytes)) {
        if (tpdu[1] === COTP_CONNECT) socket.write(confirm(tpdu))
        else if (tpdu[1] === COTP_DATA) for (const answer of respond(tpdu.subarray(3), memory, transfer)) socket.write(answer)
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

/** ISO 8073 §13.4: the answer names the asker's reference and repeats its parameters. */
function confirm(request: Buffer): Buffer {
  const tpdu = Buffer.from(request)
  tpdu[1] = COTP_CONFIRM
  request.copy(tpdu, 2, 4, 6)
  tpdu.writeUInt16BE(0x4431, 4)
  return tpkt(tpdu)
}

/** Where a connection's block transfers stand. */
type Transfer = { reference: number; parts: Buffer[]; name: Buffer; uploaded: number }

function* respond(pdu: Buffer, memory: S7Memory, transfer: Transfer): Generator<Buffer> {
  const kind = pdu[1]
  const reference = pdu.readUInt16BE(4)
  const head = kind === ANSWER ? 12 : 10
  const parameters = pdu.subarray(head, head + pdu.readUInt16BE(6))
  const data = pdu.subarray(head + parameters.length, head + parameters.length + pdu.readUInt16BE(8))
  if (kind === USER_DATA) yield statusAnswer(reference, parameters, data, memory)
  else if (kind === ANSWER) yield* downloadStep(parameters, data, memory, transfer)
  else if (kind === JOB) yield* job(parameters, data, reference, memory, transfer)
}

function* job(parameters: Buffer, data: Buffer, reference: number, memory: S7Memory, transfer: Transfer): Generator<Buffer> {
  switch (parameters[0]) {
    case SETUP:
      // One job at a time, at most 480 bytes: what a 315 grants.
      yield s7(ANSWER, reference, Buffer.of(SETUP, 0, 0, 1, 0, 1, 0x01, 0xe0))
      return
    case READ:
      yield readAnswer(parameters, reference, memory)
      return
    case WRITE:
      yield writeAnswer(parameters, data, reference, memory)
      return
    case START_UPLOAD:
      transfer.uploaded = 0
      // Upload id 7, then the length of the whole block as decimal digits.
      yield s7(
        ANSWER,
        reference,
        Buffer.concat([Buffer.of(START_UPLOAD, 0, 0x01, 0, 0, 0, 0, 7, 7), Buffer.from(String(memory.program().length).padStart(7, '0'))]),
      )
      return
    case UPLOAD: {
      const program = memory.program()
      const part = program.subarray(transfer.uploaded, transfer.uploaded + PART)
      transfer.uploaded += part.length
      const chunk = Buffer.alloc(4 + part.length)
      chunk.writeUInt16BE(part.length, 0)
      chunk.writeUInt16BE(0x00fb, 2)
      part.copy(chunk, 4)
      yield s7(ANSWER, reference, Buffer.of(UPLOAD, transfer.uploaded < program.length ? MORE : 0), chunk)
      return
    }
    case END_UPLOAD:
      yield s7(ANSWER, reference, Buffer.of(END_UPLOAD))
      return
    case REQUEST_DOWNLOAD:
      transfer.name = Buffer.from(parameters.subarray(8, 8 + 1 + parameters[8]!))
      transfer.parts = []
      transfer.reference = 0x0100
      yield s7(ANSWER, reference, Buffer.of(REQUEST_DOWNLOAD))
      yield s7(JOB, transfer.reference, downloadParameters(DOWNLOAD, transfer.name))
      return
    case CONTROL:
      if (parameters.subarray(-9).toString('latin1') === 'P_PROGRAM') memory.setMode('run')
      yield s7(ANSWER, reference, Buffer.of(CONTROL))
      return
    case STOP:
      memory.setMode('stop')
      yield s7(ANSWER, reference, Buffer.of(STOP))
      return
    default:
      // 0x8104: this service is not implemented on the module.
      yield s7(ANSWER, reference, Buffer.of(parameters[0] ?? 0), Buffer.alloc(0), 0x8104)
  }
}

export function downloadParameters(code: number, name: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(code, 0, 0, 0, 0, 0, 0, 0), name])
}

/** In a download the controller asks: it sends jobs for the next part until the tool says there is no more. */
function* downloadStep(parameters: Buffer, data: Buffer, memory: S7Memory, transfer: Transfer): Generator<Buffer> {
  if (parameters[0] !== DOWNLOAD) return
  transfer.parts.push(Buffer.from(data.subarray(4)))
  transfer.reference++
  if (parameters[1] === 1) {
    yield s7(JOB, transfer.reference, downloadParameters(DOWNLOAD, transfer.name))
  } else {
    memory.downloaded(Buffer.concat(transfer.parts))
    yield s7(JOB, transfer.reference, downloadParameters(END_DOWNLOAD, transfer.name))
  }
}

type Item = { db: number; from: number; length: number; bit: boolean }

function itemsOf(parameters: Buffer): Item[] {
  const items: Item[] = []
  for (let at = 2; at + 12 <= parameters.length; at += 12) {
    const size = parameters[at + 3]!
    const bits = parameters.readUIntBE(at + 9, 3)
    items.push({
      db: parameters[at + 8] === 0x84 ? parameters.readUInt16BE(at + 6) : 0,
      from: bits >> 3,
      length: parameters.readUInt16BE(at + 4) * (ELEMENT[size] ?? 1),
      bit: size === 1,
    })
  }
  return items
}

function readAnswer(parameters: Buffer, reference: number, memory: S7Memory): Buffer {
  const items = itemsOf(parameters)
  const parts: Buffer[] = []
  for (const [i, item] of items.entries()) {
    const bytes = memory.block(item.db)?.subarray(item.from, item.from + item.length)
    if (bytes?.length !== item.length) {
      parts.push(Buffer.of(NO_OBJECT, 0, 0, 0))
      continue
    }
    const head = Buffer.of(GOOD, 0x04, 0, 0)
    head.writeUInt16BE(item.length * 8, 2)
    // Every item but the last is filled to an even length.
    const fill = item.length % 2 === 1 && i < items.length - 1 ? 1 : 0
    parts.push(head, bytes, Buffer.alloc(fill))
  }
  return s7(ANSWER, reference, Buffer.of(READ, items.length), Buffer.concat(parts))
}

function writeAnswer(parameters: Buffer, data: Buffer, reference: number, memory: S7Memory): Buffer {
  const items = itemsOf(parameters)
  const codes: number[] = []
  let at = 0
  for (const item of items) {
    const block = memory.block(item.db)
    if (block && item.from + item.length <= block.length) {
      memory.written(item.db, item.from, data.subarray(at + 4, at + 4 + item.length))
      codes.push(GOOD)
    } else codes.push(NO_OBJECT)
    at += 4 + item.length + (item.length % 2)
  }
  return s7(ANSWER, reference, Buffer.of(WRITE, items.length), Buffer.from(codes))
}

/** User data of group 4 (CPU functions), sub-function 1 (read SZL). */
function statusAnswer(reference: number, parameters: Buffer, data: Buffer, memory: S7Memory): Buffer {
  const id = data.length >= 8 ? data.readUInt16BE(4) : 0
  const index = data.length >= 8 ? data.readUInt16BE(6) : 0
  const list = statusList(id, index, memory.mode())
  // Head, then 8 bytes: method, kind and group, sub-function, sequence, unit reference, last unit, error.
  const answer = Buffer.concat([
    parameters.subarray(0, 3),
    Buffer.of(8, 0x12, 0x84, parameters[6]!, parameters[7]!, 0, 0, list ? 0 : 0xd4, list ? 0 : 0x01),
  ])
  const head = Buffer.of(list ? GOOD : NO_OBJECT, list ? 0x09 : 0, 0, 0)
  head.writeUInt16BE(list ? list.length : 0, 2)
  return s7(USER_DATA, reference, answer, list ? Buffer.concat([head, list]) : head)
}
