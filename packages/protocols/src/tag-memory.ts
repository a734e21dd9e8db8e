/** What one link last showed of a tag: decides whether a reading or a write is news. */
import type { TagValue } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'

/** A changing value is reported at most this often, an unchanging one at least this often, µs. */
const READ_INTERVAL_US = 1_000_000
const WRITE_INTERVAL_US = 100_000
export const HEARTBEAT_US = 60_000_000

export class TagEntry {
  readonly tag: string
  readonly part: string | undefined
  readonly isWrite: boolean
  dataType = ''
  quality: 'good' | 'uncertain' | 'bad' | undefined = undefined
  ok: boolean | undefined = undefined
  previous: TagValue | undefined = undefined
  value: TagValue | undefined = undefined
  /** Value last reported, and when. */
  reported: TagValue | undefined = undefined
  #reportedAt = Number.NEGATIVE_INFINITY
  /** Waits for the window's end. */
  waiting = false
  count = 0
  first = 0
  last = 0
  firstPacket = 0
  lastPacket = 0
  fromByte = 0
  toByte = 0

  constructor(tag: string, part: string | undefined, isWrite: boolean) {
    this.tag = tag
    this.part = part
    this.isWrite = isWrite
  }

  /** Takes a reading that stands for `times` equal ones; true when it must be reported now. */
  readIsNews(value: TagValue, seen: SeenMessage<unknown, unknown>, times: number): boolean {
    return this.#take(value, seen, times, READ_INTERVAL_US)
  }

  writeIsNews(value: TagValue, seen: SeenMessage<unknown, unknown>): boolean {
    return this.#take(value, seen, 1, WRITE_INTERVAL_US)
  }

  told(): void {
    this.reported = this.value
    this.#reportedAt = this.last
    this.count = 0
  }

  #take(value: TagValue, seen: SeenMessage<unknown, unknown>, times: number, interval: number): boolean {
    const at = seen.at
    if (this.count === 0) this.first = at
    this.count += times
    this.last = at
    this.value = value
    this.firstPacket = seen.firstPacket
    this.lastPacket = seen.lastPacket
    this.fromByte = seen.fromByte
    this.toByte = seen.toByte
    const elapsed = at - this.#reportedAt
    return value !== this.reported ? elapsed >= interval || elapsed < 0 : elapsed >= HEARTBEAT_US
  }
}
