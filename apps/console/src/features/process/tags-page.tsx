import { type ReactNode, useCallback } from 'react'
import type { Tag } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { Term } from '../../objects/term.tsx'
import { protocolName } from '../../objects/words.ts'
import { Go, useGo } from '../../shell/go.tsx'
import { useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { useColumns } from '../../ui/columns.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { FilterChip, Segmented } from '../../ui/field.tsx'
import { FilterInput } from '../../ui/filter-input.tsx'
import { count, plural, reading } from '../../ui/format.ts'
import { IconWaveSine } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonBlock } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { useTags } from './process.api.ts'
import { TagCard } from './tag-card.tsx'
import './process.css'

const DEFAULTS = { q: '', asset: '', written: '', as: 'charts', sel: '' }

const COLUMNS: readonly Column<Tag>[] = [
  {
    id: 'tag',
    title: 'Tag',
    width: 'minmax(140px, 1.4fr)',
    cell: (row) => (
      <Go to={`/process/${row.id}`}>
        {row.part === undefined ? '' : `${row.part} `}
        {row.tag}
      </Go>
    ),
  },
  {
    id: 'server',
    title: 'Device',
    width: 'minmax(104px, 0.9fr)',
    cell: (row) =>
      row.asset === undefined ? (
        <span className="mono">{row.server}</span>
      ) : (
        <Go to={`/assets/${row.asset}`} className="mono">
          {row.server}
        </Go>
      ),
  },
  { id: 'protocol', leaves: 4, title: 'Protocol', width: '84px', cell: (row) => protocolName(row.protocol) },
  {
    id: 'value',
    title: 'Value',
    width: '92px',
    isNumber: true,
    cell: (row) => <span className="mono">{reading(row.value, row.unit)}</span>,
  },
  { id: 'type', leaves: 1, title: 'Data type', width: '68px', cell: (row) => <span className="second">{row.dataType}</span> },
  {
    id: 'range',
    leaves: 6,
    title: 'Range seen',
    width: '124px',
    isNumber: true,
    cell: (row) => (row.min === undefined || row.max === undefined ? '' : `${reading(row.min)} to ${reading(row.max)}`),
  },
  { id: 'changes', leaves: 3, title: 'Changes', width: '66px', isNumber: true, cell: (row) => count(row.changes) },
  { id: 'reads', leaves: 2, title: 'Reads', width: '66px', isNumber: true, cell: (row) => count(row.reads) },
  { id: 'writes', title: 'Writes', width: '52px', isNumber: true, cell: (row) => count(row.writes) },
  {
    id: 'writers',
    leaves: 5,
    title: 'Writers',
    width: 'minmax(104px, 0.8fr)',
    cell: (row) => <span className="mono">{row.writers.join(', ')}</span>,
  },
  { id: 'last', leaves: 7, title: 'Last change', width: '120px', cell: (row) => <When at={row.lastChangeAt} /> },
]

export function TagsPage(): ReactNode {
  const scope = useScope()
  const [view, set] = useView(DEFAULTS)
  const list = useTags(scope, view)
  const go = useGo()
  const { shown, chooser } = useColumns('tags', COLUMNS)
  const onQ = useCallback((q: string) => set({ q }), [set])
  const isFiltered = view.q !== '' || view.asset !== '' || view.written !== ''
  const lead = (
    <div className="filters">
      <FilterInput label="Filter tags by name" placeholder="Filter tags" value={view.q} onChange={onQ} />
      <Segmented
        label="Which tags"
        value={view.written}
        onChange={(written) => set({ written })}
        options={[
          ['', 'Every tag'],
          ['true', 'Written'],
        ]}
      />
      {view.asset !== '' && <FilterChip text="One device" onClear={() => set({ asset: '' })} />}
    </div>
  )
  const actions = (
    <>
      <Segmented
        label="Show as"
        value={view.as}
        onChange={(as) => set({ as })}
        options={[
          ['charts', 'Charts'],
          ['table', 'Table'],
        ]}
      />
      {view.as === 'table' && chooser}
    </>
  )
  const nothing = isFiltered ? (
    <Nothing icon={IconWaveSine} title="No tag matches">
      <Go to="/process">Show every tag</Go>
    </Nothing>
  ) : (
    <Nothing icon={IconWaveSine} title="No process value yet">
      A <Term name="tag">tag</Term> appears when a value is read or written on the wire. <Go to="/captures">Read a capture</Go> of a
      controller’s network.
    </Nothing>
  )
  return (
    <Page fills title="Process" count={list.total === undefined ? undefined : plural(list.total, 'tag')} lead={lead} actions={actions}>
      <Loaded
        value={list.query}
        skeleton={
          <div className="tag-grid">
            {Array.from({ length: 12 }, (_, n) => n).map((n) => (
              <SkeletonBlock key={n} height={132} />
            ))}
          </div>
        }
        isNothing={() => list.items.length === 0}
        nothing={nothing}
      >
        {() =>
          view.as === 'table' ? (
            <div className="list">
              <DataTable
                label="Process tags"
                columns={shown}
                rows={list.items}
                total={list.total}
                keyOf={(row) => row.id}
                selected={view.sel}
                onSelect={(sel) => set({ sel: sel ?? '' })}
                onOpen={(id) => go(`/process/${id}`)}
                onEnd={list.more}
                isStale={list.query.isPlaceholderData}
              />
            </div>
          ) : (
            <ul className="tag-grid" aria-label="Process tags">
              {list.items.map((tag) => (
                <TagCard key={tag.id} tag={tag} />
              ))}
              {list.query.hasNextPage && (
                <li>
                  <button type="button" className="button" onClick={list.more}>
                    Show more tags
                  </button>
                </li>
              )}
            </ul>
          )
        }
      </Loaded>
    </Page>
  )
}
