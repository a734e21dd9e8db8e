/**
 * A text file that another program goes on writing → its lines, as they come: through rotation by rename and by
 * truncation, from where an earlier run ended. A line counts once its end is there.
 */
import { stat } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as sleep } from 'node:timers/promises'
import { LineCutter } from '@isthmus/sources'
import { systemReason } from '../open-capture.ts'
import { type FilePosition, Head, isSame, type OpenFile, openText } from './open-text.ts'
import { Pace } from './pace.ts'
import { restOf } from './rotated.ts'

export type Followed = {
  /** Undefined for one that was too long to be kept. */
  readonly lines: readonly (string | undefined)[]
  /** Behind the last of these lines: where another run goes on. */
  readonly position: FilePosition
}

export type FollowOptions = {
  /** Where an earlier run ended; the beginning of the file without it. */
  readonly from?: FilePosition | undefined
  readonly signal: AbortSignal
  /** Told when it changes: why there is nothing to read, or that reading does not keep up; undefined while all is well. */
  readonly trouble: (why: string | undefined) => void
  /** What is beyond waits in the file. */
  readonly bytesASecond?: number
  readonly pollMs?: number
  /** How long a file that was moved away is still read, because its writer may not have noticed. */
  readonly graceMs?: number
}

const CHUNK = 1 << 18
/** Suricata writes far less. */
const BYTES_A_SECOND = 32e6
/** Of reading: whoever is further behind is said to be. */
const BEHIND_S = 10
const BEHIND = 'is written faster than it is read'
const POLL_MS = 500
const GRACE_MS = 5000
/** Files that replaced one another while the first was still read. */
const MAX_WAITING = 64

/** Ends when the signal does. */
export async function* followFile(path: string, options: FollowOptions): AsyncGenerator<Followed> {
  const following = new Following(path, options)
  try {
    await following.begin()
    while (!options.signal.aborted) {
      const found = await following.read()
      if (found !== undefined) yield found
    }
  } finally {
    await following.close()
  }
}

class Following {
  readonly #path: string
  readonly #options: FollowOptions
  readonly #buffer = Buffer.allocUnsafe(CHUNK)
  /** Read one after another; the first is the one that is read. */
  #files: OpenFile[] = []
  #head = new Head()
  #cutter = new LineCutter()
  #decoder = new StringDecoder('utf8')
  #offset = 0
  #lineStart = 0
  /** Of the clock, since when the file that is read has had a successor and nothing to read. */
  #doneSince: number | undefined
  #trouble: string | undefined
  #isBehind = false
  readonly #bytesASecond: number
  readonly #pace: Pace

  constructor(path: string, options: FollowOptions) {
    this.#path = path
    this.#options = options
    this.#bytesASecond = options.bytesASecond ?? BYTES_A_SECOND
    this.#pace = new Pace(this.#bytesASecond)
  }

  async begin(): Promise<void> {
    const { from } = this.#options
    if (from === undefined) return
    this.#files = await restOf(this.#path, from)
    if (this.#files.length === 0) return
    this.#offset = this.#lineStart = from.offset
    this.#head = new Head(from)
  }

  /** The lines of the next piece; undefined where it ended none, or when nothing came within the pause. */
  async read(): Promise<Followed | undefined> {
    const [file] = this.#files
    if (file === undefined) return this.#openFirst()
    const most = Math.min(CHUNK, this.#pace.left)
    if (most === 0) return this.#rest(file)
    let length = 0
    try {
      // Before what was added is read: it may be another text that has grown past the place where the first ended.
      if (await this.#isOther(file)) return void (await this.#startOver())
      length = (await file.handle.read(this.#buffer, 0, most, this.#offset)).bytesRead
    } catch (error) {
      this.#tell(`cannot be read: ${systemReason(error)}`)
    }
    if (length === 0) return this.#atEnd(file)
    this.#pace.took(length)
    this.#tell(this.#isBehind ? BEHIND : undefined)
    this.#doneSince = undefined
    return this.#take(this.#buffer.subarray(0, length))
  }

  async close(): Promise<void> {
    for (const { handle } of this.#files) await handle.close().catch(() => undefined)
    this.#files = []
  }

  #take(bytes: Buffer): Followed | undefined {
    this.#head.add(bytes, this.#offset)
    const end = bytes.lastIndexOf(0x0a)
    if (end >= 0) this.#lineStart = this.#offset + end + 1
    this.#offset += bytes.length
    const lines = [...this.#cutter.push(this.#decoder.write(bytes))]
    return end < 0 ? undefined : { lines, position: this.#position() }
  }

  async #openFirst(): Promise<undefined> {
    const file = await openText(this.#path)
    if (typeof file !== 'string') this.#files.push(file)
    this.#tell(typeof file === 'string' ? file : undefined)
    if (typeof file === 'string') await this.#pause()
  }

  /** Shorter than what was read, or beginning otherwise. */
  async #isOther(file: OpenFile): Promise<boolean> {
    return (await file.handle.stat()).size < this.#offset || !(await this.#head.isOf(file.handle))
  }

  /** The file was emptied under us: what we had not read may lie in a copy that was made before. */
  async #startOver(): Promise<void> {
    const from = this.#position()
    await this.close()
    this.#reset(0)
    this.#files = await restOf(this.#path, from)
    // One that is written anew all the time is not read all the time.
    if (this.#files.length === 0) return this.#pause()
    this.#reset(from.offset)
    this.#head = new Head(from)
  }

  /** Enough was read for this second. */
  async #rest({ handle }: OpenFile): Promise<undefined> {
    const { size } = await handle.stat()
    if (size - this.#offset > BEHIND_S * this.#bytesASecond) this.#isBehind = true
    await this.#pause(this.#pace.waitMs)
  }

  async #atEnd(file: OpenFile): Promise<Followed | undefined> {
    if (this.#isBehind) this.#tell(undefined)
    this.#isBehind = false
    await this.#lookForNext(this.#files.at(-1) ?? file)
    const next = this.#files[1]
    const now = performance.now()
    // A successor without a line is none: who moved the file may never have told its writer.
    if (next === undefined || (await next.handle.stat()).size === 0) this.#doneSince = undefined
    else this.#doneSince ??= now
    if (this.#doneSince === undefined || now - this.#doneSince < (this.#options.graceMs ?? GRACE_MS)) {
      await this.#pause()
      return undefined
    }
    const lines = [...this.#cutter.end()]
    this.#files.shift()
    await file.handle.close()
    this.#reset(0)
    return lines.length === 0 ? undefined : { lines, position: this.#position() }
  }

  /** Opened at once: it may be moved away in its turn before the one that is read has ended. */
  async #lookForNext(last: OpenFile): Promise<void> {
    try {
      const there = await stat(this.#path, { bigint: true })
      if (isSame(there, last) || this.#files.length > MAX_WAITING) return
    } catch {
      this.#tell('was moved away, and there is no other yet')
      return
    }
    const next = await openText(this.#path)
    if (typeof next === 'string') return
    if (isSame(next, last)) await next.handle.close()
    else this.#files.push(next)
  }

  #reset(offset: number): void {
    this.#offset = this.#lineStart = offset
    this.#head = new Head()
    this.#cutter = new LineCutter()
    this.#decoder = new StringDecoder('utf8')
    this.#doneSince = undefined
  }

  #position(): FilePosition {
    return this.#head.position(this.#lineStart)
  }

  #tell(why: string | undefined): void {
    if (why === this.#trouble) return
    this.#trouble = why
    this.#options.trouble(why)
  }

  async #pause(ms = this.#options.pollMs ?? POLL_MS): Promise<void> {
    await sleep(ms, undefined, { signal: this.#options.signal }).catch(() => undefined)
  }
}
