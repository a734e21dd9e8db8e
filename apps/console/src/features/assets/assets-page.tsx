import { type ReactNode, useCallback } from 'react'
import type { Asset, AssetType } from '../../api/types.ts'
import { GLYPHS } from '../../objects/glyph.table.ts'
import { AssetGlyph, When } from '../../objects/marks.tsx'
import { Term } from '../../objects/term.tsx'
import { assetName, levelName, PURDUE, protocolName, typeWord } from '../../objects/words.ts'
import { Go, useGo } from '../../shell/go.tsx'
import { useScope } from '../../shell/scope.ts'
import { useView } from '../../shell/view-state.ts'
import { IconButton } from '../../ui/button.tsx'
import { csv, saveFile, useColumns } from '../../ui/columns.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { count, plural } from '../../ui/format.ts'
import { IconDownload, IconServer2 } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Bar } from '../../ui/progress.tsx'
import { AssetPanel } from './asset-panel.tsx'
import { useAssets } from './assets.api.ts'

const DEFAULTS = { q: '', type: '', vendor: '', level: '', role: '', sort: '-last', sel: '' }
const TYPES = (Object.keys(GLYPHS) as AssetType[]).map((type) => [type, typeWord(type)] as const)
const LEVELS = PURDUE.map(([level]) => [String(level), levelName(level)] as const)

const COLUMNS: readonly Column<Asset>[] = [
  {
    id: 'q',
    title: 'Name',
    width: 'minmax(150px, 1.3fr)',
    sort: 'name',
    filter: 'text',
    text: assetName,
    cell: (row) => (
      <Go to={`/assets/${row.id}`} className="host">
        <AssetGlyph type={row.type} size={15} />
        <span className="clip">{assetName(row)}</span>
      </Go>
    ),
  },
  {
    id: 'ip',
    title: 'Address',
    width: '112px',
    sort: 'ip',
    cell: (row) => (
      <span className="mono">
        {row.ips[0]}
        {row.ips.length > 1 && ` +${row.ips.length - 1}`}
      </span>
    ),
    text: (row) => row.ips.join(' '),
  },
  {
    id: 'mac',
    leaves: 8,
    title: 'MAC',
    width: '132px',
    isExtra: true,
    cell: (row) => <span className="mono">{row.macs[0]}</span>,
    text: (row) => row.macs.join(' '),
  },
  { id: 'type', title: 'Type', width: '116px', sort: 'type', filter: TYPES, cell: (row) => typeWord(row.type), text: (row) => row.type },
  {
    id: 'level',
    leaves: 13,
    title: 'Level',
    width: '98px',
    sort: 'level',
    filter: LEVELS,
    cell: (row) => (row.purdueLevel === undefined ? <span className="quiet">unknown</span> : levelName(row.purdueLevel)),
    text: (row) => String(row.purdueLevel ?? ''),
  },
  {
    id: 'vendor',
    title: 'Vendor',
    width: 'minmax(100px, 0.9fr)',
    sort: 'vendor',
    filter: 'text',
    cell: (row) => row.vendor,
    text: (row) => row.vendor ?? '',
  },
  {
    id: 'model',
    leaves: 12,
    title: 'Model',
    width: 'minmax(100px, 1fr)',
    cell: (row) => row.model ?? row.orderCode,
    text: (row) => row.model ?? '',
  },
  {
    id: 'firmware',
    leaves: 10,
    title: 'Firmware',
    width: '76px',
    cell: (row) => row.firmware ?? row.os,
    text: (row) => row.firmware ?? '',
  },
  { id: 'role', leaves: 7, title: 'Role', width: 'minmax(90px, 0.7fr)', filter: 'text', cell: (row) => row.role, text: (row) => row.role },
  {
    id: 'protocols',
    leaves: 9,
    title: 'Protocols',
    width: 'minmax(110px, 0.8fr)',
    isExtra: true,
    cell: (row) => <span className="second">{row.protocols.map(protocolName).join(', ')}</span>,
    text: (row) => row.protocols.join(' '),
  },
  {
    id: 'visibility',
    leaves: 11,
    title: 'Known',
    width: '86px',
    isNumber: true,
    cell: (row) => (
      <>
        <Bar share={row.visibility / 100} /> {Math.round(row.visibility)}
      </>
    ),
    text: (row) => String(row.visibility),
  },
  {
    id: 'alerts',
    title: 'Alerts',
    width: '46px',
    isNumber: true,
    cell: (row) =>
      row.openAlerts > 0 ? (
        <Go to="/alerts" search={{ asset: row.id }} className="text-high">
          {count(row.openAlerts)}
        </Go>
      ) : (
        <span className="quiet">0</span>
      ),
    text: (row) => String(row.openAlerts),
  },
  {
    id: 'serial',
    leaves: 5,
    title: 'Serial',
    width: '120px',
    isExtra: true,
    cell: (row) => <span className="mono">{row.serial}</span>,
    text: (row) => row.serial ?? '',
  },
  {
    id: 'order',
    leaves: 6,
    title: 'Order code',
    width: '150px',
    isExtra: true,
    cell: (row) => <span className="mono">{row.orderCode}</span>,
    text: (row) => row.orderCode ?? '',
  },
  {
    id: 'modules',
    leaves: 1,
    title: 'Modules',
    width: '60px',
    isExtra: true,
    isNumber: true,
    cell: (row) => count(row.moduleCount),
    text: (row) => String(row.moduleCount),
  },
  {
    id: 'vlans',
    leaves: 2,
    title: 'VLAN',
    width: '70px',
    isExtra: true,
    cell: (row) => row.vlans.join(', '),
    text: (row) => row.vlans.join(' '),
  },
  {
    id: 'first',
    leaves: 3,
    title: 'First seen',
    width: '124px',
    isExtra: true,
    sort: 'first',
    cell: (row) => <When at={row.firstAt} />,
    text: (row) => row.firstAt,
  },
  {
    id: 'last',
    leaves: 14,
    title: 'Last seen',
    width: '124px',
    sort: 'last',
    cell: (row) => <When at={row.lastAt} />,
    text: (row) => row.lastAt,
  },
  { id: 'site', leaves: 4, title: 'Site', width: '110px', isExtra: true, cell: (row) => row.site, text: (row) => row.site },
]

export function AssetsPage(): ReactNode {
  const scope = useScope()
  const [view, set] = useView(DEFAULTS)
  const list = useAssets(scope, view)
  const go = useGo()
  const { shown, chooser } = useColumns('assets', COLUMNS)
  const onSelect = useCallback((id: string | undefined) => set({ sel: id ?? '' }), [set])
  const onOpen = useCallback((id: string) => go(`/assets/${id}`), [go])
  const onFilter = useCallback((column: string, value: string) => set({ [column]: value }), [set])
  const isFiltered = [view.q, view.type, view.vendor, view.level, view.role].some((value) => value !== '')
  const actions = (
    <>
      <IconButton
        icon={IconDownload}
        label="Save the loaded rows as CSV"
        onClick={() => saveFile('assets.csv', 'text/csv', csv(shown, list.items))}
      />
      {chooser}
    </>
  )
  return (
    <Page
      fills
      title="Assets"
      count={list.total === undefined ? undefined : plural(list.total, 'asset')}
      lead={
        <span className="quiet">
          <Term name="purdue level">Purdue level</Term> and role are inferred from behaviour; open an asset to see why.
        </span>
      }
      actions={actions}
    >
      <div className="list">
        <Loaded value={list.query} skeleton={<SkeletonRows rows={24} widths={[22, 14, 12, 16, 18]} />}>
          {() => (
            <DataTable
              label="Assets"
              columns={shown}
              rows={list.items}
              total={list.total}
              keyOf={(row) => row.id}
              selected={view.sel}
              onSelect={onSelect}
              onOpen={onOpen}
              sort={view.sort}
              onSort={(sort) => set({ sort })}
              filters={view}
              onFilter={onFilter}
              onEnd={list.more}
              isStale={list.query.isPlaceholderData}
              nothing={
                isFiltered ? (
                  <Nothing icon={IconServer2} title="No asset matches these filters">
                    <Go to="/assets">Show every asset</Go>
                  </Nothing>
                ) : (
                  <Nothing icon={IconServer2} title="No asset yet">
                    An asset appears when a host has spoken on the wire. <Go to="/captures">Read a capture</Go> to begin.
                  </Nothing>
                )
              }
            />
          )}
        </Loaded>
        {view.sel !== '' && <AssetPanel id={view.sel} onClose={() => set({ sel: '' })} />}
      </div>
    </Page>
  )
}
