/** How counts, sizes, times and problems are worded, the same in every command. */
import { isoTime } from '@isthmus/model'
import type { CaptureOutcome } from '@isthmus/sensor'

export function countText(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`
}

/** `12,345`. */
export function grouped(n: number): string {
  return n.toFixed(0).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

export function sizeText(bytes: number): string {
  let n = bytes
  let unit = 0
  while (n >= 999.5 && unit < UNITS.length - 1) {
    n /= 1000
    unit++
  }
  return `${unit === 0 || n >= 99.5 ? Math.round(n) : n.toFixed(1)} ${UNITS[unit]}`
}

/** µs since 1970 as `2026-11-22 04:52:33.123` UTC. */
export function timeText(us: number): string {
  const iso = isoTime(us)
  return iso === undefined ? 'out of range' : iso.slice(0, 23).replace('T', ' ')
}

/** A length of time in its two largest units. */
export function durationText(us: number): string {
  const s = us / 1e6
  if (s < 1) return `${Math.round(us / 1000)} ms`
  if (s < 60) return `${s.toFixed(1)} s`
  const parts: [number, string][] = [
    [Math.floor(s / 86_400), 'd'],
    [Math.floor(s / 3600) % 24, 'h'],
    [Math.floor(s / 60) % 60, 'min'],
    [Math.floor(s) % 60, 's'],
  ]
  const first = parts.findIndex(([n]) => n > 0)
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ')
}

export function problemLines(outcomes: readonly CaptureOutcome[]): string[] {
  return outcomes.flatMap((o) => o.problems.map((p) => `${o.capture}: byte ${grouped(p.offset)}: ${p.reason}`))
}

const collator = new Intl.Collator('en', { numeric: true })

/** The order people expect: `coil 9` before `coil 10`. */
export function natural(a: string, b: string): number {
  return collator.compare(a, b)
}
