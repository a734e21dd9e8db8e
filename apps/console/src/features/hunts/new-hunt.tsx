/** What to look for, asked in one dialog. */
import { type ReactNode, useState } from 'react'
import type { Hunt, HuntGround } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Segmented, TextArea } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { plural } from '../../ui/format.ts'
import { startHunt, useGround } from './hunts.api.ts'

const AIMS = [
  ['all', 'All rules'],
  ['indicators', 'Known threats'],
  ['source', 'A rule of my own'],
] as const
type Aim = (typeof AIMS)[number][0]

const GROUNDS = [
  ['observations', 'What was observed'],
  ['captures', 'Kept captures'],
] as const
type Where = (typeof GROUNDS)[number][0]

type Props = {
  readonly site: string
  readonly siteName: string
  readonly onClose: () => void
  readonly onStarted: (hunt: Hunt) => void
}

export function NewHunt({ site, siteName, onClose, onStarted }: Props): ReactNode {
  const [aim, setAim] = useState<Aim>('all')
  const [where, setWhere] = useState<Where>('observations')
  const ground = useGround(site).data
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const text = String(form.get('text') ?? '')
    const request = aim === 'all' ? { rules: 'all' as const } : { rules: 'none' as const, [aim]: text }
    const captures = where === 'captures' ? { captures: (ground?.captures ?? []).map(({ id }) => id) } : {}
    onStarted(await startHunt({ site, ...request, ...captures }))
  })
  return (
    <Dialog title={`Hunt in ${siteName}`} onClose={onClose} wide>
      <form className="stack" onSubmit={submit}>
        <Segmented label="What to look for" value={aim} options={AIMS} onChange={(next) => setAim(next as Aim)} />
        {aim === 'all' && <p className="second">Every rule in force, over everything that is kept. What was found already is marked.</p>}
        {(ground?.captures.length ?? 0) > 0 && (
          <>
            <Segmented label="Where to look" value={where} options={GROUNDS} onChange={(next) => setWhere(next as Where)} />
            {where === 'captures' && <p className="second">{captureWords(ground)}</p>}
          </>
        )}
        {aim === 'indicators' && (
          <TextArea
            key="indicators"
            name="text"
            label="Addresses, names, hashes"
            help="A CSV list with the columns type and value, a STIX 2.1 bundle, or a MISP event."
            rows={8}
            required
            className="input mono"
            placeholder={'type,value,name\nip,203.0.113.7,seen at a neighbour'}
          />
        )}
        {aim === 'source' && (
          <TextArea
            key="source"
            name="text"
            label="The rule, as Sigma in YAML"
            help="Any rule on the page Rules shows the form. It must not lean on others."
            rows={14}
            required
            className="input mono"
          />
        )}
        {ground !== undefined && (
          <p className="quiet">
            Ends after {timeWords(ground.longestMinutes)} at the latest, with what it has found. It can be cancelled before.
          </p>
        )}
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            {isBusy ? 'Starting' : 'Start hunting'}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

function captureWords(ground: HuntGround | undefined): string {
  const captures = plural(ground?.captures.length ?? 0, 'capture')
  return `${captures}, read again (the newest 100 at most): files on the wire are looked into with the YARA rules in force now.`
}

function timeWords(minutes: number): string {
  return minutes % 60 === 0 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute')
}
