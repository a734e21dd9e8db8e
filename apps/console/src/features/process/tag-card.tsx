import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Tag } from '../../api/types.ts'
import { Trend } from '../../objects/trend.tsx'
import { trendOf } from '../../objects/trend.view.ts'
import { Go } from '../../shell/go.tsx'
import { useScope, useZone } from '../../shell/scope.ts'
import { plural, reading } from '../../ui/format.ts'
import { useSamples } from './process.api.ts'

const CHART = { width: 272, height: 64 }

/** One of the small multiples. It asks for its history when it comes into view. */
export function TagCard({ tag }: { readonly tag: Tag }): ReactNode {
  const [isSeen, see] = useState(false)
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) see(true)
    })
    if (ref.current !== null) watch.observe(ref.current)
    return () => watch.disconnect()
  }, [])
  return (
    <li ref={ref} className="tag-card">
      <Go to={`/process/${tag.id}`}>
        <span className="tag-card-head">
          <strong className="clip">{tag.tag}</strong>
          <span className="mono">{reading(tag.value, tag.unit)}</span>
        </span>
        <span className="tag-card-sub quiet">
          <span className="clip mono">
            {tag.server}
            {tag.part === undefined ? '' : ` ${tag.part}`}
          </span>
          <span>{tag.writes > 0 ? plural(tag.writes, 'write') : 'only read'}</span>
        </span>
        <Chart tag={tag} isSeen={isSeen} />
      </Go>
    </li>
  )
}

function Chart({ tag, isSeen }: { readonly tag: Tag; readonly isSeen: boolean }): ReactNode {
  const samples = useSamples(tag.id, useScope().span, isSeen)
  const zone = useZone()
  if (samples.data === undefined)
    return (
      <span className={`tag-chart ${isSeen && samples.error === null ? 'tag-chart-waits' : ''}`}>
        {samples.error !== null && <span className="quiet">{samples.error.message}</span>}
      </span>
    )
  const trend = trendOf(samples.data.items)
  return (
    <span className="tag-chart">
      {trend === undefined ? (
        <span className="quiet">{samples.data.items.length === 0 ? 'No sample in this time' : 'Text values: open it to read them'}</span>
      ) : (
        <Trend
          trend={trend}
          {...CHART}
          zone={zone}
          label={`${tag.tag} over time`}
          band={tag.min === undefined || tag.max === undefined ? undefined : [tag.min, tag.max]}
        />
      )}
    </span>
  )
}
