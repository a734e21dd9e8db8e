import type { ReactNode } from 'react'
import type { Overview } from '../../api/types.ts'
import { Ago, LevelMark, Score, StateDot, When } from '../../objects/marks.tsx'
import { Term } from '../../objects/term.tsx'
import { protocolName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { useScope } from '../../shell/scope.ts'
import { bytes, count, percent, plural } from '../../ui/format.ts'
import { IconActivity } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Bar } from '../../ui/progress.tsx'
import { useOverview, useWaiting } from './now.api.ts'
import { changeLink, grouped, headline, levelCounts, lineOf } from './now.view.ts'
import './now.css'

export function NowPage(): ReactNode {
  const overview = useOverview(useScope())
  return (
    <Loaded
      value={overview}
      skeleton={
        <div className="page">
          <SkeletonBlock height={64} />
          <SkeletonRows rows={14} />
        </div>
      }
      isNothing={(told) => told.counts.assets === 0 && told.counts.sessions === 0 && told.sensors.length === 0}
      nothing={
        <Nothing icon={IconActivity} title="Nothing has been seen yet">
          Bring a capture of the plant’s network: <Go to="/captures">open Captures</Go> and drop the file there.
        </Nothing>
      }
    >
      {(told) => <There overview={told} />}
    </Loaded>
  )
}

function There({ overview }: { readonly overview: Overview }): ReactNode {
  return (
    <Page
      title={headline(overview)}
      lead={
        overview.lastAt === null ? undefined : (
          <span className="second">
            Newest event <When at={overview.lastAt} />
          </span>
        )
      }
    >
      <Counts counts={overview.counts} />
      <div className="now-grid">
        <div className="now-column">
          <OnFire overview={overview} />
          <Waiting overview={overview} />
        </div>
        <div className="now-column">
          <Changed overview={overview} />
          <Blind overview={overview} />
        </div>
      </div>
    </Page>
  )
}

function Counts({ counts }: { readonly counts: Overview['counts'] }): ReactNode {
  const shown = [
    ['/assets', 'assets', counts.assets],
    ['/sessions', 'sessions', counts.sessions],
    ['/operations', 'operations', counts.operations],
    ['/process', 'process tags', counts.tags],
    ['/alerts', counts.openAlerts === 1 ? 'open alert' : 'open alerts', counts.openAlerts],
    ['/incidents', counts.openIncidents === 1 ? 'open incident' : 'open incidents', counts.openIncidents],
  ] as const
  return (
    <ul className="counts" aria-label="How much is known">
      {shown.map(([to, name, n]) => (
        <li key={to}>
          <Go to={to}>
            <strong>{count(n)}</strong> {name}
          </Go>
        </li>
      ))}
    </ul>
  )
}

function OnFire({ overview }: { readonly overview: Overview }): ReactNode {
  return (
    <Section title="Is anything on fire" aside={<Go to="/incidents">All incidents</Go>}>
      {overview.incidents.length === 0 ? (
        <p className="section-body quiet">No incident is open.</p>
      ) : (
        <ul className="now-incidents">
          {overview.incidents.map((incident) => (
            <li key={incident.id}>
              <Go to={`/incidents/${incident.id}`}>
                <span className="now-line">
                  <LevelMark level={incident.level} />
                  <Score score={incident.score} level={incident.level} />
                  <strong className="clip">{incident.title}</strong>
                </span>
                <span className="second now-summary">{incident.summary}</span>
                <span className="now-line quiet">
                  <span>{plural(incident.alertCount, 'alert')}</span>
                  <span>{plural(incident.hosts.length, 'host')}</span>
                  {incident.reachesOt && <span>reaches the plant</span>}
                  <span>{incident.assignee?.displayName ?? 'no owner'}</span>
                  <When at={incident.lastAt} />
                </span>
              </Go>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Waiting({ overview }: { readonly overview: Overview }): ReactNode {
  const waiting = useWaiting(useScope())
  return (
    <Section
      title="Alerts that wait"
      aside={levelCounts(overview).map(([level, n]) => (
        <Go key={level} to="/alerts" search={{ level }} className={`level text-${level}`}>
          <LevelMark level={level} /> {count(n)}
        </Go>
      ))}
    >
      <Loaded
        value={waiting.query}
        skeleton={<SkeletonRows rows={4} />}
        isNothing={() => waiting.items.length === 0}
        nothing={<p className="section-body quiet">No alert waits.</p>}
      >
        {() => (
          <ul className="now-alerts">
            {waiting.items.map((alert) => (
              <li key={alert.id}>
                <Go to={`/alerts/${alert.id}`}>
                  <LevelMark level={alert.level} />
                  <span className="now-alert-title">{alert.title}</span>
                  <span className="now-alert-meta second">
                    <StateDot state={alert.state} />
                    <span>{alert.assignee?.displayName ?? 'no owner'}</span>
                    <When at={alert.lastAt} />
                  </span>
                </Go>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  )
}

const SHOWN_PER_GROUP = 6

function Changed({ overview }: { readonly overview: Overview }): ReactNode {
  const groups = grouped(overview.changes)
  return (
    <Section
      title="What changed"
      aside={
        <Go to="/assets" search={{ sort: '-first' }}>
          Newest assets
        </Go>
      }
    >
      {groups.length === 0 ? (
        <p className="section-body quiet">Nothing changed in this time.</p>
      ) : (
        <ul className="changes">
          {groups.map((group) => (
            <li key={group.text}>
              <h3>
                {group.text} <span className="quiet">{count(group.changes.length)}</span>
              </h3>
              {group.changes.slice(0, SHOWN_PER_GROUP).map((change) => (
                <Go
                  key={`${change.id}${change.at}${change.kind}${change.attribute}`}
                  to={changeLink(change)}
                  data-tip={`${change.label}: ${lineOf(change)}`}
                >
                  <When at={change.at} />
                  <span className="clip">
                    {change.label} <span className="second">{lineOf(change)}</span>
                  </span>
                </Go>
              ))}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Blind({ overview }: { readonly overview: Overview }): ReactNode {
  return (
    <Section
      title={
        <>
          Are we <Term name="blind spot">blind</Term>
        </>
      }
      aside={<Go to="/coverage">Every protocol</Go>}
    >
      <div className="section-body now-sensors">
        {overview.sensors.length === 0 ? (
          <p className="quiet">No sensor reports; what is known comes from captures.</p>
        ) : (
          overview.sensors.map((sensor) => (
            <p key={`${sensor.site}${sensor.sensor}`}>
              <span>
                Sensor <strong>{sensor.sensor}</strong>
              </span>
              <span className="quiet">
                batch {count(sensor.lastBatch)}, heard <Ago at={sensor.receivedAt} />
              </span>
            </p>
          ))
        )}
      </div>
      {overview.blindSpots.length > 0 && (
        <table className="plain-table now-blind">
          <thead>
            <tr>
              <th>Protocol</th>
              <th className="num">Bytes</th>
              <th className="num">Not decoded</th>
              <th aria-label="Share not decoded" />
            </tr>
          </thead>
          <tbody>
            {overview.blindSpots.slice(0, 6).map((spot) => (
              <tr key={`${spot.site}${spot.protocol}`}>
                <td className="wide">{protocolName(spot.protocol)}</td>
                <td className="num nowrap">{bytes(spot.bytes)}</td>
                <td className="num nowrap">{percent(spot.share)}</td>
                <td>
                  <Bar share={spot.share} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
