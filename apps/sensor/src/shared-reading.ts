/** One capture read by several threads, each its hosts' part (`Share`); their observations come back as one stream. */
import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Observation } from '@isthmus/model'
import type { CaptureOutcome } from './analyze-captures.ts'
import type { FromPart, PartData, ToPart } from './part-worker.ts'

export type SharedReading = {
  readonly path: string
  readonly name: string
  readonly site: string
  readonly sensor: string
  readonly maxUnpacked?: number | undefined
  readonly signal?: AbortSignal
  readonly threads: number
  readonly progress: (position: number, packets: number) => void
}

/** A chunk's observations at a time, in event time within it; equal for equal input and number of threads. */
export async function* observeShared(reading: SharedReading, outcomes: CaptureOutcome[]): AsyncGenerator<Observation[]> {
  const { path, name, site, sensor, maxUnpacked, threads, signal, progress } = reading
  const parts = Array.from({ length: threads }, (_, index) => new Part({ path, name, site, sensor, maxUnpacked, index, of: threads }))
  const stop = () => parts.forEach((part) => void part.tell('stop'))
  signal?.addEventListener('abort', stop)
  try {
    for (;;) {
      const told = await Promise.all(parts.map((part) => part.next()))
      const open = told.filter((each) => each !== undefined)
      if (open.length === 0) return
      const [first] = open
      progress(first!.position, first!.packets)
      yield merged(open.map((each) => JSON.parse(each.text) as Observation[]))
      if (first!.outcome !== undefined) outcomes.push(first!.outcome)
      for (const part of parts) part.tell('more')
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    await Promise.all(parts.map((part) => part.end()))
  }
}

/** One thread's chunks, in order. Fails as the thread fails. */
class Part {
  readonly #worker: Worker
  readonly #ended = new AbortController()
  readonly #messages: AsyncIterator<[FromPart]>
  #isLast = false

  constructor(data: PartData) {
    this.#worker = new Worker(new URL('./part-worker.ts', import.meta.url), { workerData: data })
    this.#messages = on(this.#worker, 'message', { close: ['exit'], signal: this.#ended.signal }) as unknown as AsyncIterator<[FromPart]>
  }

  /** Undefined once the capture is over. */
  async next(): Promise<FromPart | undefined> {
    if (this.#isLast) return undefined
    const { value, done } = await this.#messages.next()
    if (done === true) throw new Error('a reading thread ended before its capture did')
    this.#isLast = value[0].outcome !== undefined
    return value[0]
  }

  tell(message: ToPart): void {
    this.#worker.postMessage(message)
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** Each list is in the order in which its thread spoke; the earlier event goes first, the first part's where they are equal. */
function merged(lists: readonly (readonly Observation[])[]): Observation[] {
  const all: Observation[] = []
  const at = lists.map(() => 0)
  for (;;) {
    let next = -1
    for (const [i, list] of lists.entries()) {
      const candidate = list[at[i]!]
      if (candidate !== undefined && (next < 0 || candidate.at < lists[next]![at[next]!]!.at)) next = i
    }
    if (next < 0) return all
    all.push(lists[next]![at[next]!++]!)
  }
}
