/** IEC 61158-6-10 §4.2.2 (frame ids), §4.7 (APDU status), §4.8 (alarms), §5.2.5 (alarm and channel error types). */

export const ALARM_HIGH = 0xfc01
export const ALARM_LOW = 0xfe01

export type FrameKind = 'cyclic' | 'alarm' | 'dcp' | 'time' | 'fragment' | 'reserved'

/** In order of their last frame id. */
const RANGES: readonly (readonly [last: number, kind: FrameKind, name: string])[] = [
  [0x0081, 'time', 'clock synchronisation'],
  [0x00ff, 'reserved', 'reserved'],
  [0x7fff, 'cyclic', 'RT class 3'],
  [0xbfff, 'cyclic', 'RT class 1'],
  [0xfbff, 'cyclic', 'RT class 1'],
  [0xfc00, 'reserved', 'reserved'],
  [ALARM_HIGH, 'alarm', 'alarm, high priority'],
  [0xfe00, 'reserved', 'reserved'],
  [ALARM_LOW, 'alarm', 'alarm, low priority'],
  [0xfe02, 'reserved', 'remote service interface'],
  [0xfefb, 'reserved', 'reserved'],
  [0xfeff, 'dcp', 'discovery and configuration'],
  [0xff01, 'time', 'clock announcement'],
  [0xff1f, 'reserved', 'reserved'],
  [0xff21, 'time', 'clock follow-up'],
  [0xff3f, 'reserved', 'reserved'],
  [0xff43, 'time', 'line delay'],
  [0xff7f, 'reserved', 'reserved'],
  [0xff8f, 'fragment', 'fragment'],
  [0xffff, 'reserved', 'reserved'],
]

const KIND_OF = new Uint8Array(65_536)
for (let id = 0, range = 0; id < 65_536; id++) {
  if (id > RANGES[range]![0]) range++
  KIND_OF[id] = range
}

export function kindOf(frameId: number): FrameKind {
  return RANGES[KIND_OF[frameId]!]![1]
}

export function nameOf(frameId: number): string {
  return RANGES[KIND_OF[frameId]!]![2]
}

/** Data status (§4.7.2.1.3). */
export const STATUS = { primary: 1, redundancy: 2, valid: 4, running: 16, noProblem: 32, ignore: 128 } as const

/** PDU types of alarms, lower half of their byte. */
export const PDU = { data: 1, nack: 2, ack: 3, error: 4 } as const
export const PDUS: readonly string[] = ['', 'data', 'negative acknowledgement', 'acknowledgement', 'error']

export const ALARMS: Readonly<Record<number, readonly [name: string, isFault: boolean]>> = {
  1: ['diagnosis appears', true],
  2: ['process alarm', false],
  3: ['module pulled', true],
  4: ['module plugged', false],
  5: ['status', false],
  6: ['update', false],
  7: ['redundancy', true],
  8: ['taken over by supervisor', true],
  9: ['released', false],
  10: ['wrong submodule plugged', true],
  11: ['submodule returned', false],
  12: ['diagnosis disappears', false],
  13: ['multicast communication mismatch', true],
  14: ['port data changed', false],
  15: ['sync data changed', false],
  16: ['isochronous mode problem', true],
  17: ['network component problem', true],
  18: ['time data changed', false],
  19: ['dynamic frame packing problem', true],
  20: ['media redundancy with planned duplication problem', true],
  21: ['multiple interface mismatch', true],
  30: ['upload and retrieval', false],
  31: ['module pulled', true],
}

/** §5.2.5.5: what is wrong with a channel. */
export const CHANNEL_ERRORS: Readonly<Record<number, string>> = {
  1: 'short circuit',
  2: 'undervoltage',
  3: 'overvoltage',
  4: 'overload',
  5: 'overtemperature',
  6: 'line break',
  7: 'upper limit exceeded',
  8: 'lower limit undershot',
  9: 'error',
  10: 'simulation active',
  15: 'parameter missing',
  16: 'parametrisation fault',
  17: 'power supply fault',
  18: 'fuse blown',
  19: 'communication fault',
  20: 'ground fault',
  21: 'reference point lost',
  22: 'process event lost',
  23: 'threshold warning',
  24: 'output disabled',
  25: 'safety event',
  26: 'external fault',
  31: 'temporary fault',
  0x8000: 'data transmission impossible',
  0x8001: 'remote mismatch',
  0x8002: 'media redundancy mismatch',
  0x8003: 'sync mismatch',
  0x8004: 'isochronous mode mismatch',
  0x8005: 'multicast relation mismatch',
  0x8007: 'fibre optic mismatch',
  0x8008: 'network component mismatch',
  0x8009: 'time mismatch',
  0x800a: 'dynamic frame packing mismatch',
  0x800b: 'planned duplication mismatch',
  0x800c: 'multiple interface mismatch',
}
