import { type ReactNode, useCallback } from 'react'
import type { Incident } from '../../api/types.ts'
import { Attack } from '../../objects/links.tsx'
import { LevelMark, Score, When } from '../../objects/marks.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Choice, FilterChip } from '../../ui/field.tsx'
import { count, plural } from '../../ui/format.ts'
import { IconFlame } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { IncidentPanel } from './incident-panel.tsx'
import { useIncidents } from './incidents.api.ts'
import { STATES, stateWord } from './incidents.view.ts'

const DEFAULTS = { state: '', asset: '', sel: '' }

const COLUMNS: readonly Column<Incident>[] = [
  { id: 'level', title: 'Level', width: '84px', cell: (row) => <LevelMark level={row.level} /> },
  { id: 'score', title: 'Score', width: '52px', isNumber: true, cell: (row) => <Score score={row.score} level={row.level} /> },
  { id: 'title', title: 'Incident', width: 'minmax(280px, 2fr)', cell: (row) => <Go to={`/incidents/${row.id}`}>{row.title}</Go> },
  {
    id: 'reach',
    leaves: 2,
    title: 'Reach',
    width: '110px',
    cell: (row) => (row.reachesOt ? 'into the plant' : <span className="quiet">IT only</span>),
  },
  { id: 'alerts', leaves: 5, title: 'Alerts', width: '56px', isNumber: true, cell: (row) => count(row.alertCount) },
  { id: 'hosts', leaves: 1, title: 'Hosts', width: '56px', isNumber: true, cell: (row) => count(row.hosts.length) },
  { id: 'attack', leaves: 3, title: 'ATT&CK', width: 'minmax(120px, 1fr)', cell: (row) => <Attack ids={row.attack} most={2} /> },
  { id: 'state', title: 'State', width: '90px', cell: (row) => stateWord(row.state) },
  {
    id: 'owner',
    leaves: 4,
    title: 'Owner',
    width: '120px',
    cell: (row) => row.assignee?.displayName ?? <span className="quiet">nobody</span>,
  },
  { id: 'last', leaves: 6, title: 'Last seen', width: '124px', cell: (row) => <When at={row.lastAt} /> },
]

export function IncidentsPage(): ReactNode {
  const [view, set] = useView(DEFAULTS)
  const list = useIncidents(useScope(), view)
  const go = useGo()
  const onSelect = useCallback((id: string | undefined) => set({ sel: id ?? '' }), [set])
  const onOpen = useCallback((id: string) => go(`/incidents/${id}`), [go])
  const lead = (
    <div className="filters">
      <Choice label="State" value={view.state} onChange={(state) => set({ state })} options={[['', 'Any state'], ...STATES]} />
      {view.asset !== '' && <FilterChip text="One asset" onClear={() => set({ asset: '' })} />}
    </div>
  )
  return (
    <Page fills title="Incidents" count={list.total === undefined ? undefined : plural(list.total, 'incident')} lead={lead}>
      <div className="list">
        <Loaded value={list.query} skeleton={<SkeletonRows rows={12} />}>
          {() => (
            <DataTable
              label="Incidents"
              columns={COLUMNS}
              rows={list.items}
              total={list.total}
              keyOf={(row) => row.id}
              selected={view.sel}
              onSelect={onSelect}
              onOpen={onOpen}
              onEnd={list.more}
              isStale={list.query.isPlaceholderData}
              nothing={
                <Nothing icon={IconFlame} title={view.state === '' ? 'No incident' : 'No incident in this state'}>
                  An incident gathers the alerts of one intrusion, from where it came in to what it touched.{' '}
                  <Go to="/alerts">See single alerts</Go>.
                </Nothing>
              }
            />
          )}
        </Loaded>
        {view.sel !== '' && <IncidentPanel id={view.sel} onClose={() => set({ sel: '' })} />}
      </div>
    </Page>
  )
}
