import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useSubmit, Wrong } from '../ui/form.tsx'
import { say } from '../ui/toast.tsx'

type Props = { readonly name: string; readonly isSite: boolean; readonly begin: () => Promise<void>; readonly onClose: () => void }

/** After a rebuild: what comes is learnt as if the site or the asset had just appeared. */
export function LearnAgainDialog({ name, isSite, begin, onClose }: Props): ReactNode {
  const [isSure, sure] = useState(false)
  const { wrong, isBusy, submit } = useSubmit(async () => {
    await begin()
    say(`Learning begins again for ${name}`)
    onClose()
  })
  return (
    <Dialog title={`Learn ${name} again`} onClose={onClose}>
      <form onSubmit={submit}>
        <p>
          {isSite ? 'New behaviour at the site' : 'New behaviour towards it'} is learnt in silence for the whole learning time. Threats are
          told all the same, and what an attack brings is not learnt. What was learnt before stays.
        </p>
        <label className="learn-again-sure">
          <input type="checkbox" checked={isSure} onChange={(event) => sure(event.target.checked)} />
          Nobody is under suspicion there.
        </label>
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy || !isSure}>
            Learn again
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
