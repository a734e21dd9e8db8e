/** Plays the re-enactment: weeks of ordinary life, then the intrusion, as pcap bytes and a table of when each sub-step was. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pcapHeader, pcapRecords } from '../network/pcap.ts'
import { ACTIVITIES, openStanding } from './ordinary.ts'
import { TritonPlant } from './plant.ts'
import { SUB_STEPS } from './substeps.table.ts'

export type TritonOptions = {
  /** Any text or number: the same seed gives the same bytes. */
  readonly seed?: string | number
  /** Ordinary days before the intrusion: a week to learn, a week to hold against. */
  readonly quietDays?: number
  /** True for ordinary life alone. */
  readonly quiet?: boolean
}

/** When a sub-step was played, microseconds since 1970. */
export type Played = { readonly id: string; readonly from: number; readonly to: number }

export type TritonPlay = { readonly startAt: number; readonly intrusionAt: number; readonly subSteps: readonly Played[] }

const MINUTE = 60_000_000
const DAY_MINUTES = 24 * 60
/** Minutes between polls: thinned, so that a fortnight is a capture one can hold. */
const VALUES_MINUTES = 3
/** Around the intrusion states are polled at their true rhythm, microseconds: what is folded over a thousand packets is then told within minutes. */
const BUSY_STATES = 2_000_000
/** Within a minute, when measured values are polled. */
const LAST = 59_500_000
/** Minutes of it before the first and after the last sub-step. */
const BEFORE = 15
/** The intrusion begins in the evening, when nobody is at the stations. */
const EVENING = 18 * 60
/** Ordinary life goes on beside the intrusion. */
const INTRUSION_DAYS = 1
/** 2026-12-01 00:00 UTC; the recorded certificates are valid then. */
export const TRITON_START = Date.UTC(2026, 11, 1) * 1000

/** Yields pcap bytes; returns when each sub-step was. */
export async function* playTriton(options: TritonOptions = {}): AsyncGenerator<Uint8Array, TritonPlay> {
  const plant = new TritonPlant(String(options.seed ?? 1))
  const days = options.quietDays ?? 14
  const intrusion = days * DAY_MINUTES + EVENING
  const subSteps: Played[] = []
  const due = new Map(options.quiet ? [] : SUB_STEPS.map((step) => [intrusion + step.at, step]))
  yield pcapHeader()
  const standing = openStanding(plant, TRITON_START)
  const end = (options.quiet ? days : days + INTRUSION_DAYS) * DAY_MINUTES
  for (let minute = 1; minute < end; minute++) {
    const at = TRITON_START + minute * MINUTE
    const isBusy = due.size > 0 && minute >= intrusion - BEFORE && minute <= intrusion + SUB_STEPS.at(-1)!.at + BEFORE
    const every = isBusy ? BUSY_STATES : VALUES_MINUTES * MINUTE
    if (isBusy || minute % VALUES_MINUTES === 0)
      for (let later = Math.min(every, MINUTE) / 2; later < MINUTE; later += every)
        for (const [n, one] of standing.entries()) one.states(at + later + n * 100_000)
    // Behind the minute's last states: a connection's bytes are played in order.
    if (minute % VALUES_MINUTES === 0) for (const [n, one] of standing.entries()) one.values(at + LAST + n * 100_000)
    for (const activity of ACTIVITIES)
      if (minute >= activity.first && (minute - activity.first) % activity.every === 0) activity.play(plant, at)
    const step = due.get(minute)
    if (step !== undefined) subSteps.push({ id: step.id, from: at, to: step.play(plant, at) })
    const packets = plant.wire.take(at)
    if (packets.length > 0) yield pcapRecords(packets)
  }
  yield pcapRecords(plant.wire.take(Number.POSITIVE_INFINITY))
  return { startAt: TRITON_START, intrusionAt: TRITON_START + intrusion * MINUTE, subSteps }
}

/** Writes the re-enactment as one capture file. */
export async function writeTritonCapture(path: string, options: TritonOptions = {}): Promise<TritonPlay> {
  const play = playTriton(options)
  let result: TritonPlay | undefined
  async function* bytes(): AsyncGenerator<Uint8Array> {
    result = yield* play
  }
  await pipeline(Readable.from(bytes()), createWriteStream(path))
  if (result === undefined) throw new Error('the re-enactment was cut short')
  return result
}
