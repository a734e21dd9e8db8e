import type { ReactNode } from 'react'
import { ActionBar, type Bound } from '../../shell/actions.tsx'
import { Go } from '../../shell/go.tsx'
import { Loaded, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ChangeNote, HiddenNote } from './alert-change.tsx'
import { AlertLine, CheckFirst, DoNot, Ends, EvidenceRows } from './alert-parts.tsx'
import { useAlert } from './alerts.api.ts'
import './alerts.css'

const SHOWN = 4

/** The alert beside the queue: enough to decide, and the way to the whole. */
export function AlertPanel({
  id,
  actions,
  onClose,
}: {
  readonly id: string
  readonly actions: readonly Bound[]
  readonly onClose: () => void
}): ReactNode {
  const alert = useAlert(id)
  return (
    <Panel title={alert.data === undefined ? 'Alert' : <Go to={`/alerts/${id}`}>{alert.data.title}</Go>} label="Alert" onClose={onClose}>
      <Loaded
        value={alert}
        skeleton={
          <>
            <SkeletonBlock height={60} />
            <SkeletonRows rows={8} />
          </>
        }
      >
        {(told) => (
          <>
            <AlertLine alert={told} />
            <ActionBar actions={actions} />
            <p className="alert-what">{told.what}</p>
            <ChangeNote alert={told} />
            <p className="second">{told.means}</p>
            <DoNot lines={told.doNot} />
            <Ends alert={told} />
            <section>
              <h3>Check first</h3>
              <CheckFirst alert={told} />
            </section>
            <section>
              <h3>Why we believe it</h3>
              <EvidenceRows findings={told.latestFindings.slice(0, SHOWN)} total={told.findingCount} />
              <HiddenNote alert={told} />
            </section>
          </>
        )}
      </Loaded>
    </Panel>
  )
}
