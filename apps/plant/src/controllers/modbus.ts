/** Modbus/TCP servers of the plant: `modbus-serial` answers; here is what they hold. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import type { ServerTCP as ServerTcp } from 'modbus-serial'
import { LOOPBACK } from '../network/tap.ts'
import type { WaterWorks } from '../process/water-works.ts'

const ServerTCP = loadServer()

/**
 * Each request to the package's server waits for a timer of 0 ms, which is 1 to 2 ms of real time: over the whole story
 * longer than everything else together. Its file is compiled here with `setTimeout` meaning "next turn of the loop".
 */
function loadServer(): typeof ServerTcp {
  const load = createRequire(import.meta.url)
  const file = load.resolve('modbus-serial/servers/servertcp.js')
  const module = { exports: {} as typeof ServerTcp }
  const run = compileFunction(readFileSync(file, 'utf8'), ['exports', 'require', 'module', 'setTimeout'], { filename: file })
  run(module.exports, createRequire(file), module, (next: () => void) => setImmediate(next))
  return module.exports
}

/** One register or coil: how it is read and, where it may be, written. */
export type Cell = { readonly what: string; read(): number; write?(value: number): void }
export type Unit = { readonly holding: readonly Cell[]; readonly input: readonly Cell[]; readonly coils: readonly Cell[] }
/** Objects of Read Device Identification (Modbus Application Protocol 1.1b3 §6.21) by id. */
export type Identification = Readonly<Record<number, string>>

const ILLEGAL_ADDRESS = { modbusErrorCode: 2 }
/** §7: a gateway's way of saying that nobody answered behind it. */
const TARGET_SILENT = { modbusErrorCode: 0x0b }

export type RunningServer = { readonly port: number; close(): Promise<void> }

/** Serves units on a free loopback port. With one unit under 255, every unit id reaches it. */
export async function serveModbus(units: ReadonlyMap<number, Unit>, identification: Identification): Promise<RunningServer> {
  const unitOf = (id: number): Unit => {
    const unit = units.get(255) ?? units.get(id)
    if (!unit) throw TARGET_SILENT
    return unit
  }
  const cellsOf = (cells: readonly Cell[], from: number, count: number): readonly Cell[] => {
    if (from + count > cells.length) throw ILLEGAL_ADDRESS
    return cells.slice(from, from + count)
  }
  const read = (cells: readonly Cell[], from: number, count: number): number[] => cellsOf(cells, from, count).map((c) => c.read() & 0xffff)
  const write = (cells: readonly Cell[], at: number, value: number): void => {
    const cell = cellsOf(cells, at, 1)[0]!
    if (!cell.write) throw ILLEGAL_ADDRESS
    cell.write(value)
  }
  const vector = {
    getCoil: (at: number, unit: number) => read(unitOf(unit).coils, at, 1)[0] === 1,
    getHoldingRegister: (at: number, unit: number) => read(unitOf(unit).holding, at, 1)[0]!,
    getInputRegister: (at: number, unit: number) => read(unitOf(unit).input, at, 1)[0]!,
    getMultipleHoldingRegisters: (at: number, count: number, unit: number) => read(unitOf(unit).holding, at, count),
    getMultipleInputRegisters: (at: number, count: number, unit: number) => read(unitOf(unit).input, at, count),
    setCoil: (at: number, value: boolean, unit: number) => write(unitOf(unit).coils, at, Number(value)),
    setRegister: (at: number, value: number, unit: number) => write(unitOf(unit).holding, at, value),
    readDeviceIdentification: () => identification,
  }
  // Port 0 means its default to this package, so a free port is found first.
  const port = await freePort()
  const server = new ServerTCP(vector, { host: LOOPBACK, port, unitID: 255 })
  await new Promise<void>((ready, failed) => {
    server.once('initialized', () => ready())
    server.once('serverError', failed)
  })
  return { port, close: () => new Promise((done) => server.close(() => done())) }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const { listen } = await import('../network/tap.ts')
  const probe = createServer()
  const port = await listen(probe)
  await new Promise<void>((done) => probe.close(() => done()))
  return port
}

const scaled = (what: string, factor: number, get: () => number, set?: (value: number) => void): Cell => {
  const cell: Cell = { what, read: () => Math.round(get() * factor) }
  return set ? { ...cell, write: (value) => set(value / factor) } : cell
}
const flag = (what: string, get: () => boolean, set?: (on: boolean) => void): Cell => {
  const cell: Cell = { what, read: () => Number(get()) }
  return set ? { ...cell, write: (value) => set(value === 1) } : cell
}

/** The intake controller: raw water pumps, raw water tank. */
export function intakeUnit(works: WaterWorks): Unit {
  const current = (running: boolean): number => (running ? 58 + works.rawFlow / 60 : 0)
  return {
    holding: [
      scaled('raw tank level, cm', 100, () => works.rawLevel),
      scaled('raw water flow, 0.1 m³/h', 10, () => works.rawFlow),
      scaled('raw turbidity, 0.01 NTU', 100, () => works.rawTurbidity),
      scaled('water temperature, 0.1 °C', 10, () => works.temperature),
      scaled('pump P101 current, 0.1 A', 10, () => current(works.pump1)),
      scaled('pump P102 current, 0.1 A', 10, () => current(works.pump2)),
      scaled(
        'pump start level, cm',
        100,
        () => works.rawStartLevel,
        (v) => (works.rawStartLevel = v),
      ),
      scaled(
        'pump stop level, cm',
        100,
        () => works.rawStopLevel,
        (v) => (works.rawStopLevel = v),
      ),
      scaled(
        'high level alarm, cm',
        100,
        () => works.rawHighAlarm,
        (v) => (works.rawHighAlarm = v),
      ),
      scaled('station power, 0.1 kW', 10, () => works.power),
    ],
    input: [],
    coils: [
      flag(
        'pump P101 runs',
        () => works.pump1,
        (on) => (works.pump1 = on),
      ),
      flag(
        'pump P102 runs',
        () => works.pump2,
        (on) => (works.pump2 = on),
      ),
      flag('high level alarm', () => works.rawLevel > works.rawHighAlarm),
      flag(
        'automatic',
        () => true,
        () => {},
      ),
    ],
  }
}

/** What hangs on the serial side of the field gateway: instruments that depend on no controller. */
export function fieldUnits(works: WaterWorks): ReadonlyMap<number, Unit> {
  const meter = (...input: Cell[]): Unit => ({ holding: [], input, coils: [] })
  return new Map([
    [
      11,
      meter(
        scaled('free chlorine, 0.001 mg/L', 1000, () => works.residual),
        scaled('pH, 0.01', 100, () => works.ph),
        scaled('temperature, 0.1 °C', 10, () => works.temperature),
      ),
    ],
    [12, meter(scaled('filtered turbidity, 0.001 NTU', 1000, () => works.filteredTurbidity))],
    [
      13,
      meter(
        scaled('voltage, 0.1 V', 10, () => 400 + (works.power % 1)),
        scaled('active power, 0.1 kW', 10, () => works.power),
      ),
    ],
    [14, meter(scaled('clear well level, mm', 1000, () => works.clearLevel))],
  ])
}

export const INTAKE_IDENTIFICATION: Identification = {
  0: 'Schneider Electric',
  1: 'BMX P34 2020',
  2: 'v2.80',
  4: 'Modicon M340',
  5: 'BMX P34 2020',
  6: 'INTAKE',
}
export const FIELD_IDENTIFICATION: Identification = { 0: 'Moxa', 1: 'MGate MB3170', 2: '4.2', 4: 'MGate MB3170-T', 5: 'MGate MB3170' }
