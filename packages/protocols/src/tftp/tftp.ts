/**
 * TFTP: a file in numbered blocks, without a login. The request goes to port 69; the transfer is a conversation of its own
 * that the server opens from another port.
 *
 *   | opcode u16 | request: name NUL, mode NUL, options …  / block u16, data … / error u16, text NUL |   big-endian
 *
 * Spec: RFC 1350 §5, RFC 2347 (options), RFC 2348 (block size), RFC 2349 (transfer size).
 */
import { type Context, type Dissector, type Expected, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { PassingFile } from '../mime/passing-file.ts'

export type Tftp = {
  /** 1 read, 2 write, 3 data, 4 acknowledgement, 5 error, 6 option acknowledgement. */
  opcode: number
  name: string
  mode: string
  options: (readonly [name: string, value: string])[]
  block: number
  code: number
  text: string
  anomalies: string[]
}

/** Shared by the request and the conversation that answers it. */
export type Transfer = {
  readonly name: string
  readonly mode: string
  readonly isWrite: boolean
  readonly file: PassingFile
  blockSize: number
  announced: number | undefined
  next: number
  isAnswered: boolean
  isTold: boolean
}

export type TftpState = { transfer: Transfer | undefined; readonly isAnswer: boolean }

const MAX_NAME = 512
const MAX_OPTIONS = 16
const MAX_DATAGRAM = 65_507
const MODE = /^(?:netascii|octet|mail|binary)$/i

export const dissector: Dissector<Tftp, TftpState> = {
  name: 'tftp',
  ports: ['udp/69'],
  maxFrame: MAX_DATAGRAM,
  start: (about) => ({ transfer: about as Transfer | undefined, isAnswer: about !== undefined }),
  frame(head, ctx) {
    if (head.left < 4) return head.left < 2 || (head.peek() === 0 && head.peek(1) <= 6) ? NEED_MORE : NOT_MINE
    const opcode = (head.peek() << 8) | head.peek(1)
    if (opcode < 1 || opcode > 6) return NOT_MINE
    if (opcode > 2) return ctx.state.transfer !== undefined ? head.left : NOT_MINE
    return isRequest(head) ? head.left : NOT_MINE
  },
  parse(r, ctx) {
    const m: Tftp = { opcode: r.u16('opcode'), name: '', mode: '', options: [], block: 0, code: 0, text: '', anomalies: [] }
    if (m.opcode === 1 || m.opcode === 2) request(r, m, ctx)
    else if (m.opcode === 6) readOptions(r, m)
    else if (m.opcode === 5) {
      m.code = r.u16('error code')
      m.text = r.cstring(MAX_NAME, 'error message')
    } else {
      m.block = r.u16('block')
      if (m.opcode === 3) takes(r.view(r.left, 'data'), m, ctx)
    }
    const { transfer } = ctx.state
    if (m.opcode > 2 && transfer !== undefined) transfer.isAnswered = true
    if (m.opcode === 6 && transfer !== undefined) agree(m, transfer)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  expects(m, { state, flow }) {
    if (m.opcode > 2 || flow.clientIp === undefined || flow.clientPort === undefined || state.transfer === undefined) return undefined
    const expected: Expected = { protocol: 'tftp', transport: 'udp', ip: flow.clientIp, port: flow.clientPort, about: state.transfer }
    return [expected]
  },
  side(head) {
    return head.peek(1) === 1 || head.peek(1) === 2 ? 'client' : undefined
  },
}

function isRequest(head: Reader): boolean {
  const { bytes, at, end } = head
  const name = bytes.indexOf(0, at + 2)
  if (name <= at + 2 || name >= end || name - at > MAX_NAME) return false
  for (let i = at + 2; i < name; i++) if (bytes[i]! < 0x20 || bytes[i] === 0x7f) return false
  const mode = bytes.indexOf(0, name + 1)
  if (mode < 0 || mode >= end || mode - name > 10) return false
  return MODE.test(String.fromCharCode(...bytes.subarray(name + 1, mode)))
}

function request(r: Reader, m: Tftp, ctx: Context<Tftp, TftpState>): void {
  m.name = r.cstring(MAX_NAME, 'file name')
  m.mode = r.cstring(16, 'mode').toLowerCase()
  readOptions(r, m)
  const known = ctx.state.transfer
  // A client that hears nothing asks again.
  if (known !== undefined && known.name === m.name && !known.isAnswered) return
  ctx.state.transfer = {
    name: m.name,
    mode: m.mode,
    isWrite: m.opcode === 2,
    file: new PassingFile(),
    blockSize: 512,
    announced: undefined,
    next: 1,
    isAnswered: false,
    isTold: false,
  }
}

function readOptions(r: Reader, m: Tftp): void {
  while (r.left > 1 && m.options.length < MAX_OPTIONS) {
    const name = r.cstring(64, 'option').toLowerCase()
    m.options.push([name, r.cstring(64, 'option value')])
  }
}

function agree(m: Tftp, transfer: Transfer): void {
  for (const [name, value] of m.options) {
    const n = Number(value)
    if (name === 'blksize' && n >= 8 && n <= 65_464) transfer.blockSize = n
    else if (name === 'tsize' && n > 0) transfer.announced = n
  }
}

/** Blocks come in order or again; a number further on means that some were not captured. */
function takes(data: Uint8Array, m: Tftp, ctx: Context<Tftp, TftpState>): void {
  const { transfer } = ctx.state
  if (transfer === undefined) return
  const ahead = (m.block - transfer.next) & 0xffff
  if (ahead >= 0x8000) return
  if (ahead > 0) transfer.file.lost(ahead * transfer.blockSize)
  transfer.next = (m.block + 1) & 0xffff
  transfer.file.update(data)
  if (data.length > transfer.blockSize) m.anomalies.push('block-too-long')
  m.code = data.length < transfer.blockSize ? 1 : 0
}
