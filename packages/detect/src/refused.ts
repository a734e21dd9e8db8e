/** Thrown while one rule is compiled and caught once per rule: it becomes that rule's error, the others compile on. */
export class Refused extends Error {
  readonly path: readonly (string | number)[]
  constructor(path: readonly (string | number)[], reason: string) {
    super(reason)
    this.path = path
  }
}

export type Path = readonly (string | number)[]

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(map: Record<string, unknown>, key: string, path: Path = []): string {
  const value = map[key]
  if (typeof value !== 'string' || value === '') throw new Refused([...path, key], `${key} must be a text`)
  return value
}

/** A list of texts; one text counts as a list of one, absence as none. */
export function texts(map: Record<string, unknown>, key: string, path: Path = []): readonly string[] {
  const value = map[key]
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw new Refused([...path, key], `${key} must be a list of texts`)
  }
  return value as string[]
}

const UNITS: Readonly<Record<string, number>> = { s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6, w: 604_800e6, M: 2_592_000e6, y: 31_536_000e6 }

/** Sigma's timespan: a whole number and a unit, `30s`, `5m`, `24h`, `7d`. In microseconds. */
export function timespan(value: unknown, path: Path): number {
  const match = typeof value === 'string' ? /^(\d{1,9})([smhdwMy])$/.exec(value) : null
  if (value === 0) return 0
  if (match === null) throw new Refused(path, `a timespan is a whole number and one of s m h d w M y, as in 5m, not ${show(value)}`)
  return Number(match[1]) * UNITS[match[2]!]!
}

export function show(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value))
}
