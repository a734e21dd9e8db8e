import type { ReactNode } from 'react'
import type { LearningTimes, SiteLearning } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { setTimes } from './baseline.api.ts'
import { lengthOf, secondsOf } from './baseline.view.ts'

type Props = { readonly site: string; readonly siteName: string; readonly learning: SiteLearning; readonly onClose: () => void }

const FIELDS = [
  ['site', 'The site learns', 'From the first that was seen of it. 0: nothing is learnt, and nothing is called new.'],
  ['asset', 'An asset that appears later', 'What is done to it is learnt for so long. What it does to others is told at once.'],
  ['connections', 'Connections settle', 'So long without anything new, then new connections are told at their level.'],
  ['accounts', 'Accounts settle', undefined],
  ['operations', 'Commands and writes settle', undefined],
  ['values', 'Process values settle', undefined],
  ['longest', 'Settling ends at the latest after', 'However much is new.'],
] as const
type Field = (typeof FIELDS)[number][0]

function timeOf({ site, asset, quiet, longest }: LearningTimes, field: Field): number {
  return field === 'site' ? site : field === 'asset' ? asset : field === 'longest' ? longest : quiet[field]
}

export function TimesDialog({ site, siteName, learning, onClose }: Props): ReactNode {
  const { limits, times, defaults, isDefault } = learning
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const read = (field: Field, most: number): number => secondsOf(String(form.get(field) ?? ''), most)
    const { quiet } = limits
    await setTimes(site, {
      site: read('site', limits.site),
      asset: read('asset', limits.asset),
      quiet: {
        connections: read('connections', quiet),
        accounts: read('accounts', quiet),
        operations: read('operations', quiet),
        values: read('values', quiet),
      },
      longest: read('longest', limits.longest),
    })
    say('Learning times set')
    onClose()
  })
  const toDefaults = async (): Promise<void> => {
    await setTimes(site, null)
    say('Learning times as published')
    onClose()
  }
  return (
    <Dialog title={`Learning times of ${siteName}`} onClose={onClose} wide>
      <form onSubmit={submit}>
        <p className="second">Each is a number with d, h, min or s: 14 d, 36 h.</p>
        {FIELDS.map(([field, label, help]) => (
          <TextField
            key={field}
            label={label}
            name={field}
            required
            defaultValue={lengthOf(timeOf(times, field))}
            help={`${help === undefined ? '' : `${help} `}Published: ${lengthOf(timeOf(defaults, field))}.`}
          />
        ))}
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          {!isDefault && (
            <Button disabled={isBusy} onClick={() => void toDefaults().catch(sayFailure)}>
              As published
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
