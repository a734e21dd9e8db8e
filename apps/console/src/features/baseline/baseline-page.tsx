import { type ReactNode, useCallback, useMemo, useState } from 'react'
import type { BaselineRow } from '../../api/types.ts'
import { LearnAgainDialog } from '../../objects/learn-again-dialog.tsx'
import { Standing } from '../../objects/learning.tsx'
import { When } from '../../objects/marks.tsx'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go } from '../../shell/go.tsx'
import { useMe } from '../../shell/me.ts'
import { useOneSite, useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { IconButton } from '../../ui/button.tsx'
import { csv, saveFile, useColumns } from '../../ui/columns.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { FilterChip } from '../../ui/field.tsx'
import { count } from '../../ui/format.ts'
import { IconDownload, IconHistory } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { type Asking, PAGE_ACTIONS } from './baseline.actions.ts'
import { learnAgain, type Memory, useBaseline, useMemories, useSiteLearning } from './baseline.api.ts'
import { limitsOf, restOf, stateOf } from './baseline.view.ts'
import { BaselinePanel, HostOf, UntilOf } from './baseline-panel.tsx'
import { AddDialog } from './dialogs.tsx'
import { TimesDialog } from './learning-dialogs.tsx'

const DEFAULTS = { q: '', rule: '', asset: '', state: '', kind: '', sel: '' }
const STATES = [
  ['new', 'New: told, approved by nobody'],
  ['known', 'Learnt'],
  ['decided', 'Approved by a person'],
] as const
const KINDS = [
  ['group', 'Who does what'],
  ['range', 'Range of a value'],
  ['habit', 'Habit of a value'],
  ['volume', 'How much passes'],
] as const

function columnsOf(memories: readonly Memory[]): readonly Column<BaselineRow>[] {
  const titles = new Map(memories.map(({ rule, title }) => [rule, title]))
  const titleOf = ({ rule }: BaselineRow): string => titles.get(rule) ?? rule
  return [
    {
      id: 'state',
      title: 'State',
      width: '84px',
      filter: STATES,
      cell: stateOf,
      text: stateOf,
    },
    {
      id: 'rule',
      title: 'Rule',
      width: 'minmax(180px, 1fr)',
      filter: memories.map(({ rule, title }) => [rule, title] as const),
      cell: titleOf,
      text: titleOf,
    },
    {
      id: 'client',
      title: 'Client',
      width: 'minmax(112px, 0.8fr)',
      cell: (row) => <HostOf row={row} side="client" />,
      text: (row) => row.client,
    },
    {
      id: 'server',
      title: 'Server',
      width: 'minmax(112px, 0.8fr)',
      cell: (row) => <HostOf row={row} side="server" />,
      text: (row) => row.server,
    },
    {
      id: 'q',
      title: 'What',
      width: 'minmax(130px, 1fr)',
      filter: 'text',
      cell: (row) => <span className="mono">{restOf(row)}</span>,
      text: restOf,
    },
    {
      id: 'kind',
      leaves: 3,
      title: 'Range',
      width: '140px',
      filter: KINDS,
      cell: (row) => <span className="mono">{limitsOf(row)}</span>,
      text: limitsOf,
    },
    {
      id: 'first',
      leaves: 1,
      title: 'First',
      width: '124px',
      isExtra: true,
      cell: (row) => <When at={row.firstAt} />,
      text: (row) => row.firstAt,
    },
    { id: 'last', leaves: 4, title: 'Last', width: '124px', cell: (row) => <When at={row.lastAt} />, text: (row) => row.lastAt },
    {
      id: 'hours',
      leaves: 2,
      title: 'Hours',
      width: '62px',
      isNumber: true,
      cell: (row) => count(row.hours),
      text: (row) => String(row.hours),
    },
    {
      id: 'until',
      leaves: 5,
      title: 'Approved',
      width: '150px',
      cell: (row) => <UntilOf row={row} />,
      text: (row) => row.people?.by ?? '',
    },
  ]
}

export function BaselinePage(): ReactNode {
  const [view, set] = useView(DEFAULTS)
  const scope = useScope()
  const site = useOneSite()
  const me = useMe()
  const list = useBaseline(scope, view)
  const memories = useMemories().data?.items
  const learning = useSiteLearning(site)
  const [asking, ask] = useState<Asking>()
  const subject = useMemo(() => ({ ask }), [])
  const actions = useActions(PAGE_ACTIONS, site === undefined ? undefined : subject)
  const columns = useMemo(() => columnsOf(memories ?? []), [memories])
  const { shown, chooser } = useColumns('baseline', columns)
  const onSelect = useCallback((id: string | undefined) => set({ sel: id ?? '' }), [set])
  const onFilter = useCallback((column: string, value: string) => set({ [column]: value }), [set])
  const close = useCallback(() => ask(undefined), [])
  const keyOf = (row: BaselineRow): string => `${row.site} ${row.id}`
  const selected = list.items.find((row) => keyOf(row) === view.sel)
  const siteName = me.sites.find(({ id }) => id === site)?.name ?? site ?? ''
  const isFiltered = [view.q, view.rule, view.asset, view.state, view.kind].some((value) => value !== '')
  const data = learning.data
  return (
    <Page
      fills
      title="Baseline"
      count={
        data === undefined
          ? undefined
          : `${count(data.rows.known)} learnt, ${count(data.rows.new)} new, ${count(data.rows.decided)} approved`
      }
      lead={
        <div className="filters">
          {data !== undefined && <Standing learning={data.standing} nothing={nothingLearnt(data.times.site)} />}
          {view.asset !== '' && <FilterChip text="One asset" onClear={() => set({ asset: '' })} />}
        </div>
      }
      actions={
        <>
          <ActionBar actions={actions} />
          <IconButton
            icon={IconDownload}
            label="Save the loaded rows as CSV"
            onClick={() => saveFile('baseline.csv', 'text/csv', csv(shown, list.items))}
          />
          {chooser}
        </>
      }
    >
      <div className="list">
        <Loaded value={list.query} skeleton={<SkeletonRows rows={24} />}>
          {() => (
            <DataTable
              label="Baseline"
              columns={shown}
              rows={list.items}
              keyOf={keyOf}
              selected={view.sel}
              onSelect={onSelect}
              filters={view}
              onFilter={onFilter}
              onEnd={list.more}
              isStale={list.query.isPlaceholderData}
              nothing={
                <Nothing icon={IconHistory} title={isFiltered ? 'No row matches these filters' : 'Nothing was learnt yet'}>
                  {isFiltered ? (
                    <Go to="/baseline">Show every row</Go>
                  ) : (
                    <>
                      Rules that remember learn here who does what with whom, how much passes between them, and in which ranges values move.{' '}
                      <Go to="/captures">Read a capture</Go> to see some.
                    </>
                  )}
                </Nothing>
              }
            />
          )}
        </Loaded>
        {selected !== undefined && (
          <BaselinePanel
            key={keyOf(selected)}
            row={selected}
            title={memories?.find(({ rule }) => rule === selected.rule)?.title}
            onClose={() => set({ sel: '' })}
          />
        )}
      </div>
      {asking === 'add' && site !== undefined && <AddDialog site={site} memories={memories ?? []} first={view.rule} onClose={close} />}
      {asking === 'times' && site !== undefined && data !== undefined && (
        <TimesDialog site={site} siteName={siteName} learning={data} onClose={close} />
      )}
      {asking === 'again' && site !== undefined && (
        <LearnAgainDialog name={siteName} isSite begin={() => learnAgain(site)} onClose={close} />
      )}
    </Page>
  )
}

function nothingLearnt(seconds: number): string {
  return seconds === 0
    ? 'This site learns nothing: nothing can be called new here.'
    : 'This site has not been seen yet: learning begins with the first packet.'
}
