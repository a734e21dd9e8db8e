/** Data frames, read by their configuration. Spec: IEEE C37.118.2-2011 §6.3, tables 5 and 6. */
import type { Reader } from '@isthmus/wire'
import type { Config, Station } from './config.ts'

/** One station's part of a data frame; numbers as they stand on the wire. */
export type Block = {
  readonly status: number
  /** Two numbers a phasor: real and imaginary, or magnitude and angle. */
  readonly phasors: readonly number[]
  readonly frequency: number
  readonly change: number
  readonly analogs: readonly number[]
  readonly digitals: readonly number[]
}

export const STATUS = { error: 0xc000, unsynchronised: 0x2000, sorting: 0x1000, trigger: 0x0800, change: 0x0400, modified: 0x0200 } as const
/** 1e-5 V or A a unit: table 9. */
const FACTOR = 1e-5
const ANGLE = 1e-4

export function readBlocks(r: Reader, config: Config): Block[] {
  return config.stations.map((station) => readBlock(r, station))
}

function readBlock(r: Reader, s: Station): Block {
  const isPolar = (s.format & 1) !== 0
  const isFloat = (s.format & 2) !== 0
  const status = r.u16('status')
  const phasors: number[] = []
  for (const name of s.phasors) {
    if (isFloat) phasors.push(r.f32(name), r.f32(name))
    else phasors.push(isPolar ? r.u16(name) : r.i16(name), r.i16(name))
  }
  const frequency = (s.format & 8) !== 0 ? r.f32('frequency') : r.i16('frequency deviation')
  const change = (s.format & 8) !== 0 ? r.f32('rate of change') : r.i16('rate of change')
  const analogs = s.analogs.map((name) => ((s.format & 4) !== 0 ? r.f32(name) : r.i16(name)))
  const digitals: number[] = []
  for (let n = 0; n < s.digitalWords && r.left > 0; n++) digitals.push(r.u16('digital word'))
  return { status, phasors, frequency, change, analogs, digitals }
}

/** Magnitude in volts or amperes. */
export function magnitudeOf(s: Station, block: Block, n: number): number {
  const a = block.phasors[2 * n] ?? 0
  const b = block.phasors[2 * n + 1] ?? 0
  const size = (s.format & 1) !== 0 ? a : Math.hypot(a, b)
  const scale = s.phasorScales[n]
  if ((s.format & 2) !== 0 || scale === undefined) return round(size)
  return round(size * (scale.scale !== 0 ? scale.scale : scale.factor * FACTOR))
}

/** Angle in degrees. */
export function angleOf(s: Station, block: Block, n: number): number {
  const a = block.phasors[2 * n] ?? 0
  const b = block.phasors[2 * n + 1] ?? 0
  const radians = (s.format & 1) === 0 ? Math.atan2(b, a) : (s.format & 2) !== 0 ? b : b * ANGLE
  return round(((radians + (s.phasorScales[n]?.angle ?? 0)) * 180) / Math.PI)
}

/** Hz. An integer is the deviation from the nominal frequency in mHz. */
export function frequencyOf(s: Station, block: Block): number {
  return round((s.format & 8) !== 0 ? block.frequency : ((s.nominal & 1) === 0 ? 60 : 50) + block.frequency / 1000)
}

/** Hz/s. */
export function changeOf(s: Station, block: Block): number {
  return round((s.format & 8) !== 0 ? block.change : block.change / 100)
}

export function analogOf(s: Station, block: Block, n: number): number {
  const raw = block.analogs[n] ?? 0
  const scale = s.analogScales[n]
  if (scale === undefined) return raw
  if (scale.scale !== 0) return round(raw * scale.scale + scale.offset)
  // A factor is the user's; without one the number is what it is.
  return round((s.format & 4) !== 0 || scale.factor === 0 ? raw : raw * scale.factor)
}

/** Six significant digits: what a single-precision value holds. */
function round(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : 0
}
