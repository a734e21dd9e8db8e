/** Questions waiting for their answers. One is the usual case and costs no map; the rest are capped. */
const MAX_OPEN = 256

type Open = { message: unknown; at: number }

export class Questions {
  /** The question `take` found, and when it was asked. */
  message: unknown = undefined
  at = 0
  #id: number | string | undefined = undefined
  #one: unknown = undefined
  #oneAt = 0
  #more: Map<number | string, Open> | undefined = undefined

  put(id: number | string, message: unknown, at: number): void {
    if (this.#id === undefined || this.#id === id) {
      this.#id = id
      this.#one = message
      this.#oneAt = at
      return
    }
    const more = (this.#more ??= new Map<number | string, Open>())
    if (more.size >= MAX_OPEN) more.delete(more.keys().next().value!)
    more.set(id, { message, at })
  }

  /** True when a question has this id; it is then in `message` and `at`, and closed. */
  take(id: number | string): boolean {
    if (this.#id === id) {
      this.message = this.#one
      this.at = this.#oneAt
      this.#id = undefined
      this.#one = undefined
      return true
    }
    const open = this.#more?.get(id)
    if (open === undefined) return false
    this.#more!.delete(id)
    this.message = open.message
    this.at = open.at
    return true
  }
}
