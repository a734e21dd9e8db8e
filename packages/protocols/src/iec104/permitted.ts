/**
 * What a data unit must not be by itself, whatever was said before it (IEC 60870-5-101 §7.2.3 causes, §7.2.5 addresses, §7.3
 * types): programs that were written for telecontrol never send such units, fuzzers and home-made tools do.
 *
 * Causes are held to what a group of types may have at all. Devices are lax within it: values with time answer
 * interrogations, though the standard would not have it.
 */
import type { Asdu } from './asdu.ts'

type Causes = readonly (readonly [from: number, to: number])[]

/** Unknown type, cause, station, object: every refusal repeats the type that was refused. */
const REFUSED = [44, 47] as const
/** Activation to the end of it. */
const ACTIVE = [6, 10] as const
const REQUEST = [5, 5] as const
const SPONTANEOUS = [3, 3] as const
/** Interrogated by station or group. */
const INTERROGATED = [20, 36] as const

/** Types, from and to, and their causes; files are not judged, nor are private types. */
const GROUPS: readonly (readonly [from: number, to: number, causes: Causes])[] = [
  [1, 40, [[1, 3], REQUEST, [11, 12], [20, 41]]],
  [45, 69, [ACTIVE, REFUSED]],
  [70, 70, [[4, 4]]],
  [100, 101, [ACTIVE, REFUSED]],
  [102, 102, [REQUEST, REFUSED]],
  [103, 107, [SPONTANEOUS, ACTIVE, REFUSED]],
  [110, 113, [ACTIVE, INTERROGATED, REFUSED]],
] // biome-ignore format: a table

const isDefined = (cause: number): boolean => (cause >= 1 && cause <= 13) || (cause >= 20 && cause <= 41) || (cause >= 44 && cause <= 47)

/** Process commands name one object; station-wide ones none, which is written as 0. */
export const isProcessCommand = (type: number): boolean => type >= 45 && type <= 69
const isStationCommand = (type: number): boolean => type === 100 || type === 101 || (type >= 103 && type <= 107)

/** Name of what is wrong with it, the gravest first; undefined where nothing is. */
export function offenceOf({ type, cause, objects, isKnown }: Asdu): string | undefined {
  if (!isKnown || type >= 120) return undefined
  if (!isDefined(cause)) return 'reserved-cause'
  const group = GROUPS.find(([from, to]) => type >= from && type <= to)
  if (group !== undefined && !group[2].some(([from, to]) => cause >= from && cause <= to)) return 'cause-not-allowed'
  if (objects.length === 0) return 'no-objects'
  if (isProcessCommand(type) && objects.length > 1) return 'several-objects'
  const { address } = objects[0]!
  if (isProcessCommand(type) ? address === 0 : isStationCommand(type) && address !== 0) return 'address-not-allowed'
  return undefined
}
