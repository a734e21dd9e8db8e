/** Plays the plant: the process second by second, the script's events and polls in it, packets out in order. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pcapHeader, pcapRecords } from './network/pcap.ts'
import { Plant } from './plant.ts'
import { openPolls, type Poll } from './script/polls.ts'

export type PlantOptions = {
  /** Any text or number: the same seed gives the same bytes. */
  readonly seed?: string | number
  /** Seconds of plant time in all; without it the whole story, or for ever when live. */
  readonly seconds?: number
  /** Event time of the first packet, microseconds since 1970. */
  readonly startAt?: number
}

const SECOND = 1_000_000
/** 2026-03-10 05:00 UTC: a Tuesday morning, before the town wakes. */
export const DEFAULT_START = Date.UTC(2026, 2, 10, 5) * 1000
export const STORY_SECONDS = 130 * 60

export async function* playPlant(options: PlantOptions = {}): AsyncGenerator<Uint8Array> {
  const plant = new Plant(String(options.seed ?? 1), options.startAt ?? DEFAULT_START)
  const length = options.seconds ?? STORY_SECONDS
  await plant.start()
  let polls: Poll[] = []
  try {
    yield pcapHeader()
    polls = await openPolls(plant, plant.startAt)
    for (let second = 0; second < length; second++) {
      const now = plant.startAt + second * SECOND
      plant.works.step(1, plant.hourAt(second))
      const due = second === 0 ? [] : polls.filter((p) => second % p.every === 0)
      await Promise.all(due.map((p) => p.ask()))
      for (const p of due) p.link.said(now + p.phase)
      const packets = plant.wire.take(now + SECOND)
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

/** Writes the whole story, or `seconds` of it, as one capture file. Never live. */
export async function writePlantCapture(path: string, options: PlantOptions = {}): Promise<void> {
  await pipeline(Readable.from(playPlant(options)), createWriteStream(path))
}
