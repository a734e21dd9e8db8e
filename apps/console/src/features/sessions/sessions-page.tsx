import { type ReactNode, useCallback } from 'react'
import type { Session } from '../../api/types.ts'
import { HostLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { hostText, protocolName } from '../../objects/words.ts'
import { Go, useGo } from '../../shell/go.tsx'
import { useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { IconButton } from '../../ui/button.tsx'
import { csv, saveFile, useColumns } from '../../ui/columns.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { FilterChip } from '../../ui/field.tsx'
import { bytes, count, duration, plural, words } from '../../ui/format.ts'
import { IconDownload, IconTimeline } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SessionFacts } from './session-parts.tsx'
import { useSession, useSessions } from './sessions.api.ts'
import { lengthMs, STATE_MEANS, totalBytes } from './sessions.view.ts'

const DEFAULTS = { q: '', asset: '', protocol: '', state: '', sel: '' }
const STATES = Object.keys(STATE_MEANS).map((state) => [state, words(state)] as const)

const COLUMNS: readonly Column<Session>[] = [
  {
    id: 'last',
    title: 'Last seen',
    width: '124px',
    cell: (row) => (
      <Go to={`/sessions/${row.id}`}>
        <When at={row.lastAt} />
      </Go>
    ),
    text: (row) => row.lastAt,
  },
  {
    id: 'q',
    title: 'Client',
    width: 'minmax(170px, 1fr)',
    filter: 'text',
    cell: (row) => <HostLink host={row.client} asset={row.clientAsset} />,
    text: (row) => hostText(row.client),
  },
  {
    id: 'server',
    title: 'Server',
    width: 'minmax(170px, 1fr)',
    cell: (row) => <HostLink host={row.server} asset={row.serverAsset} />,
    text: (row) => hostText(row.server),
  },
  {
    id: 'protocol',
    title: 'Protocol',
    width: '110px',
    filter: 'text',
    cell: (row) => protocolName(row.protocol),
    text: (row) => row.protocol,
  },
  {
    id: 'state',
    leaves: 9,
    title: 'State',
    width: '92px',
    filter: STATES,
    cell: (row) => <span data-tip={STATE_MEANS[row.state]}>{words(row.state)}</span>,
    text: (row) => row.state,
  },
  {
    id: 'length',
    leaves: 8,
    title: 'Length',
    width: '92px',
    isNumber: true,
    cell: (row) => duration(lengthMs(row)),
    text: (row) => String(lengthMs(row)),
  },
  {
    id: 'bytes',
    leaves: 10,
    title: 'On the wire',
    width: '84px',
    isNumber: true,
    cell: (row) => bytes(totalBytes(row)),
    text: (row) => String(totalBytes(row)),
  },
  {
    id: 'packets',
    leaves: 7,
    title: 'Packets',
    width: '72px',
    isNumber: true,
    cell: (row) => count(row.clientPackets + row.serverPackets),
    text: (row) => String(row.clientPackets + row.serverPackets),
  },
  {
    id: 'gaps',
    leaves: 6,
    title: 'Gaps',
    width: '72px',
    isNumber: true,
    cell: (row) => (row.gapBytes > 0 ? bytes(row.gapBytes) : <span className="quiet">none</span>),
    text: (row) => String(row.gapBytes),
  },
  {
    id: 'again',
    leaves: 5,
    title: 'Sent again',
    width: '72px',
    isNumber: true,
    isExtra: true,
    cell: (row) => count(row.retransmissions),
    text: (row) => String(row.retransmissions),
  },
  {
    id: 'transport',
    leaves: 3,
    title: 'Transport',
    width: '72px',
    isExtra: true,
    cell: (row) => row.transport.toUpperCase(),
    text: (row) => row.transport,
  },
  {
    id: 'conn',
    leaves: 4,
    title: 'Conn state',
    width: '72px',
    isExtra: true,
    cell: (row) => <span className="mono">{row.connState}</span>,
    text: (row) => row.connState,
  },
  {
    id: 'vlan',
    leaves: 2,
    title: 'VLAN',
    width: '56px',
    isExtra: true,
    isNumber: true,
    cell: (row) => row.vlan,
    text: (row) => String(row.vlan ?? ''),
  },
  { id: 'sensor', leaves: 1, title: 'Sensor', width: '110px', isExtra: true, cell: (row) => row.sensor, text: (row) => row.sensor },
]

export function SessionsPage(): ReactNode {
  const scope = useScope()
  const [view, set] = useView(DEFAULTS)
  const list = useSessions(scope, view)
  const go = useGo()
  const { shown, chooser } = useColumns('sessions', COLUMNS)
  const selected = useSession(view.sel === '' ? undefined : view.sel)
  const onSelect = useCallback((id: string | undefined) => set({ sel: id ?? '' }), [set])
  const onOpen = useCallback((id: string) => go(`/sessions/${id}`), [go])
  const onFilter = useCallback((column: string, value: string) => set({ [column]: value }), [set])
  const isFiltered = view.q !== '' || view.asset !== '' || view.protocol !== '' || view.state !== '' || scope.range !== ''
  const actions = (
    <>
      <IconButton
        icon={IconDownload}
        label="Save the loaded rows as CSV"
        onClick={() => saveFile('sessions.csv', 'text/csv', csv(shown, list.items))}
      />
      {chooser}
    </>
  )
  return (
    <Page
      fills
      title="Sessions"
      count={list.total === undefined ? undefined : plural(list.total, 'session')}
      lead={view.asset === '' ? undefined : <FilterChip text="One asset" onClear={() => set({ asset: '' })} />}
      actions={actions}
    >
      <div className="list">
        <Loaded value={list.query} skeleton={<SkeletonRows rows={24} />}>
          {() => (
            <DataTable
              label="Sessions"
              columns={shown}
              rows={list.items}
              total={list.total}
              keyOf={(row) => row.id}
              selected={view.sel}
              onSelect={onSelect}
              onOpen={onOpen}
              filters={view}
              onFilter={onFilter}
              onEnd={list.more}
              isStale={list.query.isPlaceholderData}
              nothing={
                isFiltered ? (
                  <Nothing icon={IconTimeline} title="No session matches">
                    Nothing was seen with these filters in this time.{' '}
                    <button
                      type="button"
                      className="link copy"
                      onClick={() => {
                        set({ q: '', asset: '', protocol: '', state: '' })
                        scope.set({ range: '' })
                      }}
                    >
                      Show every session
                    </button>
                  </Nothing>
                ) : (
                  <Nothing icon={IconTimeline} title="No session yet">
                    Sessions appear as a sensor or a capture shows hosts talking. <Go to="/captures">Read a capture</Go>.
                  </Nothing>
                )
              }
            />
          )}
        </Loaded>
        {view.sel !== '' && (
          <Panel title={<Go to={`/sessions/${view.sel}`}>Session</Go>} label="Session" onClose={() => set({ sel: '' })}>
            <Loaded value={selected} skeleton={<SkeletonRows rows={12} widths={[30, 50]} />}>
              {(session) => <SessionFacts session={session} />}
            </Loaded>
          </Panel>
        )}
      </div>
    </Page>
  )
}
