/**
 * An S7 client from published descriptions: what an operator panel and an engineering tool do beyond reading and writing
 * bytes (which `nodes7` does for the SCADA server): typed variables, status lists, block transfer, stop and restart.
 */
import { connect, type Socket } from 'node:net'
import { LOOPBACK } from '../network/tap.ts'
import * as S7 from './s7-server.ts'
import { COTP_CONNECT, Frames, tpkt } from './tpkt.ts'

const AREA_DB = 0x84
const REAL = 8
const INT = 5

export type S7Item = { readonly db: number; readonly at: number; readonly type: 'real' | 'int' }

export class S7Tool {
  readonly #socket: Socket
  readonly #frames = new Frames()
  readonly #arrived: Buffer[] = []
  #waiting: ((tpdu: Buffer) => void) | undefined
  #reference = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => {
      for (const tpdu of this.#frames.feed(bytes)) {
        const waiting = this.#waiting
        this.#waiting = undefined
        if (waiting) waiting(Buffer.from(tpdu))
        else this.#arrived.push(Buffer.from(tpdu))
      }
    })
    socket.on('error', () => socket.destroy())
  }

  /** `connection` is the COTP connection type: 1 programming device, 2 operator panel, 3 other. */
  static async connect(port: number, connection: 1 | 2 | 3): Promise<S7Tool> {
    const socket = connect({ port, host: LOOPBACK, noDelay: true })
    await new Promise<void>((ready, failed) => socket.once('connect', ready).once('error', failed))
    const tool = new S7Tool(socket)
    // Parameters: TPDU size 1024, calling TSAP, called TSAP (connection type, rack 0 slot 2).
    tool.#socket.write(tpkt(Buffer.of(17, COTP_CONNECT, 0, 0, 0, 1, 0, 0xc0, 1, 0x0a, 0xc1, 2, 1, 0, 0xc2, 2, connection, 2)))
    await tool.#next()
    await tool.#job(Buffer.of(S7.SETUP, 0, 0, 1, 0, 1, 0x01, 0xe0))
    return tool
  }

  async read(items: readonly S7Item[]): Promise<void> {
    await this.#job(Buffer.concat([Buffer.of(S7.READ, items.length), ...items.map(address)]))
  }

  async writeReal(item: S7Item, value: number): Promise<void> {
    const data = Buffer.alloc(8)
    data.set([0, 0x04])
    data.writeUInt16BE(32, 2)
    data.writeFloatBE(value, 4)
    await this.#job(Buffer.concat([Buffer.of(S7.WRITE, 1), address(item)]), data)
  }

  async statusList(id: number, index: number): Promise<void> {
    const data = Buffer.of(0xff, 0x09, 0, 4, id >> 8, id & 0xff, index >> 8, index & 0xff)
    this.#socket.write(S7.s7(7, this.#nextReference(), Buffer.of(0, 1, 0x12, 4, 0x11, 0x44, 1, 0), data))
    await this.#next()
  }

  /** Program blocks are named by kind, number and file system: `0800001A` is OB1, active. */
  async upload(block: string): Promise<void> {
    await this.#job(S7.downloadParameters(S7.START_UPLOAD, fileName(block)))
    for (let more = true; more; ) {
      const part = await this.#job(Buffer.of(S7.UPLOAD, 0, 0, 0, 0, 0, 0, 7))
      // Behind COTP (3 bytes) and the answer's header (12): the function, then its status.
      more = part[16] === S7.MORE
    }
    await this.#job(Buffer.of(S7.END_UPLOAD, 0, 0, 0, 0, 0, 0, 7))
  }

  async download(block: string, program: Buffer): Promise<void> {
    const digits = (n: number): string => String(n).padStart(6, '0')
    const lengths = Buffer.from(`\r1${digits(program.length)}${digits(program.length - 120)}`, 'latin1')
    const request = Buffer.concat([S7.downloadParameters(S7.REQUEST_DOWNLOAD, fileName(block)), lengths])
    request[2] = 1
    await this.#job(request)
    for (let from = 0; ; from += S7.PART) {
      const asked = await this.#next()
      const part = program.subarray(from, from + S7.PART)
      const more = from + S7.PART < program.length
      const data = Buffer.alloc(4 + part.length)
      data.writeUInt16BE(part.length, 0)
      data.writeUInt16BE(0x00fb, 2)
      data.set(part, 4)
      this.#socket.write(S7.s7(S7.ANSWER, asked.readUInt16BE(7), Buffer.of(S7.DOWNLOAD, more ? S7.MORE : 0), data))
      if (!more) break
    }
    const over = await this.#next()
    this.#socket.write(S7.s7(S7.ANSWER, over.readUInt16BE(7), Buffer.of(S7.END_DOWNLOAD)))
    // The program invocation service _INSE links the block into the running program.
    await this.#job(Buffer.concat([invocation(Buffer.from(`\x01\0${block}`, 'latin1')), Buffer.from('\x05_INSE', 'latin1')]))
  }

  async stop(): Promise<void> {
    await this.#job(Buffer.concat([Buffer.of(S7.STOP, 0, 0, 0, 0, 0), PROGRAM]))
  }

  async restart(): Promise<void> {
    await this.#job(Buffer.concat([invocation(Buffer.alloc(0)), PROGRAM]))
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.#socket.once('close', () => done()))
    this.#socket.end()
    await closed
  }

  async #job(parameters: Buffer, data?: Buffer): Promise<Buffer> {
    this.#socket.write(S7.s7(S7.JOB, this.#nextReference(), parameters, data))
    return this.#next()
  }

  #nextReference(): number {
    this.#reference = (this.#reference + 1) & 0xffff
    return this.#reference
  }

  #next(): Promise<Buffer> {
    const arrived = this.#arrived.shift()
    if (arrived) return Promise.resolve(arrived)
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }
}

const PROGRAM = Buffer.from('\x09P_PROGRAM', 'latin1')

function fileName(block: string): Buffer {
  return Buffer.from(`\x09_${block}`, 'latin1')
}

function invocation(argument: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(argument.length)
  return Buffer.concat([Buffer.of(S7.CONTROL, 0, 0, 0, 0, 0, 0, 0xfd), length, argument])
}

function address({ db, at, type }: S7Item): Buffer {
  const item = Buffer.from([0x12, 0x0a, 0x10, type === 'real' ? REAL : INT, 0, 1, db >> 8, db & 0xff, AREA_DB, 0, 0, 0])
  item.writeUIntBE(at * 8, 9, 3)
  return item
}
