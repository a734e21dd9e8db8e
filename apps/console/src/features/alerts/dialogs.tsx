import { type ReactNode, useState } from 'react'
import type { Resolution } from '../../api/types.ts'
import { AssignDialog } from '../../objects/assign-dialog.tsx'
import { RESOLUTION_WORDS } from '../../objects/words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { plural } from '../../ui/format.ts'
import { say } from '../../ui/toast.tsx'
import { back, give, type Worked } from './alerts.actions.ts'
import { moveAlert } from './alerts.api.ts'

type Props = { readonly alerts: readonly Worked[]; readonly onClose: () => void; readonly onDone?: () => void }

const HELP: Readonly<Record<Resolution, string>> = {
  'true-positive': 'It happened, and it should not have.',
  'false-positive': 'It did not happen: the rule or the reading is wrong.',
  benign: 'It happened and was allowed: maintenance, a test, a change order.',
  duplicate: 'The same thing is worked on in another alert.',
}

export function ResolveDialog({ alerts, onClose, onDone }: Props): ReactNode {
  const [resolution, choose] = useState<Resolution>('true-positive')
  const open = alerts.filter((alert) => alert.state !== 'resolved')
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    await Promise.all(open.map((alert) => moveAlert(alert.id, 'resolved', resolution, String(form.get('note') ?? ''))))
    say(`Resolved ${plural(open.length, 'alert')} as ${RESOLUTION_WORDS[resolution].toLowerCase()}`, () => void back(open))
    onDone?.()
    onClose()
  })
  return (
    <Dialog title={`Resolve ${open.length === 1 ? 'alert' : plural(open.length, 'alert')}`} onClose={onClose}>
      <form onSubmit={submit}>
        {open.length === 1 && <p className="second">{open[0]!.title}</p>}
        <SelectField
          label="How did it end"
          value={resolution}
          onChange={(event) => choose(event.target.value as Resolution)}
          options={Object.entries(RESOLUTION_WORDS)}
          help={HELP[resolution]}
        />
        <TextArea label="Note" name="note" maxLength={4000} help="What you found: it is read when this happens again." />
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            Resolve
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

export function AssignAlerts({ alerts, onClose, onDone }: Props): ReactNode {
  const assign = async (user: string | null): Promise<void> => {
    await give(alerts, user)
    onDone?.()
  }
  return <AssignDialog title={`Assign ${alerts.length === 1 ? 'alert' : plural(alerts.length, 'alert')}`} give={assign} onClose={onClose} />
}
