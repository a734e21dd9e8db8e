import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Hunt, HuntFinding } from '../../api/types.ts'
import { EvidenceLink, HostLink } from '../../objects/links.tsx'
import { LevelMark, When } from '../../objects/marks.tsx'
import { Go } from '../../shell/go.tsx'
import { useCan, useSiteName } from '../../shell/me.ts'
import { useView } from '../../shell/view-state.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/field.tsx'
import { count } from '../../ui/format.ts'
import { IconFileSearch, IconX } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { sayFailure } from '../../ui/toast.tsx'
import { cancelHunt, useHunt, useHuntFindings } from './hunts.api.ts'
import { aimOf, foundText, isUnderWay, shareOf, stateText } from './hunts.view.ts'
import './hunts.css'

export function HuntPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  const hunt = useHunt(id)
  return (
    <Loaded
      value={hunt}
      skeleton={
        <div className="page">
          <SkeletonBlock height={120} />
          <SkeletonRows rows={10} />
        </div>
      }
    >
      {(told) => <Whole hunt={told} />}
    </Loaded>
  )
}

function Whole({ hunt }: { readonly hunt: Hunt }): ReactNode {
  const can = useCan()
  const nameOf = useSiteName()
  const { outcome } = hunt
  return (
    <Page
      title={`Hunt: ${aimOf(hunt)}`}
      lead={<span className="second">{isUnderWay(hunt) ? stateText(hunt) : foundText(hunt) || stateText(hunt)}</span>}
      actions={
        isUnderWay(hunt) &&
        can('hunt.run') && (
          <Button icon={IconX} onClick={() => void cancelHunt(hunt.id).catch(sayFailure)}>
            Cancel hunt
          </Button>
        )
      }
    >
      <Section title="This hunt">
        <div className="section-body stack-tight">
          {isUnderWay(hunt) && <Progress label="Hunting" share={shareOf(hunt)} />}
          <Facts
            rows={[
              ['State', stateText(hunt)],
              ['Site', nameOf(hunt.site)],
              ['Asked', <When key="asked" at={hunt.askedAt} />],
              ['By', hunt.askedBy?.displayName ?? 'Isthmus'],
              ['Searched', hunt.captures.length > 0 ? `${count(hunt.captures.length)} captures` : 'The observations that are kept'],
              ['Observations', count(hunt.progress.observations)],
              outcome?.firstAt === undefined || outcome.firstAt === null
                ? undefined
                : [
                    'Time covered',
                    <span key="span">
                      <When at={outcome.firstAt} /> to <When at={outcome.lastAt} />
                    </span>,
                  ],
            ]}
          />
          {hunt.error !== null && <p role="alert">{hunt.error}</p>}
          {outcome !== null && outcome.notes.length > 0 && (
            <ul className="second">
              {outcome.notes.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </div>
      </Section>
      {outcome !== null && <Found hunt={hunt} />}
    </Page>
  )
}

const SHOWN = { show: 'fresh' }

function Found({ hunt }: { readonly hunt: Hunt }): ReactNode {
  const [{ show: which }, set] = useView(SHOWN)
  const list = useHuntFindings(hunt.id, which === 'fresh')
  const choices = [
    ['fresh', `New (${count(hunt.outcome?.fresh ?? 0)})`],
    ['all', `All (${count(hunt.outcome?.findings ?? 0)})`],
  ] as const
  return (
    <Section title="Found" aside={<Segmented label="Which findings" value={which} options={choices} onChange={(show) => set({ show })} />}>
      <Loaded
        value={list.query}
        skeleton={<SkeletonRows rows={8} />}
        isNothing={() => list.items.length === 0}
        nothing={
          <Nothing icon={IconFileSearch} title={which === 'fresh' ? 'Nothing that was not known' : 'Nothing found'}>
            {which === 'fresh' && 'What these rules find was found when it happened.'}
          </Nothing>
        }
      >
        {() => (
          <div className="scroll-x">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>Level</th>
                  <th>When</th>
                  <th>What</th>
                  <th>From</th>
                  <th>To</th>
                  <th>Packets</th>
                  <th>Known before</th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((each) => (
                  <FindingRow key={each.finding.id} found={each} />
                ))}
              </tbody>
            </table>
            {list.query.hasNextPage && (
              <p className="more">
                <Button onClick={list.more}>Show more</Button>
              </p>
            )}
          </div>
        )}
      </Loaded>
    </Section>
  )
}

function FindingRow({ found }: { readonly found: HuntFinding }): ReactNode {
  const { finding, wasRaised } = found
  const [evidence] = finding.evidence
  return (
    <tr>
      <td>
        <LevelMark level={finding.level} />
      </td>
      <td>
        <When at={finding.at} />
      </td>
      <td className="wide">
        <Go to={`/rules/${finding.rule}`}>{finding.ruleTitle}</Go>
        {finding.count > 1 && <span className="quiet">, {count(finding.count)} times</span>}
      </td>
      <td>
        <HostLink host={finding.client} asset={finding.clientAsset} />
      </td>
      <td>
        <HostLink host={finding.server} asset={finding.serverAsset} />
      </td>
      <td>{evidence === undefined ? <span className="quiet">none</span> : <EvidenceLink evidence={evidence} />}</td>
      <td>{wasRaised ? 'yes' : 'no'}</td>
    </tr>
  )
}
