import { type ReactNode, useCallback, useMemo, useState } from 'react'
import type { Alert } from '../../api/types.ts'
import { HiddenLine } from '../../objects/hidden-line.tsx'
import { HostLink } from '../../objects/links.tsx'
import { LevelMark, Score, StateDot, When } from '../../objects/marks.tsx'
import { SuppressDialog } from '../../objects/suppress-dialog.tsx'
import { LEVELS, STATE_WORDS } from '../../objects/words.ts'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useMe } from '../../shell/me.ts'
import { useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { useColumns } from '../../ui/columns.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Choice, FilterChip } from '../../ui/field.tsx'
import { count, plural, words } from '../../ui/format.ts'
import { IconBell } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { ChangeMark } from './alert-change.tsx'
import { AlertPanel } from './alert-panel.tsx'
import { ALERT_ACTIONS, type AlertDialog, type Subject } from './alerts.actions.ts'
import { useAlerts } from './alerts.api.ts'
import { nextAfter } from './alerts.view.ts'
import { AssignAlerts, ResolveDialog } from './dialogs.tsx'

const DEFAULTS = { state: 'open', level: '', q: '', asset: '', assignee: '', incident: '', sort: 'score', sel: '' }

const COLUMNS: readonly Column<Alert>[] = [
  { id: 'level', title: 'Level', width: '84px', cell: (row) => <LevelMark level={row.level} />, text: (row) => row.level },
  {
    id: 'score',
    title: 'Score',
    width: '58px',
    isNumber: true,
    sort: 'score',
    cell: (row) => <Score score={row.score} level={row.level} />,
    text: (row) => String(row.score),
  },
  {
    id: 'title',
    title: 'What happened',
    width: 'minmax(280px, 2fr)',
    filter: 'text',
    cell: (row) => (
      <>
        <ChangeMark alert={row} /> <Go to={`/alerts/${row.id}`}>{row.title}</Go>
      </>
    ),
    text: (row) => row.title,
  },
  {
    id: 'client',
    leaves: 6,
    title: 'Source',
    width: 'minmax(150px, 1fr)',
    cell: (row) => <HostLink host={row.client} asset={row.clientAsset} label={row.clientLabel ?? row.clientName} short />,
    text: (row) => row.client.ip ?? row.client.mac ?? '',
  },
  {
    id: 'server',
    leaves: 5,
    title: 'Target',
    width: 'minmax(150px, 1fr)',
    cell: (row) => <HostLink host={row.server} asset={row.serverAsset} label={row.serverLabel ?? row.serverName} short />,
    text: (row) => row.server.ip ?? row.server.mac ?? '',
  },
  {
    id: 'findings',
    leaves: 3,
    title: 'Findings',
    width: '60px',
    isNumber: true,
    cell: (row) => count(row.findingCount),
    text: (row) => String(row.findingCount),
  },
  { id: 'state', leaves: 7, title: 'State', width: '108px', cell: (row) => <StateDot state={row.state} />, text: (row) => row.state },
  {
    id: 'assignee',
    leaves: 4,
    title: 'Owner',
    width: '110px',
    cell: (row) => row.assignee?.displayName ?? <span className="quiet">nobody</span>,
    text: (row) => row.assignee?.name ?? '',
  },
  {
    id: 'last',
    leaves: 8,
    title: 'Last seen',
    width: '124px',
    sort: 'last',
    cell: (row) => <When at={row.lastAt} />,
    text: (row) => row.lastAt,
  },
  {
    id: 'first',
    leaves: 2,
    title: 'First seen',
    width: '124px',
    isExtra: true,
    cell: (row) => <When at={row.firstAt} />,
    text: (row) => row.firstAt,
  },
  { id: 'site', leaves: 1, title: 'Site', width: '110px', isExtra: true, cell: (row) => row.site, text: (row) => row.site },
]

export function AlertsPage(): ReactNode {
  const scope = useScope()
  const [view, set] = useView(DEFAULTS)
  const list = useAlerts(scope, view)
  const go = useGo()
  const me = useMe().user.id
  const { shown, chooser } = useColumns('alerts', COLUMNS)
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set())
  const [dialog, ask] = useState<AlertDialog>()
  const onSelect = useCallback((id: string | undefined) => set({ sel: id ?? '' }), [set])
  const onOpen = useCallback((id: string) => go(`/alerts/${id}`), [go])
  const onCheck = useCallback((id: string) => setChecked((before) => toggled(before, id)), [])

  const worked = useMemo(
    () => list.items.filter((row) => (checked.size > 0 ? checked.has(row.id) : row.id === view.sel)),
    [list.items, checked, view.sel],
  )
  const subject = useMemo<Subject | undefined>(() => (worked.length === 0 ? undefined : { alerts: worked, me, ask, go }), [worked, me, go])
  const actions = useActions(ALERT_ACTIONS, subject)
  const settle = (): void => {
    if (view.state === 'open') set({ sel: nextAfter(list.items, new Set(worked.map((alert) => alert.id)), view.sel) ?? '' })
    setChecked(new Set())
  }

  return (
    <Page
      fills
      title="Alerts"
      count={list.total === undefined ? undefined : plural(list.total, 'alert')}
      lead={
        <>
          <Filters view={view} set={set} />
          <HiddenLine filter={{ site: scope.site }} />
        </>
      }
      actions={chooser}
    >
      {checked.size > 0 && (
        <div className="chosen">
          <span>{plural(checked.size, 'alert')} chosen</span>
          <ActionBar actions={actions} />
        </div>
      )}
      <div className="list">
        <Loaded value={list.query} skeleton={<SkeletonRows rows={24} />}>
          {() => (
            <DataTable
              label="Alerts"
              columns={shown}
              rows={list.items}
              total={list.total}
              keyOf={(row) => row.id}
              selected={view.sel}
              onSelect={onSelect}
              onOpen={onOpen}
              checked={checked}
              onCheck={onCheck}
              sort={`-${view.sort}`}
              onSort={(sort) => set({ sort: sort.replace('-', '') })}
              filters={{ title: view.q }}
              onFilter={(_, q) => set({ q })}
              onEnd={list.more}
              isStale={list.query.isPlaceholderData}
              nothing={<NoAlerts view={view} />}
            />
          )}
        </Loaded>
        {view.sel !== '' && <AlertPanel id={view.sel} actions={checked.size > 0 ? [] : actions} onClose={() => set({ sel: '' })} />}
      </div>
      {dialog === 'resolve' && <ResolveDialog alerts={worked} onClose={() => ask(undefined)} onDone={settle} />}
      {dialog === 'suppress' && worked[0] !== undefined && (
        <SuppressDialog site={worked[0].site} about={worked[0]} onClose={() => ask(undefined)} />
      )}
      {dialog === 'assign' && <AssignAlerts alerts={worked} onClose={() => ask(undefined)} onDone={() => setChecked(new Set())} />}
    </Page>
  )
}

type Filter = Readonly<Record<keyof typeof DEFAULTS, string>>

function Filters({ view, set }: { readonly view: Filter; readonly set: (change: Partial<Filter>) => void }): ReactNode {
  return (
    <div className="filters">
      <Choice
        label="State"
        value={view.state === 'open' ? '' : view.state}
        onChange={(state) => set({ state: state === '' ? 'open' : state })}
        options={[['', 'Open'], ...Object.entries(STATE_WORDS), ['any', 'Every state']]}
      />
      <Choice
        label="Level"
        value={view.level}
        onChange={(level) => set({ level })}
        options={[['', 'Any level'], ...LEVELS.map((level) => [level, words(level)] as const)]}
      />
      <Choice
        label="Owner"
        value={view.assignee}
        onChange={(assignee) => set({ assignee })}
        options={[
          ['', 'Any owner'],
          ['me', 'Mine'],
          ['none', 'Nobody’s'],
        ]}
      />
      {view.asset !== '' && <FilterChip text="One asset" onClear={() => set({ asset: '' })} />}
      {view.incident !== '' && <FilterChip text="One incident" onClear={() => set({ incident: '' })} />}
    </div>
  )
}

function NoAlerts({ view }: { readonly view: Filter }): ReactNode {
  const isPlain = view.level === '' && view.q === '' && view.asset === '' && view.assignee === '' && view.incident === ''
  if (!isPlain)
    return (
      <Nothing icon={IconBell} title="No alert matches these filters">
        <Go to="/alerts">Show every open alert</Go>
      </Nothing>
    )
  return (
    <Nothing icon={IconBell} title={view.state === 'open' ? 'No open alert' : 'No alert'}>
      An alert appears when a rule finds something worth a person. <Go to="/rules">See what is looked for</Go>, or{' '}
      <Go to="/captures">read a capture</Go>.
    </Nothing>
  )
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}
