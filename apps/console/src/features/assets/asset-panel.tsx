import type { ReactNode } from 'react'
import { identity } from '../../objects/asset-card.tsx'
import { Addresses } from '../../objects/links.tsx'
import { AssetGlyph, When } from '../../objects/marks.tsx'
import { assetName, levelName, protocolName, typeWord } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { plural } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Facts } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { attributeName, attributeValue } from './asset-parts.tsx'
import { useAsset } from './assets.api.ts'
import { attributesOf } from './assets.view.ts'
import './assets.css'

export function AssetPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactNode {
  const asset = useAsset(id)
  const title =
    asset.data === undefined ? (
      'Asset'
    ) : (
      <Go to={`/assets/${id}`} className="host">
        <AssetGlyph type={asset.data.type} size={20} /> {assetName(asset.data)}
      </Go>
    )
  return (
    <Panel title={title} label="Asset" onClose={onClose}>
      <Loaded value={asset} skeleton={<SkeletonRows rows={14} widths={[30, 50]} />}>
        {(told) => (
          <>
            <p className="second">
              {identity(told)}. {typeWord(told.type)}, {levelName(told.purdueLevel)}.
            </p>
            <Addresses ips={told.ips} macs={told.macs} />
            <div className="views">
              <Go to={`/assets/${id}`} className="button">
                Full page
              </Go>
              <Go to="/map" search={{ at: id, site: told.site }} className="button">
                On the map
              </Go>
              <Go to="/sessions" search={{ asset: id }} className="button">
                Sessions
              </Go>
              {told.openAlerts > 0 && (
                <Go to="/alerts" search={{ asset: id }} className="button">
                  {plural(told.openAlerts, 'alert')}
                </Go>
              )}
            </div>
            <Facts
              rows={[
                ...attributesOf(told).map((each) => [attributeName(each.name), attributeValue(each.name, each.value)] as const),
                ['Protocols', told.protocols.map(protocolName).join(', ')],
                ['First seen', <When key="first" at={told.firstAt} />],
                ['Last seen', <When key="last" at={told.lastAt} />],
                told.modules.length > 0 ? ['Modules', plural(told.modules.length, 'module')] : undefined,
              ]}
            />
          </>
        )}
      </Loaded>
    </Panel>
  )
}
