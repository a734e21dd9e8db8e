/** Numbers, sizes and times as people read them. Pure: the zone and the present come in as arguments. */

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Decimal multiples, three significant digits: `1.43 MB`. */
export function bytes(n: number): string {
  let value = n
  let step = 0
  while (value >= 999.5 && step < SIZES.length - 1) {
    value /= 1000
    step++
  }
  return `${step === 0 ? Math.round(value) : three(value)} ${SIZES[step]}`
}

function three(value: number): string {
  return value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2)
}

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

export function count(n: number): string {
  return GROUPED.format(n)
}

/** `1 packet`, `12 packets`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

export function percent(share: number): string {
  const value = share * 100
  if (value > 0 && value < 0.1) return '<0.1 %'
  return `${value >= 99.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`
}

/** A process value: enough digits to see a change, no noise of a binary fraction. */
export function reading(value: number | string | boolean, unit?: string): string {
  const text = typeof value === 'number' ? number(value) : typeof value === 'boolean' ? (value ? 'true' : 'false') : value
  return unit === undefined || unit === '' ? text : `${text} ${unit}`
}

function number(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) >= 100_000 ? GROUPED.format(value) : String(value)
  const size = Math.abs(value)
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2)
  return String(Number(value.toPrecision(5)))
}

const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

/** The two largest units that say something: `2 h 14 min`; below a second in milliseconds. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const at = UNITS.findIndex(([size]) => ms >= size)
  const [size, name] = UNITS[at]!
  const whole = Math.floor(ms / size)
  const next = UNITS[at + 1]
  const rest = next === undefined ? 0 : Math.floor((ms - whole * size) / next[0])
  return next === undefined || rest === 0 || whole >= 10 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${next[1]}`
}

export function age(at: string, nowMs: number): string {
  const ms = nowMs - Date.parse(at)
  return ms < 0 ? 'in the future' : ms < 60_000 ? 'just now' : `${duration(ms)} ago`
}

const parts = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string): Intl.DateTimeFormat {
  let known = parts.get(zone)
  if (known === undefined) {
    known = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: 'short',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    parts.set(zone, known)
  }
  return known
}

export type Clock = { readonly day: string; readonly year: string; readonly time: string }

export function clock(at: string, zone: string): Clock | undefined {
  const ms = Date.parse(at)
  if (Number.isNaN(ms)) return undefined
  const named: Record<string, string> = {}
  for (const part of formatter(zone).formatToParts(ms)) named[part.type] = part.value
  return {
    day: `${named['day']} ${named['month']}`,
    year: named['year'] ?? '',
    time: `${named['hour']}:${named['minute']}:${named['second']}`,
  }
}

/** `22 Nov 06:14:03`, with the year when it is not the present one. */
export function moment(at: string, zone: string, nowMs: number): string {
  const told = clock(at, zone)
  if (told === undefined) return 'unknown'
  const present = clock(new Date(nowMs).toISOString(), zone)
  return told.year === present?.year ? `${told.day} ${told.time}` : `${told.day} ${told.year} ${told.time}`
}

/** What a hover adds to a time: UTC to the microsecond, and the age. */
export function momentInFull(at: string, nowMs: number): string {
  return `${at
    .replace('T', ' ')
    .replace(/(\.\d*?)0*Z$/, '$1')
    .replace(/[.Z]$/, '')} UTC, ${age(at, nowMs)}`
}

/** Sentence case for words the API spells as identifiers: `in-progress` → `In progress`. */
export function words(id: string): string {
  const text = id.replaceAll(/[-_.]/g, ' ').replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return text.charAt(0).toUpperCase() + text.slice(1)
}
