import { type ReactNode, useMemo, useState } from 'react'
import type { HuntGround } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { type Action, ActionBar, useActions } from '../../shell/actions.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useCan, useSiteName } from '../../shell/me.ts'
import { useOneSite, useScope } from '../../shell/scope.ts'
import { Button } from '../../ui/button.tsx'
import { bytes, count, plural } from '../../ui/format.ts'
import { IconFileSearch, IconX } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { sayFailure } from '../../ui/toast.tsx'
import { cancelHunt, type HuntRequest, startHunt, useGround, useHunts } from './hunts.api.ts'
import { aimOf, foundText, isUnderWay, shareOf, stateText } from './hunts.view.ts'
import { NewHunt } from './new-hunt.tsx'
import './hunts.css'

const ACTIONS: readonly Action<{ readonly make: () => void }>[] = [
  {
    id: 'hunt.new',
    label: 'New hunt',
    key: 'n',
    icon: IconFileSearch,
    may: 'hunt.run',
    group: 'Hunts',
    isPrimary: true,
    run: ({ make }) => make(),
  },
]

export function HuntsPage(): ReactNode {
  const scope = useScope()
  const site = useOneSite()
  const nameOf = useSiteName()
  const can = useCan()
  const go = useGo()
  const [isAsking, ask] = useState(false)
  const list = useHunts(scope)
  const ground = useGround(site)
  const siteName = site === undefined ? '' : nameOf(site)
  const subject = useMemo(() => ({ make: () => ask(true) }), [])
  const actions = useActions(ACTIONS, site === undefined ? undefined : subject)
  return (
    <Page
      title="Hunts"
      lead={<span className="second">Rules and known threats, run again over what was seen before they were there.</span>}
      actions={<ActionBar actions={actions} />}
    >
      {site !== undefined && (
        <Section title={`What can be searched: ${siteName}`}>
          <Loaded value={ground} skeleton={<SkeletonBlock height={60} />}>
            {(told) => <Ground ground={told} mayHunt={can('hunt.run')} />}
          </Loaded>
        </Section>
      )}
      <Section title="Hunts">
        <Loaded
          value={list.query}
          skeleton={<SkeletonRows rows={6} />}
          isNothing={() => list.items.length === 0}
          nothing={
            <Nothing icon={IconFileSearch} title="Nobody has hunted yet">
              A hunt tells what a rule or a list of known threats would have found, had it been there before.
            </Nothing>
          }
        >
          {() => (
            <div className="scroll-x">
              <table className="plain-table">
                <thead>
                  <tr>
                    <th>Looked for</th>
                    <th>State</th>
                    <th aria-label="Progress" />
                    <th>Found</th>
                    <th className="gives-way">Site</th>
                    <th className="gives-way">Asked by</th>
                    <th>Asked</th>
                    <th aria-label="Cancel" />
                  </tr>
                </thead>
                <tbody>
                  {list.items.map((hunt) => (
                    <tr key={hunt.id}>
                      <td className="nowrap">
                        <Go to={`/hunts/${hunt.id}`}>{aimOf(hunt)}</Go>
                      </td>
                      <td className="nowrap">{stateText(hunt)}</td>
                      <td className="hunt-progress">{isUnderWay(hunt) && <Progress label="Hunting" share={shareOf(hunt)} />}</td>
                      <td className="wide">{foundText(hunt)}</td>
                      <td className="second nowrap gives-way">{nameOf(hunt.site)}</td>
                      <td className="second gives-way">{hunt.askedBy?.displayName ?? 'Isthmus'}</td>
                      <td className="second nowrap">
                        <When at={hunt.askedAt} />
                      </td>
                      <td>
                        {isUnderWay(hunt) && can('hunt.run') && (
                          <Button icon={IconX} onClick={() => void cancelHunt(hunt.id).catch(sayFailure)}>
                            Cancel
                          </Button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Loaded>
      </Section>
      {isAsking && site !== undefined && (
        <NewHunt site={site} siteName={siteName} onClose={() => ask(false)} onStarted={(hunt) => go(`/hunts/${hunt.id}`)} />
      )}
    </Page>
  )
}

function Ground({ ground, mayHunt }: { readonly ground: HuntGround; readonly mayHunt: boolean }): ReactNode {
  const go = useGo()
  if (ground.firstAt === null || ground.lastAt === null)
    return (
      <p className="section-body quiet">
        Nothing is kept of this site yet. It fills as traffic is read; captures can be searched all the same.
      </p>
    )
  const { changed } = ground
  const oldest = changed.at(-1)
  const run = (request: Pick<HuntRequest, 'rules' | 'since'>) => {
    startHunt({ site: ground.site, ...request }).then((hunt) => go(`/hunts/${hunt.id}`), sayFailure)
  }
  // A moment before the first of them.
  const runChanged = () => run({ rules: 'changed', since: new Date(Date.parse(oldest!.at) - 1000).toISOString() })
  return (
    <div className="section-body stack-tight">
      <p>
        {plural(ground.observations, 'observation')} from <When at={ground.firstAt} /> to <When at={ground.lastAt} />
        <span className="quiet">, {bytes(ground.bytes)}</span>
      </p>
      {ground.missing + ground.givenUp > 0 && (
        <p className="second">
          {ground.givenUp > 0 && `${count(ground.givenUp)} earlier ones are no longer kept. `}
          {ground.missing > 0 && `${count(ground.missing)} could not be kept when they came.`}
        </p>
      )}
      {changed.length > 0 && (
        <div className="hunt-offer">
          <p>
            {plural(changed.length, 'rule')} {changed.length === 1 ? 'is' : 'are'} new or changed since these observations began.
          </p>
          {mayHunt && (
            <Button icon={IconFileSearch} onClick={runChanged}>
              Run {changed.length === 1 ? 'it' : 'them'} over what was seen
            </Button>
          )}
        </div>
      )}
      {ground.threatsAt !== null && (
        <div className="hunt-offer">
          <p>
            Lists of known threats changed on <When at={ground.threatsAt} />, after these observations began.
          </p>
          {mayHunt && (
            <Button icon={IconFileSearch} onClick={() => run({ rules: 'threats' })}>
              Look for them in what was seen
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
