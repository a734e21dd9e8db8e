/** The large chart of a tag. Drag to look closer: the time range of the page follows. */
import { type ReactNode, useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Trend } from '../../objects/trend.view.ts'
import { onTheme, palette } from '../../ui/colour.ts'
import { clock } from '../../ui/format.ts'

type Props = {
  readonly trend: Trend
  readonly zone: string
  readonly unit: string | undefined
  readonly label: string
  readonly onSpan: (fromMs: number, toMs: number) => void
}

const HEIGHT_PX = 280
/** A drag shorter than this is a click. */
const SHORTEST_PX = 8

export function Chart({ trend, zone, unit, label, onSpan }: Props): ReactNode {
  const ref = useRef<HTMLDivElement>(null)
  const report = useRef(onSpan)
  report.current = onSpan
  useEffect(() => {
    const place = ref.current
    if (place === null) return
    let plot = draw(place, trend, zone, unit, (from, to) => report.current(from, to))
    const fit = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT_PX }))
    fit.observe(place)
    const off = onTheme(() => {
      plot.destroy()
      plot = draw(place, trend, zone, unit, (from, to) => report.current(from, to))
    })
    return () => {
      off()
      fit.disconnect()
      plot.destroy()
    }
  }, [trend, zone, unit])
  return <div ref={ref} className="chart" role="img" aria-label={label} />
}

function draw(place: HTMLElement, trend: Trend, zone: string, unit: string | undefined, onSpan: Props['onSpan']): uPlot {
  const ink = palette('text', 'text-2', 'text-3', 'line')
  const axis = {
    stroke: ink['text-3'],
    grid: { stroke: ink.line, width: 1 },
    ticks: { stroke: ink.line, width: 1 },
    font: '11px Inter, system-ui, sans-serif',
  }
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT_PX,
      tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), zone),
      cursor: { drag: { x: true, y: false, setScale: false } },
      legend: { show: true },
      scales: { x: { time: true } },
      axes: [
        { ...axis, values: (_, splits) => splits.map((at, n) => axisTime(at, n === 0 ? undefined : splits[n - 1], zone)) },
        { ...axis, size: 64, ...(unit === undefined ? {} : { label: unit, labelSize: 18, labelFont: axis.font }) },
      ],
      series: [
        { label: 'Time', value: '{DD} {MMM} {HH}:{mm}:{ss}' },
        { label: 'Value', stroke: ink['text-2'], width: 1.4, paths: uPlot.paths.stepped!({ align: 1 }), points: { show: false } },
      ],
      hooks: {
        draw: [(plot) => ticks(plot, trend, ink.text)],
        setSelect: [
          (plot) => {
            if (plot.select.width < SHORTEST_PX) return
            onSpan(plot.posToVal(plot.select.left, 'x') * 1000, plot.posToVal(plot.select.left + plot.select.width, 'x') * 1000)
          },
        ],
      },
    },
    [trend.points.map(([atMs]) => atMs / 1000), trend.points.map(([, value]) => value)],
    place,
  )
}

/** `06:40`, with the day where it turns, with seconds where the marks are close. */
function axisTime(at: number, before: number | undefined, zone: string): string {
  const told = clock(new Date(at * 1000).toISOString(), zone)
  const last = before === undefined ? undefined : clock(new Date(before * 1000).toISOString(), zone)
  if (told === undefined) return ''
  const time = before !== undefined && at - before < 60 ? told.time : told.time.slice(0, 5)
  return told.day === last?.day ? time : `${time}\n${told.day}`
}

/** A tick at the foot of the plot for every write. */
function ticks(plot: uPlot, trend: Trend, ink: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = ink
  const unit = devicePixelRatio
  for (const write of trend.writes) {
    const x = plot.valToPos(write.atMs / 1000, 'x', true)
    if (x >= bbox.left && x <= bbox.left + bbox.width) ctx.fillRect(x - unit, bbox.top + bbox.height - 10 * unit, 2 * unit, 10 * unit)
  }
  ctx.restore()
}
