/** The conversations that one conversation carries inside: COTP's S7, EtherNet/IP's CIP connections. */
import type { Carried, Side } from '../dissector.ts'
import type { Conversation } from './conversation.ts'
import { NO_SHIFT } from './end.ts'

/** Inner conversations one outer may hold; the oldest ends first. */
const MAX_INNER = 64

export class Nested {
  readonly #open: (over: string) => Conversation
  readonly #inner = new Map<string, Conversation>()

  constructor(open: (over: string) => Conversation) {
    this.#open = open
  }

  all(): IterableIterator<Conversation> {
    return this.#inner.values()
  }

  /** `buffer` is what the outer message was read from; `shift` turns its offsets into the frame's, or is NO_SHIFT. */
  carry(from: Side, carried: Carried | readonly Carried[], buffer: Uint8Array, shift: number): void {
    if (!('over' in carried)) {
      for (const one of carried) this.carry(from, one, buffer, shift)
      return
    }
    // Carried bytes that lie in the outer buffer keep their place in the frame.
    const isInside = carried.bytes.buffer === buffer.buffer && shift !== NO_SHIFT
    const frameAt = isInside ? carried.bytes.byteOffset - buffer.byteOffset + shift : -1
    const inner = this.#conversation(carried)
    if (carried.stream === true) inner.stream(from, carried.bytes, 0, carried.bytes.length, frameAt)
    else inner.carried(from, carried.bytes, carried.more === true, frameAt)
  }

  #conversation(carried: Carried): Conversation {
    const name = carried.channel === undefined ? carried.over : `${carried.over}#${carried.channel}`
    const known = this.#inner.get(name)
    if (known !== undefined) return known
    if (this.#inner.size >= MAX_INNER) {
      const [oldest, inner] = this.#inner.entries().next().value!
      inner.finish()
      this.#inner.delete(oldest)
    }
    const inner = this.#open(carried.over)
    inner.about = carried.about
    this.#inner.set(name, inner)
    return inner
  }
}
