/** Which site and which time the whole console looks at: part of every URL. */
import { useMemo } from 'react'
import { useMe } from './me.ts'
import { useView } from './view-state.ts'

const DEFAULTS = { site: '', range: '' }

export const RANGES: readonly (readonly [id: string, text: string])[] = [
  ['', 'All time'],
  ['1h', 'Last hour'],
  ['8h', 'Last 8 hours'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
]
const HOUR_MS = 3_600_000
const LENGTHS_MS: Readonly<Record<string, number>> = {
  '1h': HOUR_MS,
  '8h': 8 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
}
/** A range that ends now moves on in steps, so that a page does not ask anew on every render. */
const STEP_MS = 60_000

export type Span = { readonly from: string | undefined; readonly to: string | undefined }

/** `8h` ends now; `2026-11-22T05:00Z..2026-11-22T06:00Z` is fixed. */
export function spanOf(range: string, nowMs: number): Span {
  const length = LENGTHS_MS[range]
  if (length !== undefined) return { from: new Date(Math.ceil(nowMs / STEP_MS) * STEP_MS - length).toISOString(), to: undefined }
  const [from, to] = range.split('..')
  const valid = (text: string | undefined): string | undefined =>
    text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString()
  return to === undefined ? { from: undefined, to: undefined } : { from: valid(from), to: valid(to) }
}

export type Scope = {
  /** Undefined for every site the user may see. */
  readonly site: string | undefined
  readonly range: string
  readonly span: Span
  readonly set: (change: { site?: string; range?: string }) => void
}

export function useScope(): Scope {
  const [view, set] = useView(DEFAULTS)
  const step = Math.floor(Date.now() / STEP_MS)
  const span = useMemo(() => spanOf(view.range, step * STEP_MS), [view.range, step])
  return { site: view.site === '' ? undefined : view.site, range: view.range, span, set }
}

/** The site a page is about when it can only be about one: the chosen one, or the only or first one. */
export function useOneSite(): string | undefined {
  const { site } = useScope()
  const me = useMe()
  return site ?? me.sites[0]?.id
}

/** The zone times are shown in: the site's, when one is chosen or there is but one; otherwise UTC, which every site shares. */
export function useZone(): string {
  const { site } = useScope()
  const { sites } = useMe()
  return (site === undefined ? (sites.length === 1 ? sites[0] : undefined) : sites.find((each) => each.id === site))?.timezone ?? 'UTC'
}
