/** IT on top, the process below, time to the right: each step a mark where it landed, with a stem from where it came. */
import { type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { IncidentDetail } from '../../api/types.ts'
import { LevelShape } from '../../objects/marks.tsx'
import { stepPath, trendOf } from '../../objects/trend.view.ts'
import { Go } from '../../shell/go.tsx'
import { useZone } from '../../shell/scope.ts'
import { clock, reading } from '../../ui/format.ts'
import type { Line } from './incidents.api.ts'
import { eventText } from './incidents.view.ts'
import { layout, type Mode, timeAt, type Window, xAt } from './timeline.view.ts'

type Props = {
  readonly incident: IncidentDetail
  readonly lines: readonly Line[]
  readonly shown: Window
  readonly mode: Mode
  readonly chosen: number | undefined
  readonly onChoose: (number: number | undefined) => void
  readonly onZoom: (window: Window) => void
}

const GUTTER_PX = 132
const VALUE_PX = 34
const PEOPLE_PX = 26
const AXIS_PX = 22

export function Timeline({ incident, lines, shown, mode, chosen, onChoose, onZoom }: Props): ReactNode {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(960)
  const [drag, setDrag] = useState<readonly [number, number]>()
  const zone = useZone()
  useEffect(() => {
    const place = ref.current
    if (place === null) return
    const fit = new ResizeObserver(() => setWidth(Math.max(280, place.clientWidth - GUTTER_PX)))
    fit.observe(place)
    return () => fit.disconnect()
  }, [])
  const plan = useMemo(() => layout(incident.steps, width, shown, mode), [incident.steps, width, shown, mode])
  const isTime = mode === 'time'
  const people = isTime ? incident.events.filter((event) => inside(Date.parse(event.at), shown)) : []
  const below = plan.height + (people.length > 0 ? PEOPLE_PX : 0)
  const height = below + (isTime ? lines.length * VALUE_PX : 0)

  const place = (event: PointerEvent): number => event.clientX - event.currentTarget.getBoundingClientRect().left - GUTTER_PX
  const release = (): void => {
    if (drag === undefined) return
    const [a, b] = [Math.min(...drag), Math.max(...drag)]
    setDrag(undefined)
    if (isTime && b - a > 8) onZoom([timeAt(a, width, shown), timeAt(b, width, shown)])
  }
  return (
    <div
      ref={ref}
      className="timeline"
      onPointerDown={(event) => {
        if (isTime && event.button === 0 && !(event.target instanceof Element && event.target.closest('a')))
          setDrag([place(event), place(event)])
      }}
      onPointerMove={(event) => drag !== undefined && setDrag([drag[0], place(event)])}
      onPointerUp={release}
      onPointerLeave={release}
    >
      <svg
        width={GUTTER_PX + width}
        height={height + AXIS_PX}
        role="img"
        aria-label={`Timeline of ${incident.steps.length} steps over ${plan.lanes.length} levels; the same steps are listed below`}
      >
        {plan.lanes.map((lane, at) => (
          <g key={lane.name}>
            <rect className={at % 2 === 0 ? 'lane' : 'lane lane-even'} x={0} y={lane.top} width={GUTTER_PX + width} height={lane.height} />
            <text className="lane-name" x={12} y={lane.top + lane.height / 2 + 4}>
              {lane.name}
            </text>
          </g>
        ))}
        <g transform={`translate(${GUTTER_PX} 0)`}>
          {plan.ticks.map((tick) => (
            <g key={tick.atMs}>
              <line className="lane-tick" x1={tick.x} x2={tick.x} y1={0} y2={height} />
              <text className="lane-time" x={tick.x} y={height + 15} textAnchor="middle">
                {clock(new Date(tick.atMs).toISOString(), zone)?.time}
              </text>
            </g>
          ))}
          {plan.marks.map(
            (mark) =>
              mark.fromY !== undefined && (
                <g key={mark.number} className={`stem ${chosen === mark.number ? 'stem-on' : ''}`}>
                  <line x1={mark.x} x2={mark.x} y1={mark.fromY} y2={mark.y} />
                  <circle cx={mark.x} cy={mark.fromY} r={2.5} />
                </g>
              ),
          )}
          {people.map((event) => (
            <g key={`${event.at}${event.kind}`} className="person-mark" data-tip={eventText(event)}>
              <rect x={xAt(Date.parse(event.at), width, shown) - 3} y={plan.height + 8} width={6} height={10} rx={1} />
            </g>
          ))}
          {isTime &&
            lines.map((line, at) => <Value key={line.tag.id} line={line} top={below + at * VALUE_PX} width={width} shown={shown} />)}
          {drag !== undefined && <rect className="brush" x={Math.min(...drag)} width={Math.abs(drag[1] - drag[0])} y={0} height={height} />}
        </g>
        {people.length > 0 && (
          <text className="lane-name" x={12} y={plan.height + 17}>
            People
          </text>
        )}
        {isTime &&
          lines.map((line, at) => (
            <text key={line.tag.id} className="lane-value" x={12} y={below + at * VALUE_PX + 20}>
              {line.tag.tag.length > 18 ? `${line.tag.tag.slice(0, 17)}…` : line.tag.tag}
            </text>
          ))}
      </svg>
      {plan.marks.map((mark) => (
        <Go
          key={mark.number}
          to={`/alerts/${mark.step.alert}`}
          className={`step-mark ${chosen === mark.number ? 'step-mark-on' : ''}`}
          style={{ left: GUTTER_PX + mark.x, top: mark.y }}
          aria-label={`Step ${mark.number}: ${mark.step.title}`}
          data-tip={`${mark.number}. ${mark.step.title}\n${clock(mark.step.at, zone)?.time}  ${mark.step.client} to ${mark.step.server}`}
          onPointerEnter={() => onChoose(mark.number)}
          onPointerLeave={() => onChoose(undefined)}
        >
          <LevelShape level={mark.step.level} size={10} />
          {mark.number}
        </Go>
      ))}
    </div>
  )
}

function inside(atMs: number, [from, to]: Window): boolean {
  return atMs >= from && atMs <= to
}

/** One process value as a thin line, clipped to the time shown. */
function Value({
  line,
  top,
  width,
  shown,
}: {
  readonly line: Line
  readonly top: number
  readonly width: number
  readonly shown: Window
}): ReactNode {
  const trend = useMemo(() => trendOf(line.samples.items), [line.samples.items])
  if (trend === undefined) return null
  const left = xAt(shown[0], width, shown)
  const right = xAt(shown[1], width, shown)
  const box = { width: right - left, height: VALUE_PX - 12, fromMs: shown[0], toMs: shown[1], low: trend.low, high: trend.high }
  const before = trend.points.findLast(([atMs]) => atMs <= shown[0])
  const points = trend.points.filter(([atMs]) => inside(atMs, shown))
  const path = stepPath(before === undefined ? points : [[shown[0], before[1]], ...points], box)
  return (
    <g
      transform={`translate(${left} ${top + 6})`}
      data-tip={`${line.tag.tag}: ${reading(trend.low)} to ${reading(trend.high, line.tag.unit)}`}
    >
      <path className="trend-line" d={path} />
      {trend.writes
        .filter((write) => inside(write.atMs, shown))
        .map((write) => (
          <rect
            key={write.atMs}
            className="trend-write"
            x={xAt(write.atMs, width, shown) - left - 1}
            y={VALUE_PX - 12}
            width={2}
            height={6}
          />
        ))}
    </g>
  )
}
