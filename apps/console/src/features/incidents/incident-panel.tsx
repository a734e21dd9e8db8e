import type { ReactNode } from 'react'
import { LevelMark, LevelShape, Score, When } from '../../objects/marks.tsx'
import { Go } from '../../shell/go.tsx'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useIncident } from './incidents.api.ts'
import { stateWord } from './incidents.view.ts'
import './incidents.css'

export function IncidentPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactNode {
  const incident = useIncident(id)
  return (
    <Panel
      title={incident.data === undefined ? 'Incident' : <Go to={`/incidents/${id}`}>{incident.data.title}</Go>}
      label="Incident"
      onClose={onClose}
    >
      <Loaded value={incident} skeleton={<SkeletonRows rows={12} widths={[20, 60]} />}>
        {(told) => (
          <>
            <div className="alert-line">
              <LevelMark level={told.level} />
              <Score score={told.score} level={told.level} />
              <strong>{stateWord(told.state)}</strong>
              <span className="second">{told.assignee?.displayName ?? 'No owner'}</span>
            </div>
            <p>{told.summary}</p>
            <section>
              <h3>Steps</h3>
              <ol className="panel-steps">
                {told.steps.slice(0, 20).map((step) => (
                  <li key={`${step.alert}${step.at}`}>
                    <LevelShape level={step.level} />
                    <Go to={`/alerts/${step.alert}`}>{step.title}</Go>
                    <When at={step.at} />
                  </li>
                ))}
              </ol>
            </section>
            <div className="views">
              <Go to={`/incidents/${id}`} className="button button-primary">
                Open the incident
              </Go>
              <Go to="/alerts" search={{ incident: id, state: 'any' }} className="button">
                Its alerts
              </Go>
            </div>
          </>
        )}
      </Loaded>
    </Panel>
  )
}
