/** What `up` says while it works: one line a step, with its time; on a terminal the running step is shown as it runs. */
import type { Writable } from 'node:stream'

export type Out = Writable & { isTTY?: boolean }

export class Steps {
  readonly #out: Out

  constructor(out: Out) {
    this.#out = out
  }

  /** Runs a step; what it returns, or the reason it failed, ends its line. */
  async step<T>(title: string, work: () => Promise<T>, end: (result: T) => string = () => ''): Promise<T> {
    const from = performance.now()
    if (this.#out.isTTY) this.#out.write(`  · ${title} …`)
    try {
      const result = await work()
      const more = end(result)
      this.#line('✓', `${title}${more === '' ? '' : `: ${more}`}`, from)
      return result
    } catch (error) {
      this.#line('✗', title, from)
      throw error
    }
  }

  say(text: string): void {
    this.#out.write(`${text}\n`)
  }

  #line(mark: string, text: string, from: number): void {
    const seconds = ((performance.now() - from) / 1000).toFixed(1)
    this.#out.write(`${this.#out.isTTY ? '\r\u001b[K' : ''}  ${mark} ${text} (${seconds} s)\n`)
  }
}
