/** Adding a source and taking one away. */
import { type ChangeEvent, type ReactNode, useState } from 'react'
import type { ThreatSource } from '../../api/types.ts'
import { useMe } from '../../shell/me.ts'
import { useOneSite } from '../../shell/scope.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { say } from '../../ui/toast.tsx'
import { addSource, removeSource } from './known-threats.api.ts'
import { kindOf, problemWords, type SourceKind, usedWords } from './known-threats.view.ts'

const EVERYWHERE = ''

export function AddDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const me = useMe()
  const here = useOneSite()
  const [kind, setKind] = useState<SourceKind>('indicators')
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const file = form.get('file')
    if (!(file instanceof File) || file.size === 0) throw new Error('Choose a file.')
    const site = String(form.get('site') ?? EVERYWHERE)
    const source = await addSource(file, kind, site === EVERYWHERE ? undefined : site)
    const problems = problemWords(source)
    say(`${source.name}: ${usedWords(source)} looked for${problems === '' ? '' : `, ${problems}`}`)
    onClose()
  })
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const name = target.files?.[0]?.name
    if (name !== undefined) setKind(kindOf(name))
  }
  return (
    <Dialog title="Add a list or rules" onClose={onClose}>
      <form className="threat-form" onSubmit={submit}>
        <TextField
          label="File"
          name="file"
          type="file"
          required
          accept=".json,.csv,.txt,.stix,.yar,.yara"
          onChange={chosen}
          help="STIX 2.1, MISP JSON or CSV; or YARA rules. A file of the same name takes the place of the one before. At most 32 MiB."
        />
        <SelectField
          label="It holds"
          name="kind"
          value={kind}
          onChange={(event) => setKind(event.target.value as SourceKind)}
          options={[
            ['indicators', 'indicators: addresses, names, web addresses, hashes'],
            ['yara', 'YARA rules: what the content of malware looks like'],
          ]}
        />
        <SelectField
          label="It counts for"
          name="site"
          defaultValue={here ?? EVERYWHERE}
          help="For all sites you need a grant for all sites."
          options={[...me.sites.map((site) => [site.id, site.name] as const), [EVERYWHERE, 'all sites']]}
        />
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            Add
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

export function RemoveDialog({ source, onClose }: { readonly source: ThreatSource; readonly onClose: () => void }): ReactNode {
  const { wrong, isBusy, submit } = useSubmit(async () => {
    await removeSource(source.id)
    say(`Removed ${source.name}`)
    onClose()
  })
  return (
    <Dialog title="Remove the source" onClose={onClose}>
      <form onSubmit={submit}>
        <p>
          <span className="mono">{source.name}</span> is no more looked for, {source.site === null ? 'in all sites' : `in ${source.site}`}.
          What it found stays.
        </p>
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            Remove
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
