import type { ReactNode } from 'react'
import type { IncidentDetail, IncidentState } from '../../api/types.ts'
import { AssignDialog } from '../../objects/assign-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { say } from '../../ui/toast.tsx'
import type { Ask } from './incidents.actions.ts'
import { assignIncident, moveIncident, noteIncident } from './incidents.api.ts'

type Props = { readonly incident: IncidentDetail; readonly ask: Ask; readonly onClose: () => void }

const MOVES: Readonly<Record<IncidentState, readonly [title: string, done: string, help: string]>> = {
  contained: ['Incident contained', 'Contained', 'What stops it from going on: what was cut, reset or watched, and by whom.'],
  closed: ['Close the incident', 'Closed', 'How it ended, and what keeps it from happening again.'],
  open: ['Open again', 'Open again', 'What brought it back.'],
}

export function IncidentDialog({ incident, ask, onClose }: Props): ReactNode {
  if (ask === 'assign') return <Assign incident={incident} onClose={onClose} />
  if (ask === 'note')
    return (
      <Write
        title="Note"
        label="What you saw, did or decided"
        button="Note it"
        onClose={onClose}
        write={(text) => noteIncident(incident.id, text)}
        done="Noted"
      />
    )
  const [title, done, help] = MOVES[ask]
  return (
    <Write
      title={title}
      label="Note"
      help={help}
      button={title}
      onClose={onClose}
      write={(text) => moveIncident(incident.id, ask, text)}
      done={done}
    />
  )
}

type WriteProps = {
  readonly title: string
  readonly label: string
  readonly help?: string
  readonly button: string
  readonly done: string
  readonly write: (text: string) => Promise<void>
  readonly onClose: () => void
}

function Write({ title, label, help, button, done, write, onClose }: WriteProps): ReactNode {
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    await write(String(form.get('text')).trim())
    say(done)
    onClose()
  })
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <TextArea label={label} name="text" rows={5} maxLength={4000} required autoFocus help={help} />
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            {button}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

function Assign({ incident, onClose }: Omit<Props, 'ask'>): ReactNode {
  const assign = async (user: string | null): Promise<void> => {
    await assignIncident(incident.id, user)
    say('Assigned')
  }
  return <AssignDialog title="Assign the incident" give={assign} onClose={onClose} />
}
