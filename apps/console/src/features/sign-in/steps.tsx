import type { ReactNode } from 'react'
import type { SignInReply } from '../../api/types.ts'
import { changePassword, signIn } from '../../shell/account/account.api.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { CODE, useSubmit, Wrong } from '../../ui/form.tsx'
import type { Known } from './sign-in-page.tsx'

type Step = SignInReply['state']

export function Credentials({ onDone }: { readonly onDone: (known: Known, reached: Step) => void }): ReactNode {
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const known = { name: String(form.get('name')), password: String(form.get('password')) }
    onDone(known, (await signIn(known.name, known.password)).state)
  })
  return (
    <form onSubmit={submit}>
      <TextField label="Name" name="name" autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
      <Wrong text={wrong} />
      <Button type="submit" tone="primary" disabled={isBusy}>
        Sign in
      </Button>
    </form>
  )
}

export function Code({
  known,
  onDone,
  onBack,
}: {
  readonly known: Known
  readonly onDone: (reached: Step) => void
  readonly onBack: () => void
}): ReactNode {
  const { wrong, isBusy, submit } = useSubmit(async (form) =>
    onDone((await signIn(known.name, known.password, String(form.get('code')))).state),
  )
  return (
    <form onSubmit={submit}>
      <TextField label="Code" name="code" className="input mono code-input" autoFocus {...CODE} />
      <Wrong text={wrong} />
      <div className="form-row">
        <Button type="submit" tone="primary" disabled={isBusy}>
          Sign in
        </Button>
        <Button tone="bare" onClick={onBack}>
          Another account
        </Button>
      </div>
    </form>
  )
}

const SHORTEST = 12

export function NewPassword({ known, onDone }: { readonly known: Known; readonly onDone: (password: string) => Promise<void> }): ReactNode {
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const [password, again] = [String(form.get('password')), String(form.get('again'))]
    if (password.length < SHORTEST)
      throw new Error(`Take at least ${SHORTEST} characters: a few words are easier to remember than symbols.`)
    if (password !== again) throw new Error('The two passwords differ. Type the new one again.')
    await changePassword(String(form.get('current') ?? known.password), password)
    await onDone(password)
  })
  return (
    <form onSubmit={submit}>
      {known.password === '' && (
        <TextField label="One-time password" name="current" type="password" autoComplete="current-password" required />
      )}
      <TextField
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        autoFocus
        help={`At least ${SHORTEST} characters.`}
      />
      <TextField label="New password again" name="again" type="password" autoComplete="new-password" required />
      <Wrong text={wrong} />
      <Button type="submit" tone="primary" disabled={isBusy}>
        Set password
      </Button>
    </form>
  )
}
