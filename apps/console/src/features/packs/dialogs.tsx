/** Taking a pack in, going back, taking one away; trusting a key. */
import type { ReactNode } from 'react'
import type { ContentPack, PackKey } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { say } from '../../ui/toast.tsx'
import { distrustKey, installPack, removePack, stepBack, trustKey } from './packs.api.ts'

type DialogProps = { readonly onClose: () => void }

export function InstallDialog({ onClose }: DialogProps): ReactNode {
  return (
    <Asking
      title="Install a content pack"
      act="Install"
      onClose={onClose}
      submit={async (form) => {
        const file = form.get('file')
        if (!(file instanceof File) || file.size === 0) throw new Error('Choose a file.')
        const { name, inForce } = await installPack(file)
        say(`${name} version ${inForce.version} is in force`)
      }}
    >
      <TextField
        label="File"
        name="file"
        type="file"
        required
        help="It must be signed with a key that is trusted here, and be higher than the versions before."
      />
    </Asking>
  )
}

export function KeyDialog({ onClose }: DialogProps): ReactNode {
  return (
    <Asking
      title="Trust a key"
      act="Trust"
      onClose={onClose}
      submit={async (form) => {
        const file = form.get('file')
        if (!(file instanceof File) || file.size === 0 || file.size > 2000) throw new Error('Choose the file of a public key.')
        await trustKey(String(form.get('name')), await file.text())
      }}
    >
      <TextField label="Whose key it is" name="name" required maxLength={100} />
      <TextField
        label="Public key"
        name="file"
        type="file"
        required
        accept=".pub,.pem"
        help="Compare its fingerprint with what its owner tells you by another way: whoever holds the key decides what is looked for in every site."
      />
    </Asking>
  )
}

export function BackDialog({ pack, onClose }: DialogProps & { readonly pack: ContentPack }): ReactNode {
  const [before] = pack.earlier
  return (
    <Asking
      title="Go back to the version before"
      act="Go back"
      onClose={onClose}
      submit={async () => {
        const { inForce } = await stepBack(pack.name)
        say(`${pack.name} version ${inForce.version} is in force`)
      }}
    >
      <p>
        Instead of version {pack.inForce.version} of <span className="mono">{pack.name}</span>, version {before?.version} is in force at
        every site. Only a higher version than {pack.inForce.version} can be installed afterwards.
      </p>
    </Asking>
  )
}

export function RemoveDialog({ pack, onClose }: DialogProps & { readonly pack: ContentPack }): ReactNode {
  return (
    <Asking title="Remove the pack" act="Remove" onClose={onClose} submit={() => removePack(pack.name)}>
      <p>
        <span className="mono">{pack.name}</span> and its earlier versions go away at every site. What its rules found stays.
      </p>
    </Asking>
  )
}

export function DistrustDialog({ trusted, onClose }: DialogProps & { readonly trusted: PackKey }): ReactNode {
  return (
    <Asking title="Trust the key no more" act="Remove" onClose={onClose} submit={() => distrustKey(trusted.fingerprint)}>
      <p>No further pack that is signed with the key of {trusted.name} is taken. Those in force stay until you remove them.</p>
    </Asking>
  )
}

type AskingProps = DialogProps & {
  readonly title: string
  readonly act: string
  readonly submit: (form: FormData) => Promise<void>
  readonly children: ReactNode
}

function Asking({ title, act, submit: run, onClose, children }: AskingProps): ReactNode {
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    await run(form)
    onClose()
  })
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="pack-form" onSubmit={submit}>
        {children}
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            {act}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
