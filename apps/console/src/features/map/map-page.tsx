import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { Go } from '../../shell/go.tsx'
import { useMe } from '../../shell/me.ts'
import { useOneSite } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { Segmented } from '../../ui/field.tsx'
import { plural } from '../../ui/format.ts'
import { IconMap2 } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonBlock } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { useMap } from './map.api.ts'
import { find, plan as lay, type Plan } from './map.layout.ts'
import { MapCanvas } from './map-canvas.tsx'
import { HostPanel, Legend } from './map-parts.tsx'
import { MapTable } from './map-table.tsx'
import './map.css'

const DEFAULTS = { at: '', as: 'map' }

export function MapPage(): ReactNode {
  const site = useOneSite()
  const map = useMap(site)
  const { sites } = useMe()
  const [view, set] = useView(DEFAULTS)
  const name = sites.find((each) => each.id === site)?.name
  const plan = useMemo(() => (map.data === undefined ? undefined : lay(map.data)), [map.data])
  const onChoose = useCallback((id: string | undefined) => set({ at: id ?? '' }), [set])
  return (
    <Page
      fills
      title={sites.length > 1 ? `Map of ${name}` : 'Map'}
      count={
        map.data === undefined
          ? undefined
          : `${plural(map.data.nodes.length, 'host')}, ${plural(map.data.links.length, 'link')}${map.data.isCut ? ', the rest left out' : ''}`
      }
      lead={view.as === 'map' && plan !== undefined && <Search plan={plan} onChoose={onChoose} />}
      actions={
        <Segmented
          label="Show as"
          value={view.as}
          onChange={(as) => set({ as })}
          options={[
            ['map', 'Map'],
            ['table', 'Table'],
          ]}
        />
      }
    >
      <Loaded
        value={map}
        skeleton={<SkeletonBlock height={520} />}
        isNothing={(told) => told.nodes.length === 0}
        nothing={
          <Nothing icon={IconMap2} title="No host to draw yet">
            The map draws itself from what is seen. <Go to="/captures">Read a capture</Go>.
          </Nothing>
        }
      >
        {(told) =>
          view.as === 'table' ? (
            <MapTable map={told} />
          ) : (
            <There plan={plan!} at={view.at === '' ? undefined : view.at} onChoose={onChoose} />
          )
        }
      </Loaded>
    </Page>
  )
}

type ThereProps = { readonly plan: Plan; readonly at: string | undefined; readonly onChoose: (id: string | undefined) => void }

function There({ plan, at, onChoose }: ThereProps): ReactNode {
  const host = at === undefined ? undefined : plan.byId.get(at)
  return (
    <div className="list map">
      <div className="map-place">
        <MapCanvas
          plan={plan}
          at={at}
          onChoose={onChoose}
          label={`Network map: ${plural(plan.hosts.length, 'host')} in ${plural(plan.zones.length, 'zone')} over ${plural(plan.bands.length, 'level')}. The same as a table: choose Table above.`}
        />
        <Legend plan={plan} />
      </div>
      {host !== undefined && <HostPanel plan={plan} host={host} onChoose={onChoose} />}
    </div>
  )
}

const SHOWN = 8

/** Finds a host and flies there. */
function Search({ plan, onChoose }: { readonly plan: Plan; readonly onChoose: (id: string) => void }): ReactNode {
  const [text, setText] = useState('')
  const hits = useMemo(() => find(plan.hosts, text), [plan, text])
  return (
    <form
      className="map-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        if (hits[0] !== undefined) onChoose(hits[0].node.id)
      }}
    >
      <input
        className="input"
        type="search"
        aria-label="Find a host on the map"
        placeholder="Find a host and fly there"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {text.trim() !== '' && (
        <ul aria-label="Hosts found">
          {hits.slice(0, SHOWN).map((hit) => (
            <li key={hit.node.id}>
              <button type="button" onClick={() => onChoose(hit.node.id)}>
                <span className="clip">{hit.node.label}</span>
                <span className="mono quiet">{hit.node.ips[0]}</span>
              </button>
            </li>
          ))}
          {hits.length === 0 && <li className="quiet">No host is called that.</li>}
          {hits.length > SHOWN && <li className="quiet">and {hits.length - SHOWN} more</li>}
        </ul>
      )}
    </form>
  )
}
