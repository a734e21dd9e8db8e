/** What one conversation last showed of a tag: decides whether a reading is news. */
import type { TagValue } from '@isthmus/model'

/** A changing value is reported at most this often, an unchanging one at least this often, µs. */
const READ_INTERVAL_US = 1_000_000
const WRITE_INTERVAL_US = 100_000
export const HEARTBEAT_US = 60_000_000

export class TagMemory {
  value: TagValue | undefined = undefined
  /** Value last reported, by a read or a write. */
  reported: TagValue | undefined = undefined
  reportedAt = Number.NEGATIVE_INFINITY
  count = 0
  first = 0
  last = 0

  /** Takes a reading; true when it must be reported now. */
  readIsNews(value: TagValue, at: number, times: number): boolean {
    if (this.count === 0) this.first = at
    this.count += times
    this.last = at
    this.value = value
    const elapsed = at - this.reportedAt
    return value !== this.reported ? elapsed >= READ_INTERVAL_US || elapsed < 0 : elapsed >= HEARTBEAT_US
  }

  writeIsNews(value: TagValue, at: number): boolean {
    if (this.count === 0) this.first = at
    this.count++
    this.last = at
    this.value = value
    const elapsed = at - this.reportedAt
    return value !== this.reported ? elapsed >= WRITE_INTERVAL_US || elapsed < 0 : elapsed >= HEARTBEAT_US
  }

  told(): void {
    this.reported = this.value
    this.reportedAt = this.last
    this.count = 0
  }
}
