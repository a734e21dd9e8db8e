/** What the dosing controller holds: measured values in DB1, set-points in DB10, its program, its operating mode. */

import type { WaterWorks } from '../process/water-works.ts'
import type { Random } from '../random.ts'
import type { S7Memory } from './s7-server.ts'

export const MEASURED_DB = 1
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
  #frozen: Buffer | undefined

  constructor(works: WaterWorks, random: Random) {
    this.#works = works
    this.#program = programBlock(random, 880)
  }

  block(db: number): Buffer | undefined {
    if (db === MEASURED_DB) return this.#frozen ?? image(this.#works, MEASURED)
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
    this.#frozen = mode === 'stop' ? image(this.#works, MEASURED) : undefined
  }
}

function image(works: WaterWorks, points: readonly { readonly at: number; read(works: WaterWorks): number }[]): Buffer {
  const block = Buffer.alloc(points.length * 4)
  for (const point of points) block.writeFloatBE(point.read(works), point.at)
  return block
}

/** A block as it is transferred: the MC7 header ("pp", language, kind, number, lengths), then code that stands for any code. */
export function programBlock(random: Random, length: number): Buffer {
  const block = Buffer.from(random.bytes(length))
  // 0x7070, version 1, attributes, language 1 (statement list), kind 8 (OB), number 1, length.
  Buffer.from([0x70, 0x70, 1, 1, 1, 8, 0, 1]).copy(block)
  block.writeUInt32BE(length, 8)
  return block
}
