/** When things happen: events by the second, each run once, in order of time and then of entry. */
import type { Plant } from '../plant.ts'

/** `at` is the event's time in microseconds. Stacks may take part, so it may take real time too. */
export type Event = (plant: Plant, at: number) => unknown

export class Schedule {
  readonly #events = new Map<number, { offset: number; order: number; run: Event }[]>()
  #order = 0

  /** `seconds` after the start; fractions place it within its second. */
  at(seconds: number, run: Event): void {
    const second = Math.floor(seconds)
    const list = this.#events.get(second) ?? []
    list.push({ offset: Math.round((seconds - second) * 1_000_000), order: this.#order++, run })
    this.#events.set(second, list)
  }

  async run(plant: Plant, second: number): Promise<void> {
    const list = this.#events.get(second)
    if (!list) return
    this.#events.delete(second)
    list.sort((a, b) => a.offset - b.offset || a.order - b.order)
    for (const { offset, run } of list) await run(plant, plant.startAt + second * 1_000_000 + offset)
  }
}
