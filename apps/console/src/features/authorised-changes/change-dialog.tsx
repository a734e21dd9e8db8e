import { type ReactNode, useState } from 'react'
import type { AuthorisedChange } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { MomentField, SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { say } from '../../ui/toast.tsx'
import { putChange } from './changes.api.ts'
import { ACTIVITIES, type Activity, idOf, KINDS, type Kind, listed, localMoment, momentOf } from './changes.view.ts'
import './changes.css'

type Props = { readonly site: string; readonly row?: AuthorisedChange | undefined; readonly onClose: () => void }

export function ChangeDialog({ site, row, onClose }: Props): ReactNode {
  const [activities, setActivities] = useState<ReadonlySet<Activity>>(new Set(row?.activities))
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const text = (field: string): string => String(form.get(field) ?? '').trim()
    await putChange(row?.id ?? idOf(text('reference')), {
      site,
      kind: text('kind') as Kind,
      reference: text('reference'),
      title: text('title'),
      assets: listed(text('assets')),
      hosts: listed(text('hosts')),
      users: listed(text('users')),
      activities: ACTIVITIES.map(([activity]) => activity).filter((activity) => activities.has(activity)),
      from: momentOf(text('from'), 'begins'),
      until: momentOf(text('until'), 'ends'),
      expectedHashes: listed(text('hashes')),
    })
    say(row === undefined ? 'Authorised: work within it is informational, work beyond it critical' : 'Changed')
    onClose()
  })
  const toggle = (activity: Activity) => (): void =>
    setActivities((before) => {
      const next = new Set(before)
      if (!next.delete(activity)) next.add(activity)
      return next
    })
  return (
    <Dialog title={row === undefined ? 'New change' : `Edit ${row.reference}`} onClose={onClose} wide>
      <form onSubmit={submit}>
        <div className="change-fields">
          <TextField
            label="Number of the order"
            name="reference"
            required
            maxLength={200}
            defaultValue={row?.reference}
            placeholder="WO-4711"
          />
          <SelectField label="Kind" name="kind" defaultValue={row?.kind ?? 'work-order'} options={KINDS} />
        </div>
        <TextField label="What is to be done" name="title" maxLength={500} defaultValue={row?.title} />
        <div className="change-fields">
          <MomentField label="From" name="from" defaultValue={row === undefined ? undefined : localMoment(row.from)} />
          <MomentField label="Until" name="until" defaultValue={row === undefined ? undefined : localMoment(row.until)} />
          <TextArea
            label="On what"
            name="assets"
            required
            rows={2}
            defaultValue={row?.assets.join('\n')}
            help="Addresses or networks, one a line."
          />
          <TextArea
            label="From which hosts"
            name="hosts"
            rows={2}
            defaultValue={row?.hosts.join('\n')}
            help="The engineering station or laptop. Few control protocols say who works, so name the host."
          />
        </div>
        <TextField
          label="By which accounts"
          name="users"
          maxLength={500}
          defaultValue={row?.users.join(', ')}
          help="Where a protocol shows the account, it must be one of these."
        />
        <fieldset className="change-activities">
          <legend>What may be done</legend>
          {ACTIVITIES.map(([activity, name]) => (
            <label key={activity}>
              <input type="checkbox" checked={activities.has(activity)} onChange={toggle(activity)} /> {name}
            </label>
          ))}
          <p className="quiet">
            {activities.size === 0
              ? 'None chosen: whatever engineering it takes.'
              : 'Anything else by these people on this exceeds the change.'}
          </p>
        </fieldset>
        <TextArea
          label="Expected programs"
          name="hashes"
          rows={2}
          defaultValue={row?.expectedHashes.join('\n')}
          help="SHA-256 of each section that may be loaded, one a line. Empty: whatever is loaded."
        />
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            {row === undefined ? 'Authorise' : 'Save'}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
