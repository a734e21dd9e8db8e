import { type ReactNode, useMemo, useState } from 'react'
import type { ContentPack, PackKey, RemovedPack } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { type Action, ActionBar, useActions } from '../../shell/actions.tsx'
import { useCan } from '../../shell/me.ts'
import { Button } from '../../ui/button.tsx'
import { plural } from '../../ui/format.ts'
import { IconBook2, IconFileUpload } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { BackDialog, type Bindable, BindDialog, DistrustDialog, InstallDialog, KeyDialog, RemoveDialog } from './dialogs.tsx'
import { usePackKeys, usePacks } from './packs.api.ts'
import './packs.css'

type Asked =
  | { readonly about: 'install' | 'key' }
  | { readonly about: 'back' | 'remove'; readonly pack: ContentPack }
  | { readonly about: 'bind'; readonly name: Bindable }
  | { readonly about: 'distrust'; readonly trusted: PackKey }

const ACTIONS: readonly Action<{ readonly install: () => void }>[] = [
  {
    id: 'pack.install',
    label: 'Install a pack',
    key: 'n',
    icon: IconFileUpload,
    may: 'pack.manage',
    group: 'Content packs',
    isPrimary: true,
    run: ({ install }) => install(),
  },
]

export function PacksPage(): ReactNode {
  const packs = usePacks()
  const keys = usePackKeys()
  const mayManage = useCan()('pack.manage')
  const [asked, setAsked] = useState<Asked>()
  const subject = useMemo(() => ({ install: () => setAsked({ about: 'install' }) }), [])
  const actions = useActions(ACTIONS, subject)
  const onClose = () => setAsked(undefined)
  const mayBind = mayManage && (keys.data?.items.length ?? 0) > 1
  const removed = packs.data?.removed ?? []
  return (
    <Page
      title="Content packs"
      lead={<span className="quiet">Rules, indicators and YARA rules in one signed file, for every site.</span>}
      actions={<ActionBar actions={actions} />}
    >
      {asked?.about === 'install' && <InstallDialog onClose={onClose} />}
      {asked?.about === 'key' && <KeyDialog onClose={onClose} />}
      {asked?.about === 'back' && <BackDialog pack={asked.pack} onClose={onClose} />}
      {asked?.about === 'remove' && <RemoveDialog pack={asked.pack} onClose={onClose} />}
      {asked?.about === 'bind' && <BindDialog {...asked.name} keys={keys.data?.items ?? []} onClose={onClose} />}
      {asked?.about === 'distrust' && <DistrustDialog trusted={asked.trusted} onClose={onClose} />}
      <Section title="Installed">
        <Loaded
          value={packs}
          skeleton={<SkeletonRows rows={3} />}
          isNothing={({ items }) => items.length === 0}
          nothing={
            <Nothing icon={IconBook2} title="No pack is installed">
              A site that no network reaches gets new detections on a stick: whoever writes them signs the pack, and it is taken here only
              if the key is trusted.
            </Nothing>
          }
        >
          {({ items }) => (
            <div className="scroll-x">
              <table className="plain-table">
                <thead>
                  <tr>
                    <th>Pack</th>
                    <th>Version</th>
                    <th>Holds</th>
                    <th>Signed by</th>
                    <th>Installed</th>
                    {mayManage && <th aria-label="Actions" />}
                  </tr>
                </thead>
                <tbody>
                  {items.map((pack) => (
                    <PackRow key={pack.name} pack={pack} mayManage={mayManage} mayBind={mayBind} onAsk={setAsked} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Loaded>
      </Section>
      {removed.length > 0 && (
        <Section title="Removed">
          <RemovedTable items={removed} mayBind={mayBind} onAsk={setAsked} />
        </Section>
      )}
      <Section
        title="Trusted keys"
        aside={
          mayManage && (
            <Button tone="bare" onClick={() => setAsked({ about: 'key' })}>
              Trust a key
            </Button>
          )
        }
      >
        <Loaded
          value={keys}
          skeleton={<SkeletonRows rows={2} />}
          isNothing={({ items }) => items.length === 0}
          nothing={<p className="section-body quiet">No key is trusted: no pack can be installed.</p>}
        >
          {({ items }) => <KeyTable items={items} mayManage={mayManage} onAsk={setAsked} />}
        </Loaded>
      </Section>
    </Page>
  )
}

type RowProps = {
  readonly pack: ContentPack
  readonly mayManage: boolean
  readonly mayBind: boolean
  readonly onAsk: (asked: Asked) => void
}

function PackRow({ pack, mayManage, mayBind, onAsk }: RowProps): ReactNode {
  const { inForce, earlier, bound } = pack
  const holds = [plural(inForce.rules, 'rule'), plural(inForce.indicators, 'indicator'), plural(inForce.yara, 'YARA rule')]
  return (
    <>
      <tr>
        <td className="wide">
          <span className="mono">{pack.name}</span>
          {inForce.about !== '' && <div className="second">{inForce.about}</div>}
        </td>
        <td className="nowrap">
          {inForce.version}
          {earlier.length > 0 && <div className="second">before: {earlier.map(({ version }) => version).join(', ')}</div>}
        </td>
        <td className="nowrap">
          {holds.map((each) => (
            <div key={each}>{each}</div>
          ))}
        </td>
        <td className="nowrap" title={inForce.key}>
          {inForce.signer}
          {bound.key !== inForce.key && <div className="second">the next by {bound.signer ?? 'a key trusted no more'}</div>}
        </td>
        <td className="second nowrap">
          <When at={inForce.at} />
          {inForce.by !== null && <div>{inForce.by.displayName}</div>}
        </td>
        {mayManage && (
          <td>
            <div className="pack-row-actions">
              {earlier.length > 0 && (
                <Button tone="bare" onClick={() => onAsk({ about: 'back', pack })}>
                  Go back
                </Button>
              )}
              {mayBind && (
                <Button tone="bare" onClick={() => onAsk({ about: 'bind', name: pack })}>
                  Bind to a key
                </Button>
              )}
              <Button tone="bare" onClick={() => onAsk({ about: 'remove', pack })}>
                Remove
              </Button>
            </div>
          </td>
        )}
      </tr>
      {inForce.unusable > 0 && (
        <tr>
          <td colSpan={mayManage ? 6 : 5} className="wide">
            <details className="pack-problems">
              <summary>{plural(inForce.unusable, 'part')} cannot be used here</summary>
              <ul>
                {inForce.problems.map(({ file, line, why }) => (
                  <li key={`${file}${line}${why}`}>
                    <span className="mono">{line === null ? file : `${file}:${line}`}</span> {why}
                  </li>
                ))}
              </ul>
            </details>
          </td>
        </tr>
      )}
    </>
  )
}

type RemovedProps = { readonly items: readonly RemovedPack[]; readonly mayBind: boolean; readonly onAsk: (asked: Asked) => void }

/** Names that are kept, so that nobody else's pack and no older one comes in their place unseen. */
function RemovedTable({ items, mayBind, onAsk }: RemovedProps): ReactNode {
  return (
    <div className="scroll-x">
      <table className="plain-table">
        <thead>
          <tr>
            <th>Pack</th>
            <th>Highest version</th>
            <th>Taken again from</th>
            {mayBind && <th aria-label="Actions" />}
          </tr>
        </thead>
        <tbody>
          {items.map((pack) => (
            <tr key={pack.name}>
              <td className="mono wide">{pack.name}</td>
              <td>{pack.highest}</td>
              <td title={pack.bound.key}>{pack.bound.signer ?? 'a key trusted no more'}</td>
              {mayBind && (
                <td>
                  <div className="pack-row-actions">
                    <Button tone="bare" onClick={() => onAsk({ about: 'bind', name: pack })}>
                      Bind to a key
                    </Button>
                  </div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type KeysProps = { readonly items: readonly PackKey[]; readonly mayManage: boolean; readonly onAsk: (asked: Asked) => void }

function KeyTable({ items, mayManage, onAsk }: KeysProps): ReactNode {
  return (
    <div className="scroll-x">
      <table className="plain-table">
        <thead>
          <tr>
            <th>Whose</th>
            <th>Fingerprint</th>
            <th>Since</th>
            {mayManage && <th aria-label="Actions" />}
          </tr>
        </thead>
        <tbody>
          {items.map((trusted) => (
            <tr key={trusted.fingerprint}>
              <td>{trusted.name}</td>
              <td className="mono wide pack-print">{trusted.fingerprint}</td>
              <td className="second nowrap">
                <When at={trusted.at} />
              </td>
              {mayManage && (
                <td>
                  <div className="pack-row-actions">
                    <Button tone="bare" onClick={() => onAsk({ about: 'distrust', trusted })}>
                      Remove
                    </Button>
                  </div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
