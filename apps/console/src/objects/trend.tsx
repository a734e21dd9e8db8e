/** A small chart of one tag: the band it has moved in, its steps, and a tick under it for every write. */
import type { ReactNode } from 'react'
import { moment, reading } from '../ui/format.ts'
import { type Box, stepPath, type Trend as TrendData, writersOf, xOf, yOf } from './trend.view.ts'

type Props = {
  readonly trend: TrendData
  readonly width: number
  readonly height: number
  readonly zone: string
  readonly label: string
  /** The lowest and highest ever seen, when they reach beyond what is drawn. */
  readonly band?: readonly [low: number, high: number] | undefined
  readonly span?: readonly [fromMs: number, toMs: number]
}

const LANE_PX = 7

export function Trend({ trend, width, height, zone, label, band, span }: Props): ReactNode {
  const writers = writersOf(trend)
  const lanes = writers.length * LANE_PX
  const [low, high] = [Math.min(trend.low, band?.[0] ?? trend.low), Math.max(trend.high, band?.[1] ?? trend.high)]
  const [fromMs, toMs] = span ?? [trend.fromMs, trend.toMs]
  const box: Box = { width, height: height - lanes - 4, fromMs, toMs, low, high }
  const now = Date.now()
  return (
    <svg
      className="trend"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <g transform="translate(0 2)">
        {band !== undefined && (
          <rect
            className="trend-band"
            x={0}
            width={width}
            y={yOf(box, band[1])}
            height={Math.max(1, yOf(box, band[0]) - yOf(box, band[1]))}
          />
        )}
        <path className="trend-line" d={stepPath(trend.points, box)} />
      </g>
      {trend.writes.map((write) => (
        <rect
          key={`${write.atMs}${write.writer}`}
          className="trend-write"
          x={xOf(box, write.atMs) - 1}
          y={height - lanes + writers.indexOf(write.writer) * LANE_PX}
          width={2}
          height={LANE_PX - 2}
          data-tip={`${reading(write.value)} written by ${write.writer}\n${moment(new Date(write.atMs).toISOString(), zone, now)}`}
        />
      ))}
    </svg>
  )
}
