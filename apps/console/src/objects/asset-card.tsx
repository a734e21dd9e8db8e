/** An asset in a line or two, the same wherever it is named. */
import type { ReactNode } from 'react'
import type { Asset, AssetDetail } from '../api/types.ts'
import { Go } from '../shell/go.tsx'
import { AssetGlyph } from './marks.tsx'
import { assetName, levelName, typeWord } from './words.ts'

type Shown = Pick<Asset, 'id' | 'names' | 'ips' | 'macs' | 'type' | 'vendor' | 'model' | 'firmware' | 'purdueLevel' | 'role' | 'openAlerts'>

export function AssetCard({ asset, caption }: { readonly asset: Shown; readonly caption?: string }): ReactNode {
  return (
    <Go to={`/assets/${asset.id}`} className="card">
      <AssetGlyph type={asset.type} size={22} />
      <span className="card-body">
        {caption !== undefined && <span className="card-caption">{caption}</span>}
        <strong className="clip">{assetName(asset)}</strong>
        <span className="mono quiet clip">{asset.ips[0] ?? asset.macs[0]}</span>
        <span className="second clip">{identity(asset)}</span>
        <span className="quiet clip">{levelName(asset.purdueLevel)}</span>
      </span>
    </Go>
  )
}

/** One line of identity: what it is, by whom, in which version. */
export function identity(asset: Pick<AssetDetail, 'type' | 'vendor' | 'model' | 'firmware' | 'role'>): string {
  const made = [asset.vendor, asset.model].filter(Boolean).join(' ')
  return [made === '' ? typeWord(asset.type) : made, asset.firmware === undefined ? undefined : `firmware ${asset.firmware}`]
    .filter(Boolean)
    .join(', ')
}
