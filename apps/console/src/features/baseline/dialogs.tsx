import { type ReactNode, useState } from 'react'
import type { BaselineRow } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { MomentField, SelectField, TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { duration, words } from '../../ui/format.ts'
import { say } from '../../ui/toast.tsx'
import { add, approve, forget, type Memory, setLimits, useSiteLearning } from './baseline.api.ts'
import { amountFrom, ENDS, endOf, limitFrom } from './baseline.view.ts'

type RowProps = { readonly row: BaselineRow; readonly about: ReactNode; readonly onClose: () => void }

/** How long it counts. The fields are `end` and `time` of the form. */
function Until(): ReactNode {
  const [end, choose] = useState('')
  return (
    <>
      <SelectField
        label="It counts"
        name="end"
        value={end}
        onChange={(event) => choose(event.target.value)}
        options={ENDS}
        help={end === '' ? undefined : 'After that the same is new again, and told.'}
      />
      {end === 'time' && <MomentField label="Until" name="time" />}
    </>
  )
}

function Foot({ does, isBusy, onClose }: { readonly does: string; readonly isBusy: boolean; readonly onClose: () => void }): ReactNode {
  return (
    <footer className="dialog-foot">
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" tone="primary" disabled={isBusy}>
        {does}
      </Button>
    </footer>
  )
}

const untilOf = (form: FormData, now: string | null): string | null =>
  endOf(String(form.get('end') ?? ''), String(form.get('time') ?? ''), now)

export function ApproveDialog({ row, about, onClose }: RowProps): ReactNode {
  const now = useSiteLearning(row.site).data?.now ?? null
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    await approve(row, untilOf(form, now))
    say('Approved: it is not told while that counts')
    onClose()
  })
  return (
    <Dialog title="Approve" onClose={onClose}>
      <form onSubmit={submit}>
        {about}
        <Until />
        <Wrong text={wrong} />
        <Foot does="Approve" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  )
}

export function LimitsDialog({ row, about, onClose }: RowProps): ReactNode {
  const now = useSiteLearning(row.site).data?.now ?? null
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const [min, max] = [limitFrom(String(form.get('min'))), limitFrom(String(form.get('max')))]
    if (min === null && max === null) throw new Error('Set at least one end.')
    await setLimits(row, min, max, untilOf(form, now))
    say('The range is set')
    onClose()
  })
  return (
    <Dialog title="Set the range" onClose={onClose}>
      <form onSubmit={submit}>
        {about}
        <TextField label="Lowest" name="min" inputMode="decimal" defaultValue={String(row.people?.min ?? row.min ?? '')} />
        <TextField
          label="Highest"
          name="max"
          inputMode="decimal"
          defaultValue={String(row.people?.max ?? row.max ?? '')}
          help="What is set here is the limit itself. An end left empty stays as it was learnt, with the margin of the rule."
        />
        <Until />
        <Wrong text={wrong} />
        <Foot does="Set" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  )
}

/** How much a volume may carry: from the set amount on it is told. */
export function MostDialog({ row, about, onClose }: RowProps): ReactNode {
  const now = useSiteLearning(row.site).data?.now ?? null
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    await setLimits(row, null, amountFrom(String(form.get('max'))), untilOf(form, now))
    say('The limit is set')
    onClose()
  })
  return (
    <Dialog title="Set the limit" onClose={onClose}>
      <form onSubmit={submit}>
        {about}
        <TextField
          label={`Most within ${duration((row.volume?.everyUs ?? 0) / 1000)}`}
          name="max"
          required
          placeholder={row.volume?.isBytes === true ? '500 MB' : '500'}
          defaultValue={row.people?.max === null || row.people?.max === undefined ? '' : String(row.people.max)}
          help="What is set here is the limit itself: more than that is told."
        />
        <Until />
        <Wrong text={wrong} />
        <Foot does="Set" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  )
}

export function ForgetDialog({ row, about, onClose }: RowProps): ReactNode {
  const { wrong, isBusy, submit } = useSubmit(async () => {
    await forget(row)
    say('Forgotten')
    onClose()
  })
  const means =
    row.kind === 'group'
      ? 'The same is new again: it is told when it comes, or learnt again where learning still goes on.'
      : row.kind === 'volume'
        ? 'How much is normal here is learnt anew from the hours that come.'
        : 'What is normal here is learnt anew from the values that come.'
  return (
    <Dialog title="Forget" onClose={onClose}>
      <form onSubmit={submit}>
        {about}
        <p>{means}</p>
        <Wrong text={wrong} />
        <Foot does="Forget" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  )
}

type AddProps = { readonly site: string; readonly memories: readonly Memory[]; readonly first: string; readonly onClose: () => void }

/** Something that may come and has not: a new station, a planned connection. */
export function AddDialog({ site, memories, first, onClose }: AddProps): ReactNode {
  const addable = memories.filter((memory) => memory.addable)
  const [name, choose] = useState(addable.some(({ rule }) => rule === first) ? first : 'new-client-of-controller')
  const memory = addable.find(({ rule }) => rule === name) ?? addable[0]
  const now = useSiteLearning(site).data?.now ?? null
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    if (memory === undefined) throw new Error('No rule remembers anything.')
    const group = Object.fromEntries(memory.fields.map((field) => [field, String(form.get(`field ${field}`) ?? '').trim()]))
    await add(site, memory.rule, group, untilOf(form, now))
    say('Added: it is not told when it comes')
    onClose()
  })
  return (
    <Dialog title="Add what may come" onClose={onClose}>
      <form onSubmit={submit}>
        <SelectField
          label="Rule that would tell it"
          value={memory?.rule ?? ''}
          onChange={(event) => choose(event.target.value)}
          options={addable.map(({ rule, title }) => [rule, title] as const)}
        />
        {memory?.fields.map((field) => (
          <TextField
            key={`${memory.rule} ${field}`}
            label={words(field)}
            name={`field ${field}`}
            maxLength={256}
            required
            help={field === 'client' || field === 'server' ? 'Its IP address; its MAC address where it has none.' : undefined}
          />
        ))}
        <Until />
        <Wrong text={wrong} />
        <Foot does="Add" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  )
}
