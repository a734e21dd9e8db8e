/** The re-enacted plant's two controllers, their tags, and what they hold at a time. */
import { type Exchange, several } from './cip.ts'
import { TRITON_HOSTS } from './hosts.table.ts'
import { type Controller, readBool, readReal } from './logix.ts'
import { Network } from './network.ts'

const HOUR = 3_600_000_000

/** Real tags of a controller: where they swing about, and how far. */
type Tags = Readonly<Record<string, readonly [middle: number, swing: number]>>

/** Set-point of the air damper, percent open: as operators left it. */
export const DAMPER = 'eR01_3ZC2071'
export const CONTROL_TAGS: Tags = {
  [DAMPER]: [45, 0],
  e3PT2010_Steam: [41.5, 0.8],
  e3FT2040_Gas: [820, 60],
  e3FT2070_Air: [9400, 500],
  e3TT2012_Steam: [392, 4],
  e3AT2090_Oxygen: [3.1, 0.4],
  e3LT2001_Drum: [50, 3],
}
export const SAFETY_TAGS: Tags = { s3PT2060_GasLow: [2.4, 0.1], s3PT2061_GasHigh: [2.5, 0.1], s3FT2070_AirFlow: [9400, 500] }
export const CONTROL_STATES = ['3ZC2071_Auto', '3FC2040_Auto']
export const SAFETY_STATES = ['Flame_1', 'Flame_2', 'Purge_Done']
/** Its other tags: states, handshakes of the panel, trips. */
export const CONTROL_NAMES = [...Object.keys(CONTROL_TAGS), ...CONTROL_STATES, 'f3ZC2071_HMI_Enb', '3XY2070', '3HS2070']
export const SAFETY_NAMES = [
  ...Object.keys(SAFETY_TAGS),
  'Flame_1',
  'Flame_2',
  'HMI_Reset',
  'HMI_Trip_Main',
  'HMI_Trip_Pilot',
  'Purge_Done',
]
export const CONTROL_ROUTINES = ['Routine:R00_Main', 'Routine:R10_Combustion', 'Routine:R20_Drum']
export const SAFETY_ROUTINES = ['Routine:P01_Start_R00_Purge', 'Routine:P04_Trips_FO_R00_Trips']

export class TritonPlant extends Network {
  readonly #phases = new Map<string, { slow: number; quick: number }>()
  readonly control: Controller = { serial: 0x00b4_7110, product: '1756-L73/B LOGIX5573', ip: TRITON_HOSTS.controlPlc.ip, running: true }
  readonly safety: Controller = { serial: 0x00b4_7105, product: '1756-L72S/B LOGIX5572S', ip: TRITON_HOSTS.safetyPlc.ip, running: true }

  /** Where the damper's set-point stands. */
  damper = CONTROL_TAGS[DAMPER]![0]

  /** The panels' poll: every real tag in one packet. */
  poll(tags: Tags, at: number): Exchange {
    return several(Object.keys(tags).map((tag) => readReal(tag, this.value(tags, tag, at))))
  }

  /** States, of either controller. */
  states(tags: readonly string[]): Exchange {
    return several(tags.map((tag) => readBool(tag, true)))
  }

  /** A load that swings over the day and, a little, within the hour: continuous, so that two stations that ask agree. */
  value(tags: Tags, tag: string, at: number): number {
    if (tag === DAMPER) return this.damper
    const [middle, swing] = tags[tag]!
    const { slow, quick } = this.#phaseOf(tag)
    const turn = (period: number, phase: number): number => Math.sin(2 * Math.PI * (at / period + phase))
    return middle + swing * (0.8 * turn(24 * HOUR, 0) + 0.12 * turn(0.9 * HOUR, slow) + 0.08 * turn(0.4 * HOUR, quick))
  }

  #phaseOf(tag: string): { slow: number; quick: number } {
    let phase = this.#phases.get(tag)
    if (!phase) {
      const random = this.random.fork(`phase ${tag}`)
      this.#phases.set(tag, (phase = { slow: random.unit(), quick: random.unit() }))
    }
    return phase
  }
}
