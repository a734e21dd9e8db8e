import { type ReactNode, useCallback, useMemo } from 'react'
import type { Rule } from '../../api/types.ts'
import { Attack } from '../../objects/links.tsx'
import { LevelMark } from '../../objects/marks.tsx'
import { LEVELS } from '../../objects/words.ts'
import { Go, useGo } from '../../shell/go.tsx'
import { useView } from '../../shell/view-state.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { plural, words } from '../../ui/format.ts'
import { IconBook2 } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { setText } from './detection.view.ts'
import { Precision, RuleBody, RuleMarks } from './rule-parts.tsx'
import { RuleSettings } from './rule-settings.tsx'
import { useRule, useRules } from './rules.api.ts'
import { chosen, keyOf, pageOf } from './rules.view.ts'

const DEFAULTS = { q: '', level: '', engine: '', sort: 'level', sel: '' }
const ENGINES = ['operation', 'policy', 'anomaly', 'threat', 'violation', 'custom'].map((engine) => [engine, words(engine)] as const)

const COLUMNS: readonly Column<Rule>[] = [
  {
    id: 'level',
    title: 'Level',
    width: '90px',
    sort: 'level',
    filter: LEVELS.map((level) => [level, words(level)] as const),
    cell: (row) => <LevelMark level={row.level} />,
  },
  {
    id: 'q',
    title: 'Rule',
    width: 'minmax(270px, 1.5fr)',
    sort: 'title',
    filter: 'text',
    cell: (row) => (
      <>
        <RuleMarks rule={row} /> <Go to={pageOf(row)}>{row.title}</Go>
      </>
    ),
  },
  { id: 'engine', leaves: 6, title: 'Kind', width: '100px', sort: 'engine', filter: ENGINES, cell: (row) => words(row.engine) },
  { id: 'category', leaves: 2, title: 'Looks at', width: '130px', sort: 'category', cell: (row) => words(row.category).toLowerCase() },
  { id: 'set', leaves: 1, title: 'Set', width: '96px', cell: (row) => <span className="second">{setText(row.inForce)}</span> },
  { id: 'attack', leaves: 5, title: 'ATT&CK', width: '190px', cell: (row) => <Attack ids={row.attack} most={2} /> },
  { id: 'precision', leaves: 3, title: 'Right', width: '74px', isNumber: true, sort: 'precision', cell: (row) => <Precision rule={row} /> },
  {
    id: 'about',
    leaves: 4,
    title: 'What it finds',
    width: 'minmax(180px, 2fr)',
    cell: (row) => <span className="second">{row.description}</span>,
  },
]

export function RulesPage(): ReactNode {
  const rules = useRules()
  const [view, set] = useView(DEFAULTS)
  const go = useGo()
  const selected = useRule(view.sel === '' ? undefined : view.sel)
  const rows = useMemo(() => chosen(rules.data?.items ?? [], view), [rules.data, view])
  const onOpen = useCallback(
    (key: string) => go(pageOf(rows.find((row) => keyOf(row) === key) ?? { name: key, notInForce: [] })),
    [go, rows],
  )
  // A rule that does not count has no panel of its own: its name shows the one that took it.
  const onSelect = useCallback((key = '') => (key.includes('/') ? onOpen(key) : set({ sel: key })), [set, onOpen])
  return (
    <Page
      fills
      title="Rules"
      count={rules.data === undefined ? undefined : plural(rows.length, 'rule')}
      lead={
        <span className="quiet">
          Every detection in force, as it is written.{' '}
          <Go to="/own-rules" className="link">
            Rules of your own
          </Go>{' '}
          ·{' '}
          <Go to="/packs" className="link">
            Content packs
          </Go>
        </span>
      }
      actions={
        <Go to="/detection" className="button button-plain">
          Engines and thresholds
        </Go>
      }
    >
      <div className="list">
        <Loaded value={rules} skeleton={<SkeletonRows rows={20} />}>
          {() => (
            <DataTable
              label="Rules"
              columns={COLUMNS}
              rows={rows}
              keyOf={keyOf}
              selected={view.sel}
              onSelect={onSelect}
              onOpen={onOpen}
              sort={view.sort}
              onSort={(sort) => set({ sort })}
              filters={view}
              onFilter={(column, value) => set({ [column]: value })}
              nothing={
                <Nothing icon={IconBook2} title="No rule matches">
                  <Go to="/rules">Show every rule</Go>
                </Nothing>
              }
            />
          )}
        </Loaded>
        {view.sel !== '' && (
          <Panel
            title={<Go to={`/rules/${view.sel}`}>{selected.data?.title ?? view.sel}</Go>}
            label="Rule"
            onClose={() => set({ sel: '' })}
          >
            <Loaded value={selected} skeleton={<SkeletonRows rows={12} widths={[70]} />}>
              {(rule) => (
                <>
                  <RuleBody rule={rule} />
                  <RuleSettings rule={rule} />
                </>
              )}
            </Loaded>
          </Panel>
        )}
      </div>
    </Page>
  )
}
