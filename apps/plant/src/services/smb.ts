/**
 * SMB 2 and 3 conversations, written from [MS-SMB2] because no installable server exists: negotiate, sign-in by NTLM,
 * shares, files, named pipes. Header, little-endian: 0xFE "SMB", 2 size, 2 charge, 4 status, 2 command, 2 credits,
 * 4 flags, 4 next, 8 message, 4 process, 4 tree, 8 session, 16 signature.
 */
import type { Turn } from '../network/tcp.ts'
import type { Random } from '../random.ts'
import { accepted, authenticate, type Credentials, challenge, fileTime, negotiate, offer, utf16 } from './ntlm.ts'

const NEGOTIATE = 0
const SESSION_SETUP = 1
const LOGOFF = 2
const TREE_CONNECT = 3
const CREATE = 5
const CLOSE = 6
const READ = 8
const WRITE = 9
const MORE_PROCESSING = 0xc000_0016
const LOGON_FAILURE = 0xc000_006d
const OK = 0
const DIALECT = 0x0302
const DIALECTS = [0x0202, 0x0210, 0x0300, DIALECT]
const CHUNK = 65_536
/** Open or create, and overwrite: [MS-SMB2] §2.2.13, CreateDisposition. */
const OPEN = 1
const OVERWRITE = 5
const ACCESS_READ = 0x0012_0089
const ACCESS_WRITE = 0x0012_019f

export class SmbTalk {
  readonly turns: Turn[] = []
  readonly #random: Random
  readonly #server: { readonly name: string; readonly domain: string; readonly dns: string }
  readonly #at: number
  #message = 0
  #tree = 0
  #trees = 0
  #file = Buffer.alloc(16)
  readonly #session: bigint

  /** `at` in microseconds: the time the two clocks show. */
  constructor(random: Random, server: { name: string; domain: string; dns: string }, at: number) {
    this.#random = random
    this.#server = server
    this.#at = at
    this.#session = (BigInt(random.u32()) << 32n) | BigInt((random.u32() & ~7) >>> 0)
  }

  /** Negotiates and signs in; false in `right` for a password the server refuses. */
  signIn(who: Credentials, right = true): this {
    if (this.#message === 0) this.#negotiate()
    this.#ask(SESSION_SETUP, setup(negotiate()), 0, 0n)
    this.#answer(SESSION_SETUP, setupAnswer(challenge(this.#random, this.#server, this.#at)), MORE_PROCESSING)
    this.#ask(SESSION_SETUP, setup(authenticate(this.#random, who, this.#server, this.#at)))
    this.#answer(SESSION_SETUP, right ? setupAnswer(accepted()) : error(), right ? OK : LOGON_FAILURE)
    return this
  }

  tree(share: string): this {
    const path = utf16(`\\\\${this.#server.name}\\${share}`)
    const body = Buffer.alloc(8)
    body.writeUInt16LE(9, 0)
    body.writeUInt16LE(64 + 8, 4)
    body.writeUInt16LE(path.length, 6)
    this.#tree = 0
    this.#ask(TREE_CONNECT, Buffer.concat([body, path]))
    this.#tree = ++this.#trees
    const pipe = share === 'IPC$'
    const answer = Buffer.alloc(16)
    answer.writeUInt16LE(16, 0)
    answer[2] = pipe ? 2 : 1
    answer.writeUInt32LE(pipe ? 0x30 : 0x800, 4)
    answer.writeUInt32LE(0x001f_01ff, 12)
    this.#answer(TREE_CONNECT, answer)
    return this
  }

  readFile(name: string, content: Uint8Array): this {
    this.#open(name, ACCESS_READ, OPEN, content.length)
    for (let from = 0; from < content.length; from += CHUNK) {
      const part = content.subarray(from, from + CHUNK)
      this.#ask(READ, readRequest(part.length, from, this.#file))
      this.#answer(READ, readAnswer(part))
    }
    return this.#close()
  }

  writeFile(name: string, content: Uint8Array): this {
    this.#open(name, ACCESS_WRITE, OVERWRITE, 0)
    for (let from = 0; from < content.length; from += CHUNK) {
      const part = content.subarray(from, from + CHUNK)
      this.#ask(WRITE, writeRequest(part, from, this.#file))
      this.#answer(WRITE, writeAnswer(part.length))
    }
    return this.#close()
  }

  /** Opens a named pipe and binds to a DCE/RPC interface over it. */
  bindPipe(name: string, uuid: string, version: number): this {
    this.#open(name, ACCESS_WRITE, OPEN, 0)
    const request = bind(uuid, version)
    this.#ask(WRITE, writeRequest(request, 0, this.#file))
    this.#answer(WRITE, writeAnswer(request.length))
    this.#ask(READ, readRequest(1024, 0, this.#file))
    this.#answer(READ, readAnswer(bindAnswer(name)))
    return this.#close()
  }

  signOut(): this {
    const body = Buffer.of(4, 0, 0, 0)
    this.#tree = 0
    this.#ask(LOGOFF, body)
    this.#answer(LOGOFF, body)
    return this
  }

  #negotiate(): void {
    const body = Buffer.alloc(36 + DIALECTS.length * 2)
    body.writeUInt16LE(36, 0)
    body.writeUInt16LE(DIALECTS.length, 2)
    body.writeUInt16LE(1, 4)
    body.writeUInt32LE(0x7f, 8)
    body.set(this.#random.bytes(16), 12)
    for (const [i, dialect] of DIALECTS.entries()) body.writeUInt16LE(dialect, 36 + 2 * i)
    this.#ask(NEGOTIATE, body, 0, 0n)
    const token = offer()
    const answer = Buffer.alloc(64)
    answer.writeUInt16LE(65, 0)
    answer.writeUInt16LE(1, 2)
    answer.writeUInt16LE(DIALECT, 4)
    answer.set(this.#random.bytes(16), 8)
    answer.writeUInt32LE(0x2f, 24)
    for (const at of [28, 32, 36]) answer.writeUInt32LE(0x0080_0000, at)
    fileTime(this.#at).copy(answer, 40)
    answer.writeUInt16LE(128, 56)
    answer.writeUInt16LE(token.length, 58)
    this.#answer(NEGOTIATE, Buffer.concat([answer, token]), OK, 0n)
  }

  #open(name: string, access: number, disposition: number, size: number): void {
    const path = utf16(name)
    const body = Buffer.alloc(56)
    body.writeUInt16LE(57, 0)
    body[3] = 0
    body.writeUInt32LE(2, 4)
    body.writeUInt32LE(access, 24)
    body.writeUInt32LE(0x80, 28)
    body.writeUInt32LE(7, 32)
    body.writeUInt32LE(disposition, 36)
    body.writeUInt32LE(0x40, 40)
    body.writeUInt16LE(64 + 56, 44)
    body.writeUInt16LE(path.length, 46)
    this.#ask(CREATE, Buffer.concat([body, path]))
    this.#file = Buffer.from(this.#random.bytes(16))
    const answer = Buffer.alloc(88)
    answer.writeUInt16LE(89, 0)
    answer.writeUInt32LE(disposition === OVERWRITE ? 2 : 1, 4)
    for (const at of [8, 16, 24, 32]) fileTime(this.#at - 86_400_000_000).copy(answer, at)
    answer.writeUInt32LE(Math.ceil(size / 4096) * 4096, 40)
    answer.writeUInt32LE(size, 48)
    answer.writeUInt32LE(0x20, 56)
    this.#file.copy(answer, 64)
    this.#answer(CREATE, answer)
  }

  #close(): this {
    const body = Buffer.alloc(24)
    body.writeUInt16LE(24, 0)
    this.#file.copy(body, 8)
    this.#ask(CLOSE, body)
    const answer = Buffer.alloc(60)
    answer.writeUInt16LE(60, 0)
    this.#answer(CLOSE, answer)
    return this
  }

  #ask(command: number, body: Buffer, tree = this.#tree, session = this.#session): void {
    this.turns.push({ by: 'c', bytes: this.#frame(command, body, 0, OK, tree, session) })
  }

  #answer(command: number, body: Buffer, status = OK, session = this.#session): void {
    this.turns.push({ by: 's', bytes: this.#frame(command, body, 1, status, this.#tree, session) })
    this.#message++
  }

  /** The 4 bytes before the header are the direct TCP transport's length ([MS-SMB2] §2.1). */
  #frame(command: number, body: Buffer, flags: 0 | 1, status: number, tree: number, session: bigint): Buffer {
    const head = Buffer.alloc(68)
    head.writeUInt32BE(64 + body.length, 0)
    head.writeUInt32BE(0xfe53_4d42, 4)
    head.writeUInt16LE(64, 8)
    head.writeUInt16LE(1, 10)
    head.writeUInt32LE(status, 12)
    head.writeUInt16LE(command, 16)
    head.writeUInt16LE(32, 18)
    head.writeUInt32LE(flags, 20)
    head.writeBigUInt64LE(BigInt(this.#message), 28)
    head.writeUInt32LE(0xfeff, 36)
    head.writeUInt32LE(tree, 40)
    head.writeBigUInt64LE(session, 44)
    return Buffer.concat([head, body])
  }
}

function setup(token: Buffer): Buffer {
  const body = Buffer.alloc(24)
  body.writeUInt16LE(25, 0)
  body[3] = 1
  body.writeUInt32LE(1, 4)
  body.writeUInt16LE(64 + 24, 12)
  body.writeUInt16LE(token.length, 14)
  return Buffer.concat([body, token])
}

function setupAnswer(token: Buffer): Buffer {
  const body = Buffer.alloc(8)
  body.writeUInt16LE(9, 0)
  body.writeUInt16LE(64 + 8, 4)
  body.writeUInt16LE(token.length, 6)
  return Buffer.concat([body, token])
}

function error(): Buffer {
  return Buffer.of(9, 0, 0, 0, 0, 0, 0, 0, 0)
}

function readRequest(length: number, from: number, file: Buffer): Buffer {
  const body = Buffer.alloc(49)
  body.writeUInt16LE(49, 0)
  body[2] = 0x50
  body.writeUInt32LE(length, 4)
  body.writeUInt32LE(from, 8)
  file.copy(body, 16)
  return body
}

function readAnswer(data: Uint8Array): Buffer {
  const body = Buffer.alloc(16)
  body.writeUInt16LE(17, 0)
  body[2] = 0x50
  body.writeUInt32LE(data.length, 4)
  return Buffer.concat([body, data])
}

function writeRequest(data: Uint8Array, from: number, file: Buffer): Buffer {
  const body = Buffer.alloc(48)
  body.writeUInt16LE(49, 0)
  body.writeUInt16LE(64 + 48, 2)
  body.writeUInt32LE(data.length, 4)
  body.writeUInt32LE(from, 8)
  file.copy(body, 16)
  return Buffer.concat([body, data])
}

function writeAnswer(length: number): Buffer {
  const body = Buffer.alloc(16)
  body.writeUInt16LE(17, 0)
  body.writeUInt32LE(length, 4)
  return body
}

const NDR = '045d888aeb1cc9119fe808002b104860'

/** DCE/RPC 1.1 §12.6.4.3: a bind with one context in NDR version 2. */
function bind(uuid: string, version: number): Buffer {
  const body = Buffer.alloc(72)
  body.set([5, 0, 11, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0])
  body.writeUInt16LE(4280, 16)
  body.writeUInt16LE(4280, 18)
  body[24] = 1
  body[30] = 1
  uuidBytes(uuid).copy(body, 32)
  body.writeUInt16LE(version, 48)
  body.write(NDR, 52, 'hex')
  body.writeUInt32LE(2, 68)
  return body
}

function bindAnswer(pipe: string): Buffer {
  const address = Buffer.from(`\\PIPE\\${pipe}\0`, 'latin1')
  const fill = Buffer.alloc((4 - ((2 + address.length) % 4)) % 4)
  const length = Buffer.alloc(2)
  length.writeUInt16LE(address.length)
  const result = Buffer.alloc(28)
  result[0] = 1
  result.write(NDR, 8, 'hex')
  result.writeUInt32LE(2, 24)
  const head = Buffer.alloc(24)
  head.set([5, 0, 12, 3, 0x10, 0, 0, 0])
  head.writeUInt32LE(1, 12)
  head.writeUInt16LE(4280, 16)
  head.writeUInt16LE(4280, 18)
  head.writeUInt32LE(0x53f0, 20)
  const out = Buffer.concat([head, length, address, fill, result])
  out.writeUInt16LE(out.length, 8)
  return out
}

/** The first three groups are little-endian on the wire. */
function uuidBytes(uuid: string): Buffer {
  const hex = Buffer.from(uuid.replaceAll('-', ''), 'hex')
  hex.subarray(0, 4).reverse()
  hex.subarray(4, 6).reverse()
  hex.subarray(6, 8).reverse()
  return hex
}
