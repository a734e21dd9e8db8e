import { useParams } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import type { AssetDetail } from '../../api/types.ts'
import { identity } from '../../objects/asset-card.tsx'
import { changeText } from '../../objects/changes.ts'
import { Addresses } from '../../objects/links.tsx'
import { AssetGlyph, When } from '../../objects/marks.tsx'
import { assetName, levelName, protocolName, typeWord } from '../../objects/words.ts'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { useGo } from '../../shell/go.tsx'
import { useCan } from '../../shell/me.ts'
import { percent } from '../../ui/format.ts'
import { Loaded, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { LearningOf } from './asset-learning.tsx'
import { Attributes } from './asset-parts.tsx'
import { ProgramOf } from './asset-program.tsx'
import { AlertsOf, Modules, Peers, SessionsOf, TagsOf } from './asset-related.tsx'
import { ASSET_ACTIONS } from './assets.actions.ts'
import { useAsset } from './assets.api.ts'
import { modeWord } from './assets.view.ts'
import { OverrideDialog } from './override-dialog.tsx'
import './assets.css'

export function AssetPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  return (
    <Loaded
      value={useAsset(id)}
      skeleton={
        <div className="page">
          <SkeletonBlock height={60} />
          <SkeletonRows rows={18} />
        </div>
      }
    >
      {(asset) => <Whole key={asset.id} asset={asset} />}
    </Loaded>
  )
}

function Whole({ asset }: { readonly asset: AssetDetail }): ReactNode {
  const go = useGo()
  const can = useCan()
  const [editing, edit] = useState<string>()
  const subject = useMemo(() => ({ asset, go, edit }), [asset, go])
  const actions = useActions(ASSET_ACTIONS, subject)
  return (
    <Page
      title={
        <span className="asset-title">
          <AssetGlyph type={asset.type} size={24} />
          {assetName(asset)}
        </span>
      }
      lead={<span className="second">{identity(asset)}</span>}
      actions={<ActionBar actions={actions} />}
    >
      <div className="asset-grid">
        <div className="stack">
          <Section title="What it is, and how we know">
            <Attributes asset={asset} onEdit={can('asset.edit') ? edit : undefined} />
          </Section>
          <Modules modules={asset.modules} />
          <ProgramOf asset={asset.id} />
          <Peers asset={asset} />
          <SessionsOf asset={asset.id} />
        </div>
        <div className="stack">
          <Section title="In short">
            <Facts
              rows={[
                ['Addresses', <Addresses key="a" ips={asset.ips} macs={asset.macs} />],
                asset.names.length > 1 ? ['Also called', asset.names.slice(1).join(', ')] : undefined,
                ['Type', typeWord(asset.type)],
                ['Level', levelName(asset.purdueLevel)],
                ['Roles', asset.roles.length > 0 ? asset.roles.join(', ') : asset.role],
                ['Protocols', asset.protocols.map(protocolName).join(', ')],
                asset.vlans.length > 0 ? ['VLAN', asset.vlans.join(', ')] : undefined,
                asset.operating === undefined
                  ? undefined
                  : [
                      'Mode',
                      <span key="m">
                        {modeWord(asset.operating.mode)} since <When at={asset.operating.since} />
                      </span>,
                    ],
                ['Known', `${percent(asset.visibility / 100)} of what matters`],
                ['Confirmed', asset.confirmed ? 'Yes, it has spoken' : 'No, only spoken of'],
                ['First seen', <When key="f" at={asset.firstAt} />],
                ['Last seen', <When key="l" at={asset.lastAt} />],
              ]}
            />
          </Section>
          {can('baseline.read') && <LearningOf asset={asset} />}
          <AlertsOf asset={asset.id} />
          <TagsOf asset={asset.id} />
          <Section title="Changes">
            {asset.changes.length === 0 ? (
              <p className="section-body quiet">Nothing about it has changed.</p>
            ) : (
              <table className="plain-table">
                <tbody>
                  {asset.changes.slice(0, 30).map((change) => (
                    <tr key={`${change.at}${change.kind}${change.attribute}${change.to}`}>
                      <td className="quiet">
                        <When at={change.at} />
                      </td>
                      <td className="wide">{changeText(change)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </Section>
        </div>
      </div>
      {editing !== undefined && <OverrideDialog asset={asset} attribute={editing} onClose={() => edit(undefined)} />}
    </Page>
  )
}
