/** The map in words: every link as a row, for screen readers and for those who would rather read. */
import { type ReactNode, useMemo, useState } from 'react'
import type { MapLink, MapNode, SiteMap } from '../../api/types.ts'
import { AssetGlyph, When } from '../../objects/marks.tsx'
import { levelName, protocolName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { bytes, count } from '../../ui/format.ts'

type Row = { readonly id: string; readonly link: MapLink; readonly client: MapNode | undefined; readonly server: MapNode | undefined }

const Name = ({ node }: { readonly node: MapNode | undefined }): ReactNode =>
  node === undefined ? null : (
    <Go to={`/assets/${node.id}`} className="host">
      <AssetGlyph type={node.type} size={15} /> {node.label}
    </Go>
  )

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'client',
    title: 'Who asks',
    width: 'minmax(170px, 1fr)',
    sort: 'client',
    filter: 'text',
    cell: (row) => <Name node={row.client} />,
  },
  { id: 'clientLevel', leaves: 2, title: 'Level', width: '110px', cell: (row) => levelName(row.client?.level) },
  {
    id: 'server',
    title: 'Who answers',
    width: 'minmax(170px, 1fr)',
    sort: 'server',
    filter: 'text',
    cell: (row) => <Name node={row.server} />,
  },
  { id: 'serverLevel', leaves: 3, title: 'Level', width: '110px', cell: (row) => levelName(row.server?.level) },
  {
    id: 'protocols',
    title: 'Protocols',
    width: 'minmax(120px, 1fr)',
    filter: 'text',
    cell: (row) => row.link.protocols.map(protocolName).join(', '),
  },
  {
    id: 'sessions',
    leaves: 4,
    title: 'Sessions',
    width: '76px',
    isNumber: true,
    sort: 'sessions',
    cell: (row) => count(row.link.sessions),
  },
  { id: 'bytes', title: 'Bytes', width: '84px', isNumber: true, sort: 'bytes', cell: (row) => bytes(row.link.bytes) },
  { id: 'alerts', leaves: 5, title: 'Alerts', width: '60px', isNumber: true, sort: 'alerts', cell: (row) => count(row.link.alerts) },
  { id: 'last', leaves: 1, title: 'Last', width: '124px', cell: (row) => <When at={row.link.lastAt} /> },
]

const VALUES: Readonly<Record<string, (row: Row) => number | string>> = {
  client: (row) => row.client?.label ?? '',
  server: (row) => row.server?.label ?? '',
  sessions: (row) => row.link.sessions,
  bytes: (row) => row.link.bytes,
  alerts: (row) => row.link.alerts,
}

export function MapTable({ map }: { readonly map: SiteMap }): ReactNode {
  const [sort, setSort] = useState('-bytes')
  const [filters, setFilters] = useState<Readonly<Record<string, string>>>({})
  const rows = useMemo(() => {
    const nodes = new Map(map.nodes.map((node) => [node.id, node]))
    const has = (text: string | undefined, asked: string | undefined): boolean =>
      asked === undefined || (text ?? '').toLowerCase().includes(asked.toLowerCase())
    const value = VALUES[sort.replace('-', '')]!
    const sign = sort.startsWith('-') ? -1 : 1
    return map.links
      .map((link): Row => ({ id: `${link.client} ${link.server}`, link, client: nodes.get(link.client), server: nodes.get(link.server) }))
      .filter(
        (row) =>
          has(row.client?.label, filters['client']) &&
          has(row.server?.label, filters['server']) &&
          has(row.link.protocols.join(' '), filters['protocols']),
      )
      .sort((a, b) => {
        const [x, y] = [value(a), value(b)]
        return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y)))
      })
  }, [map, sort, filters])
  return (
    <div className="list">
      <DataTable
        label="Links of the network"
        columns={COLUMNS}
        rows={rows}
        keyOf={(row) => row.id}
        sort={sort}
        onSort={setSort}
        filters={filters}
        onFilter={(column, text) => setFilters({ ...filters, [column]: text })}
        nothing={<p className="quiet section-body">No link matches.</p>}
      />
    </div>
  )
}
