/**
 * How the tags of a process move together. Each tag is predicted from all others, from the sample before and, where
 * enough days were learnt, from the hour of the day, by ridge regression. What stays unexplained, averaged over the
 * last few samples, is compared with the most that normal operation has left unexplained.
 *
 * One matrix of sums is gathered while learning. Its inverse gives all predictions at once: the row of a tag divided
 * by its diagonal is that tag's residual (the regression of one variable on all others, read from the precision matrix).
 */
import { addOuter, inverse, triangleIndex, triangleSize } from './matrix.ts'

/** Samples a feature: a regression on fewer takes the rhythm of the moment for a law. */
const LEAST_SAMPLES = 12
/** Ridge penalty in units of one sample of standardised values: keeps tags that copy one another from cancelling out. */
const RIDGE = 1
/** Averages over this many samples: a jump shows in the first, a small lasting lie in the last. */
const SCALES = [1, 3, 6, 12]
const LONGEST = SCALES.at(-1)!
/** Smallest limit in standard deviations of the tag: below it a residual says nothing of the process. */
const LEAST_LIMIT = 0.001
const HOURS = 24

/** Plain data, safe to serialise. */
export type RelationState = {
  /** Samples in the sums. */
  samples: number
  /** Lower triangle over the features (tags, tags one sample before, hours, one), values less the first sample. */
  sums: number[]
  /** The first sample: sums over differences from it lose no digits to a large offset. */
  origin: number[]
  /** Null until fitted; empty rows where a tag never moved. */
  fit: { mean: number[]; deviation: number[]; rows: number[][] } | null
  /** Largest absolute mean residual met in calibration, tag by tag and scale by scale. */
  limits: number[][]
  /** Residuals of the latest samples, oldest first, at most the longest scale. */
  recent: number[][]
}

export type Unexplained = {
  readonly tag: number
  /** The averaged residual as a multiple of the learned limit. */
  readonly distance: number
  /** The value less what the averaged samples leave unexplained. */
  readonly expected: number
}

export function emptyRelation(first: readonly number[], withHours: boolean): RelationState {
  const size = featureCount(first.length, withHours)
  return {
    samples: 0,
    sums: new Array<number>(triangleSize(size)).fill(0),
    origin: [...first],
    fit: null,
    limits: first.map(() => SCALES.map(() => LEAST_LIMIT)),
    recent: [],
  }
}

function featureCount(tags: number, withHours: boolean): number {
  return 2 * tags + (withHours ? HOURS : 0) + 1
}

/** Values and previous values less the origin, the hour as one of 24, and one. */
function features(state: RelationState, values: readonly number[], previous: readonly number[], hour: number | undefined): number[] {
  const { origin } = state
  const out: number[] = []
  for (let i = 0; i < values.length; i++) out.push(values[i]! - origin[i]!)
  for (let i = 0; i < values.length; i++) out.push(previous[i]! - origin[i]!)
  if (hour !== undefined) for (let h = 0; h < HOURS; h++) out.push(h === hour ? 1 : 0)
  out.push(1)
  return out
}

export function learn(state: RelationState, values: readonly number[], previous: readonly number[], hour: number | undefined): void {
  addOuter(state.sums, features(state, values, previous, hour))
  state.samples++
}

/** Turns the sums into predictions. False where there are too few samples to tell relations from chance. */
export function fit(state: RelationState, withHours: boolean): boolean {
  const tags = state.origin.length
  const size = featureCount(tags, withHours)
  const { sums, samples } = state
  state.sums = []
  if (samples < LEAST_SAMPLES * size) return false
  const one = size - 1
  const mean = new Array<number>(tags)
  const deviation = new Array<number>(tags)
  for (let i = 0; i < tags; i++) {
    mean[i] = sums[triangleIndex(one, i)]! / samples
    const variance = sums[triangleIndex(i, i)]! / samples - mean[i]! ** 2
    const floor = 1e-6 * Math.max(1e-6, Math.abs(state.origin[i]! + mean[i]!))
    deviation[i] = variance > floor ** 2 ? Math.sqrt(variance) : 0
  }
  const center = (i: number) => (i < 2 * tags ? mean[i % tags]! : 0)
  const width = (i: number) => (i < 2 * tags ? deviation[i % tags]! : 1)
  const used = Array.from({ length: size }, (_, i) => i).filter((i) => width(i) > 0)
  const standard = new Array<number>(triangleSize(used.length))
  used.forEach((p, i) => {
    for (let j = 0; j <= i; j++) {
      const q = used[j]!
      const centered =
        sums[triangleIndex(p, q)]! -
        center(p) * sums[triangleIndex(one, q)]! -
        center(q) * sums[triangleIndex(one, p)]! +
        center(p) * center(q) * samples
      standard[triangleIndex(i, j)] = centered / (width(p) * width(q)) + (i === j ? RIDGE : 0)
    }
  })
  const precision = inverse(standard, used.length)
  if (precision === undefined) return false
  const rows: number[][] = Array.from({ length: tags }, () => [])
  used.forEach((p, i) => {
    if (p >= tags) return
    const row = new Array<number>(size).fill(0)
    used.forEach((q, j) => {
      row[q] = precision[triangleIndex(i, j)]! / precision[triangleIndex(i, i)]!
    })
    rows[p] = row
  })
  state.fit = { mean, deviation, rows }
  return true
}

/** Takes one sample into the averages. */
export function follow(state: RelationState, values: readonly number[], previous: readonly number[], hour: number | undefined): void {
  if (state.fit === null) return
  const { mean, deviation, rows } = state.fit
  const tags = values.length
  const inputs = features(state, values, previous, hour)
  for (let i = 0; i < 2 * tags; i++) {
    const of = i % tags
    inputs[i] = deviation[of] === 0 ? 0 : (inputs[i]! - mean[of]!) / deviation[of]!
  }
  const residuals = rows.map((row) => {
    let sum = 0
    for (let i = 0; i < row.length; i++) sum += row[i]! * inputs[i]!
    return Number.isFinite(sum) ? sum : 0
  })
  state.recent.push(residuals)
  if (state.recent.length > LONGEST) state.recent.shift()
}

/** Forgets the latest samples: after a gap, averages would join what does not belong together. */
export function interrupt(state: RelationState): void {
  state.recent = []
}

/** Widens the limits to what the latest sample shows. */
export function calibrate(state: RelationState): void {
  for (let tag = 0; tag < state.limits.length; tag++)
    for (let s = 0; s < SCALES.length; s++) {
      const size = Math.abs(average(state.recent, tag, SCALES[s]!))
      if (size > state.limits[tag]![s]!) state.limits[tag]![s] = size
    }
}

/** The tags whose residual exceeds the learned limit `margin` times, each at its worst scale. */
export function unexplained(state: RelationState, values: readonly number[], margin: number): Unexplained[] {
  const out: Unexplained[] = []
  if (state.fit === null) return out
  for (let tag = 0; tag < values.length; tag++) {
    let worst = { tag, distance: 1, expected: 0 }
    for (let s = 0; s < SCALES.length; s++) {
      const residual = average(state.recent, tag, SCALES[s]!)
      const distance = Math.abs(residual) / (state.limits[tag]![s]! * margin)
      if (distance > worst.distance) worst = { tag, distance, expected: values[tag]! - residual * state.fit.deviation[tag]! }
    }
    if (worst.distance > 1) out.push(worst)
  }
  return out
}

/** Missing samples count as explained, so that the first samples after a gap are not blown up. */
function average(recent: readonly (readonly number[])[], tag: number, scale: number): number {
  let sum = 0
  for (let i = Math.max(0, recent.length - scale); i < recent.length; i++) sum += recent[i]![tag] ?? 0
  return sum / scale
}
