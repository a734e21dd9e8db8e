import { type ReactNode, useCallback, useMemo, useState } from 'react'
import type { Suppression } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { SuppressDialog } from '../../objects/suppress-dialog.tsx'
import { useRuleNames, useSuppressions } from '../../objects/suppressions.api.ts'
import { hiddenText, scopeText } from '../../objects/suppressions.view.ts'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go } from '../../shell/go.tsx'
import { useOneSite, useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Choice, FilterChip } from '../../ui/field.tsx'
import { count, words } from '../../ui/format.ts'
import { IconBellOff } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { SuppressionPanel } from './suppression-panel.tsx'
import { PAGE_ACTIONS } from './suppressions.actions.ts'

const DEFAULTS = { state: '', rule: '', asset: '', sel: '' }
const STATES = ['in-force', 'planned', 'expired', 'ended'].map((state) => [state, words(state)] as const)

function columnsOf(titleOf: (rule: string) => string): readonly Column<Suppression>[] {
  return [
    { id: 'state', title: 'State', width: '84px', cell: (row) => words(row.state) },
    { id: 'scope', title: 'What is hidden', width: 'minmax(240px, 2fr)', cell: (row) => scopeText(row.scope, titleOf) },
    { id: 'reason', leaves: 3, title: 'Why', width: 'minmax(160px, 1.4fr)', cell: (row) => <span className="second">{row.reason}</span> },
    { id: 'hits', leaves: 5, title: 'Hidden', width: '62px', isNumber: true, cell: (row) => count(row.hits) },
    {
      id: 'last',
      leaves: 2,
      title: 'Last',
      width: '124px',
      cell: (row) => (row.lastAt === undefined ? <span className="quiet">never</span> : <When at={row.lastAt} />),
    },
    { id: 'until', leaves: 4, title: 'Until', width: '152px', cell: (row) => <When at={row.endedAt ?? row.until} /> },
    { id: 'by', leaves: 1, title: 'By', width: '110px', cell: (row) => row.by?.displayName ?? '' },
  ]
}

export function SuppressionsPage(): ReactNode {
  const [view, set] = useView(DEFAULTS)
  const { site } = useScope()
  const oneSite = useOneSite()
  const list = useSuppressions({ site, state: view.state, rule: view.rule, asset: view.asset })
  const rules = useRuleNames().data?.items
  const titleOf = useMemo(() => {
    const titles = new Map((rules ?? []).map(({ name, title }) => [name, title]))
    return (rule: string) => titles.get(rule) ?? rule
  }, [rules])
  const columns = useMemo(() => columnsOf(titleOf), [titleOf])
  const [isMaking, make] = useState(false)
  const subject = useMemo(() => ({ make: () => make(true) }), [])
  const actions = useActions(PAGE_ACTIONS, oneSite === undefined ? undefined : subject)
  const onSelect = useCallback((id: string | undefined) => set({ sel: id ?? '' }), [set])
  const items = list.data?.items ?? []
  const selected = items.find(({ id }) => id === view.sel)
  const isFiltered = view.state !== '' || view.rule !== '' || view.asset !== ''
  return (
    <Page
      fills
      title="Suppressions"
      count={hiddenText(items)}
      lead={
        <div className="filters">
          <Choice label="State" value={view.state} onChange={(state) => set({ state })} options={[['', 'Every state'], ...STATES]} />
          {view.rule !== '' && <FilterChip text={titleOf(view.rule)} onClear={() => set({ rule: '' })} />}
          {view.asset !== '' && <FilterChip text="One asset" onClear={() => set({ asset: '' })} />}
        </div>
      }
      actions={<ActionBar actions={actions} />}
    >
      <div className="list">
        <Loaded value={list} skeleton={<SkeletonRows rows={20} />}>
          {() => (
            <DataTable
              label="Suppressions"
              columns={columns}
              rows={items}
              keyOf={(row) => row.id}
              selected={view.sel}
              onSelect={onSelect}
              nothing={
                <Nothing icon={IconBellOff} title={isFiltered ? 'No suppression matches these filters' : 'Nothing is suppressed'}>
                  {isFiltered ? (
                    <Go to="/suppressions">Show every suppression</Go>
                  ) : (
                    <>
                      Every finding worth a person raises an alert. <Go to="/alerts">On an alert</Go> that is known to be nothing, choose
                      “Suppress”: what it would have hidden is shown first.
                    </>
                  )}
                </Nothing>
              }
            />
          )}
        </Loaded>
        {selected !== undefined && <SuppressionPanel key={selected.id} row={selected} titleOf={titleOf} onClose={() => set({ sel: '' })} />}
      </div>
      {isMaking && oneSite !== undefined && <SuppressDialog site={oneSite} onClose={() => make(false)} />}
    </Page>
  )
}
