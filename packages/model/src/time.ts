/** Event time as text: UTC, without a clock or a locale. */
import type { Micros } from './endpoint.ts'

let secondShown = Number.NaN
let secondText = ''

/** ISO 8601 with six decimals, as every interface gives times; undefined beyond the year 275760. */
export function isoTime(us: Micros): string | undefined {
  const second = Math.floor(us / 1_000_000)
  if (!Number.isFinite(second) || Math.abs(second) > 8.64e12) return undefined
  // Rows lie close together: most share their second with the one before.
  if (second !== secondShown) {
    secondText = new Date(second * 1000).toISOString().slice(0, -4)
    secondShown = second
  }
  return `${secondText}${String(us - second * 1_000_000).padStart(6, '0')}Z`
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s?(Z|[+-]\d\d:?\d\d)?$/

/** ISO 8601 as others write it, in microseconds; without a zone it is UTC, without a time of day midnight. Undefined when it is none. */
export function microsOf(text: string): Micros | undefined {
  const match = text.length <= 64 ? TIME.exec(text) : null
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Six
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined
  const micros = Number((match[7] ?? '').padEnd(6, '0').slice(0, 6))
  return (Date.UTC(year, month - 1, day, hour, minute, second) - zoneMs(match[8])) * 1000 + micros
}

type Six = [number, number, number, number, number, number]

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
