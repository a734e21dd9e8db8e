import { type ReactNode, useCallback } from 'react'
import type { Operation } from '../../api/types.ts'
import { EvidenceLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { protocolName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { IconButton } from '../../ui/button.tsx'
import { csv, saveFile, useColumns } from '../../ui/columns.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { FilterChip } from '../../ui/field.tsx'
import { count, plural, words } from '../../ui/format.ts'
import { IconDownload, IconTarget } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Facts, Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useOperations } from './operations.api.ts'

const DEFAULTS = { q: '', client: '', server: '', access: '', protocol: '', sel: '' }

/** How an operation touches the device; what changes the plant first. */
const ACCESS: readonly (readonly [string, string])[] = [
  ['write', 'Write: process values change'],
  ['control', 'Control: run, stop, operate'],
  ['program', 'Program: logic moves'],
  ['configure', 'Configure: settings change'],
  ['read', 'Read: values leave'],
  ['identify', 'Identify: who are you'],
  ['session', 'Session: connect'],
  ['unknown', 'Unknown'],
]

const Host = ({ name, asset }: { readonly name: string; readonly asset?: string | undefined }): ReactNode =>
  asset === undefined ? (
    <span className="mono">{name}</span>
  ) : (
    <Go to={`/assets/${asset}`} className="mono">
      {name}
    </Go>
  )

function outcome({ ok, failed, count: times }: Operation): string {
  if (ok === true) return 'done'
  if (ok === false) return 'refused'
  return failed > 0 ? `${count(failed)} of ${count(times)} refused` : 'not answered'
}

const COLUMNS: readonly Column<Operation>[] = [
  {
    id: 'client',
    title: 'Client',
    width: 'minmax(112px, 0.8fr)',
    cell: (row) => <Host name={row.client} asset={row.clientAsset} />,
    text: (row) => row.client,
  },
  {
    id: 'server',
    title: 'Server',
    width: 'minmax(112px, 0.8fr)',
    cell: (row) => <Host name={row.server} asset={row.serverAsset} />,
    text: (row) => row.server,
  },
  {
    id: 'protocol',
    leaves: 5,
    title: 'Protocol',
    width: '96px',
    filter: 'text',
    cell: (row) => protocolName(row.protocol),
    text: (row) => row.protocol,
  },
  {
    id: 'q',
    title: 'Operation',
    width: 'minmax(140px, 1.2fr)',
    filter: 'text',
    cell: (row) => row.operation,
    text: (row) => row.operation,
  },
  {
    id: 'object',
    leaves: 7,
    title: 'On',
    width: 'minmax(130px, 1fr)',
    cell: (row) => (
      <span className="mono">
        {row.part === undefined ? '' : `${row.part} `}
        {row.object}
      </span>
    ),
    text: (row) => row.object,
  },
  { id: 'access', leaves: 6, title: 'Access', width: '84px', filter: ACCESS, cell: (row) => words(row.access), text: (row) => row.access },
  {
    id: 'count',
    leaves: 3,
    title: 'Times',
    width: '60px',
    isNumber: true,
    cell: (row) => count(row.count),
    text: (row) => String(row.count),
  },
  {
    id: 'ok',
    leaves: 4,
    title: 'Outcome',
    width: '96px',
    cell: (row) => <span className={row.ok === true ? 'second' : ''}>{outcome(row)}</span>,
    text: outcome,
  },
  {
    id: 'first',
    leaves: 1,
    title: 'First',
    width: '124px',
    isExtra: true,
    cell: (row) => <When at={row.first} />,
    text: (row) => row.first,
  },
  { id: 'last', title: 'Last', width: '124px', cell: (row) => <When at={row.last} />, text: (row) => row.last },
  { id: 'evidence', leaves: 2, title: 'Evidence', width: '112px', cell: (row) => <EvidenceLink evidence={row.evidence} /> },
]

export function OperationsPage(): ReactNode {
  const [view, set] = useView(DEFAULTS)
  const list = useOperations(useScope(), view)
  const { shown, chooser } = useColumns('operations', COLUMNS)
  const onSelect = useCallback((id: string | undefined) => set({ sel: id ?? '' }), [set])
  const onFilter = useCallback((column: string, value: string) => set({ [column]: value }), [set])
  const isFiltered = [view.q, view.client, view.server, view.access, view.protocol].some((value) => value !== '')
  const selected = list.items.find((row) => row.id === view.sel)
  const lead = (
    <div className="filters">
      {view.client !== '' && <FilterChip text="One client" onClear={() => set({ client: '' })} />}
      {view.server !== '' && <FilterChip text="One server" onClear={() => set({ server: '' })} />}
    </div>
  )
  const actions = (
    <>
      <IconButton
        icon={IconDownload}
        label="Save the loaded rows as CSV"
        onClick={() => saveFile('operations.csv', 'text/csv', csv(shown, list.items))}
      />
      {chooser}
    </>
  )
  return (
    <Page
      fills
      title="Operations"
      count={list.total === undefined ? undefined : plural(list.total, 'operation')}
      lead={lead}
      actions={actions}
    >
      <div className="list">
        <Loaded value={list.query} skeleton={<SkeletonRows rows={24} />}>
          {() => (
            <DataTable
              label="Operations"
              columns={shown}
              rows={list.items}
              total={list.total}
              keyOf={(row) => row.id}
              selected={view.sel}
              onSelect={onSelect}
              filters={view}
              onFilter={onFilter}
              onEnd={list.more}
              isStale={list.query.isPlaceholderData}
              nothing={
                <Nothing icon={IconTarget} title={isFiltered ? 'No operation matches these filters' : 'No operation yet'}>
                  {isFiltered ? (
                    <Go to="/operations">Show every operation</Go>
                  ) : (
                    <>
                      An operation is one function a client used on a server. <Go to="/captures">Read a capture</Go> to see some.
                    </>
                  )}
                </Nothing>
              }
            />
          )}
        </Loaded>
        {selected !== undefined && (
          <Panel title={selected.operation} label="Operation" onClose={() => set({ sel: '' })}>
            <Facts
              rows={[
                ['Client', <Host key="c" name={selected.client} asset={selected.clientAsset} />],
                ['Server', <Host key="s" name={selected.server} asset={selected.serverAsset} />],
                ['Protocol', protocolName(selected.protocol)],
                [
                  'On',
                  <span key="o" className="mono">
                    {selected.object}
                  </span>,
                ],
                selected.part === undefined ? undefined : ['Part', selected.part],
                ['Access', ACCESS.find(([id]) => id === selected.access)?.[1] ?? selected.access],
                ['Times', count(selected.count)],
                ['Outcome', outcome(selected)],
                ['First', <When key="f" at={selected.first} />],
                ['Last', <When key="l" at={selected.last} />],
                ['Evidence', <EvidenceLink key="e" evidence={selected.evidence} />],
              ]}
            />
          </Panel>
        )}
      </div>
    </Page>
  )
}
