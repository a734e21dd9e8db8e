/** Small marks that look the same everywhere: severity, asset type, time, state. */
import type { ReactNode } from 'react'
import type { AlertState, AssetType, Level } from '../api/types.ts'
import { useZone } from '../shell/scope.ts'
import { age, clock, moment, momentInFull, words } from '../ui/format.ts'
import { GLYPHS } from './glyph.table.ts'
import { STATE_WORDS, typeWord } from './words.ts'

/** A shape for each level, so that colour is never the only sign. */
const SHAPES: Readonly<Record<Level, ReactNode>> = {
  critical: <path d="M4 1h4l3 3v4l-3 3H4L1 8V4z" />,
  high: <path d="M6 1l5.500 10H.500z" />,
  medium: <path d="M6 .500L11.500 6 6 11.500.500 6z" />,
  low: <circle cx="6" cy="6" r="4.500" />,
  informational: <circle cx="6" cy="6" r="3.800" fill="none" strokeWidth="1.800" />,
}

export function LevelShape({ level, size = 11 }: { readonly level: Level; readonly size?: number }): ReactNode {
  return (
    <svg className={`level-shape mark-${level}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden>
      {SHAPES[level]}
    </svg>
  )
}

export function LevelMark({ level }: { readonly level: Level }): ReactNode {
  return (
    <span className={`level text-${level}`}>
      <LevelShape level={level} />
      {level === 'informational' ? 'Info' : words(level)}
    </span>
  )
}

export function Score({ score, level }: { readonly score: number; readonly level: Level }): ReactNode {
  return (
    <span className={`score score-${level}`} data-tip="Score: 0 to 100, the sum of its reasons">
      {Math.round(score)}
    </span>
  )
}

export function AssetGlyph({ type, size = 16 }: { readonly type: AssetType; readonly size?: number }): ReactNode {
  return (
    <svg className="glyph" width={size} height={size} viewBox="0 0 24 24" role="img" aria-label={typeWord(type)} data-tip={typeWord(type)}>
      <path d={GLYPHS[type] ?? GLYPHS.unknown} />
    </svg>
  )
}

/** A time in the site's zone; UTC and age on hover. */
export function When({ at, short = false }: { readonly at: string | null | undefined; readonly short?: boolean }): ReactNode {
  const zone = useZone()
  if (at === null || at === undefined) return <span className="quiet">never</span>
  const now = Date.now()
  return (
    <time dateTime={at} className="nowrap" data-tip={`${momentInFull(at, now)} (shown in ${zone})`}>
      {short ? (clock(at, zone)?.time ?? 'unknown') : moment(at, zone, now)}
    </time>
  )
}

export function Ago({ at }: { readonly at: string }): ReactNode {
  return (
    <time dateTime={at} className="nowrap" data-tip={momentInFull(at, Date.now()).replace(/, .*$/, '')}>
      {age(at, Date.now())}
    </time>
  )
}

export function StateDot({ state }: { readonly state: AlertState }): ReactNode {
  return (
    <span className={`dot dot-${state}`}>
      <i aria-hidden />
      {STATE_WORDS[state]}
    </span>
  )
}
