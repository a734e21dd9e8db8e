/** A tag's history as a picture, worked out without a browser. Values hold until the next sample: a step, not a slope. */
import type { Sample, TagValue } from '../api/types.ts'

export type Point = readonly [atMs: number, value: number]
export type Trend = {
  readonly points: readonly Point[]
  readonly writes: readonly { readonly atMs: number; readonly value: TagValue; readonly writer: string }[]
  readonly low: number
  readonly high: number
  readonly fromMs: number
  readonly toMs: number
}

/** A number for every value that can be drawn: true is 1. Text has no height. */
export function heightOf(value: TagValue): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function trendOf(samples: readonly Sample[]): Trend | undefined {
  const points: Point[] = []
  const writes: Trend['writes'][number][] = []
  for (const sample of samples) {
    const atMs = Date.parse(sample.at)
    const height = heightOf(sample.value)
    if (height !== undefined) points.push([atMs, height])
    if (sample.by === 'write') writes.push({ atMs, value: sample.value, writer: sample.writer ?? 'unknown' })
  }
  if (points.length === 0) return undefined
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [, value] of points) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return { points, writes, low, high, fromMs: points[0]![0], toMs: points.at(-1)![0] }
}

export type Box = {
  readonly width: number
  readonly height: number
  readonly fromMs: number
  readonly toMs: number
  readonly low: number
  readonly high: number
}

export function xOf(box: Box, atMs: number): number {
  const span = box.toMs - box.fromMs
  return span <= 0 ? box.width : ((atMs - box.fromMs) / span) * box.width
}

export function yOf(box: Box, value: number): number {
  const span = box.high - box.low
  // A value that never changed lies in the middle, not on an edge.
  return span <= 0 ? box.height / 2 : box.height - ((value - box.low) / span) * box.height
}

/** SVG path data of the steps, to a tenth of a pixel. */
export function stepPath(points: readonly Point[], box: Box): string {
  let path = ''
  for (const [atMs, value] of points) {
    const x = xOf(box, atMs).toFixed(1)
    const y = yOf(box, value).toFixed(1)
    path += path === '' ? `M${x} ${y}` : `H${x}V${y}`
  }
  return path === '' ? '' : `${path}H${box.width}`
}

/** Everyone who wrote, in order of first write. */
export function writersOf(trend: Pick<Trend, 'writes'>): readonly string[] {
  return [...new Set(trend.writes.map((write) => write.writer))]
}
