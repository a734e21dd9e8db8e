/** The re-enacted plant's two controllers, their tags, and what they hold at a time. */
import { type Exchange, several } from './cip.ts'
import { TRITON_HOSTS } from './hosts.table.ts'
import { type Controller, readBool, readReal } from './logix.ts'
import { Network } from './network.ts'

const HOUR = 3_600_000_000

/** Real tags of a controller: where they swing about, and how far. */
type Tags = Readonly<Record<string, readonly [middle: number, swing: number]>>

export const CONTROL_TAGS: Tags = {
  eR01_3ZC2071: [45, 6],
  e3PT2010_Steam: [41.5, 0.8],
  e3FT2040_Gas: [820, 60],
  e3FT2070_Air: [9400, 500],
  e3TT2012_Steam: [392, 4],
  e3AT2090_Oxygen: [3.1, 0.4],
  e3LT2001_Drum: [50, 3],
}
export const SAFETY_TAGS: Tags = { s3PT2060_GasLow: [2.4, 0.1], s3PT2061_GasHigh: [2.5, 0.1], s3FT2070_AirFlow: [9400, 500] }
/** Its other tags: states, handshakes of the panel, trips. */
export const CONTROL_NAMES = [...Object.keys(CONTROL_TAGS), 'f3ZC2071_HMI_Enb', '3XY2070', '3HS2070', '3ZC2071_Auto', '3FC2040_Auto']
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
  readonly control: Controller = { serial: 0x00b4_7110, product: '1756-L73/B LOGIX5573', ip: TRITON_HOSTS.controlPlc.ip, running: true }
  readonly safety: Controller = { serial: 0x00b4_7105, product: '1756-L72S/B LOGIX5572S', ip: TRITON_HOSTS.safetyPlc.ip, running: true }

  /** The panels' poll: every real tag in one packet. */
  poll(tags: Tags, at: number): Exchange {
    return several(Object.keys(tags).map((tag) => readReal(tag, this.value(tags, tag, at))))
  }

  flames(): Exchange {
    return several([readBool('Flame_1', true), readBool('Flame_2', true)])
  }

  /** A load that swings over the day, and noise. */
  value(tags: Tags, tag: string, at: number): number {
    const [middle, swing] = tags[tag]!
    const noise = this.random.fork(`${tag} ${at}`).between(-0.15, 0.15)
    return middle + swing * (0.85 * Math.sin((2 * Math.PI * at) / (24 * HOUR)) + noise)
  }
}
