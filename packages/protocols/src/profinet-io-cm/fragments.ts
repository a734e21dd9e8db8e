/** Fragments of calls: joined in order, in bounded memory (C706 §12.5.3.4: numbered from 0, the last one marked). */
import type { Header } from './header.ts'
import { FLAG } from './profinet-io-cm.table.ts'

type Part = { next: number; size: number; chunks: Uint8Array[] }

/** Calls in parts at once, and bytes of one: a relation with a full rack has some 4 KiB. */
const MAX_CALLS = 8
const MAX_SIZE = 65_536

export class Fragments {
  readonly #parts = new Map<string, Part>()

  /** The whole body once its last fragment is there. Lost fragments lose the call. */
  take(h: Header, bytes: Uint8Array): Uint8Array | undefined {
    const key = `${h.type}/${h.activity}/${h.sequence}`
    if (h.fragment === 0) {
      if (this.#parts.size >= MAX_CALLS) this.#parts.delete(this.#parts.keys().next().value!)
      this.#parts.set(key, { next: 0, size: 0, chunks: [] })
    }
    const part = this.#parts.get(key)
    if (part === undefined || h.fragment < part.next) return undefined
    if (h.fragment !== part.next || part.size + bytes.length > MAX_SIZE) {
      this.#parts.delete(key)
      return undefined
    }
    part.next++
    part.size += bytes.length
    part.chunks.push(bytes.slice())
    if ((h.flags1 & FLAG.last) === 0) return undefined
    this.#parts.delete(key)
    const whole = new Uint8Array(part.size)
    let at = 0
    for (const chunk of part.chunks) {
      whole.set(chunk, at)
      at += chunk.length
    }
    return whole
  }
}
