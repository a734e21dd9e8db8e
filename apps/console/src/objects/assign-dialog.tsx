/** Asks whose work something is; the answer is a person's id, or null for nobody. */
import type { ReactNode } from 'react'
import { useMe } from '../shell/me.ts'
import { usePeople } from '../shell/people.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField } from '../ui/field.tsx'
import { useSubmit, Wrong } from '../ui/form.tsx'

type Props = { readonly title: string; readonly give: (user: string | null) => Promise<void>; readonly onClose: () => void }

export function AssignDialog({ title, give, onClose }: Props): ReactNode {
  const me = useMe().user
  const others = usePeople().filter((person) => person.id !== me.id)
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const user = String(form.get('user'))
    await give(user === '' ? null : user)
    onClose()
  })
  return (
    <Dialog title={title} onClose={onClose}>
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
