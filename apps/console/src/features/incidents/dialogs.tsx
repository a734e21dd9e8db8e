import type { ReactNode } from 'react'
import type { IncidentDetail, IncidentState } from '../../api/types.ts'
import { useMe } from '../../shell/me.ts'
import { usePeople } from '../../shell/people.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
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
  const me = useMe().user
  const others = usePeople().filter((person) => person.id !== me.id)
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const user = String(form.get('user'))
    await assignIncident(incident.id, user === '' ? null : user)
    say('Assigned')
    onClose()
  })
  return (
    <Dialog title="Assign the incident" onClose={onClose}>
      <form onSubmit={submit}>
        <SelectField
          label="To"
          name="user"
          defaultValue={me.id}
          options={[[me.id, `${me.displayName} (me)`], ...others.map((person) => [person.id, person.displayName] as const), ['', 'Nobody']]}
        />
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            Assign
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
