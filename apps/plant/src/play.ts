/** Plays the plant: the process second by second, the script's events and polls in it, packets out in order. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { pcapHeader, pcapRecords } from './network/pcap.ts'
import { Plant } from './plant.ts'
import { scheduleIntrusion } from './script/intrusion.ts'
import { HOUR, scheduleHour, scheduleMorning } from './script/ordinary.ts'
import { openPolls, type Poll } from './script/polls.ts'
import { Schedule } from './script/schedule.ts'

export type PlantOptions = {
  /** Any text or number: the same seed gives the same bytes. */
  readonly seed?: string | number
  /** Seconds of plant time in all; without it the whole story, or without end when live. */
  readonly seconds?: number
  /** Event time of the first packet, microseconds since 1970. Live: by default such that the story ends as the live part begins. */
  readonly startAt?: number
  /** True for the plant without the intrusion. */
  readonly quiet?: boolean
  /** Seconds from the start to the intrusion's first step. */
  readonly intrusionAt?: number
  /** After `history` seconds played at once, go on at `speed` seconds of plant time a second. */
  readonly live?: { readonly history?: number; readonly speed?: number }
  /** Ends the play. */
  readonly signal?: AbortSignal
}

const SECOND = 1_000_000
/** 2026-12-01 05:00 UTC: a Tuesday morning, before the town wakes; the recorded certificates are valid then. */
export const DEFAULT_START = Date.UTC(2026, 11, 1, 5) * 1000
export const DEFAULT_INTRUSION = 78 * 60
/** The learning period, the intrusion and the recovery. */
export const STORY_SECONDS = 130 * 60

/** The plant as a capture: first the pcap header, then blocks of packet records in order of time. */
export async function* playPlant(options: PlantOptions = {}): AsyncGenerator<Uint8Array> {
  const { live, signal } = options
  const history = live ? (live.history ?? STORY_SECONDS) : Number.POSITIVE_INFINITY
  const length = options.seconds ?? (live ? Number.POSITIVE_INFINITY : STORY_SECONDS)
  const startAt = options.startAt ?? (live ? Math.floor(Date.now() / 1000 - history) * SECOND : DEFAULT_START)
  const plant = new Plant(String(options.seed ?? 1), startAt)
  const schedule = new Schedule()
  const random = plant.random.fork('ordinary day')
  scheduleMorning(schedule, random)
  if (!options.quiet) scheduleIntrusion(schedule, options.intrusionAt ?? DEFAULT_INTRUSION)

  await plant.start()
  let polls: Poll[] = []
  try {
    yield pcapHeader()
    polls = await openPolls(plant, plant.startAt)
    const liveFrom = performance.now()
    for (let second = 0; second < length && !signal?.aborted; second++) {
      if (second >= history) await until(liveFrom + ((second - history) * 1000) / (live?.speed ?? 1), signal)
      if (second % HOUR === 0) scheduleHour(schedule, random.fork(`hour ${second / HOUR}`), second)
      await playSecond(plant, schedule, polls, second)
      const packets = plant.wire.take(plant.startAt + (second + 1) * SECOND)
      if (packets.length > 0) yield pcapRecords(packets)
    }
  } finally {
    for (const poll of polls) {
      await poll.end()
      await poll.link.drop()
    }
    await plant.stop()
  }
}

async function playSecond(plant: Plant, schedule: Schedule, polls: readonly Poll[], second: number): Promise<void> {
  plant.works.step(1, plant.hourAt(second))
  await schedule.run(plant, second)
  const due = second === 0 ? [] : polls.filter((p) => second % p.every === 0)
  // They only read, and each frames its own bytes afterwards: asked together, they cost one wait.
  await Promise.all(due.map((p) => p.ask()))
  for (const p of due) p.link.said(plant.startAt + second * SECOND + p.phase)
}

async function until(time: number, signal: AbortSignal | undefined): Promise<void> {
  const wait = time - performance.now()
  // Aborting ends the wait; the loop's own condition ends the play.
  if (wait > 0) await sleep(wait, undefined, signal ? { signal } : {}).catch(() => {})
}

/** Writes the whole story, or `seconds` of it, as one capture file. */
export async function writePlantCapture(path: string, options: Omit<PlantOptions, 'live'> = {}): Promise<void> {
  await pipeline(Readable.from(playPlant(options)), createWriteStream(path))
}
