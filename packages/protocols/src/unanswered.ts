/** Questions of one conversation that nobody answered yet. Capped: the oldest gives way and counts as never answered. */
const MAX_OPEN = 32

export class Unanswered<M> {
  readonly #open = new Map<number | string, M>()

  /** Keeps a question; the one it displaces, if any, stays without an answer. */
  put(key: number | string, question: M): M | undefined {
    let displaced = this.#open.get(key)
    if (displaced !== undefined) this.#open.delete(key)
    else if (this.#open.size >= MAX_OPEN) {
      const [oldest, found] = this.#open.entries().next().value!
      this.#open.delete(oldest)
      displaced = found
    }
    this.#open.set(key, question)
    return displaced
  }

  /** The question that this answer closes. */
  take(key: number | string): M | undefined {
    const question = this.#open.get(key)
    if (question !== undefined) this.#open.delete(key)
    return question
  }

  /** The conversation is over: what stayed open. */
  *drain(): Generator<M> {
    yield* this.#open.values()
    this.#open.clear()
  }
}
