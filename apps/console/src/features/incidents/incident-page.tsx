import { useParams } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import type { IncidentDetail } from '../../api/types.ts'
import { AssetCard } from '../../objects/asset-card.tsx'
import { Attack } from '../../objects/links.tsx'
import { LevelMark, LevelShape, Score, When } from '../../objects/marks.tsx'
import { levelName } from '../../objects/words.ts'
import { WorkLog } from '../../objects/work-log.tsx'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useMe } from '../../shell/me.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/field.tsx'
import { duration, plural } from '../../ui/format.ts'
import { IconZoomReset } from '../../ui/icons.ts'
import { Loaded, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { IncidentDialog } from './dialogs.tsx'
import { type Ask, INCIDENT_ACTIONS } from './incidents.actions.ts'
import { useIncident, useTouchedValues } from './incidents.api.ts'
import { reach, stateWord, touched } from './incidents.view.ts'
import { Timeline } from './timeline.tsx'
import { bestMode, type Mode, type Window, windowOf } from './timeline.view.ts'
import './incidents.css'

export function IncidentPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  return (
    <Loaded
      value={useIncident(id)}
      skeleton={
        <div className="page">
          <SkeletonBlock height={80} />
          <SkeletonBlock height={240} />
          <SkeletonRows rows={8} />
        </div>
      }
    >
      {(incident) => <Whole key={incident.id} incident={incident} />}
    </Loaded>
  )
}

/** A usual width, to choose how to lay time out before it is measured. */
const USUAL_PX = 1000

function Whole({ incident }: { readonly incident: IncidentDetail }): ReactNode {
  const go = useGo()
  const me = useMe().user.id
  const [ask, setAsk] = useState<Ask>()
  const [zoom, setZoom] = useState<Window>()
  const [mode, setMode] = useState<Mode>(() => bestMode(incident.steps, USUAL_PX))
  const [chosen, choose] = useState<number>()
  const subject = useMemo(() => ({ incident, me, ask: setAsk, go }), [incident, me, go])
  const actions = useActions(INCIDENT_ACTIONS, subject)
  const whole = useMemo(() => windowOf(incident.steps), [incident.steps])
  const shown = zoom ?? whole
  const lines = useTouchedValues(touched(incident), incident.firstAt, incident.lastAt)
  const levels = reach(incident)
  return (
    <Page title={incident.title}>
      <div className="work-line">
        <div className="alert-line">
          <LevelMark level={incident.level} />
          <Score score={incident.score} level={incident.level} />
          <strong>{stateWord(incident.state)}</strong>
          <span className="second">{incident.assignee?.displayName ?? 'No owner'}</span>
          {levels !== undefined && (
            <span className="second">
              {levelName(levels[0])} to {levelName(levels[1])}
            </span>
          )}
          <span className="second">
            <When at={incident.firstAt} /> for {duration(Date.parse(incident.lastAt) - Date.parse(incident.firstAt))}
          </span>
          <Attack ids={incident.attack} most={7} />
        </div>
        <ActionBar actions={actions} />
      </div>
      <p className="incident-summary">{incident.summary}</p>
      <Section
        title="How it went"
        aside={
          <>
            {mode === 'time' && <span className="no-print">Drag to look closer</span>}
            {zoom !== undefined && (
              <Button tone="bare" icon={IconZoomReset} onClick={() => setZoom(undefined)}>
                Whole incident
              </Button>
            )}
            <Segmented
              label="Spread marks"
              value={mode}
              onChange={(next) => setMode(next as Mode)}
              options={[
                ['time', 'By time'],
                ['steps', 'Step by step'],
              ]}
            />
          </>
        }
      >
        <Timeline incident={incident} lines={lines} shown={shown} mode={mode} chosen={chosen} onChoose={choose} onZoom={setZoom} />
      </Section>
      <div className="incident-grid">
        <Section title="Steps" aside={plural(incident.steps.length, 'step')}>
          <Steps incident={incident} shown={shown} chosen={chosen} onChoose={choose} />
        </Section>
        <div className="stack">
          <Section title="Hosts it went through" aside={plural(incident.hosts.length, 'host')}>
            <div className="section-body incident-cards">
              {incident.assetCards.slice(0, 8).map((asset) => (
                <AssetCard key={asset.id} asset={asset} />
              ))}
              {incident.assetCards.length === 0 && <span className="mono">{incident.hosts.join(', ')}</span>}
              {incident.users.length > 0 && (
                <p className="second">
                  As <span className="mono">{incident.users.join(', ')}</span>
                </p>
              )}
            </div>
          </Section>
          <Section title="What was done">
            <WorkLog events={incident.events} nothing="Nobody has worked on this yet. Take it with t, note with n." />
          </Section>
        </div>
      </div>
      {ask !== undefined && <IncidentDialog incident={incident} ask={ask} onClose={() => setAsk(undefined)} />}
    </Page>
  )
}

type StepsProps = {
  readonly incident: IncidentDetail
  readonly shown: Window
  readonly chosen: number | undefined
  readonly onChoose: (number: number | undefined) => void
}

function Steps({ incident, shown, chosen, onChoose }: StepsProps): ReactNode {
  const rows = incident.steps
    .map((step, at) => ({ step, number: at + 1 }))
    .filter(({ step }) => Date.parse(step.at) >= shown[0] && Date.parse(step.at) <= shown[1])
  return (
    <ol className="incident-steps">
      {rows.map(({ step, number }) => (
        <li
          key={`${step.alert}${step.at}`}
          className={chosen === number ? 'incident-step-on' : ''}
          onPointerEnter={() => onChoose(number)}
          onPointerLeave={() => onChoose(undefined)}
        >
          <span className="step-number">
            <LevelShape level={step.level} />
            {number}
          </span>
          <div>
            <p>
              <Go to={`/alerts/${step.alert}`}>
                <strong>{step.title}</strong>
              </Go>
            </p>
            <p className="second">
              {step.clientAsset === undefined ? (
                <span className="mono">{step.client}</span>
              ) : (
                <Go to={`/assets/${step.clientAsset}`} className="mono">
                  {step.client}
                </Go>
              )}{' '}
              ({levelName(step.clientPurdue)}) to{' '}
              {step.serverAsset === undefined ? (
                <span className="mono">{step.server}</span>
              ) : (
                <Go to={`/assets/${step.serverAsset}`} className="mono">
                  {step.server}
                </Go>
              )}{' '}
              ({levelName(step.serverPurdue)})
            </p>
            <p className="quiet">
              {step.link} {step.attack.length > 0 && <Attack ids={step.attack} />}
            </p>
          </div>
          <div className="step-when">
            <When at={step.at} />
            <span className="quiet">{step.tactic}</span>
          </div>
        </li>
      ))}
    </ol>
  )
}
