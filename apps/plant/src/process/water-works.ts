/**
 * The water works: raw water is pumped into a tank, filtered, dosed with chlorine in a contact tank, held in a clear
 * well and pumped to a tower that feeds the town. Levels follow mass balances, chlorine a stirred tank with decay,
 * the rest first-order lags; noise comes from the seed. Controllers act through `Actuators`; a stopped controller
 * leaves its outputs at their safe state: dosing pump off, filter outlet valve open (air to close).
 */
import type { Random } from '../random.ts'
import { clamp, Loop, lag } from './control.ts'
import { demandAt } from './demand.ts'

/** Areas in m², volumes in m³, flows in m³/h, levels in m, dose in g/h. */
const RAW_TANK_AREA = 120
const RAW_PUMP_FLOW = 240
const CLEAR_WELL_AREA = 140
const CLEAR_WELL_OVERFLOW = 5
const TOWER_AREA = 160
const TOWER_TOP = 6
const CONTACT_VOLUME = 42
const FILTER_FULL_FLOW = 640
const DOSE_FULL = 1500
const SERVICE_FULL_FLOW = 620
/** Free chlorine is used up by what is in the water: per hour. */
const CHLORINE_DECAY = 0.35

export class WaterWorks {
  /** How long it has run. */
  seconds = 0
  // Measured values.
  rawLevel = 2.9
  rawFlow = 0
  rawTurbidity = 7.8
  filterFlow = 250
  filteredTurbidity = 0.14
  contactChlorine = 0.8
  residual = 0.8
  ph = 7.42
  temperature = 9.6
  clearLevel = 3.2
  serviceFlow = 250
  pressure = 5.1
  towerLevel = 4.1
  demand = 240
  power = 96

  // Set-points and modes, as the controllers hold them.
  rawStartLevel = 2.4
  rawStopLevel = 3.4
  rawHighAlarm = 3.9
  chlorineSetPoint = 0.8
  clearSetPoint = 3.2
  towerSetPoint = 4.2
  dosingRunning = true

  // Actuators.
  pump1 = true
  pump2 = false
  filterValve = 42
  doseStroke = 15
  serviceSpeed1 = 55
  serviceSpeed2 = 0

  readonly #random: Random
  readonly #chlorineLoop = new Loop(14, 420, 0, 100, 0)
  readonly #clearLoop = new Loop(28, 900, 5, 100, 40)
  readonly #towerLoop = new Loop(30, 1500, 20, 100, 42)
  #drift = 0

  constructor(random: Random, hour: number) {
    this.#random = random
    this.demand = demandAt(hour)
    this.serviceFlow = this.demand
    this.filterFlow = this.demand
    this.filterValve = (this.demand / FILTER_FULL_FLOW) * 100
    this.doseStroke = (100 * this.demand * 0.85) / DOSE_FULL
  }

  /** Moves the plant on by `seconds` at local `hour` (0 to 24). */
  step(seconds: number, hour: number): void {
    this.seconds += seconds
    const hours = seconds / 3600
    const noise = (size: number): number => this.#random.normal() * size
    this.#drift = this.#drift * Math.exp(-seconds / 600) + noise(2.2) * Math.sqrt(seconds)
    this.demand = Math.max(60, demandAt(hour) + this.#drift)

    this.#intake(seconds, hours, noise)
    this.#filters(seconds, hours)
    this.#dosing(seconds, hours, noise)
    this.#service(seconds, hours, noise)
    this.power = lag(this.power, 18 + 31 * Number(this.pump1) + 31 * Number(this.pump2) + 0.16 * this.serviceFlow, 4, seconds) + noise(0.15)
  }

  #intake(seconds: number, hours: number, noise: (size: number) => number): void {
    if (this.rawLevel < this.rawStartLevel) this.pump1 = true
    if (this.rawLevel < this.rawStartLevel - 0.15) this.pump2 = true
    if (this.rawLevel > this.rawStopLevel - 0.1) this.pump2 = false
    if (this.rawLevel > this.rawStopLevel) this.pump1 = false
    const pumped = RAW_PUMP_FLOW * (Number(this.pump1) * 1.6 + Number(this.pump2))
    this.rawFlow = Math.max(0, lag(this.rawFlow, pumped, 6, seconds) + (pumped > 0 ? noise(0.9) : 0))
    this.rawLevel = clamp(this.rawLevel + ((this.rawFlow - this.filterFlow) * hours) / RAW_TANK_AREA, 0, 4.5)
    this.rawTurbidity = clamp(this.rawTurbidity + (8 - this.rawTurbidity) * (seconds / 3600) + noise(0.02) * Math.sqrt(seconds), 3, 30)
    this.temperature = clamp(this.temperature + noise(0.0012), 6, 14)
  }

  #filters(seconds: number, hours: number): void {
    this.filterValve = this.dosingRunning
      ? lag(
          this.filterValve,
          this.#clearLoop.step(this.clearSetPoint - this.clearLevel, seconds, (this.serviceFlow - 250) * 0.12),
          15,
          seconds,
        )
      : lag(this.filterValve, 100, 12, seconds)
    const head = clamp(this.rawLevel / 0.6, 0, 1)
    this.filterFlow = lag(this.filterFlow, (this.filterValve / 100) * FILTER_FULL_FLOW * head, 10, seconds)
    // Filters pass more of what they hold back when they are driven hard.
    const passed = 0.012 * this.rawTurbidity * (1 + Math.max(0, this.filterFlow - 380) / 180) + 0.045
    this.filteredTurbidity = Math.max(0.03, lag(this.filteredTurbidity, passed, 240, seconds) + this.#random.normal() * 0.0009)
    this.clearLevel = clamp(this.clearLevel + ((this.filterFlow - this.serviceFlow) * hours) / CLEAR_WELL_AREA, 0, CLEAR_WELL_OVERFLOW)
  }

  #dosing(seconds: number, hours: number, noise: (size: number) => number): void {
    const feedForward = (100 * this.filterFlow * this.chlorineSetPoint * 1.05) / DOSE_FULL
    this.doseStroke = this.dosingRunning
      ? lag(this.doseStroke, this.#chlorineLoop.step(this.chlorineSetPoint - this.residual, seconds, feedForward), 3, seconds)
      : 0
    const dosed = (this.doseStroke / 100) * DOSE_FULL
    const carried = this.filterFlow * this.contactChlorine
    this.contactChlorine = Math.max(
      0,
      this.contactChlorine + ((dosed - carried) / CONTACT_VOLUME - CHLORINE_DECAY * this.contactChlorine) * hours,
    )
    // The analyser's cell and sample line answer with a lag of some 40 s.
    this.residual = Math.max(0, lag(this.residual, this.contactChlorine, 40, seconds) + noise(0.0012))
    // Hypochlorite is alkaline: overdosing shows in the pH as well.
    this.ph = lag(this.ph, 7.38 + 0.06 * this.contactChlorine, 180, seconds) + noise(0.0006)
  }

  #service(seconds: number, hours: number, noise: (size: number) => number): void {
    const wanted = this.#towerLoop.step(this.towerSetPoint - this.towerLevel, seconds, (this.demand - 250) * 0.15)
    const second = wanted > 78 || (this.serviceSpeed2 > 0 && wanted > 62)
    this.serviceSpeed1 = lag(this.serviceSpeed1, second ? wanted * 0.62 : wanted, 8, seconds)
    this.serviceSpeed2 = lag(this.serviceSpeed2, second ? wanted * 0.62 : 0, 8, seconds)
    if (!second && this.serviceSpeed2 < 1) this.serviceSpeed2 = 0
    const suction = clamp(this.clearLevel / 0.4, 0, 1)
    const driven = ((this.serviceSpeed1 + this.serviceSpeed2) / 100) * SERVICE_FULL_FLOW * 0.9 * suction
    this.serviceFlow = Math.max(0, lag(this.serviceFlow, driven, 5, seconds) + noise(0.6))
    this.towerLevel = clamp(this.towerLevel + ((this.serviceFlow - this.demand) * hours) / TOWER_AREA, 0, TOWER_TOP)
    this.pressure =
      lag(this.pressure, 4.15 + 0.098 * this.towerLevel + this.serviceFlow * this.serviceFlow * 3.1e-6, 4, seconds) + noise(0.004)
  }

  /** The controller of filters and dosing goes to stop or back to run. */
  setDosingRunning(running: boolean): void {
    this.dosingRunning = running
  }
}
