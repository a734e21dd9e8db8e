import type { ReactNode } from 'react'
import type { AssetType } from '../../api/types.ts'
import { AssetGlyph, When } from '../../objects/marks.tsx'
import { levelName, protocolName, typeWord } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { bytes, plural } from '../../ui/format.ts'
import { Facts } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { type Host, MOST_BUNDLES, type Plan } from './map.layout.ts'

export function HostPanel({
  plan,
  host,
  onChoose,
}: {
  readonly plan: Plan
  readonly host: Host
  readonly onChoose: (id: string | undefined) => void
}): ReactNode {
  const { node } = host
  const edges = (plan.edgesOf.get(node.id) ?? []).toSorted((a, b) => b.link.bytes - a.link.bytes)
  return (
    <Panel
      title={
        <Go to={`/assets/${node.id}`} className="host">
          <AssetGlyph type={node.type} size={20} /> {node.label}
        </Go>
      }
      label="Host"
      onClose={() => onChoose(undefined)}
    >
      <Facts
        rows={[
          ['Type', typeWord(node.type)],
          ['Role', node.role],
          ['Level', levelName(node.level)],
          ['Zone', node.zone],
          [
            'Addresses',
            <span key="a" className="mono">
              {node.ips.join(', ')}
            </span>,
          ],
          node.vendor === undefined ? undefined : ['Vendor', node.vendor],
          [
            'Open alerts',
            node.alerts === 0 ? (
              'none'
            ) : (
              <Go key="n" to="/alerts" search={{ asset: node.id }} className="link">
                {plural(node.alerts, 'alert')}
              </Go>
            ),
          ],
        ]}
      />
      <div className="views">
        <Go to={`/assets/${node.id}`} className="button">
          Full page
        </Go>
        <Go to="/sessions" search={{ asset: node.id }} className="button">
          Sessions
        </Go>
      </div>
      <section>
        <h3>{plural(edges.length, 'link')}</h3>
        <ul className="map-links">
          {edges.slice(0, 40).map((edge) => {
            const other = edge.from === host ? edge.to : edge.from
            return (
              <li key={`${edge.link.client}${edge.link.server}`}>
                <button type="button" className="clip" onClick={() => onChoose(other.node.id)}>
                  <AssetGlyph type={other.node.type} size={15} /> {edge.from === host ? 'asks' : 'answers'} {other.node.label}
                </button>
                <span className="second clip">{edge.link.protocols.map(protocolName).join(', ')}</span>
                <span className="num nowrap">{bytes(edge.link.bytes)}</span>
                <span className="quiet">
                  <When at={edge.link.lastAt} />
                </span>
              </li>
            )
          })}
        </ul>
      </section>
    </Panel>
  )
}

/** What the map's signs mean, with the types that are on it. */
export function Legend({ plan }: { readonly plan: Plan }): ReactNode {
  const types = [...new Set(plan.hosts.map((host) => host.node.type))].toSorted() as AssetType[]
  return (
    <details className="map-legend">
      <summary>Legend</summary>
      <ul>
        {types.map((type) => (
          <li key={type}>
            <AssetGlyph type={type} size={17} /> {typeWord(type)}
          </li>
        ))}
        <li>
          <i className="legend-ring" aria-hidden /> has open alerts
        </li>
        <li>
          <i className="legend-line" aria-hidden /> traffic between zones, the {MOST_BUNDLES} heaviest; a step wider is ten times more
        </li>
        <li>
          <i className="legend-line legend-wrong" aria-hidden /> traffic named by an alert
        </li>
      </ul>
      <p className="quiet">Drag to move, wheel to come nearer. On the keyboard: arrows, + and −, 0 for the whole.</p>
    </details>
  )
}
