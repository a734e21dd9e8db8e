/** Lines that another program writes while captures are read. */
import { setTimeout as sleep } from 'node:timers/promises'
import { followFile } from '@isthmus/sensor'

export type Hearing = {
  /** Why nothing came, where that is so; known once it has ended. */
  trouble(): string | undefined
  /** Lines that came faster than they could be taken. */
  dropped(): number
  /** The captures are over: their alerts may take a moment longer. */
  ended(): Promise<void>
}

const SOCKET = 'unix:'
const POLL_MS = 100
/** Suricata tells of a packet within this time; one that goes on to speak is about other packets. */
const QUIET_MS = 2000
const LONGEST_MS = 10_000

/** @param place a file, or `unix:` and the path of a socket to listen on */
export async function hear(place: string, take: (line: string | undefined) => void, signal?: AbortSignal): Promise<Hearing> {
  const stop = new AbortController()
  const until = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  let heardAt = 0
  let dropped = 0
  let events = 0
  let trouble: string | undefined
  const takeAll = (lines: readonly (string | undefined)[]): void => {
    heardAt = performance.now()
    events += lines.length
    for (const line of lines) take(line)
  }
  const begun = Promise.withResolvers<void>()
  const note = (why: string | undefined): void => {
    trouble = why
    begun.resolve()
  }
  const over = hearOn(place, { until, takeAll, note, drop: (lines) => void (dropped += lines) }).catch((error: unknown) =>
    note(error instanceof Error ? error.message : String(error)),
  )
  // A socket is there before the first packet is read.
  if (place.startsWith(SOCKET)) await begun.promise
  return {
    trouble: () => (events > 0 || dropped > 0 ? undefined : trouble),
    dropped: () => dropped,
    async ended() {
      const from = performance.now()
      const isAwaited = (): boolean => {
        const now = performance.now()
        return !until.aborted && now - from < LONGEST_MS && now - Math.max(from, heardAt) < QUIET_MS
      }
      while (isAwaited()) await sleep(POLL_MS)
      stop.abort()
      await over
    },
  }
}

type Ears = {
  readonly until: AbortSignal
  readonly takeAll: (lines: readonly (string | undefined)[]) => void
  readonly drop: (lines: number) => void
  readonly note: (why: string | undefined) => void
}

async function hearOn(place: string, { until, takeAll, drop, note }: Ears): Promise<void> {
  if (place.startsWith(SOCKET)) {
    // The sensor half cannot listen: it holds nothing that could send.
    const { listenForLines } = await import('@isthmus/server')
    return listenForLines(place.slice(SOCKET.length), { signal: until, take: takeAll, dropped: drop, trouble: note })
  }
  for await (const { lines } of followFile(place, { signal: until, trouble: note, pollMs: POLL_MS })) takeAll(lines)
}
