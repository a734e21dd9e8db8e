/**
 * The control blocks one publisher sends to one group address, and the hot path: of a message that repeats the last one,
 * nothing but `sqNum` is read.
 */
import type { Entry } from './data.ts'
import type { Goose } from './goose.ts'

/** Control blocks of one pair of addresses: real ones have one; a flood of names may not grow it. */
const MAX_PUBLICATIONS = 64

/** Offsets of the length octets of two fields, within the bytes a message was read from; -1 where one is missing. */
export type Places = { sequenceAt: number; timeAt: number }

/** One control block's last message. */
class Publication {
  message: Goose
  /** Own copy of the whole message, padding included. */
  bytes: Uint8Array
  sequenceAt = 0
  timeAt = 0

  constructor(message: Goose, bytes: Uint8Array) {
    this.message = message
    this.bytes = bytes
  }
}

/** What continuity is judged by. */
export class Course {
  stNum = 0
  sqNum = 0
  changedAt = 0
  at = 0
  timeAllowedToLive = 0
  confRev = 0
  dataSet = ''
  data: Uint8Array
  isSimulated = false
  needsCommissioning = false
  /** Tags by place in the data set: made once, not with every message. */
  readonly tags: string[] = []
  /** What was told last, and when all of it was, µs. */
  told: readonly Entry[] = []
  toldAt = Number.NEGATIVE_INFINITY

  constructor(data: Uint8Array) {
    this.data = data
  }
}

export class Publications {
  readonly #known: Publication[] = []
  #last = 0
  readonly courses = new Map<string, Course>()
  /** The course of the message read last, so that repetitions look nothing up. */
  lastCourse: Course | undefined = undefined
  lastRef = ''

  /** The message these bytes repeat, with its new `sqNum`. The object is the same each time. */
  match(bytes: Uint8Array, at: number, end: number): Goose | undefined {
    const known = this.#known
    for (let n = 0; n < known.length; n++) {
      const index = this.#last + n < known.length ? this.#last + n : this.#last + n - known.length
      const one = known[index]!
      const sequence = repeats(one, bytes, at, end)
      if (sequence < 0) continue
      this.#last = index
      one.message.sqNum = sequence
      one.message.isRepetition = true
      return one.message
    }
    return undefined
  }

  /** The last message of the same size that is equal up to where the names end. */
  alike(bytes: Uint8Array, at: number, end: number): Goose | undefined {
    for (const one of this.#known) {
      if (one.bytes.length !== end - at) continue
      let i = one.timeAt
      while (i >= 0 && one.bytes[i] === bytes[at + i]) i--
      if (i < 0) return one.message
    }
    return undefined
  }

  keep(message: Goose, bytes: Uint8Array, at: number, end: number, places: Places): void {
    const one = this.#entry(message, end - at)
    for (let i = 0; i < one.bytes.length; i++) one.bytes[i] = bytes[at + i]!
    one.message = message
    one.sequenceAt = places.sequenceAt - at
    one.timeAt = places.timeAt - at
  }

  #entry(message: Goose, size: number): Publication {
    const known = this.#known
    let index = known.findIndex(({ message: { gocbRef, appId } }) => gocbRef === message.gocbRef && appId === message.appId)
    if (index < 0) index = known.length < MAX_PUBLICATIONS ? known.length : this.#last
    if (known[index]?.bytes.length !== size) known[index] = new Publication(message, new Uint8Array(size))
    return known[index]!
  }

  course(m: Goose): Course | undefined {
    if (m.gocbRef === this.lastRef && this.lastCourse !== undefined) return this.lastCourse
    this.lastRef = m.gocbRef
    this.lastCourse = this.courses.get(m.gocbRef)
    return this.lastCourse
  }

  begin(m: Goose): Course {
    if (this.courses.size >= MAX_PUBLICATIONS) this.courses.delete(this.courses.keys().next().value!)
    const course = new Course(m.data)
    this.courses.set(m.gocbRef, course)
    this.lastRef = m.gocbRef
    this.lastCourse = course
    return course
  }
}

/** sqNum of a message that is equal but for it, of the same encoded size; -1 for any other. */
function repeats(one: Publication, bytes: Uint8Array, at: number, end: number): number {
  const kept = one.bytes
  const size = kept.length
  if (end - at !== size) return -1
  const from = one.sequenceAt
  const width = kept[from]!
  if (width > 6) return -1
  const after = from + 1 + width
  // The state number and the data differ first: compared from the end.
  for (let i = size - 1, j = end - 1; i >= after; i--, j--) if (kept[i] !== bytes[j]) return -1
  for (let i = from, j = at + from; i >= 0; i--, j--) if (kept[i] !== bytes[j]) return -1
  let sequence = 0
  for (let j = at + from + 1; j < at + after; j++) sequence = sequence * 256 + bytes[j]!
  return sequence
}
