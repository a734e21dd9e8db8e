/** Taking a pack in, going back, taking one away; trusting a key. */
import type { ReactNode } from 'react'
import type { ContentPack, PackKey } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { say } from '../../ui/toast.tsx'
import { bindPack, distrustKey, installPack, removePack, stepBack, trustKey } from './packs.api.ts'

type DialogProps = { readonly onClose: () => void }
/** A name, with the key whose packs are taken under it. */
export type Bindable = Pick<ContentPack, 'name' | 'bound'>

export function InstallDialog({ onClose }: DialogProps): ReactNode {
  return (
    <Asking
      title="Install a content pack"
      act="Install"
      onClose={onClose}
      submit={async (form) => {
        const file = form.get('file')
        if (!(file instanceof File) || file.size === 0) throw new Error('Choose a file.')
        const { name, inForce } = await installPack(file, form.get('older') !== null)
        say(`${name} version ${inForce.version} is in force`)
      }}
    >
      <TextField
        label="File"
        name="file"
        type="file"
        required
        help="It must be signed with the key that its name is bound to here, and be higher than the versions before."
      />
      <label className="pack-older">
        <input type="checkbox" name="older" />
        <span>An older version than was here is wanted, after the pack was removed</span>
      </label>
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

export function BindDialog({ name, bound, keys, onClose }: DialogProps & Bindable & { readonly keys: readonly PackKey[] }): ReactNode {
  const others = keys.filter(({ fingerprint }) => fingerprint !== bound.key)
  return (
    <Asking
      title="Bind the name to another key"
      act="Bind"
      onClose={onClose}
      submit={async (form) => {
        await bindPack(name, String(form.get('key')))
        say(`${name} is taken from the other key from here on`)
      }}
    >
      <p>
        Packs named <span className="mono">{name}</span> are taken only from the key of {bound.signer ?? 'somebody who is trusted no more'}.
        From here on only those signed with the key you choose are taken as its versions.
      </p>
      <SelectField
        label="Key"
        name="key"
        required
        options={others.map(({ fingerprint, name: whose }) => [fingerprint, `${whose} (${fingerprint.slice(0, 16)}…)`] as const)}
      />
    </Asking>
  )
}

export function RemoveDialog({ pack, onClose }: DialogProps & { readonly pack: ContentPack }): ReactNode {
  return (
    <Asking title="Remove the pack" act="Remove" onClose={onClose} submit={() => removePack(pack.name)}>
      <p>
        <span className="mono">{pack.name}</span> and its earlier versions go away at every site. What its rules found stays; its name stays
        bound to its key, and an older version comes back only where you say so.
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
