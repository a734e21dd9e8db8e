import { type ReactNode, useCallback, useMemo, useState } from 'react'
import type { AuthorisedChange } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go } from '../../shell/go.tsx'
import { useOneSite, useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Choice } from '../../ui/field.tsx'
import { count, plural } from '../../ui/format.ts'
import { IconClipboardCheck } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { ChangePanel } from './change-panel.tsx'
import { PAGE_ACTIONS } from './changes.actions.ts'
import { useChanges } from './changes.api.ts'
import { activitiesText, exceededText, kindText, peopleText, STATE_WORDS } from './changes.view.ts'

const DEFAULTS = { state: '', sel: '' }

const COLUMNS: readonly Column<AuthorisedChange>[] = [
  { id: 'state', title: 'State', width: '80px', cell: (row) => STATE_WORDS[row.state] },
  {
    id: 'reference',
    title: 'Order',
    width: 'minmax(160px, 1.4fr)',
    cell: (row) => (
      <>
        {row.reference} <span className="second">{row.title}</span>
      </>
    ),
  },
  { id: 'kind', leaves: 1, title: 'Kind', width: '128px', cell: (row) => kindText(row.kind) },
  {
    id: 'assets',
    leaves: 7,
    title: 'On',
    width: 'minmax(100px, 1fr)',
    cell: (row) => <span className="mono">{row.assets.join(', ')}</span>,
  },
  { id: 'people', leaves: 2, title: 'By', width: 'minmax(110px, 1fr)', cell: peopleText },
  { id: 'activities', leaves: 4, title: 'May do', width: 'minmax(130px, 1.2fr)', cell: (row) => activitiesText(row.activities) },
  { id: 'from', leaves: 3, title: 'From', width: '136px', cell: (row) => <When at={row.from} /> },
  { id: 'until', leaves: 6, title: 'Until', width: '136px', cell: (row) => <When at={row.endedAt ?? row.closedAt ?? row.until} /> },
  { id: 'explained', leaves: 5, title: 'Explains', width: '66px', isNumber: true, cell: (row) => count(row.explained) },
  {
    id: 'exceeded',
    title: 'Exceeded',
    width: '84px',
    cell: (row) => {
      const text = exceededText(row)
      return text === undefined ? <span className="quiet">no</span> : <strong>{text}</strong>
    },
  },
]

export function ChangesPage(): ReactNode {
  const [view, set] = useView(DEFAULTS)
  const { site } = useScope()
  const oneSite = useOneSite()
  const list = useChanges(site, view.state)
  const [isMaking, make] = useState(false)
  const subject = useMemo(() => ({ make: () => make(true) }), [])
  const actions = useActions(PAGE_ACTIONS, oneSite === undefined ? undefined : subject)
  const onSelect = useCallback((id: string | undefined) => set({ sel: id ?? '' }), [set])
  const items = list.data?.items ?? []
  const keyOf = (row: AuthorisedChange): string => `${row.site} ${row.id}`
  const selected = items.find((row) => keyOf(row) === view.sel || row.id === view.sel)
  return (
    <Page
      fills
      title="Authorised changes"
      count={list.data === undefined ? undefined : plural(items.length, 'change')}
      lead={
        <div className="filters">
          <Choice
            label="State"
            value={view.state}
            onChange={(state) => set({ state })}
            options={[['', 'Every state'], ...Object.entries(STATE_WORDS)]}
          />
        </div>
      }
      actions={<ActionBar actions={actions} />}
    >
      <div className="list">
        <Loaded value={list} skeleton={<SkeletonRows rows={20} />}>
          {() => (
            <DataTable
              label="Authorised changes"
              columns={COLUMNS}
              rows={items}
              keyOf={keyOf}
              selected={selected === undefined ? '' : keyOf(selected)}
              onSelect={onSelect}
              nothing={
                <Nothing icon={IconClipboardCheck} title={view.state === '' ? 'No work is ordered' : 'No change in this state'}>
                  {view.state === '' ? (
                    'A work order, maintenance window or remote session says who may do what to which device, and when: alerts about such work become informational, and anything beyond it critical.'
                  ) : (
                    <Go to="/authorised-changes">Show every change</Go>
                  )}
                </Nothing>
              }
            />
          )}
        </Loaded>
        {selected !== undefined && <ChangePanel key={keyOf(selected)} row={selected} onClose={() => set({ sel: '' })} />}
      </div>
      {isMaking && oneSite !== undefined && <ChangeDialog site={oneSite} onClose={() => make(false)} />}
    </Page>
  )
}
