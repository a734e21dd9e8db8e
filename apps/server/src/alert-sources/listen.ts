/**
 * A Unix socket that Suricata connects to (`filetype: unix_stream`) → lines. It is always read, because a writer that
 * waits for us watches the plant no longer; what is too much is dropped and counted.
 */
import { chmod, link, lstat, mkdtemp, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { LineCutter } from '@isthmus/sources'

export type ListenOptions = {
  readonly signal: AbortSignal
  /** Undefined for a line that was too long to be kept. */
  readonly take: (lines: readonly (string | undefined)[]) => void
  /** Lines that were not looked at. */
  readonly dropped: (lines: number) => void
  /** Told when it changes: why nothing comes; undefined while somebody is connected. */
  readonly trouble: (why: string | undefined) => void
  readonly bytesASecond?: number
}

const MAX_CONNECTIONS = 16
/** What is looked at, in equal shares for those who are connected: Suricata writes far less, and captures are read by the same thread. */
const BYTES_A_SECOND = 32e6
/** For the owner and the group of the folder, which Suricata's user belongs to. */
const RIGHTS = 0o660
/** Bytes of `sun_path` (unix(7)), without the one that ends it. */
const MAX_PATH = 107
const WRITABLE_BY_ALL = 0o002
/** In such a folder names belong to who made them. */
const STICKY = 0o1000

/** Listens until the signal; throws a sentence where it cannot. */
export async function listenForLines(path: string, options: ListenOptions): Promise<void> {
  const { signal, trouble } = options
  /** In the order in which they came. */
  const open = new Map<Socket, Cut>()
  const share = () => (options.bytesASecond ?? BYTES_A_SECOND) / open.size
  const tell = () => trouble(open.size === 0 ? 'has no writer connected' : undefined)
  const server = createServer((socket) => {
    if (open.size >= MAX_CONNECTIONS && !giveWay(open)) {
      trouble(`has more than ${MAX_CONNECTIONS} writers: the last was not let in`)
      return socket.destroy()
    }
    const cut = new Cut(options, share)
    open.set(socket, cut)
    tell()
    socket.on('data', (chunk: Buffer) => cut.push(chunk))
    // A writer that was killed ends its connection just as well.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      cut.end()
      open.delete(socket)
      tell()
    })
  })
  const unbind = await bound(server, path)
  tell()
  const broken = new Promise<never>((_, fail) => server.once('error', fail))
  const stopped = new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }))
  try {
    if (!signal.aborted) await Promise.race([broken, stopped])
  } finally {
    for (const socket of open.keys()) socket.destroy()
    await unbind()
  }
}

/** Who never said a line makes room for a newcomer, who was there longest first: Suricata connects again when it has something to say. */
function giveWay(open: Map<Socket, Cut>): boolean {
  for (const [socket, { hasSpoken }] of open) {
    if (hasSpoken) continue
    open.delete(socket)
    socket.destroy()
    return true
  }
  return false
}

/** Made in a folder that nobody else may enter, and shown with its rights: there is no moment in which it has others. */
async function bound(server: Server, path: string): Promise<() => Promise<void>> {
  const folder = await stat(dirname(path)).catch(() => undefined)
  if (folder !== undefined && (folder.mode & (WRITABLE_BY_ALL | STICKY)) === WRITABLE_BY_ALL)
    throw new Error('cannot listen: everybody may write to its folder and put another in its place')
  const closed = () => new Promise<void>((done) => server.close(() => done()))
  const room = await mkdtemp(join(dirname(path), '.')).catch((error) => {
    throw cannot(error)
  })
  try {
    const made = join(room, 's')
    if (Math.max(...[made, path].map((name) => Buffer.byteLength(name))) > MAX_PATH) throw new Error('cannot listen: its path is too long')
    await listen(server, made)
    await chmod(made, RIGHTS)
    await show(made, path)
  } catch (error) {
    await closed()
    throw error
  } finally {
    await rm(room, { recursive: true, force: true })
  }
  const { dev, ino } = await lstat(path)
  return async () => {
    await closed()
    const there = await lstat(path).catch(() => undefined)
    if (there?.dev === dev && there.ino === ino) await rm(path, { force: true })
  }
}

/** Under its name, in the place of none that lives. */
async function show(made: string, path: string): Promise<void> {
  try {
    await link(made, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot(error)
    if (!(await lstat(path)).isSocket()) throw new Error('is there already, and no socket')
    if (await answers(path)) throw new Error('is listened on by another program')
    // Left over by a server that was killed.
    await rm(path, { force: true })
    await link(made, path)
  }
}

function cannot(error: unknown): Error {
  return new Error(`cannot listen: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    const failed = (error: Error) => fail(cannot(error))
    server.once('error', failed)
    server.listen(path, () => {
      server.off('error', failed)
      done()
    })
  })
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    // One that is too busy, or not ours to use, lives all the same.
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code !== 'ECONNREFUSED'))
  })
}

/** Bytes of one connection that may be looked at, by the second. */
class Budget {
  readonly #most: () => number
  #second = 0
  #used = 0

  constructor(most: () => number) {
    this.#most = most
  }

  allows(bytes: number): boolean {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#second) this.#used = 0
    this.#second = second
    this.#used += bytes
    return this.#used <= this.#most()
  }
}

/** One connection's bytes → lines; after bytes that were passed over it goes on behind the next line end. */
class Cut {
  readonly #options: ListenOptions
  readonly #budget: Budget
  #cutter = new LineCutter()
  #decoder = new StringDecoder('utf8')
  #isWithinDropped = false
  /** A whole line was heard of it. */
  hasSpoken = false

  constructor(options: ListenOptions, most: () => number) {
    this.#options = options
    this.#budget = new Budget(most)
  }

  push(chunk: Buffer): void {
    this.hasSpoken ||= chunk.includes(0x0a)
    if (!this.#budget.allows(chunk.length)) return this.#drop(chunk)
    const from = this.#isWithinDropped ? chunk.indexOf(0x0a) + 1 : 0
    if (this.#isWithinDropped && from === 0) return
    if (this.#isWithinDropped) this.#options.dropped(1)
    this.#isWithinDropped = false
    const lines = [...this.#cutter.push(this.#decoder.write(chunk.subarray(from)))]
    if (lines.length > 0) this.#options.take(lines)
  }

  end(): void {
    const lines = [...this.#cutter.end()]
    if (lines.length > 0) this.#options.take(lines)
  }

  #drop(chunk: Buffer): void {
    let lines = 0
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines++
    if (lines > 0) this.#options.dropped(lines)
    this.#isWithinDropped = chunk.at(-1) !== 0x0a
    this.#cutter = new LineCutter()
    this.#decoder = new StringDecoder('utf8')
  }
}
