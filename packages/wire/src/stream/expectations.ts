/** Conversations that others have announced, by where they will go. Each is taken once. */
import type { Expected, Flow } from '../dissector.ts'

/** Announced and not yet come; the oldest is forgotten first. */
const MAX_EXPECTED = 4096
/** An announcement holds this long (Zeek's five minutes), µs. */
const HOLDS_US = 300_000_000

export class Expectations {
  readonly #waiting = new Map<string, { expected: Expected; until: number }>()

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  put(all: readonly Expected[] | undefined, atUs: number): void {
    if (all === undefined) return
    for (const expected of all) {
      const key = `${expected.transport} ${expected.ip} ${expected.port}`
      this.#waiting.delete(key)
      if (this.#waiting.size >= MAX_EXPECTED) this.#waiting.delete(this.#waiting.keys().next().value!)
      this.#waiting.set(key, { expected, until: atUs + HOLDS_US })
    }
  }

  /** What was announced for this conversation's server. */
  take(flow: Flow, atUs: number): Expected | undefined {
    const key = `${flow.transport} ${flow.serverIp} ${flow.serverPort}`
    const found = this.#waiting.get(key)
    if (found === undefined) return undefined
    this.#waiting.delete(key)
    return atUs <= found.until ? found.expected : undefined
  }
}
