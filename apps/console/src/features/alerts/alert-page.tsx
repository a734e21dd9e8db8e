import { useParams } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import type { AlertDetail } from '../../api/types.ts'
import { Attack } from '../../objects/links.tsx'
import { StateDot, When } from '../../objects/marks.tsx'
import { SuppressDialog } from '../../objects/suppress-dialog.tsx'
import { RESOLUTION_WORDS } from '../../objects/words.ts'
import { WorkLog } from '../../objects/work-log.tsx'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useMe } from '../../shell/me.ts'
import { plural } from '../../ui/format.ts'
import { Loaded, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { ChangeNote, HiddenNote } from './alert-change.tsx'
import { EvidenceSection } from './alert-evidence.tsx'
import { AlertLine, CheckFirst, DoNot, Ends, EvidenceRows, ScoreSum } from './alert-parts.tsx'
import { ProgramSection } from './alert-program.tsx'
import { ALERT_ACTIONS, type AlertDialog } from './alerts.actions.ts'
import { useAlert } from './alerts.api.ts'
import { AssignAlerts, ResolveDialog } from './dialogs.tsx'
import './alerts.css'

export function AlertPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  const alert = useAlert(id)
  return (
    <Loaded
      value={alert}
      skeleton={
        <div className="page">
          <SkeletonBlock height={90} />
          <SkeletonRows rows={16} />
        </div>
      }
    >
      {(told) => <Whole alert={told} />}
    </Loaded>
  )
}

function Whole({ alert }: { readonly alert: AlertDetail }): ReactNode {
  const go = useGo()
  const me = useMe().user.id
  const [dialog, ask] = useState<AlertDialog>()
  const subject = useMemo(() => ({ alerts: [alert], me, ask, go }), [alert, me, go])
  const actions = useActions(ALERT_ACTIONS, subject)
  return (
    <Page title={alert.title}>
      <div className="work-line">
        <AlertLine alert={alert} />
        <ActionBar actions={actions} />
      </div>
      <div className="alert-grid">
        <div className="stack">
          <Section title="What happened">
            <div className="section-body stack-tight">
              <p className="alert-what">{alert.what}</p>
              <ChangeNote alert={alert} />
              <h3>What it means for the process</h3>
              <p>{alert.means}</p>
            </div>
          </Section>
          <Section
            title="Why we believe it"
            aside={
              <>
                <span>{plural(alert.findingCount, 'finding')}</span>
                <Attack ids={alert.attack} />
              </>
            }
          >
            <div className="why">
              <EvidenceRows findings={alert.latestFindings.slice(0, 6)} total={alert.findingCount} />
              <ScoreSum alert={alert} />
            </div>
            <HiddenNote alert={alert} />
          </Section>
          <ProgramSection alert={alert.id} />
          <EvidenceSection alert={alert.id} />
          <Section title="What was done">
            <WorkLog events={alert.events} nothing="Nobody has worked on this yet." />
          </Section>
        </div>
        <div className="stack">
          <Section title="Who and where">
            <div className="section-body">
              <Ends alert={alert} />
              {alert.users.length > 0 && (
                <p className="second">
                  As <span className="mono">{alert.users.join(', ')}</span>
                </p>
              )}
            </div>
          </Section>
          <DoNot lines={alert.doNot} />
          <Section title="Check first">
            <div className="section-body">
              <CheckFirst alert={alert} />
            </div>
          </Section>
          <Similar alert={alert} />
        </div>
      </div>
      {dialog === 'resolve' && <ResolveDialog alerts={[alert]} onClose={() => ask(undefined)} />}
      {dialog === 'suppress' && <SuppressDialog site={alert.site} about={alert} onClose={() => ask(undefined)} />}
      {dialog === 'assign' && <AssignAlerts alerts={[alert]} onClose={() => ask(undefined)} />}
    </Page>
  )
}

function Similar({ alert }: { readonly alert: AlertDetail }): ReactNode {
  return (
    <Section title="Similar before">
      {alert.similar.length === 0 ? (
        <p className="section-body quiet">This is the first alert of these rules here.</p>
      ) : (
        <table className="plain-table">
          <tbody>
            {alert.similar.slice(0, 5).map((each) => (
              <tr key={each.id}>
                <td className="wide">
                  <Go to={`/alerts/${each.id}`}>{each.title}</Go>
                </td>
                <td>{each.resolution === null ? <StateDot state={each.state} /> : RESOLUTION_WORDS[each.resolution]}</td>
                <td>
                  <When at={each.lastAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
