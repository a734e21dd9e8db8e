/** Assets: who is there, made by whom, which model and firmware; the parts of a rack below it. */
import type { Asset, Module } from '@isthmus/model'
import { type TableColumn, table } from '../../terminal/table.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

type Row = { readonly asset: Asset; readonly part: Module | undefined }

const COLUMNS: readonly TableColumn<Row>[] = [
  {
    title: 'Address',
    text: ({ asset, part }) => (part === undefined ? addressOf(asset) : `  └ ${part.part}`),
    tones: ({ part }) => (part === undefined ? ['bold'] : ['dim']),
    least: 15,
  },
  { title: 'Name', text: ({ asset, part }) => (part === undefined ? asset.names[0] : undefined) },
  { title: 'Type', text: ({ asset, part }) => (part !== undefined ? undefined : asset.type === 'unknown' ? asset.role : asset.type) },
  {
    minor: true,
    title: 'Level',
    text: ({ asset, part }) => (part === undefined && asset.purdueLevel !== undefined ? String(asset.purdueLevel) : undefined),
    toRight: true,
    least: 5,
  },
  { title: 'Vendor', text: ({ asset, part }) => (part ?? asset).vendor },
  { title: 'Model', text: ({ asset, part }) => modelOf(part ?? asset), tones: () => ['cyan'] },
  { title: 'Firmware', text: ({ asset, part }) => (part === undefined ? (asset.firmware ?? asset.os) : part.firmware) },
  { minor: true, title: 'Serial', text: ({ asset, part }) => (part ?? asset).serial },
  {
    minor: true,
    title: 'Speaks',
    text: ({ asset, part }) => (part === undefined ? asset.protocols.join(' ') : undefined),
    tones: () => ['dim'],
  },
]

export function assetSection({ assets }: Picture, { rows, style }: ReportOptions): Section | undefined {
  if (assets.length === 0) return undefined
  // The plant first, the world outside last.
  const ordered = [...assets].sort((a, b) => Number(a.isExternal) - Number(b.isExternal))
  const shown = ordered.slice(0, rows).flatMap((asset) => [{ asset, part: undefined }, ...asset.modules.map((part) => ({ asset, part }))])
  return { title: 'Assets', count: assets.length, lines: table(shown, COLUMNS, style), hidden: Math.max(0, assets.length - rows) }
}

function addressOf(asset: Asset): string {
  const [ip] = asset.ips
  return `${ip ?? asset.macs[0] ?? asset.id}${asset.ips.length > 1 ? ` +${asset.ips.length - 1}` : ''}`
}

function modelOf(of: Pick<Module, 'model' | 'orderCode'>): string | undefined {
  if (of.model === undefined || of.orderCode === undefined || of.model.includes(of.orderCode)) return of.model ?? of.orderCode
  return `${of.model} (${of.orderCode})`
}
