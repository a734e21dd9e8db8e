import { useParams } from '@tanstack/react-router'
import { type ReactNode, useMemo } from 'react'
import type { Samples, TagDetail } from '../../api/types.ts'
import { EvidenceLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { trendOf } from '../../objects/trend.view.ts'
import { protocolName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { useScope, useZone } from '../../shell/scope.ts'
import { Button } from '../../ui/button.tsx'
import { count, plural, reading, words } from '../../ui/format.ts'
import { IconZoomReset } from '../../ui/icons.ts'
import { Loaded, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Chart } from './chart.tsx'
import { useSamples, useTag } from './process.api.ts'
import './process.css'

export function TagPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  return (
    <Loaded
      value={useTag(id)}
      skeleton={
        <div className="page">
          <SkeletonBlock height={320} />
          <SkeletonRows rows={8} />
        </div>
      }
    >
      {(tag) => <There tag={tag} />}
    </Loaded>
  )
}

function There({ tag }: { readonly tag: TagDetail }): ReactNode {
  const scope = useScope()
  const samples = useSamples(tag.id, scope.span)
  const name = `${tag.part === undefined ? '' : `${tag.part} `}${tag.tag}`
  return (
    <Page
      title={name}
      lead={
        <span className="second">
          on{' '}
          {tag.asset === undefined ? (
            <span className="mono">{tag.server}</span>
          ) : (
            <Go to={`/assets/${tag.asset}`} className="link">
              {tag.assetLabel ?? tag.server}
            </Go>
          )}
          , <strong className="mono tag-now">{reading(tag.value, tag.unit)}</strong>
          {tag.quality !== undefined && tag.quality !== 'good' && <span className="text-medium"> quality {tag.quality}</span>}
        </span>
      }
      actions={
        scope.range !== '' && (
          <Button icon={IconZoomReset} onClick={() => scope.set({ range: '' })}>
            All time
          </Button>
        )
      }
    >
      <Section
        title="History"
        aside={
          samples.data === undefined
            ? undefined
            : `${plural(samples.data.count, 'sample')}${samples.data.sampled ? ', thinned to what can be seen' : ''}. Drag to look closer.`
        }
      >
        <Loaded
          value={samples}
          skeleton={<SkeletonBlock height={300} />}
          isNothing={(told) => told.items.length === 0}
          nothing={<p className="section-body quiet">No sample in this time. {scope.range !== '' && 'Choose a wider time range.'}</p>}
        >
          {(told) => <History tag={tag} samples={told} />}
        </Loaded>
      </Section>
      <div className="tag-page-grid">
        <Section title="What it is">
          <Facts
            rows={[
              [
                'Device',
                tag.asset === undefined ? (
                  tag.server
                ) : (
                  <Go key="a" to={`/assets/${tag.asset}`}>
                    {tag.assetLabel ?? tag.server}
                  </Go>
                ),
              ],
              ['Protocol', protocolName(tag.protocol)],
              ['Data type', tag.dataType],
              [
                'Range seen',
                tag.min === undefined || tag.max === undefined ? 'not a number' : `${reading(tag.min)} to ${reading(tag.max, tag.unit)}`,
              ],
              ['Changes', count(tag.changes)],
              ['First seen', <When key="f" at={tag.firstAt} />],
              ['Last change', <When key="c" at={tag.lastChangeAt} />],
              ['Evidence', <EvidenceLink key="e" evidence={tag.evidence} />],
            ]}
          />
        </Section>
        <Section title="Who reads and writes it">
          <Facts
            rows={[
              ['Readers', <Hosts key="r" names={tag.readers} />],
              ['Reads', count(tag.reads)],
              ['Writers', <Hosts key="w" names={tag.writers} />],
              ['Writes', count(tag.writes)],
            ]}
          />
          <div className="section-body views">
            {tag.asset !== undefined && (
              <Go to="/operations" search={{ server: tag.asset, access: 'write' }} className="button">
                Every write on this device
              </Go>
            )}
            {tag.asset !== undefined && (
              <Go to="/process" search={{ asset: tag.asset }} className="button">
                Its other tags
              </Go>
            )}
          </div>
        </Section>
        <Writes samples={samples.data} unit={tag.unit} />
      </div>
    </Page>
  )
}

function Hosts({ names }: { readonly names: readonly string[] }): ReactNode {
  return names.length === 0 ? <span className="quiet">nobody</span> : <span className="mono">{names.join(', ')}</span>
}

function History({ tag, samples }: { readonly tag: TagDetail; readonly samples: Samples }): ReactNode {
  const zone = useZone()
  const scope = useScope()
  const trend = useMemo(() => trendOf(samples.items), [samples.items])
  if (trend === undefined) return <p className="section-body quiet">Its values are text; they are listed below.</p>
  return (
    <Chart
      trend={trend}
      zone={zone}
      unit={tag.unit}
      label={`${tag.tag} from ${reading(trend.low)} to ${reading(trend.high, tag.unit)}, ${plural(trend.writes.length, 'write')}`}
      onSpan={(fromMs, toMs) => scope.set({ range: `${new Date(fromMs).toISOString()}..${new Date(toMs).toISOString()}` })}
    />
  )
}

const MOST = 100

/** Writes in words; for a text tag every sample, since no line shows them. */
function Writes({ samples, unit }: { readonly samples: Samples | undefined; readonly unit: string | undefined }): ReactNode {
  const rows = (samples?.items ?? [])
    .filter((sample) => sample.by === 'write' || typeof sample.value === 'string')
    .toReversed()
    .slice(0, MOST)
  return (
    <Section title="Writes in this time" aside={samples === undefined ? undefined : count(rows.length)}>
      {rows.length === 0 ? (
        <p className="section-body quiet">Nobody wrote it.</p>
      ) : (
        <div className="tag-writes">
          <table className="plain-table">
            <tbody>
              {rows.map((sample) => (
                <tr key={`${sample.at}${sample.value}`}>
                  <td>
                    <When at={sample.at} />
                  </td>
                  <td className="num mono">{reading(sample.value, unit)}</td>
                  <td className="mono second wide">{sample.by === 'write' ? sample.writer : words(sample.by)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}
