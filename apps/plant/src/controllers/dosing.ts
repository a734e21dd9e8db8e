/** What the dosing controller holds: measured values in DB1, states in DB2, set-points in DB10, its program, its mode. */

import type { WaterWorks } from '../process/water-works.ts'
import type { Random } from '../random.ts'
import { blockCode, s7Block, withNetwork } from './s7-block.ts'
import type { S7Memory } from './s7-server.ts'

export const MEASURED_DB = 1
export const STATE_DB = 2
export const SET_POINT_DB = 10

/** REAL values of DB1 by byte offset. */
export const MEASURED: readonly { readonly at: number; readonly what: string; read(works: WaterWorks): number }[] = [
  { at: 0, what: 'free chlorine, mg/L', read: (w) => w.residual },
  { at: 4, what: 'dosing pump stroke, %', read: (w) => w.doseStroke },
  { at: 8, what: 'filter flow, m³/h', read: (w) => w.filterFlow },
  { at: 12, what: 'filter outlet valve, %', read: (w) => w.filterValve },
  { at: 16, what: 'filtered turbidity, NTU', read: (w) => w.filteredTurbidity },
  { at: 20, what: 'clear well level, m', read: (w) => w.clearLevel },
  { at: 24, what: 'pH', read: (w) => w.ph },
]

/** Bytes of DB2 by offset. */
export const STATES: readonly { readonly what: string; read(works: WaterWorks): number }[] = [
  { what: 'automatic', read: () => 1 },
  { what: 'outputs: dosing pump 1, filter outlet 2', read: (w) => Number(w.doseStroke > 0.5) | (Number(w.filterValve > 5) << 1) },
  { what: 'alarms: chlorine high 1, chlorine low 2, clear well high 4', read: alarms },
  { what: 'sign of life, counts every 10 s', read: (w) => Math.floor(w.seconds / 10) & 0xff },
]

function alarms(works: WaterWorks): number {
  return Number(works.residual > 1.5) | (Number(works.residual < 0.3) << 1) | (Number(works.clearLevel > 4.2) << 2)
}

/** REAL values of DB10 by byte offset. */
export const SET_POINTS: readonly {
  readonly at: number
  readonly what: string
  read(works: WaterWorks): number
  write(works: WaterWorks, value: number): void
}[] = [
  { at: 0, what: 'chlorine set-point, mg/L', read: (w) => w.chlorineSetPoint, write: (w, v) => (w.chlorineSetPoint = v) },
  { at: 4, what: 'clear well level set-point, m', read: (w) => w.clearSetPoint, write: (w, v) => (w.clearSetPoint = v) },
]

export class DosingMemory implements S7Memory {
  readonly #works: WaterWorks
  #program: Buffer
  /** A stopped controller's image stays as it was in its last cycle. */
  #frozen: { readonly measured: Buffer; readonly states: Buffer } | undefined

  constructor(works: WaterWorks, random: Random) {
    this.#works = works
    this.#program = dosingProgram(random)
  }

  block(db: number): Buffer | undefined {
    if (db === MEASURED_DB) return this.#frozen?.measured ?? image(this.#works, MEASURED)
    if (db === STATE_DB) return this.#frozen?.states ?? states(this.#works)
    if (db === SET_POINT_DB) return image(this.#works, SET_POINTS)
    return undefined
  }

  written(db: number, from: number, bytes: Buffer): void {
    if (db !== SET_POINT_DB) return
    for (const point of SET_POINTS) {
      const at = point.at - from
      if (at >= 0 && at + 4 <= bytes.length) point.write(this.#works, bytes.readFloatBE(at))
    }
  }

  program(): Buffer {
    return this.#program
  }

  downloaded(program: Buffer): void {
    this.#program = program
  }

  mode(): 'run' | 'stop' {
    return this.#works.dosingRunning ? 'run' : 'stop'
  }

  setMode(mode: 'run' | 'stop'): void {
    this.#works.setDosingRunning(mode === 'run')
    this.#frozen = mode === 'stop' ? { measured: image(this.#works, MEASURED), states: states(this.#works) } : undefined
  }
}

function states(works: WaterWorks): Buffer {
  return Buffer.from(STATES.map((s) => s.read(works)))
}

function image(works: WaterWorks, points: readonly { readonly at: number; read(works: WaterWorks): number }[]): Buffer {
  const block = Buffer.alloc(points.length * 4)
  for (const point of points) block.writeFloatBE(point.read(works), point.at)
  return block
}

/** When the program was made, and how much later its change says that it was. */
const MADE_AT = Date.UTC(2024, 2, 6, 14, 5) * 1000
const CHANGED_AFTER = 400 * 86_400e6
/** The cyclic program, and what an intruder made of it: one network that the rest of it runs into. */
const CODE_BYTES = 760
const NETWORK_AT = 212
const NETWORK = Buffer.from('7e630000700b0002380b0000', 'hex')

export function dosingProgram(random: Random, change: 'none' | 'one network' = 'none'): Buffer {
  const code = blockCode(random, CODE_BYTES)
  const name = { kind: 'OB', number: 1 } as const
  return change === 'none' ? s7Block(name, code, MADE_AT) : s7Block(name, withNetwork(code, NETWORK_AT, NETWORK), MADE_AT + CHANGED_AFTER)
}
